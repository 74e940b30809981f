# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from html import escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

from .. import states

# Longer than anybody types; a pasted page must not become a query.
SEARCH_LENGTH = 200


class MassSendingDelivery(models.Model):
    """The customer's side of a delivery: his message in the portal.

    Only what customers may know is readable by them; the rest of the row is for
    staff (`groups` on the fields), and pages are made of sudo after the check.
    """

    _inherit = "mass.sending.delivery"

    read_by_id = fields.Many2one(
        "res.users",
        string="Read by",
        ondelete="set null",
        readonly=True,
        groups="base.group_user",
    )
    acknowledged_at = fields.Datetime(
        string="Acknowledged", readonly=True, help="“I have read this” was pressed."
    )
    acknowledged_by_id = fields.Many2one(
        "res.users",
        string="Acknowledged by",
        ondelete="set null",
        readonly=True,
        groups="base.group_user",
    )

    def action_view_in_portal(self):
        """Open the message as its customer sees it; that does not mark it as read.

        :raise UserError: the portal does not show it
        """
        self.ensure_one()
        self.check_access("read")
        if not self.sudo()._is_in_portal():
            raise UserError(self.env._("The customer portal does not show this."))
        return {
            "type": "ir.actions.act_url",
            "url": self._get_portal_path(),
            "target": "new",
        }

    @api.model
    def _get_portal_domain(self):
        """Return the messages that the current user finds under /my/messages.

        Contacts of a company share them, as they share orders and invoices. For
        portal users the record rule says the same, and keeps to it elsewhere.
        """
        domain = (
            Domain("channel", "=", "portal")
            & Domain("type", "=", "mass")
            & Domain("state", "=", states.SENT)
            & Domain("partner_id", "child_of", self.env.user.commercial_partner_id.id)
        )
        if self.env.user._is_internal():
            domain &= Domain("campaign_id.state", "!=", states.REMOVED)
        return domain

    @api.model
    def _get_portal_search_domain(self, text):
        """Return the messages with a text in the subject or in what is read.

        :param str text: as typed; found across formatting, but not in markup
        """
        words = " ".join(text.replace("\0", " ").split())[:SEARCH_LENGTH]
        if not words:
            return Domain.TRUE
        return Domain("subject", "ilike", escape_psql(words)) | Domain.custom(
            to_sql=lambda model, alias, query: self._search_body_sql(alias, words)
        )

    def _search_body_sql(self, alias, words):
        unaccent = self.env.registry.unaccent
        text = SQL(
            r"regexp_replace(m.body, '(<[^>]*>|&nbsp;|\s)+', ' ', 'g')",
        )
        return SQL(
            "EXISTS (SELECT FROM mail_message m WHERE m.id = %s AND %s ILIKE %s)",
            SQL.identifier(alias, "mail_message_id"),
            unaccent(text),
            unaccent(SQL("%s", f"%{escape_psql(escape(words, quote=False))}%")),
        )

    @api.model
    def _count_portal_unread(self):
        """Return how many messages the current user has not opened yet."""
        if not self.has_access("read"):
            return 0
        return self.search_count(
            self._get_portal_domain() & Domain("read_at", "=", False)
        )

    def _is_in_portal(self):
        """Return whether this row is a message that the portal shows (in sudo)."""
        self.ensure_one()
        return (
            self.channel == "portal"
            and self.type == "mass"
            and self.state == states.SENT
            and self.campaign_id.state != states.REMOVED
        )

    def _mark_read(self, user):
        """Note that a customer opened these messages; the first time counts."""
        self.filtered(lambda d: not d.read_at).write(
            {"read_at": fields.Datetime.now(), "read_by_id": user.id}
        )

    def _acknowledge(self, user):
        """Keep as proof that a customer said to have read this; only once."""
        self.filtered(
            lambda d: d.campaign_id.ask_acknowledgement and not d.acknowledged_at
        ).write(
            {"acknowledged_at": fields.Datetime.now(), "acknowledged_by_id": user.id}
        )
