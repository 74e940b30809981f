import {registry} from "@web/core/registry";

// From an empty form to a confirmed campaign, as staff do it.
registry.category("web_tour.tours").add("mass_sending_send_campaign", {
    steps: () => [
        {
            content: "Choose the customers",
            trigger: "div[name='filter_name'] textarea",
            run: "edit Tour Alder, Tour Birch",
        },
        {
            trigger: ".o_mass_sending_statuses button:contains('Select all')",
            run: "click",
        },
        {
            content: "The form counts as one types",
            trigger: ".o_mass_sending_count:contains('2'):contains('customers match')",
        },
        {
            trigger: "div[name='purpose'] label:contains('Service')",
            run: "click",
        },
        {
            trigger: "div[name='subject'] input, div[name='subject'] textarea",
            run: "edit Works on the line",
        },
        {
            trigger: "div[name='body'] .odoo-editor-editable",
            run: "editor Dear {{ object.msg_name }}, we work on the line.",
        },
        {
            content: "Look at what the first customer gets",
            trigger: "button[name='action_preview']",
            run: "click",
        },
        {
            trigger: ".modal div[name='subject']:contains('Works on the line')",
        },
        {
            trigger: ".modal iframe:iframe body:contains('Dear Tour Alder')",
        },
        {
            content: "and the next one",
            trigger: ".modal .o_mass_sending_next",
            run: "click",
        },
        {
            trigger: ".modal iframe:iframe body:contains('Dear Tour Birch')",
        },
        {
            trigger: ".modal footer button:contains('Close')",
            run: "click",
        },
        {
            content: "Send",
            trigger: "body:not(:has(.modal)) button[name='action_send']",
            run: "click",
        },
        {
            trigger: ".o_mass_sending_total:contains('sent to 2 customers')",
        },
        {
            content: "Leave one of them out",
            trigger:
                ".modal .o_data_row:contains('Tour Birch') .o_boolean_toggle input",
            run: "click",
        },
        {
            content: "The number follows",
            trigger: ".o_mass_sending_total:contains('sent to 1 customer')",
        },
        {
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        {
            content: "It waits, and can be undone",
            trigger: "body:not(:has(.modal)) button[name='action_undo']",
        },
        {
            trigger: "button[data-menu-xmlid='mass_sending.mass_sending_menu_sending']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='mass_sending.mass_sending_campaign_menu']",
            run: "click",
        },
        {
            content: "It is in History",
            trigger:
                ".o_list_view .o_data_row:contains('Works on the line'):contains('New')",
        },
    ],
});
