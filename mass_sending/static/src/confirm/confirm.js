import {Component, onWillStart, useState, useSubEnv} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {View} from "@web/views/view";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const MODEL = "mass.sending.confirm";

/** To how many, to whom, who is left out: the figures above a real list. */
export class Confirm extends Component {
    static template = "mass_sending.Confirm";
    static components = {View};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.formatInteger = formatInteger;
        this.state = useState({
            summary: null,
            warnings: null,
            notes: null,
            shown: null,
            // another one makes the list anew
            round: 0,
            busy: false,
        });
        useSubEnv({onRecipientsChanged: () => this.onRecipientsChanged()});
        onWillStart(() => this.loadSummary());
        // asks the mail server: nobody should wait for that
        this.loadWarnings();
        this.loadNotes();
    }

    onRecipientsChanged() {
        this.loadNotes();
        return this.loadSummary();
    }

    async loadSummary() {
        this.state.summary = await this.call("get_summary");
    }

    async loadWarnings() {
        this.state.warnings = await this.call("get_warnings");
    }

    async loadNotes() {
        this.state.notes = await this.call("get_notes");
    }

    async chooseAccess(mode) {
        this.state.busy = true;
        try {
            await this.call("set_no_access_mode", mode);
        } finally {
            this.state.busy = false;
            await this.onRecipientsChanged();
            this.state.round++;
        }
    }

    call(method, ...args) {
        return this.orm.silent.call(MODEL, method, [
            [this.props.record.resId],
            ...args,
        ]);
    }

    show(reason) {
        this.state.shown = reason;
    }

    get viewProps() {
        const {campaign_id, list_view_id} = this.state.summary;
        const domain = this.state.shown
            ? this.state.shown.domain
            : [["decision", "!=", "skipped"]];
        return {
            resModel: "mass.sending.recipient",
            type: "list",
            viewId: list_view_id,
            views: [
                [list_view_id, "list"],
                [false, "search"],
            ],
            searchViewId: false,
            loadIrFilters: true,
            // export what is selected
            loadActionMenus: true,
            domain: [["campaign_id", "=", campaign_id], ...domain],
            context: {},
            display: {searchPanel: false},
            noBreadcrumbs: true,
            allowOpenAction: false,
            className: "o_mass_sending_recipients",
        };
    }
}

registry.category("view_widgets").add("mass_sending_confirm", {component: Confirm});
