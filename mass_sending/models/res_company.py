# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from ..channels.sms_api import SmsApiGateway
from ..channels.sms_gateway import GatewayProvider
from ..channels.sms_provider import OdooProvider


class ResCompany(models.Model):
    _inherit = "res.company"

    mass_sending_sms_gateway_id = fields.Many2one(
        "mass.sending.sms.gateway",
        string="SMS gateway",
        ondelete="restrict",
        groups="base.group_system",
        help="Every SMS of this company goes through it. Empty: through the provider "
        "chosen in Odoo.",
    )
    mass_sending_quiet_from = fields.Float(
        string="Quiet hours from",
        help="SMS of campaigns wait until the quiet hours are over where the customer "
        "lives. The same time twice means no quiet hours.",
    )
    mass_sending_quiet_to = fields.Float(string="Quiet hours to")
    mass_sending_tz = fields.Selection(
        _tz_get,
        string="Time zone of customers",
        help="For customers whose own time zone is not known.",
    )

    @api.constrains("mass_sending_quiet_from", "mass_sending_quiet_to")
    def _check_mass_sending_quiet_hours(self):
        for company in self:
            hours = (company.mass_sending_quiet_from, company.mass_sending_quiet_to)
            if not all(0 <= hour <= 24 for hour in hours):
                raise ValidationError(
                    self.env._("Quiet hours are times between 0:00 and 24:00.")
                )

    def _get_sms_api_class(self):
        self.ensure_one()
        if self.sudo().mass_sending_sms_gateway_id:
            return SmsApiGateway
        return super()._get_sms_api_class()

    def _get_mass_sending_sms_provider(self):
        """Return who carries the SMS of this company's campaigns.

        :return: `channels.sms_provider.SmsProvider`
        """
        self.ensure_one()
        gateway = self.sudo().mass_sending_sms_gateway_id
        return GatewayProvider(gateway) if gateway else OdooProvider(self)

    def _get_mass_sending_tz(self):
        """Return the time zone of customers who have none of their own."""
        self.ensure_one()
        return self.mass_sending_tz or self.partner_id.tz or self.env.user.tz or "UTC"
