import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const PAGE = ".o_mass_sending_unsubscribe";
const BUTTON = `${PAGE} button[type='submit']`;

// The link in a marketing mail, opened by somebody who is not signed in.
tours.add("mass_sending_unsubscribe", {
    steps: () => [
        {
            content: "Looking changes nothing; the address is masked",
            trigger: `${PAGE}:contains('You get them.'):contains('a***@')`,
        },
        {trigger: `${PAGE} textarea[name='reason']`, run: "edit Too much of it"},
        {
            trigger: `${BUTTON}:contains('Unsubscribe')`,
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: `${PAGE}:contains('no more advertising')`},
    ],
});

async function oneClick() {
    // as a mail program does it, without the page's token; Odoo's test server answers
    // nobody without its cookie, so "without session" is proved by another test
    await fetch(`${location.pathname}/one-click`, {
        method: "POST",
        body: new URLSearchParams({"List-Unsubscribe": "One-Click"}),
    });
    location.reload();
}

// One click in the mail program; coming back; the same click again does nothing.
tours.add("mass_sending_one_click", {
    steps: () => [
        {
            trigger: `${PAGE}:contains('You get them.')`,
            run: oneClick,
            expectUnloadPage: true,
        },
        {trigger: `${PAGE}:contains('You do not get them.')`},
        {
            trigger: `${BUTTON}:contains('again')`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: `${PAGE}:contains('Welcome back')`,
            run: () => location.assign(location.pathname),
            expectUnloadPage: true,
        },
        {
            trigger: `${PAGE}:not(:contains('Welcome')):contains('You get them.')`,
            run: oneClick,
            expectUnloadPage: true,
        },
        {
            content: "Used up",
            trigger: `${PAGE}:not(:contains('Welcome')):contains('You get them.')`,
        },
    ],
});

// A link that was made up looks like one that never existed.
tours.add("mass_sending_unsubscribe_invalid", {
    steps: () => [
        {
            trigger: `${PAGE}:contains('This link is not valid'):not(:has(form))`,
        },
    ],
});
