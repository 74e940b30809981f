import {ListTextField, listTextField} from "@web/views/fields/text/text_field";
import {registry} from "@web/core/registry";
import {useDebounced} from "@web/core/utils/timing";
import {useEffect} from "@odoo/owl";

const DELAY = 400;

/**
 * Several values in one filter: one line high, and it grows with what is pasted. The
 * record follows what is typed, so that people are counted meanwhile.
 */
export class ValuesField extends ListTextField {
    setup() {
        super.setup();
        const follow = useDebounced(this.follow, DELAY);
        useEffect(
            (textarea) => {
                textarea?.addEventListener("input", follow);
                return () => textarea?.removeEventListener("input", follow);
            },
            () => [this.textareaRef.el]
        );
    }

    follow() {
        const {name, record} = this.props;
        const value = this.textareaRef.el && this.parse(this.textareaRef.el.value);
        if (this.textareaRef.el && value !== (record.data[name] || "")) {
            record.update({[name]: value});
        }
    }
}

registry.category("fields").add("mass_sending_values", {
    ...listTextField,
    component: ValuesField,
});
