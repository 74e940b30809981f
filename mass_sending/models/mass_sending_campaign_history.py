# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models


class MassSendingCampaign(models.Model):
    """Graph and pivot of History count what its list shows."""

    _inherit = "mass.sending.campaign"

    @api.model
    def formatted_read_group(self, domain, *args, **kwargs):
        return super().formatted_read_group(self._hide_removed(domain), *args, **kwargs)

    @api.model
    def formatted_read_grouping_sets(self, domain, *args, **kwargs):
        return super().formatted_read_grouping_sets(
            self._hide_removed(domain), *args, **kwargs
        )
