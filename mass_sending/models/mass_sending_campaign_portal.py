# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class MassSendingCampaign(models.Model):
    """What a campaign asks of the customer in the portal."""

    _inherit = "mass.sending.campaign"

    ask_acknowledgement = fields.Boolean(
        string="Ask for acknowledgement",
        help="In the portal the customer is asked to press “I have read this”. Who "
        "did, and when, is kept with the delivery.",
    )

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {"ask_acknowledgement"}
