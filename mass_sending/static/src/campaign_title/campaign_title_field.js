import {registry} from "@web/core/registry";
import {CharField, charField} from "@web/views/fields/char/char_field";

// The subject in a list: an SMS has none, and placeholders are no names. What the
// campaign is called says it; sorting goes by the subject.
class CampaignTitleField extends CharField {
    get formattedValue() {
        return this.props.record.data.display_name || super.formattedValue;
    }
}

registry.category("fields").add("mass_sending_campaign_title", {
    ...charField,
    component: CampaignTitleField,
    fieldDependencies: [{name: "display_name", type: "char"}],
});
