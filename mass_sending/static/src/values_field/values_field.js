import {registry} from "@web/core/registry";
import {listTextField} from "@web/views/fields/text/text_field";

// Several values in one filter: one line high, and it grows with what is pasted.
registry.category("fields").add("mass_sending_values", listTextField);
