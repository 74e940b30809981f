import {registry} from "@web/core/registry";

const NUMBER = ".o_mass_sending_number";
const NAME = "div[name='filter_name'] textarea";
const answers = [];

/** The first question is answered last. */
function holdTheFirstAnswer() {
    const {AudienceCount} = odoo.loader.modules.get(
        "@mass_sending/audience_count/audience_count"
    );
    const count = AudienceCount.prototype.count;
    AudienceCount.prototype.count = async function (values) {
        const answer = await count.call(this, values);
        if (values.filter_name === "Count") {
            await new Promise((resolve) => setTimeout(resolve, 3000));
        }
        answers.push(values.filter_name);
        return answer;
    };
}

function type(text) {
    const textarea = document.querySelector(NAME);
    textarea.value = text;
    // no change event: he has not left the field yet
    textarea.dispatchEvent(new InputEvent("input", {bubbles: true}));
}

registry.category("web_tour.tours").add("mass_sending_live_count", {
    steps: () => [
        {trigger: `${NUMBER}:not(:contains('…'))`, run: holdTheFirstAnswer},
        {content: "Type something", trigger: NAME, run: () => type("Count")},
        {
            content: "and, after it is asked for, something else",
            trigger: ".o_mass_sending_count [aria-busy='true']",
            run: async () => {
                await new Promise((resolve) => setTimeout(resolve, 1500));
                type("Count Birch");
            },
        },
        {content: "The newer answer is shown", trigger: `${NUMBER}:contains(/^1$/)`},
        {
            content: "and stays when the older one arrives",
            trigger: ".o_mass_sending_count [aria-busy='false']",
            run: async () => {
                while (!answers.includes("Count")) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                await new Promise((resolve) => setTimeout(resolve, 200));
                if (document.querySelector(NUMBER).textContent !== "1") {
                    throw new Error("The older answer replaced the newer one.");
                }
            },
        },
        {
            content: "Who has no rights in CRM is told so",
            trigger: "div[name='recipient_type'] label:contains('Lead')",
            run: "click",
        },
        {trigger: ".o_mass_sending_count_problem:contains('CRM')"},
        {trigger: ".o_form_button_cancel", run: "click"},
    ],
});
