# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The customer portal: the message is there as soon as it is written down."""

from odoo.tools import SQL

from ..queue.messages import ensure_messages, link_deliveries
from ..queue.outcomes import Outcome
from . import register
from .base import RECIPIENTS, Channel


@register
class PortalChannel(Channel):
    """Every customer chosen gets his copy, shown once he has portal access."""

    code = "portal"
    label = "Customer portal"
    # no wire, so nothing to be in doubt about
    group_size = 500
    carries_documents = True

    def addresses_sql(self, campaign, recipients=RECIPIENTS):
        return SQL(
            """SELECT r.id AS recipient_id,
                      COALESCE(NULLIF(r.portal_login, ''), '#' || r.partner_id)
                          AS address,
                      CASE WHEN r.partner_id IS NULL THEN 'no_customer'
                           WHEN %(left_out)s THEN 'no_portal_access'
                      END AS reason
                 FROM %(recipients)s r
                WHERE r.campaign_id = %(campaign)s""",
            left_out=self._left_out_sql(campaign),
            recipients=recipients,
            campaign=campaign.id,
        )

    def _left_out_sql(self, campaign):
        """SQL condition: the customer cannot sign in, and is left out for that."""
        if campaign.no_access_mode != "leave_out":
            return SQL("FALSE")
        self.env["res.users"].flush_model(["active", "partner_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL("NOT %s", campaign._has_access_sql(SQL("r.partner_id")))

    def has_one_address_each(self, campaign):
        return True

    def prepare(self, campaign, deliveries):
        messages, failures = ensure_messages(campaign, deliveries)
        link_deliveries(deliveries.filtered(lambda d: d.id not in failures), messages)
        return failures

    def hand_over(self, campaign, deliveries, session):
        session.open([deliveries.ids])
        session.record(deliveries.ids, Outcome.sent())
