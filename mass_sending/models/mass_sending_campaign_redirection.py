# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models

from ..channels.redirection import describe_redirection


class MassSendingCampaign(models.Model):
    """Saying so when the settings keep everything from the customers."""

    _inherit = "mass.sending.campaign"

    redirection_notice = fields.Char(compute="_compute_redirection_notice")

    @api.depends("send_to")
    def _compute_redirection_notice(self):
        for campaign in self:
            notices = (
                describe_redirection(self.env, channel.code)
                for channel in campaign._get_channels()
            )
            campaign.redirection_notice = " ".join(filter(None, notices))
