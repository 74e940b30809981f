# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .res_partner_customer_status import AUTOMATION_PARAMETER

# field -> (parameter, default)
NUMBER_PARAMETERS = {
    "mass_sending_hold_back_seconds": ("mass_sending.hold_back_seconds", 60),
    "mass_sending_confirm_number_limit": ("mass_sending.confirm_number_limit", 1000),
    "mass_sending_expiration_days": ("mass_sending.expiration_days", 3),
}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mass_sending_customer_status_automation = fields.Boolean(
        string="Automatic Customer Status", config_parameter=AUTOMATION_PARAMETER
    )
    mass_sending_hold_back_seconds = fields.Integer(string="Time to undo (seconds)")
    mass_sending_confirm_number_limit = fields.Integer(
        string="Type the number above (recipients)"
    )
    mass_sending_expiration_days = fields.Integer(string="Days until expiration")

    @api.constrains(
        "mass_sending_hold_back_seconds",
        "mass_sending_confirm_number_limit",
        "mass_sending_expiration_days",
    )
    def _check_mass_sending_numbers(self):
        for settings in self:
            if settings.mass_sending_expiration_days < 1:
                raise ValidationError(
                    self.env._("Days until expiration: at least one day is needed.")
                )
            if min(settings[name] for name in NUMBER_PARAMETERS) < 0:
                raise ValidationError(
                    self.env._("Mass sending: a number may not be below zero.")
                )

    @api.model
    def get_values(self):
        values = super().get_values()
        get_param = self.env["ir.config_parameter"].sudo().get_param
        for name, (parameter, default) in NUMBER_PARAMETERS.items():
            values[name] = int(get_param(parameter, default))
        return values

    def set_values(self):
        """Keep numbers ourselves: Odoo would drop a 0, and the default come back."""
        result = super().set_values()
        parameters = self.env["ir.config_parameter"].sudo()
        for name, (parameter, _default) in NUMBER_PARAMETERS.items():
            parameters.set_param(parameter, str(self[name]))
        return result
