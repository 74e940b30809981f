# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.tools import consteq, hmac

SCOPE = "mass_sending-unsubscribe"
OPT_OUT, OPT_IN = "out", "in"
REASON_LENGTH = 500
# A quarter of the hash is beyond guessing, and keeps the header on one line.
TOKEN_LENGTH = 32


class MassSendingDelivery(models.Model):
    """The recipient's own choice: no more marketing, or again.

    The link in a marketing mail carries a token of its delivery. What a click
    changes, it changes once: each button holds a token for the number of changes so
    far, and one-click works once per mail. So neither a copied request nor an old
    mail can overrule what the recipient chose later.
    """

    _inherit = "mass.sending.delivery"

    unsubscribed_at = fields.Datetime(string="Unsubscribed", readonly=True, copy=False)
    unsubscribe_reason = fields.Char(readonly=True, copy=False)
    preference_changes = fields.Integer(readonly=True, copy=False)

    # === Tokens ===

    def _get_unsubscribe_token(self):
        self.ensure_one()
        return self._make_preference_token("link")

    def _make_preference_token(self, *purpose):
        message = (self.id, self.address, *purpose)
        return hmac(self.env(su=True), SCOPE, message)[:TOKEN_LENGTH]

    def _get_unsubscribe_path(self):
        """Return the local address of the page on which the recipient chooses."""
        return f"/mass_sending/unsubscribe/{self.id}/{self._get_unsubscribe_token()}"

    @api.model
    def _find_for_unsubscribe(self, delivery_id, token):
        """Return the delivery a link belongs to, as superuser; empty if it is none.

        An unknown delivery and a wrong token cannot be told apart.
        """
        delivery_sudo = self.sudo().browse(delivery_id).exists()
        # always computed, so that the time taken tells nothing either
        expected = (delivery_sudo or self.sudo().new())._get_unsubscribe_token()
        if _is_same(expected, token) and delivery_sudo._is_marketing_mail():
            return delivery_sudo
        return self.sudo().browse()

    def _is_marketing_mail(self):
        return (
            bool(self)
            and self.channel == "email"
            and self.campaign_id.purpose == "marketing"
        )

    def _get_change_token(self, choice):
        """Return the token of one button on the page, good for one change.

        :param str choice: `OPT_OUT` or `OPT_IN`
        """
        self.ensure_one()
        return self._make_preference_token(choice, self.preference_changes)

    # === Choosing ===

    def _is_opted_out(self):
        self.ensure_one()
        return bool(
            self.env["mail.blacklist"]
            .sudo()
            .search_count([("email", "=", self.address)], limit=1)
        )

    def _change_preference(self, choice, token, reason=None):
        """Do what a button on the page says.

        :param str choice: `OPT_OUT` or `OPT_IN`
        :param str token: of that button
        :param str reason: what the recipient wrote, if anything
        :return: whether it was done; a used token does nothing
        """
        self.ensure_one()
        if choice not in (OPT_OUT, OPT_IN):
            return False
        if not _is_same(self._get_change_token(choice), token):
            return False
        if choice == OPT_OUT:
            self._opt_out(reason)
        else:
            self._opt_in()
        return True

    def _one_click_opt_out(self):
        """Unsubscribe as mail programs do it (RFC 8058): once per mail.

        :return: whether it was done
        """
        self.ensure_one()
        if self.unsubscribed_at:
            return False
        self._opt_out()
        return True

    def _opt_out(self, reason=None):
        reason = " ".join((reason or "").split())[:REASON_LENGTH]
        self.preference_changes += 1
        if self.type == "test":
            return
        self.unsubscribed_at = fields.Datetime.now()
        self.unsubscribe_reason = reason
        message = self.env._("Opted out through the message “%s”.", self.subject or "")
        if reason:
            message += " " + self.env._("Reason: %s", reason)
        self.env["mail.blacklist"].sudo()._add(self.address, message=message)

    def _opt_in(self):
        self.preference_changes += 1
        if self.type == "test":
            return
        message = self.env._("Came back through the message “%s”.", self.subject or "")
        self.env["mail.blacklist"].sudo()._remove(self.address, message=message)


def _is_same(expected, token):
    """Compare tokens in constant time, whatever was sent to us."""
    return consteq(expected.encode(), (token or "").encode("utf-8", "replace"))
