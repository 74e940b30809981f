# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class MassSendingWhy(models.TransientModel):
    """Asks about whom, and shows why he gets a campaign, or why not."""

    _name = "mass.sending.why"
    _description = "Why somebody gets a campaign, or why not"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, readonly=True, ondelete="cascade"
    )
    recipient_type = fields.Selection(related="campaign_id.recipient_type")
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")

    @api.model
    def _open(self, campaign):
        """Open the question about a campaign."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why, or why not?"),
            "res_model": self._name,
            "res_id": self.create({"campaign_id": campaign.id}).id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def get_answer(self, campaign_id, person_id):
        """Return why a person gets a campaign or why not, for the screen.

        :return: dict with `receives`, `headline` and `lines` (sentences)
        :raise AccessError: the user may not read one of the two
        """
        campaign = self.env["mass.sending.campaign"].browse(campaign_id)
        campaign.check_access("read")
        person = self.env[campaign.recipient_model].browse(person_id)
        person.check_access("read")
        answer = campaign._explain_person(person)
        receives = answer["receives"]
        lines = [
            self._describe_address(channel["label"], address, reason)
            for channel in answer["channels"]
            for address, reason in channel["addresses"]
            # who is skipped: the addresses say more than the reason
            if receives or reason
        ]
        return {
            "receives": receives,
            "headline": self._describe_decision(campaign, person, receives),
            "lines": lines if receives else list(answer["reasons"]) + lines,
        }

    def _describe_decision(self, campaign, person, receives):
        name = person.display_name
        if receives and campaign.confirmed_at:
            return self.env._("%(name)s is among the recipients.", name=name)
        if receives:
            return self.env._("%(name)s will receive this message.", name=name)
        return self.env._("%(name)s does not receive this message.", name=name)

    def _describe_address(self, channel, address, reason):
        # a customer without portal login has no name there
        if not address or address.startswith("#"):
            return f"{channel}: {reason}" if reason else channel
        return f"{channel}, {address}: {reason}" if reason else f"{channel}: {address}"
