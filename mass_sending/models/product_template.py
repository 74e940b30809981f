# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models

TARIFF_TYPES = [
    ("internet", "Internet"),
    ("voice", "Voice"),
    ("recurring", "Recurring"),
    ("bundle", "Bundle"),
]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    tariff_type = fields.Selection(
        TARIFF_TYPES,
        string="Service Type",
        index="btree_not_null",
        help="A product with a service type is a tariff plan: confirming a sales order "
        "with it gives the customer a service.",
    )
