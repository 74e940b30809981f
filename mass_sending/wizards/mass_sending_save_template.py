# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class MassSendingSaveTemplate(models.TransientModel):
    _name = "mass.sending.save.template"
    _description = "Save a message as template"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(string="Template name")
    description = fields.Char()
    with_audience = fields.Boolean(
        string="Remember the saved audience",
        help="Loading the template loads its audience, too.",
    )
    audience_id = fields.Many2one(related="campaign_id.audience_id")

    def action_save(self):
        self.ensure_one()
        campaign = self.campaign_id
        campaign.check_access("read")
        template = self.env["mass.sending.template"].create(
            {
                "name": self.name,
                "description": self.description,
                "channel": campaign.send_to
                if campaign.send_to in ("portal", "sms")
                else "email",
                "recipient_type": campaign.recipient_type,
                "purpose": campaign.purpose,
                "company_id": campaign.company_id.id,
                "audience_id": campaign.audience_id.id if self.with_audience else False,
            }
        )
        template._copy_content_from(campaign)
        campaign.template_id = template
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Template “%(name)s” saved.", name=self.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
