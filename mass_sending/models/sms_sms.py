# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.exceptions import UserError


class SmsSms(models.Model):
    _inherit = "sms.sms"

    mass_sending_delivery_id = fields.Many2one(
        "mass.sending.delivery",
        string="Delivery",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
        help="SMS of a campaign: only the mass sending queue may send it.",
    )

    def write(self, vals):
        """Odoo's queue takes up what is outgoing, and sends before it commits."""
        if vals.get("state") == "outgoing":
            self._refuse_campaign_sms()
        return super().write(vals)

    def send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        self._refuse_campaign_sms()
        return super().send(unlink_failed, unlink_sent, raise_exception)

    def resend_failed(self):
        self._refuse_campaign_sms()
        return super().resend_failed()

    def _update_sms_state_and_trackers(self, new_state, failure_type=None):
        self._refuse_campaign_sms()
        return super()._update_sms_state_and_trackers(new_state, failure_type)

    def _refuse_campaign_sms(self):
        """Campaign SMS are sent through their delivery's claim, or not at all."""
        if self.mass_sending_delivery_id:
            raise UserError(
                self.env._(
                    "This is an SMS of a campaign. Its own queue sends it; retry or "
                    "cancel it in Messages > Mass sending > History."
                )
            )

    # === One's own gateway, for the SMS that Odoo sends by itself ===

    def _split_by_api(self):
        """Give each company's SMS to its own gateway, if it has one."""
        others = self.browse()
        for company, messages in self.grouped(lambda s: s._get_sms_company()).items():
            if company.sudo().mass_sending_sms_gateway_id:
                api = company._get_sms_api_class()(self.env)
                api._set_company(company)
                yield api, messages
            else:
                others += messages
        if others:
            yield from super(SmsSms, others)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Odoo's queue hands over what it finds, of all companies at once, and then
        stops at an error when they are several: split it here."""
        self._refuse_campaign_sms()
        if self.env.context.get("sms_api"):
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for sms_api, messages in self._split_by_api():
            super(SmsSms, messages.with_context(sms_api=sms_api))._send(
                unlink_failed, unlink_sent, raise_exception
            )
        return None
