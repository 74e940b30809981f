# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class MassSendingSaveAudience(models.TransientModel):
    _name = "mass.sending.save.audience"
    _description = "Save filters as audience"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(string="Audience name")
    replaced_id = fields.Many2one(
        "mass.sending.audience",
        string="Replaces",
        compute="_compute_replaced_id",
        help="The audience that has this name already.",
    )

    @api.depends("name", "campaign_id")
    def _compute_replaced_id(self):
        for wizard in self:
            wizard.replaced_id = self.env["mass.sending.audience"].search(
                [
                    ("name", "=", (wizard.name or "").strip()),
                    ("company_id", "=", wizard.campaign_id.company_id.id),
                ],
                limit=1,
            )

    def action_save(self):
        """Save the filters under the name; an audience of that name is replaced."""
        self.ensure_one()
        campaign = self.campaign_id
        campaign.check_access("read")
        values = campaign._prepare_filter_values()
        audience = self.replaced_id
        if audience:
            audience.write(values)
        else:
            audience = audience.create(
                {
                    **values,
                    "name": self.name.strip(),
                    "company_id": campaign.company_id.id,
                }
            )
        campaign.audience_id = audience
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Audience “%(name)s” saved.", name=audience.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
