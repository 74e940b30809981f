# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import states


class MassSendingDelivery(models.Model):
    """What people decide about single deliveries: with the right on their campaign.

    The log itself is nobody's to write.
    """

    _inherit = "mass.sending.delivery"

    def action_retry(self):
        """Try these failed deliveries again."""
        campaigns = self._begin_control(states.DELIVERY_RETRYABLE)
        for campaign in campaigns:
            campaign._check_can_restart()
        moved = campaigns.sudo()._change_deliveries(
            states.NEW,
            states.DELIVERY_RETRYABLE,
            self._get_own_condition(),
            **campaigns._get_fresh_columns(),
        )
        campaigns.sudo().filtered(lambda c: c.id in moved)._restart()
        return True

    def action_accept_uncertain(self):
        """Count these as sent: somebody knows that they arrived."""
        campaigns = self._begin_control([states.UNCERTAIN])
        campaigns._accept_uncertain(self._get_own_condition())
        return True

    def action_resend_uncertain(self):
        """Send these again: the customer may get the message twice."""
        campaigns = self._begin_control([states.UNCERTAIN])
        campaigns._resend_uncertain(self._get_own_condition())
        return True

    def _begin_control(self, expected):
        """Check that these deliveries are the user's to decide about.

        :param expected: states, one of which each delivery must be in
        :return: their campaigns, locked
        """
        self.check_access("read")
        campaigns = self.campaign_id
        if not campaigns or any(
            d.type != "mass" or d.state not in expected for d in self
        ):
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Choose deliveries of a campaign that are: %(states)s.",
                    states=", ".join(labels[state] for state in expected),
                )
            )
        return campaigns._begin_control()

    def _get_own_condition(self):
        return SQL("d.id = ANY(%s)", self.ids)
