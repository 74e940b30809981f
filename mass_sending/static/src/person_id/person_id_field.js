import {registry} from "@web/core/registry";
import {Many2OneReferenceIntegerField} from "@web/views/fields/many2one_reference_integer/many2one_reference_integer_field";

// The id of a customer or lead is a name, not an amount: 3410, not 3,410.
class PersonIdField extends Many2OneReferenceIntegerField {
    static defaultProps = {...super.defaultProps, formatNumber: false};
}

registry.category("fields").add("mass_sending_person_id", {
    component: PersonIdField,
    supportedTypes: ["many2one_reference"],
});
