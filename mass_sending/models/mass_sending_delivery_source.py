# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.exceptions import UserError

from .mass_sending_delivery import STAFF


class MassSendingDelivery(models.Model):
    """Other mail in the log: which document it was about, and no more."""

    _inherit = "mass.sending.delivery"

    source_model = fields.Char(
        string="Document model", readonly=True, copy=False, groups=STAFF
    )
    source_id = fields.Many2oneReference(
        string="Document ID",
        model_field="source_model",
        readonly=True,
        copy=False,
        groups=STAFF,
    )

    def action_open_original(self):
        """Open the document that the mail was about, with the reader's own rights.

        :raise UserError: it is gone
        """
        self.ensure_one()
        model = self.source_model
        if not model or model not in self.env:
            raise UserError(self.env._("This mail is not about a document."))
        record = self.env[model].browse(self.source_id).exists()
        if not record:
            raise UserError(self.env._("The document has been deleted since."))
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record.id,
            "view_mode": "form",
        }
