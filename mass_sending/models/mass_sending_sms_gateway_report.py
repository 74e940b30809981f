# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import re

from odoo import models

from ..tools import http_gateway


class MassSendingSmsGateway(models.Model):
    """Delivery reports: what the gateway tells afterwards."""

    _inherit = "mass.sending.sms.gateway"

    def _read_report(self, content):
        """Read one delivery report.

        :param content: parsed JSON, or a dict of parameters
        :return: tuple (id, "delivered", "failed" or None, reason)
        """
        status = http_gateway.find_text(content, self.report_status_path)
        outcome = None
        if status and re.fullmatch(self.report_delivered_pattern or "", status):
            outcome = "delivered"
        elif status and re.fullmatch(self.report_failed_pattern or "", status):
            outcome = "failed"
        uid = http_gateway.find_text(content, self.report_uid_path)
        reason = http_gateway.find_text(content, self.report_reason_path)
        return uid, outcome, reason

    def _receive_report(self, content):
        """Take one delivery report.

        :param content: parsed JSON, or a dict of parameters
        :return: whether it is about an SMS that we know
        """
        self.ensure_one()
        uid, outcome, reason = self._read_report(content)
        trackers = self._find_trackers(uid)
        if outcome == "delivered":
            trackers._action_update_from_sms_state("sent")
        elif outcome == "failed":
            trackers._action_update_from_sms_state(
                "error", failure_type="sms_not_delivered", failure_reason=reason
            )
        return bool(trackers)

    def _find_trackers(self, uid):
        """Find what a report is about, by our id or by the gateway's."""
        trackers = self.env["sms.tracker"]
        if not uid:
            return trackers
        found = trackers.search([("sms_uuid", "=", uid)])
        if found:
            return found
        delivery = self.env["mass.sending.delivery"].search(
            [
                ("provider_uid", "=", uid),
                ("channel", "=", "sms"),
                ("company_id", "in", self.company_ids.ids),
            ],
            limit=1,
        )
        return trackers.search(
            [("sms_uuid", "=", delivery.message_uid), ("sms_uuid", "!=", False)]
        )
