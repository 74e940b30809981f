# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class ResPartner(models.Model):
    """Where the customer is, who serves him, and how he pays."""

    _inherit = "res.partner"

    billing_type = fields.Selection(
        [
            ("recurring", "Recurring"),
            ("prepaid_custom", "Prepaid (Custom)"),
            ("prepaid_daily", "Prepaid (Daily)"),
        ],
    )
    location_id = fields.Many2one(
        "mass.sending.location", ondelete="restrict", index="btree_not_null"
    )
    service_provider_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        index="btree_not_null",
        help="The partner (reseller, operator) who serves the customer.",
    )
    service_ids = fields.One2many(
        "mass.sending.service", "partner_id", string="Services"
    )
