# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models

from ..channels.sms import DIVERT_PARAMETER, LANDLINE_PARAMETER


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
        string="Divert SMS to", config_parameter=DIVERT_PARAMETER
    )
