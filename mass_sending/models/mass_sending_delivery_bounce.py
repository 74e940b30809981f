# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo import api, fields, models
from odoo.tools import email_normalize

from .. import states

_logger = logging.getLogger(__name__)

BOUNCED = "bounced"


class MassSendingDelivery(models.Model):
    """Mail that comes back, hours or days after it was accepted."""

    _inherit = "mass.sending.delivery"

    @api.model
    def _receive_bounce(self, message_ids, report):
        """Write down what a mail server reported about mails of ours.

        A mail that is only late stays sent, with a note. Addresses that bounce too
        often are put on hold by the queue, which counts them.

        :param list message_ids: Message-Ids named in the report
        :param report: `tools.dsn.Report`
        """
        deliveries = self.search(
            [("message_uid", "in", message_ids), ("channel", "=", "email")]
        )
        deliveries = deliveries.filtered(lambda d: not d.group_id)
        if len(deliveries) > 1:
            # other mail goes to several people under one Message-Id
            address = email_normalize(report.address or "")
            deliveries = deliveries.filtered(lambda d: d.address == address)
        if not report.failed:
            deliveries.filtered(lambda d: d.state == states.SENT).write(
                {"failure_reason": report.reason}
            )
            return
        bounced = deliveries.filtered(
            lambda d: d.state in (states.SENT, states.UNCERTAIN)
        )
        if not bounced:
            return
        bounced._set_state(
            states.ERROR,
            failure_type=BOUNCED,
            failure_reason=report.reason,
            bounced_at=fields.Datetime.now(),
        )
        _logger.info("Deliveries %s bounced", bounced.ids)
        bounced.campaign_id._refresh_outcome()
        # the queue counts bounces, and puts addresses on hold
        self.env["mass.sending.campaign"]._trigger_queue()
