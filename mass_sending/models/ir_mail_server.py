# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models

from ..tools.mail_policy import UNSUBSCRIBE, unsubscribe_policy


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _build_email__(self, *args, **kwargs):
        message = super()._build_email__(*args, **kwargs)
        if UNSUBSCRIBE in message:
            message.policy = unsubscribe_policy()
        return message
