# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from contextlib import contextmanager

from odoo import fields, models
from odoo.tools import SQL, format_amount

from .. import states

# Namespace of the locks; the second key is the campaign's id.
LOCK_CLASS = 0x6D736270  # "msbp"


class MassSendingCampaign(models.Model):
    """What a campaign by SMS may cost, and that it never costs more."""

    _inherit = "mass.sending.campaign"

    company_currency_id = fields.Many2one(related="company_id.currency_id")
    sms_budget = fields.Monetary(
        string="May cost at most",
        currency_field="company_currency_id",
        help="The campaign pauses before it would cost more. Empty: no limit.",
    )

    @contextmanager
    def _within_sms_budget(self, session, delivery_ids):
        """Yield as many of some deliveries, in their order, as may still be paid for.

        Whoever marks them as being handed over inside is alone with the budget: two
        workers never spend the same money.

        :param session: `queue.hand_over.HandOver`
        :param list[int] delivery_ids: claimed deliveries, prices committed
        """
        if not self.sms_budget or self.is_test:
            yield delivery_ids
            return
        lock = (LOCK_CLASS, self.id)
        session.query(SQL("SELECT pg_advisory_lock(%s, %s)", *lock))
        try:
            affordable = self._find_affordable(session, delivery_ids)
            yield affordable
        finally:
            session.query(SQL("SELECT pg_advisory_unlock(%s, %s)", *lock))
        if len(affordable) < len(delivery_ids):
            self._pause_for_budget()

    def _find_affordable(self, session, delivery_ids):
        """Return the first of some deliveries that the rest of the budget pays for."""
        rows = session.query(
            SQL(
                """WITH spent AS (
                       SELECT COALESCE(sum(sms_price), 0) AS amount
                         FROM mass_sending_delivery
                        WHERE campaign_id = %(campaign)s
                          AND type = 'mass'
                          AND (state = ANY(%(paid)s) OR sent_at IS NOT NULL)
                   ), claimed AS (
                       SELECT id, sum(COALESCE(sms_price, 0)) OVER (ORDER BY id)
                                  AS amount
                         FROM mass_sending_delivery
                        WHERE id = ANY(%(ids)s)
                   )
                   SELECT claimed.id
                     FROM claimed, spent
                    WHERE spent.amount + claimed.amount <= %(budget)s
                 ORDER BY claimed.id""",
                campaign=self.id,
                paid=[states.SENDING, states.UNCERTAIN],
                ids=list(delivery_ids),
                budget=self.sms_budget,
            )
        )
        return [delivery_id for (delivery_id,) in rows]

    def _pause_for_budget(self):
        amount = format_amount(self.env, self.sms_budget, self.company_currency_id)
        reason = self.env._(
            "The next SMS would cost more than the %s allowed. Raise “May cost at "
            "most” and resume.",
            amount,
        )
        self.write(
            {
                "is_paused": True,
                "pause_reason": reason,
                "paused_at": fields.Datetime.now(),
            }
        )
