# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.tools import SQL

from .. import states


class MassSendingCampaign(models.Model):
    """The figures of a campaign.

    While it runs they are counted from the deliveries (an index-only scan);
    afterwards they are read from what was counted last, so that History stays
    quick however long it grows.
    """

    _inherit = "mass.sending.campaign"

    state_counts = fields.Json(
        readonly=True, copy=False, help="Deliveries by state, as counted last."
    )
    recipient_count = fields.Integer(
        string="Recipients", readonly=True, copy=False, help="Who was chosen and kept."
    )
    skipped_count = fields.Integer(string="Skipped", readonly=True, copy=False)
    delivery_count = fields.Integer(string="Deliveries", compute="_compute_counts")
    sent_count = fields.Integer(string="Sent", compute="_compute_counts")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    error_count = fields.Integer(string="Errors", compute="_compute_counts")
    uncertain_count = fields.Integer(string="Uncertain", compute="_compute_counts")
    progress = fields.Float(
        compute="_compute_counts", help="Share of the deliveries that are done, in %."
    )
    customer_logins = fields.Char(
        string="Customers",
        compute="_compute_customer_logins",
        help="Portal logins of the customers, or how many they are.",
    )

    @api.depends("state", "state_counts", "is_starting", "started_until")
    def _compute_counts(self):
        live = self.filtered(lambda c: c._is_moving())
        counts = live._count_deliveries()
        unmade = live._count_unmade()
        for campaign in self:
            by_state = (
                counts.get(campaign.id, {})
                if campaign in live
                else campaign.state_counts or {}
            )
            to_make = unmade.get(campaign.id, 0)
            total = sum(by_state.values()) + to_make
            waiting = to_make + sum(
                by_state.get(state, 0) for state in states.DELIVERY_OPEN
            )
            campaign.delivery_count = total
            campaign.sent_count = by_state.get(states.SENT, 0)
            campaign.waiting_count = waiting
            campaign.error_count = sum(
                by_state.get(state, 0) for state in states.DELIVERY_FAILED
            )
            campaign.uncertain_count = by_state.get(states.UNCERTAIN, 0)
            campaign.progress = 100.0 * (total - waiting) / total if total else 0.0

    @api.depends("recipient_count")
    def _compute_customer_logins(self):
        shown = 3
        few = self.filtered(lambda c: 0 < c.recipient_count <= shown)
        names = {}
        for recipient in self.env["mass.sending.recipient"].search(
            [("campaign_id", "in", few.ids), ("decision", "=", states.KEPT)]
        ):
            names.setdefault(recipient.campaign_id.id, []).append(
                recipient.portal_login or recipient.name
            )
        for campaign in self:
            if campaign.id in names:
                campaign.customer_logins = ", ".join(names[campaign.id])
            else:
                campaign.customer_logins = str(campaign.recipient_count or "")

    def _is_moving(self):
        """Return whether the deliveries may change by themselves."""
        self.ensure_one()
        return self.state == states.PROCESSING

    def _count_deliveries(self):
        """Count the deliveries of these campaigns.

        :return: {campaign id: {state: number}}
        """
        if not self.ids:
            return {}
        self.env["mass.sending.delivery"].flush_model(["campaign_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT campaign_id, state, count(*)
                     FROM mass_sending_delivery
                    WHERE campaign_id IN %s
                 GROUP BY campaign_id, state""",
                tuple(self.ids),
            )
        )
        counts = {}
        for campaign_id, state, number in rows:
            counts.setdefault(campaign_id, {})[state] = number
        return counts

    def _store_counts(self):
        """Count the deliveries and keep the figures on the campaigns."""
        counts = self._count_deliveries()
        for campaign in self:
            campaign.state_counts = counts.get(campaign.id, {})

    def _store_recipient_counts(self):
        for campaign in self:
            rows = dict(
                self.env["mass.sending.recipient"]
                .sudo()
                ._read_group(
                    [("campaign_id", "=", campaign.id)], ["decision"], ["__count"]
                )
            )
            campaign.recipient_count = rows.get(states.KEPT, 0)
            campaign.skipped_count = rows.get(states.SKIPPED, 0)
