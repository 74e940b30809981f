# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.http import Controller, request, route
from odoo.tools.mail import email_anonymize

from ..models.mass_sending_delivery_unsubscribe import OPT_IN, OPT_OUT, REASON_LENGTH

# Ids are PostgreSQL integers; a larger number in an address is just unknown.
MAX_ID = 2**31 - 1
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
PAGE = "/mass_sending/unsubscribe/<int:delivery_id>/<string:token>"


class MassSendingUnsubscribe(Controller):
    """The page behind the link in a marketing mail, and the one-click behind its
    List-Unsubscribe header.

    Looking at it changes nothing: mail scanners open every link. Whatever is wrong
    with an address, the answer is the same page.
    """

    @route(PAGE, type="http", auth="public", methods=["GET"], sitemap=False)
    def unsubscribe_page(self, delivery_id, token, **kwargs):
        delivery_sudo = self._find(delivery_id, token)
        return self._render(delivery_sudo)

    @route(PAGE, type="http", auth="public", methods=["POST"], sitemap=False)
    def unsubscribe_change(
        self, delivery_id, token, choice="", change_token="", reason="", **kwargs
    ):
        delivery_sudo = self._find(delivery_id, token)
        done = delivery_sudo and delivery_sudo._change_preference(
            choice, change_token, reason
        )
        return self._render(delivery_sudo, done=choice if done else "nothing")

    # csrf: the request comes from the recipient's mail program, which has no session
    @route(
        f"{PAGE}/one-click",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def unsubscribe_one_click(self, delivery_id, token, **kwargs):
        """Answer RFC 8058, section 3.2; a person who opens it is shown the page."""
        if request.httprequest.method != "POST":
            return request.redirect(f"/mass_sending/unsubscribe/{delivery_id}/{token}")
        delivery_sudo = self._find(delivery_id, token)
        if delivery_sudo and kwargs.get("List-Unsubscribe") == "One-Click":
            delivery_sudo._one_click_opt_out()
        # the same for whoever guesses
        return request.make_response("", headers=list(HEADERS.items()))

    def _find(self, delivery_id, token):
        deliveries = request.env["mass.sending.delivery"]
        if delivery_id > MAX_ID:
            delivery_id = 0
        return deliveries._find_for_unsubscribe(delivery_id, token)

    def _render(self, delivery_sudo, done=None):
        values = {"delivery": None}
        if delivery_sudo:
            campaign_sudo = delivery_sudo.campaign_id
            lang = campaign_sudo._get_known_lang(delivery_sudo.recipient_id.lang)
            request.update_context(lang=lang)
            delivery_sudo = delivery_sudo.with_context(lang=lang)
            opted_out = delivery_sudo._is_opted_out()
            choice = OPT_IN if opted_out else OPT_OUT
            values = {
                "delivery": delivery_sudo,
                "company": delivery_sudo.company_id,
                "masked_address": email_anonymize(
                    delivery_sudo.address, redact_domain=True
                ),
                "opted_out": opted_out,
                "choice": choice,
                "change_token": delivery_sudo._get_change_token(choice),
                "is_test": delivery_sudo.type == "test",
                "done": done,
                "reason_length": REASON_LENGTH,
            }
        response = request.render("mass_sending.unsubscribe_page", values)
        response.headers.update(HEADERS)
        if not delivery_sudo:
            response.status_code = 404
        return response
