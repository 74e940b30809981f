# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class MassSendingDeliveryDocument(models.Model):
    """One financial document that was delivered, exactly as it was sent."""

    _name = "mass.sending.delivery.document"
    _description = "Delivered document"
    _order = "delivery_id, id"
    _rec_name = "file_name"

    delivery_id = fields.Many2one(
        "mass.sending.delivery", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="delivery_id.company_id", store=True, index=True
    )
    kind = fields.Char(required=True, readonly=True)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    file_name = fields.Char(required=True, readonly=True)
    file_size = fields.Integer(readonly=True, help="In bytes.")
    file_hash = fields.Char(string="SHA-256", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", ondelete="set null")
