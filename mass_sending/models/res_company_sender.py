# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import email_normalize


class ResCompany(models.Model):
    """Who campaigns come from, and who answers, unless a campaign says otherwise."""

    _inherit = "res.company"

    mass_sending_email_from = fields.Char(string="Default sender of campaigns")
    mass_sending_reply_to = fields.Char(string="Support address of campaigns")

    @api.constrains("mass_sending_email_from", "mass_sending_reply_to")
    def _check_mass_sending_addresses(self):
        for company in self:
            for address in (
                company.mass_sending_email_from,
                company.mass_sending_reply_to,
            ):
                if address and not email_normalize(address):
                    raise ValidationError(
                        self.env._("“%s” is no e-mail address.", address)
                    )


class MassSendingCampaign(models.Model):
    _inherit = "mass.sending.campaign"

    @api.model
    def _default_email_from(self):
        return self.env.company.mass_sending_email_from or super()._default_email_from()

    def _get_reply_to(self):
        self.ensure_one()
        support = self.company_id.mass_sending_reply_to
        if self.reply_to_mode == "company" and support:
            return support
        return super()._get_reply_to()
