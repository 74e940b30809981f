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

    async afterExecuteActionButton(clickParams) {
        await super.afterExecuteActionButton(clickParams);
        this.env.onRecipientsChanged?.();
    }
}

registry.category("views").add("mass_sending_recipient_pick", {
    ...listView,
    Controller: RecipientPickController,
});
