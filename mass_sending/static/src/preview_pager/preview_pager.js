import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Goes to the previous or next person in the preview, without reopening it. */
export class PreviewPager extends Component {
    static template = "mass_sending.PreviewPager";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({busy: false, atEnd: ""});
        // whoever is chosen in the field may have neighbours again
        useRecordObserver((record) => {
            this.person = record.data[this.fieldName];
            this.state.atEnd = "";
        });
    }

    get fieldName() {
        return this.props.record.data.recipient_type === "lead"
            ? "lead_id"
            : "partner_id";
    }

    async go(direction) {
        const record = this.props.record;
        this.state.busy = true;
        try {
            const person = await this.orm.call(
                "mass.sending.preview",
                "get_neighbour",
                [[record.resId], record.data[this.fieldName].id || 0, direction]
            );
            this.state.atEnd = person ? "" : direction;
            if (person) {
                await record.update({[this.fieldName]: person});
            }
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("view_widgets").add("mass_sending_preview_pager", {
    component: PreviewPager,
});
