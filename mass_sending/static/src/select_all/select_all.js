import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Ticks all the checkboxes named in `fields`, or clears them when all are ticked. */
export class SelectAll extends Component {
    static template = "mass_sending.SelectAll";
    static props = {...standardWidgetProps, fieldNames: Array};

    get areAllSelected() {
        return this.props.fieldNames.every((name) => this.props.record.data[name]);
    }

    onClick() {
        const value = !this.areAllSelected;
        return this.props.record.update(
            Object.fromEntries(this.props.fieldNames.map((name) => [name, value]))
        );
    }
}

registry.category("view_widgets").add("mass_sending_select_all", {
    component: SelectAll,
    extractProps: ({attrs}) => ({fieldNames: attrs.fields.split(",")}),
});
