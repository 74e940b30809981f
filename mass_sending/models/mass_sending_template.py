# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models

from .mass_sending_audience_mixin import RECIPIENT_TYPES

TEMPLATE_CHANNELS = [
    ("email", "E-mail"),
    ("portal", "Customer portal"),
    ("sms", "SMS"),
]
PURPOSES = [
    ("service", "Service: concerns the contract, reaches everybody"),
    ("marketing", "Marketing: leaves out who opted out, can be unsubscribed"),
]


class MassSendingTemplate(models.Model):
    """A reusable message for one channel and one recipient type."""

    _name = "mass.sending.template"
    _description = "Mass sending template"
    _inherit = ["mass.sending.content.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Char(translate=True, help="When to use this template.")
    channel = fields.Selection(TEMPLATE_CHANNELS, required=True, default="email")
    recipient_type = fields.Selection(
        RECIPIENT_TYPES, required=True, default="customer", string="Recipient"
    )
    purpose = fields.Selection(PURPOSES)
    audience_id = fields.Many2one(
        "mass.sending.audience",
        ondelete="set null",
        help="Loaded together with the template.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Empty: for all companies."
    )
    placeholder_problems = fields.Text(
        compute="_compute_placeholder_problems",
        help="Placeholders that cannot be used, with the reason.",
    )

    @api.depends("recipient_type")
    def _compute_render_model(self):
        for template in self:
            template.render_model = template._get_content_model()

    @api.depends("subject", "body", "recipient_type")
    def _compute_placeholder_problems(self):
        for template in self:
            template.placeholder_problems = "\n".join(
                template._get_placeholder_problems()
            )

    def action_preview(self):
        """Show the message as the first customer (or lead) would get it."""
        self.ensure_one()
        return self.env["mass.sending.preview"]._open(template_id=self.id)

    def _get_readers_query(self):
        if not self.audience_id:
            return super()._get_readers_query()
        model = self.env[self._get_content_model()]
        return model._search(self.audience_id._get_audience_domain())

    def _is_sms(self):
        return self.channel == "sms"

    def _get_content_model(self):
        recipient_models = self.env[
            "mass.sending.audience.mixin"
        ]._get_recipient_models()
        return recipient_models.get(self.recipient_type, "res.partner")
