# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.tools import html2plaintext

from ..tools.dsn import read_report


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Write down on the deliveries which of them came back, and why."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        message_ids = message_dict.get("bounced_msg_ids")
        if message_ids:
            body = html2plaintext(message_dict.get("body") or "")
            # sudo: the mail gateway has no rights of its own
            self.env["mass.sending.delivery"].sudo()._receive_bounce(
                message_ids, read_report(email_message, body)
            )
        return result
