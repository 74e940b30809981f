import {Component, onMounted, onWillUnmount, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const INTERVAL = 3000;

/** Keeps the form of a campaign up to date while the queue works on it. */
export class AutoRefresh extends Component {
    static template = xml``;
    static props = {...standardWidgetProps};

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), INTERVAL);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get isWatched() {
        const {state, confirmed_at, is_settling} = this.props.record.data;
        return (
            is_settling || state === "processing" || (state === "new" && confirmed_at)
        );
    }

    async refresh() {
        const record = this.props.record;
        if (this.isLoading || document.hidden || !record.resId || !this.isWatched) {
            return;
        }
        this.isLoading = true;
        try {
            if (!(await record.isDirty())) {
                await record.load();
            }
        } catch {
            // the server is busy or away: the next round tries again
        } finally {
            this.isLoading = false;
        }
    }
}

registry.category("view_widgets").add("mass_sending_auto_refresh", {
    component: AutoRefresh,
});
