import {registry} from "@web/core/registry";

// A customer signs in with the name on his contract and reads his mail.
registry.category("web_tour.tours").add("mass_sending_portal_messages", {
    url: "/web/login",
    steps: () => [
        {
            content: "Sign in with the portal login",
            trigger: "input[name='login']",
            run: "edit CUST-1",
        },
        {
            trigger: "input[name='password']",
            run: "edit anna",
        },
        {
            trigger: ".oe_login_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The home page says that there is one unread message",
            trigger: ".o_mass_sending_unread_badge:contains('1')",
        },
        {
            trigger: "a[href='/my/messages']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is in the list, unread; open it",
            trigger: ".o_mass_sending_unread a:contains('Maintenance')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Its text",
            trigger: ".o_mass_sending_body:contains('We are working on the line.')",
        },
        {
            content: "Its file",
            trigger:
                "a.o_mass_sending_file[href*='/attachment/']:contains('terms.txt')",
        },
        {
            content: "Confirm",
            trigger: ".o_mass_sending_acknowledge",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_mass_sending_acknowledged:contains('Anna')",
        },
        {
            content: "Back in the list it is read",
            trigger: ".breadcrumb a[href='/my/messages']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_mass_sending_message:not(.o_mass_sending_unread)",
        },
        {
            trigger: ".breadcrumb a[href='/my/home']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The badge is gone",
            trigger: ".o_portal_my_home:not(:has(.o_mass_sending_unread_badge))",
        },
    ],
});
