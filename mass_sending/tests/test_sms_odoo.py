# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .common_sms import SmsCase


@tagged("post_install", "-at_install")
class TestSmsOfOdoo(SmsCase):
    """The SMS that Odoo sends by itself, through one's own gateway."""

    def _make_row(self, index):
        return self._make("sms.sms", number=self.number(index), body=f"Hi {index}")

    def test_odoo_sends_through_the_gateway(self):
        self.server.hooks[self.number(1)] = lambda messages: (
            200,
            {"status": "invalid_number", "error": "unknown"},
        )
        self.server.hooks[self.number(2)] = lambda messages: None
        rows = self._make_row(0) + self._make_row(1) + self._make_row(2)
        rows.send(unlink_sent=False)
        self.assertEqual(rows.mapped("state"), ["pending", "error", "error"])
        self.assertEqual(
            rows.mapped("failure_type"), [False, "sms_number_format", "sms_server"]
        )

    def test_odoo_queue_goes_through_it_too(self):
        row = self._make_row(0)
        self._commit()
        row._send(unlink_sent=False)
        self.assertEqual(row.state, "pending")
        self.assertEqual(self.server.received_numbers(), [self.number(0)])

    def test_reports_reach_odoo_rows(self):
        row = self._make_row(0)
        tracker = self._make("sms.tracker", sms_uuid=row.uuid)
        self.assertEqual(self.gateway._find_trackers(row.uuid), tracker)
