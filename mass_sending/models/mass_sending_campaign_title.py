# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models

from ..tools import placeholders
from .mass_sending_person_mixin import PLACEHOLDERS


class MassSendingCampaign(models.Model):
    """What a campaign is called: its subject as people read it."""

    _inherit = "mass.sending.campaign"

    def _compute_display_name(self):
        result = super()._compute_display_name()
        fields = self.env["res.partner"]._fields
        labels = {
            # "Message: Location" in Odoo's choice of fields
            f"object.{name}": fields[name]
            ._description_string(self.env)
            .rpartition(": ")[2]
            for name in PLACEHOLDERS
        }
        for campaign in self:
            campaign.display_name = placeholders.make_readable(
                campaign.display_name, labels
            )
        return result
