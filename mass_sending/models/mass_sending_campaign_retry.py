# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import states


class MassSendingCampaign(models.Model):
    """Trying again: the failed and the uncertain. (Those who were skipped: `_skipped`.)

    Always the same rows, so that the log says how often a thing was tried, and
    nobody can become two.
    """

    _inherit = "mass.sending.campaign"

    @api.model
    def _get_fresh_columns(self):
        """Return what a delivery loses when it starts over, as columns of `d`.

        The number of attempts goes on being counted.
        """
        return {
            **dict.fromkeys(("failure_type", "failure_reason", "next_try_at")),
            **dict.fromkeys(("sent_at", "delivered_at", "bounced_at")),
            **dict.fromkeys(("sms_report", "sms_report_reason")),
            "sms_report_pending": False,
            # what failed for its documents has them made again
            "documents_pending": SQL(
                "d.documents_pending OR d.state = %s"
                " OR COALESCE(d.failure_type, '') = 'no_document'",
                states.ATTACHMENT_ERROR,
            ),
        }

    # === Failed ===

    def action_retry_failed(self):
        """Try the failed ones again; never the uncertain, who may have got it."""
        for campaign in self._begin_control():
            campaign._check_can_restart()
            moved = campaign.sudo()._change_deliveries(
                states.NEW, states.DELIVERY_RETRYABLE, **self._get_fresh_columns()
            )
            if not moved:
                raise UserError(self.env._("No delivery has failed."))
            campaign.sudo()._restart()
            campaign._log_control(
                self.env._(
                    "%(number)s failed deliveries are tried again",
                    number=moved[campaign.id],
                )
            )
        return True

    def _check_can_restart(self):
        self.ensure_one()
        if self.state not in (states.PROCESSING, states.SENT, states.ERROR):
            raise UserError(
                self.env._(
                    "This campaign sends nothing any more. Duplicate it to send anew."
                )
            )

    # === Uncertain ===

    def action_accept_uncertain(self):
        """Count the uncertain ones as sent: somebody knows that they arrived."""
        for campaign in self._begin_control():
            campaign._accept_uncertain()
        return True

    def action_resend_uncertain(self):
        """Send the uncertain ones again: some may get the message twice."""
        for campaign in self._begin_control():
            campaign._resend_uncertain()
        return True

    def _accept_uncertain(self, condition=None):
        moved = self.sudo()._change_deliveries(
            states.SENT,
            [states.UNCERTAIN],
            condition,
            failure_type=None,
            failure_reason=self.env._(
                "Accepted as sent by %(user)s.", user=self.env.user.name
            ),
            sent_at=self.env.cr.now(),
        )
        if not moved:
            raise UserError(self.env._("No delivery is uncertain any more."))
        self.sudo()._refresh_outcome()
        for campaign in self:
            campaign._log_control(
                self.env._(
                    "%(number)s uncertain deliveries were accepted as sent",
                    number=moved.get(campaign.id, 0),
                )
            )

    def _resend_uncertain(self, condition=None):
        for campaign in self:
            campaign._check_can_restart()
        moved = self.sudo()._change_deliveries(
            states.NEW, [states.UNCERTAIN], condition, **self._get_fresh_columns()
        )
        if not moved:
            raise UserError(self.env._("No delivery is uncertain any more."))
        self.sudo()._restart()
        for campaign in self:
            campaign._log_control(
                self.env._(
                    "%(number)s uncertain deliveries are sent again",
                    number=moved.get(campaign.id, 0),
                )
            )
