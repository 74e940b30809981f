import {Component} from "@odoo/owl";
import {Confirm} from "./confirm";
import {formatInteger} from "@web/views/fields/formatters";

/** What happens to customers who cannot see their portal message yet. */
export class PortalAccess extends Component {
    static template = "mass_sending.PortalAccess";
    static props = {access: Object, disabled: Boolean, onChosen: Function};

    setup() {
        this.formatInteger = formatInteger;
    }
}

Confirm.components = {...Confirm.components, PortalAccess};
