import {patch} from "@web/core/utils/patch";
import {DynamicPlaceholderPopover} from "@web/views/fields/dynamic_placeholder_popover";

const PREFIX = "msg_";

// Odoo offers fields only that can be searched for. Ours are computed for the
// message and can only be printed, which is all a placeholder is for.
patch(DynamicPlaceholderPopover.prototype, {
    filter(fieldDef, path) {
        const isOurs =
            !path &&
            fieldDef.name.startsWith(PREFIX) &&
            this.allowedQwebExpressions.includes(`object.${fieldDef.name}`);
        return isOurs || super.filter(fieldDef, path);
    },
});
