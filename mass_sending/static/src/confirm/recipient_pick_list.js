import {registry} from "@web/core/registry";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";

/** The list in the confirmation: tells it when somebody was ticked off or on. */
export class RecipientPickController extends ListController {
    /** A click beside the tick box opens nothing: the confirmation would be lost. */
    async openRecord() {}

    async onRecordSaved(record) {
        await super.onRecordSaved(record);
        this.env.onRecipientsChanged?.();
    }

    /** Do what the buttons above the list say here: Odoo would close the dialog. */
    async beforeExecuteActionButton(clickParams) {
        const list = this.model.root;
        const ids = list.isDomainSelected
            ? // all of them, not only as many as Odoo passes to an action
              await this.orm.search(list.resModel, list.domain)
            : await list.getResIds(true);
        await this.orm.call(list.resModel, clickParams.name, [ids]);
        await this.model.load();
        this.env.onRecipientsChanged?.();
        return false;
    }
}

registry.category("views").add("mass_sending_recipient_pick", {
    ...listView,
    Controller: RecipientPickController,
});
