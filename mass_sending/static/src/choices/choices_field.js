import {CheckboxItem} from "@web/core/dropdown/checkbox_item";
import {Component} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Several of a few choices, kept as comma-separated codes in a char field. Which
 * there are differs by record: another field has them, as {options: [[code, label]]}.
 */
export class ChoicesField extends Component {
    static template = "mass_sending.ChoicesField";
    static components = {CheckboxItem, Dropdown};
    static props = {...standardFieldProps, choicesField: {type: String}};

    get options() {
        const choices = this.props.record.data[this.props.choicesField];
        return choices ? choices.options : [];
    }

    get codes() {
        const value = this.props.record.data[this.props.name];
        return value ? value.split(",") : [];
    }

    get text() {
        const labels = this.options
            .filter(([code]) => this.codes.includes(code))
            .map((option) => option[1]);
        return labels.length ? labels.join(", ") : _t("Any");
    }

    toggle(code) {
        const chosen = this.options
            .map((option) => option[0])
            .filter((other) => this.codes.includes(other) !== (other === code));
        return this.props.record.update({[this.props.name]: chosen.join(",") || false});
    }
}

registry.category("fields").add("mass_sending_choices", {
    component: ChoicesField,
    supportedTypes: ["char"],
    extractProps: ({options}) => ({choicesField: options.choices_field}),
});
