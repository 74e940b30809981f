# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import email_normalize_all

from ..channels.redirection import COPY_PARAMETER, DIVERT_PARAMETER
from ..queue import bounces
from .mail_mail_log import LOG_OTHER_MAIL
from .mass_sending_delivery_retention import RETENTION_PARAMETER
from .res_config_settings import NUMBER_PARAMETERS

NUMBER_PARAMETERS.update(
    {
        "mass_sending_retention_days": (RETENTION_PARAMETER, 0),
        "mass_sending_bounce_limit": (bounces.LIMIT_PARAMETER, bounces.LIMIT_DEFAULT),
    }
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mass_sending_email_from = fields.Char(
        related="company_id.mass_sending_email_from", readonly=False
    )
    mass_sending_reply_to = fields.Char(
        related="company_id.mass_sending_reply_to", readonly=False
    )
    mass_sending_copy_to = fields.Char(
        string="Copy To", config_parameter=COPY_PARAMETER
    )
    mass_sending_divert_to = fields.Char(
        string="Divert To", config_parameter=DIVERT_PARAMETER
    )
    mass_sending_retention_days = fields.Integer(string="Days to keep logs")
    mass_sending_bounce_limit = fields.Integer(string="Bounces before hold")
    mass_sending_log_other_mail = fields.Boolean(string="Log Other Mail")

    @api.constrains("mass_sending_copy_to", "mass_sending_divert_to")
    def _check_mass_sending_addresses(self):
        for settings in self:
            for address in (
                settings.mass_sending_copy_to,
                settings.mass_sending_divert_to,
            ):
                if address and not email_normalize_all(address):
                    raise ValidationError(
                        self.env._("“%s” is no e-mail address.", address)
                    )

    @api.constrains("mass_sending_bounce_limit", "mass_sending_retention_days")
    def _check_mass_sending_log_numbers(self):
        for settings in self:
            if settings.mass_sending_bounce_limit < 1:
                raise ValidationError(
                    self.env._("Bounces before hold: at least one bounce is needed.")
                )
            if settings.mass_sending_retention_days < 0:
                raise ValidationError(
                    self.env._("Mass sending: a number may not be below zero.")
                )

    @api.model
    def get_values(self):
        values = super().get_values()
        values["mass_sending_log_other_mail"] = self.env[
            "mail.mail"
        ]._is_other_mail_logged()
        return values

    def set_values(self):
        """Keep "off" as a value: Odoo would drop it, and it would be on again."""
        result = super().set_values()
        self.env["ir.config_parameter"].sudo().set_param(
            LOG_OTHER_MAIL, str(self.mass_sending_log_other_mail)
        )
        return result
