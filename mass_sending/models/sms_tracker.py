# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models

# Odoo's states of an SMS, as what they report of a delivery.
STATE_TO_REPORT = {
    "process": "accepted",
    "pending": "accepted",
    "sent": "delivered",
    "error": "failed",
    "canceled": "failed",
}


class SmsTracker(models.Model):
    """Brings a provider's reports to the delivery: one row for each try."""

    _inherit = "sms.tracker"

    mass_sending_delivery_id = fields.Many2one(
        "mass.sending.delivery", ondelete="cascade", index="btree_not_null"
    )

    def _action_update_from_provider_error(self, provider_error):
        values = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = values
        self._report_to_deliveries("failed", failure_reason or failure_type)
        return values

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        if report := STATE_TO_REPORT.get(sms_state):
            self._report_to_deliveries(report, failure_reason or failure_type)
        return result

    def _report_to_deliveries(self, report, reason):
        for tracker in self.filtered("mass_sending_delivery_id"):
            delivery = tracker.mass_sending_delivery_id
            # that an earlier try failed says nothing of the present one
            if report == "delivered" or tracker.sms_uuid == delivery.message_uid:
                delivery._note_sms_report(report, reason)
