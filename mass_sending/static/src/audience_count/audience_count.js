import {Component, status, useState} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {useDebounced} from "@web/core/utils/timing";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const DELAY = 300;

/**
 * How many people the filters match, while they are being typed.
 *
 * The form does not wait for it. Each edit gives up the count that is under way: an
 * older answer, however late, never replaces a newer one.
 */
export class AudienceCount extends Component {
    static template = "mass_sending.AudienceCount";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.formatInteger = formatInteger;
        this.state = useState({count: null, problem: false, busy: true});
        this.latest = 0;
        this.askSoon = useDebounced(this.ask, DELAY);
        useRecordObserver((record) => {
            // reading them here is what makes their changes arrive here
            this.values = this.getFilters(record);
            this.state.busy = true;
            this.latest++;
            this.askSoon();
        });
    }

    /** The filters as they are on the screen, as values for the server. */
    getFilters(record) {
        const values = {};
        for (const [name, {type}] of Object.entries(record.fields)) {
            const isFilter = name.startsWith("filter_") || name === "recipient_type";
            if (name in record.data && isFilter) {
                const value = record.data[name];
                values[name] =
                    type === "many2many" ? [[6, 0, [...value.currentIds]]] : value;
            }
        }
        if (record.data.company_id) {
            values.company_id = record.data.company_id.id;
        }
        return values;
    }

    async ask() {
        // a form may be given up before it is shown
        if (status(this) === "destroyed") {
            return;
        }
        const number = this.latest;
        const answer = await this.count(this.values);
        if (number === this.latest) {
            Object.assign(this.state, answer, {busy: false});
        }
    }

    count(values) {
        const {resModel, resId} = this.props.record;
        const ids = resId ? [resId] : [];
        return this.orm.silent.call(resModel, "count_audience", [ids, values]);
    }

    async open() {
        const record = this.props.record;
        if (await record.save()) {
            this.action.doAction(
                await this.orm.call(record.resModel, "action_open_audience", [
                    [record.resId],
                ])
            );
        }
    }
}

registry.category("view_widgets").add("mass_sending_audience_count", {
    component: AudienceCount,
});
