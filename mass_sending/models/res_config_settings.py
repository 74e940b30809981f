# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models

from .res_partner_customer_status import AUTOMATION_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mass_sending_customer_status_automation = fields.Boolean(
        string="Automatic Customer Status", config_parameter=AUTOMATION_PARAMETER
    )
