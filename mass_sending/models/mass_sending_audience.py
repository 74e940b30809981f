# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class MassSendingAudience(models.Model):
    """A saved set of filters, to be loaded into a campaign by its name."""

    _name = "mass.sending.audience"
    _description = "Audience"
    _inherit = ["mass.sending.audience.mixin"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "An audience with this name exists already."
    )
