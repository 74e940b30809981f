# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_queue import QueueCase

COPY = "archive@example.com"


@tagged("post_install", "-at_install")
class TestRedirection(QueueCase):
    def _set(self, parameter, value):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(parameter, value)
        self._commit()
        self.addCleanup(self._commit)
        self.addCleanup(parameters.set_param, parameter, False)

    def test_divert_all_mail(self):
        self._set("mass_sending.divert_to", "Test <Test@example.com>")
        self._make_customers(3)
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 3})
        self.assertEqual(self.smtp.received_addresses(), ["test@example.com"] * 3)
        self.assertEqual(
            sorted(mail.message["To"] for mail in self.smtp.received),
            [f"Customer {i} <customer{i}@example.com>" for i in range(3)],
        )

    def test_copy_of_all_mail(self):
        self._set("mass_sending.copy_to", COPY)
        self._make_customers(2)
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertEqual(
            sorted(mail.recipients for mail in self.smtp.received),
            [[f"customer{i}@example.com", COPY] for i in range(2)],
        )
        self.assertNotIn(COPY, str(self.smtp.received[0].message))

    def test_refused_copy_is_no_error(self):
        self._set("mass_sending.copy_to", COPY)
        self.smtp.script.rcpt[COPY] = "550 5.1.1 no such user"
        self._make_customers(2)
        campaign = self._make_campaign()
        with mute_logger("odoo.addons.mass_sending.channels.smtp_conversation"):
            self._send(campaign)
        self.assertReceivedOnce(["customer0@example.com", "customer1@example.com"])
        self.assertStates(campaign, {"sent": 2})

    def test_no_copy_of_a_mail_that_was_refused(self):
        self._set("mass_sending.copy_to", COPY)
        self.smtp.script.rcpt["customer0@example.com"] = "550 5.2.2 full"
        self._make_customers(2)
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertReceivedOnce(["customer1@example.com", COPY])
        self.assertStates(campaign, {"sent": 1, "error": 1})

    @mute_logger("odoo.addons.mass_sending.models.mass_sending_campaign_queue")
    def test_a_bad_address_does_not_fall_back_to_the_customers(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._set("mass_sending.divert_to", "nobody")
        self._run_queue()
        self.assertFalse(self.smtp.received)
        self.assertStates(campaign, {"new": 1})
        self.assertIn("“nobody”", campaign.retry_reason)
