# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain

LOST = "lost"
WON_FILTERS = {
    "filter_lead_open": "pending",
    "filter_lead_won": "won",
    "filter_lead_lost": LOST,
}


class MassSendingAudienceMixin(models.AbstractModel):
    """The filters that only leads have."""

    _inherit = "mass.sending.audience.mixin"

    filter_stage_ids = fields.Many2many(
        "crm.stage", string="Stages", ondelete="restrict"
    )
    filter_lead_open = fields.Boolean(string="Open")
    filter_lead_won = fields.Boolean(string="Won")
    filter_lead_lost = fields.Boolean(string="Lost")
    filter_salesperson_ids = fields.Many2many(
        "res.users", string="Salespersons", ondelete="restrict"
    )

    @api.model
    def _get_audience_filter_names(self, recipient_type):
        names = super()._get_audience_filter_names(recipient_type)
        if recipient_type == "lead":
            names += ["stage", "won_status", "salesperson"]
        return names

    def _get_stage_domain(self):
        return self._get_choice_domain(
            "filter_stage_ids", lambda ids: Domain("stage_id", "in", ids)
        )

    def _get_won_status_domain(self):
        domain = self._get_ticked_domain("won_status", WON_FILTERS)
        if not self.filter_lead_lost:
            return domain
        # Odoo archives what is lost, and hides what is archived unless it is named
        lost = Domain("won_status", "=", LOST)
        return domain & (
            Domain("active", "=", True) | (lost & Domain("active", "=", False))
        )

    def _get_salesperson_domain(self):
        return self._get_choice_domain(
            "filter_salesperson_ids", lambda ids: Domain("user_id", "in", ids)
        )
