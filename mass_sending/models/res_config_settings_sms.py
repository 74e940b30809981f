# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..channels.redirection import SMS_DIVERT_PARAMETER
from ..channels.sms import LANDLINE_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mass_sending_sms_gateway_id = fields.Many2one(
        related="company_id.mass_sending_sms_gateway_id", readonly=False
    )
    mass_sending_quiet_from = fields.Float(
        related="company_id.mass_sending_quiet_from", readonly=False
    )
    mass_sending_quiet_to = fields.Float(
        related="company_id.mass_sending_quiet_to", readonly=False
    )
    mass_sending_tz = fields.Selection(
        related="company_id.mass_sending_tz", readonly=False
    )
    mass_sending_sms_to_landlines = fields.Boolean(
        string="SMS to landlines", config_parameter=LANDLINE_PARAMETER
    )
    mass_sending_sms_divert_to = fields.Char(
        string="Divert SMS to", config_parameter=SMS_DIVERT_PARAMETER
    )

    @api.constrains("mass_sending_sms_divert_to")
    def _check_mass_sending_sms_divert_to(self):
        for settings in self:
            number = settings.mass_sending_sms_divert_to
            # with its country, so that it is the same number whoever sends
            if number and not (
                number.startswith("+") and self.env.user._phone_format(number=number)
            ):
                raise ValidationError(
                    self.env._(
                        "Divert SMS to: “%(number)s” is no phone number with its "
                        "country code, like +49 1512 3456789.",
                        number=number,
                    )
                )
