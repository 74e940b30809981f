import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Whether the one who is chosen gets the campaign: asked anew for each choice. */
export class Why extends Component {
    static template = "mass_sending.Why";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({answer: null});
        useRecordObserver((record) => this.ask(record.data));
    }

    async ask({campaign_id, recipient_type, partner_id, lead_id}) {
        const person = recipient_type === "lead" ? lead_id : partner_id;
        if (!person) {
            this.state.answer = null;
            return;
        }
        this.state.answer = await this.keepLast.add(
            this.orm.call("mass.sending.why", "get_answer", [campaign_id.id, person.id])
        );
    }
}

registry.category("view_widgets").add("mass_sending_why", {component: Why});
