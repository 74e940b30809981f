import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// === What staff do in each of them ===

function write(subject, message) {
    return [
        {
            content: `Write “${subject}”`,
            trigger: "div[name='subject'] input, div[name='subject'] textarea",
            run: `edit ${subject}`,
        },
        {
            trigger: "div[name='body'] .odoo-editor-editable",
            run: `editor ${message}`,
        },
    ];
}

function matches(number, who) {
    return {
        content: `${number} ${who}`,
        trigger: `.o_mass_sending_count [aria-busy='false']:contains(/^\\s*${number}\\s*${who}/)`,
    };
}

function send(number, who) {
    return [
        {
            content: "Send",
            trigger: "body:not(:has(.modal)) button[name='action_send']",
            run: "click",
        },
        {trigger: `.o_mass_sending_total:contains('sent to ${number} ${who}')`},
    ];
}

function confirm() {
    return [
        {trigger: ".modal button[name='action_confirm']", run: "click"},
        {
            content: "It waits, and can be undone",
            trigger: "body:not(:has(.modal)) button[name='action_undo']",
        },
    ];
}

function closePreview() {
    return [
        {trigger: ".modal footer button:contains('Close')", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ];
}

function tick(name) {
    return {
        trigger: `.modal .o_data_row:contains('${name}') .o_list_record_selector input`,
        run: "click",
    };
}

// A column of logins out of a spreadsheet; two people left out; taken back once.
tours.add("mass_sending_pasted_logins", {
    steps: () => [
        {
            content: "Paste the column",
            trigger: "div[name='filter_portal_login'] textarea",
            run() {
                const column = "T-1\r\nT-2\r\nt-3\r\nT-4\r\n\r\nT-unknown\r\n";
                const data = new DataTransfer();
                data.setData("text/plain", column);
                this.anchor.focus();
                this.anchor.dispatchEvent(
                    new ClipboardEvent("paste", {clipboardData: data, bubbles: true})
                );
                // a browser inserts it only for a person
                document.execCommand("insertText", false, column);
            },
        },
        matches(4, "customers match"),
        {
            trigger: "div[name='purpose'] label:contains('Service')",
            run: "click",
        },
        ...write("Pasted", "Dear {{ object.msg_name }}, we work on the line."),
        ...send(4, "customers"),
        {content: "Leave two of them out, together", ...tick("Tour Birch")},
        tick("Tour Dale"),
        {
            trigger: ".modal button[name='action_leave_out']",
            run: "click",
        },
        {trigger: ".o_mass_sending_total:contains('sent to 2 customers')"},
        {
            trigger:
                ".o_mass_sending_confirm li:contains('Left out by hand'):contains('2')",
        },
        ...confirm(),
        {content: "Take it back", trigger: "button[name='action_undo']", run: "click"},
        {
            content: "Who was left out stays left out",
            trigger: "body:not(:has(button[name='action_undo']))",
        },
        ...send(2, "customers"),
        {
            trigger:
                ".modal .o_data_row:contains('Tour Birch') .o_boolean_toggle input:not(:checked)",
        },
        ...confirm(),
    ],
});

// A template in two languages: each customer is shown his own.
tours.add("mass_sending_marketing_template", {
    steps: () => [
        {
            trigger: "div[name='filter_name'] textarea",
            run: "edit Tour Alder, Tour Birch",
        },
        matches(2, "customers match"),
        {
            content: "Choose the template",
            trigger: "div[name='template_id'] input",
            run: "edit Summer offer",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Summer offer')",
            run: "click",
        },
        {trigger: "button[name='action_load_template']:visible", run: "click"},
        {
            content: "Its languages, its text and its purpose are here",
            trigger:
                ".o_mass_sending_languages:contains('English'):contains('Français')",
        },
        {trigger: "div[name='subject'] input:value('Summer offer')"},
        {trigger: "div[name='purpose'] input[data-value='marketing']:checked"},
        {trigger: "button[name='action_preview']", run: "click"},
        {
            content: "One customer's is in English, the other's in French",
            trigger: ".modal iframe:iframe body:contains('Cheaper for Tour')",
        },
        {
            content: "with a link to unsubscribe",
            trigger: ".modal iframe:iframe a:contains('Unsubscribe')",
        },
        {trigger: ".modal .o_mass_sending_next", run: "click"},
        {trigger: ".modal .o_mass_sending_awkward:contains('Français')"},
        {trigger: ".modal iframe:iframe body:contains('Moins cher pour Tour')"},
        ...closePreview(),
        ...send(1, "customer"),
        {
            content: "Who opted out is skipped, and said to be",
            trigger: ".o_mass_sending_reason:contains('Opted out of marketing')",
            run: "click",
        },
        {trigger: ".modal .o_data_row:contains('Tour Alder')"},
        ...confirm(),
    ],
});

tours.add("mass_sending_lead_campaign", {
    steps: () => [
        {
            trigger: "div[name='recipient_type'] label:contains('Lead')",
            run: "click",
        },
        {
            content: "What only customers have is not asked for",
            trigger: "body:not(:has(div[name='filter_portal_login']))",
        },
        {
            trigger: "div[name='filter_name'] textarea",
            run: "edit Tour Lea, Tour Leo",
        },
        matches(2, "leads match"),
        {
            trigger: "div[name='purpose'] label:contains('Marketing')",
            run: "click",
        },
        ...write("For leads", "Dear {{ object.msg_name }}, try our fibre."),
        {trigger: "button[name='action_preview']", run: "click"},
        {trigger: ".modal iframe:iframe body:contains('Dear Tour Le')"},
        ...closePreview(),
        {
            content: "Why is a third one not among them?",
            trigger: "button[name='action_open_why']",
            run: "click",
        },
        {trigger: ".modal div[name='lead_id'] input", run: "edit Tour Lou"},
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains('Lou')",
            run: "click",
        },
        {trigger: ".modal .o_mass_sending_answer:contains('Full name')"},
        ...closePreview(),
        ...send(2, "leads"),
        ...confirm(),
    ],
});
