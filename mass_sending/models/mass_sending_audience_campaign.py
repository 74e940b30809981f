# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain

RECEIVED = "received"
MISSED = "missed"


class MassSendingAudienceMixin(models.AbstractModel):
    """The filter on what people were sent before."""

    _inherit = "mass.sending.audience.mixin"

    filter_campaign_mode = fields.Selection(
        [
            (RECEIVED, "Not to those who got"),
            (MISSED, "Only those who did not get"),
        ],
        string="Earlier messages",
        help="“Only those who did not get it” means people who were chosen for that "
        "campaign and whom it did not reach.",
    )
    filter_campaign_ids = fields.Many2many(
        "mass.sending.campaign", string="Campaigns", ondelete="restrict"
    )

    @api.model
    def _get_audience_filter_names(self, recipient_type):
        return [*super()._get_audience_filter_names(recipient_type), "campaign"]

    def _get_campaign_domain(self):
        if self.filter_campaign_mode == MISSED:
            domain = self._get_choice_domain(
                "filter_campaign_ids",
                lambda ids: Domain("missed_campaign_ids", "in", ids),
            )
            return Domain.FALSE if domain.is_true() else domain
        return self._get_choice_domain(
            "filter_campaign_ids", lambda ids: Domain("got_campaign_ids", "not in", ids)
        )
