import {registry} from "@web/core/registry";

/** Download what a link leads to; a fetch, because a tour cannot see the disk. */
async function download(link, start) {
    const response = await fetch(link.href);
    const disposition = response.headers.get("Content-Disposition") || "";
    const content = await response.text();
    if (!response.ok || !disposition.startsWith("attachment")) {
        throw new Error(`${link.href}: ${response.status} ${disposition}`);
    }
    if (!content.startsWith(start)) {
        throw new Error(`${link.href} begins with ${content.slice(0, 20)}`);
    }
}

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
            content: "Its file, which is downloaded",
            trigger:
                "a.o_mass_sending_file[href*='/attachment/']:contains('terms.txt')",
            run: ({anchor}) => download(anchor, "the terms"),
        },
        {
            content: "His invoice, which is a PDF",
            trigger: "a.o_mass_sending_file[href*='/document/']:contains('INV-1.pdf')",
            run: ({anchor}) => download(anchor, "%PDF-"),
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
