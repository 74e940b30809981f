import {registry} from "@web/core/registry";

const CURRENT = ".o_statusbar_status .o_arrow_button_current";

function open(subject) {
    return [
        {
            content: `Open “${subject}” in History`,
            trigger: `.o_data_row .o_data_cell:contains('${subject}')`,
            run: "click",
        },
        {trigger: `.o_mass_sending_campaign_form:contains('${subject}')`},
    ];
}

function back() {
    return [
        {
            trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {trigger: ".o_list_view"},
    ];
}

function confirm() {
    return [
        {trigger: ".modal footer .btn-primary", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ];
}

// What a reload of the page would forget.
let watchedSince = null;

// Staff watch a campaign and decide about others.
registry.category("web_tour.tours").add("mass_sending_control_campaign", {
    steps: () => [
        ...open("Running"),
        {
            content: "The figures change without a reload",
            trigger: ".o_mass_sending_rate:contains('2'):contains('sent of')",
            run: () => {
                watchedSince = Date.now();
            },
        },
        {
            trigger: ".o_mass_sending_rate:contains('4'):contains('left')",
            timeout: 20000,
            run: () => {
                if (!watchedSince) {
                    throw new Error("The page was loaded anew");
                }
            },
        },
        {
            trigger: "button[name='action_pause']",
            run: "click",
        },
        {
            trigger: ".alert:contains('Paused by')",
        },
        {
            trigger: "button[name='action_resume']",
            run: "click",
        },
        {
            trigger: "button[name='action_pause']",
        },
        {
            content: "Removing is for managers",
            trigger: "body:not(:has(button[name='action_remove']))",
        },
        ...back(),
        ...open("Wrong text"),
        {
            trigger: "button[name='action_cancel']",
            run: "click",
        },
        ...confirm(),
        {
            trigger: `${CURRENT}:contains('Cancelled')`,
        },
        ...back(),
        ...open("Some failed"),
        {
            trigger: "button[name='action_retry_failed']",
            run: "click",
        },
        {
            trigger: `${CURRENT}:contains('Processing')`,
        },
        ...back(),
        ...open("In doubt"),
        {
            trigger: ".alert button[name='action_accept_uncertain']",
            run: "click",
        },
        ...confirm(),
        {
            trigger: `${CURRENT}:contains('Sent')`,
        },
        ...back(),
        ...open("One by one"),
        {
            content: "Of several uncertain ones, decide about one",
            trigger: "button[name='action_open_uncertain']",
            run: "click",
        },
        {
            trigger: ".o_data_row .o_data_cell:contains('anna@example.com')",
            run: "click",
        },
        {
            trigger: "button[name='action_resend_uncertain']",
            run: "click",
        },
        ...confirm(),
        {
            trigger: `${CURRENT}:contains('New')`,
        },
    ],
});

registry.category("web_tour.tours").add("mass_sending_remove_campaign", {
    steps: () => [
        ...open("In doubt"),
        {
            trigger: "button[name='action_remove']",
            run: "click",
        },
        ...confirm(),
        {
            trigger: `${CURRENT}:contains('Removed')`,
        },
        ...back(),
    ],
});
