# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models

from .. import states


class MassSendingCampaign(models.Model):
    """What a campaign asks of the customer in the portal, and who has read it."""

    _inherit = "mass.sending.campaign"

    ask_acknowledgement = fields.Boolean(
        string="Ask for acknowledgement",
        help="In the portal the customer is asked to press “I have read this”. Who "
        "did, and when, is kept with the delivery.",
    )

    uses_portal = fields.Boolean(compute="_compute_uses_portal")
    read_count = fields.Integer(string="Read", compute="_compute_read_counts")
    acknowledged_count = fields.Integer(
        string="Acknowledged", compute="_compute_read_counts"
    )

    @api.depends("send_to")
    def _compute_uses_portal(self):
        for campaign in self:
            channels = campaign._get_channels()
            campaign.uses_portal = any(c.code == "portal" for c in channels)

    @api.depends("state", "state_counts")
    def _compute_read_counts(self):
        rows = self.env["mass.sending.delivery"]._read_group(
            [
                ("campaign_id", "in", self._origin.ids),
                ("channel", "=", "portal"),
                ("state", "=", states.SENT),
            ],
            ["campaign_id"],
            ["read_at:count", "acknowledged_at:count"],
        )
        counts = {campaign.id: (read, said) for campaign, read, said in rows}
        for campaign in self:
            campaign.read_count, campaign.acknowledged_count = counts.get(
                campaign._origin.id, (0, 0)
            )

    # === Actions ===

    def action_open_read(self):
        """Open the portal messages that customers have opened."""
        return self._open_deliveries([("read_at", "!=", False)])

    def action_open_acknowledged(self):
        """Open the messages whose customers said that they have read them."""
        return self._open_deliveries([("acknowledged_at", "!=", False)])

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {"ask_acknowledgement"}
