# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    location_id = fields.Many2one(
        "mass.sending.location", ondelete="restrict", index="btree_not_null"
    )
    service_provider_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        index="btree_not_null",
        help="The partner (reseller, operator) who would serve the customer.",
    )

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(
            partner_name, is_company=is_company, parent_id=parent_id
        )
        values.setdefault("location_id", self.location_id.id)
        values.setdefault("service_provider_id", self.service_provider_id.id)
        return values
