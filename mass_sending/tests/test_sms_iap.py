# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sms import SmsCase

LOGS = (
    "odoo.tools.translate",
    "odoo.addons.iap.tools.iap_tools",
    "odoo.addons.mass_sending.models.mass_sending_campaign_queue",
)


@tagged("post_install", "-at_install")
class TestSmsIap(SmsCase):
    """Campaigns through the provider that the company has chosen in Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mass_sending_sms_gateway_id = False
        cls._commit()

    def setUp(self):
        super().setUp()
        self._set_endpoint(self.server.url)
        self.addCleanup(self._set_endpoint, False)
        self._make_mobiles(4)
        self.campaign = self._make_sms()
        self._commit()

    def _run_queue(self):
        # Odoo's service refuses to be called in tests
        with patch("odoo.modules.module.current_test", False):
            super()._run_queue()

    def _set_endpoint(self, url):
        self.cr.rollback()
        self.env["ir.config_parameter"].set_param("sms.endpoint", url)
        self._commit()

    def _answer_with(self, *states):
        def answer(messages):
            results = [
                {"uuid": message["reference"], "state": state}
                for message, state in zip(messages, states, strict=False)
            ]
            return 200, {"jsonrpc": "2.0", "result": results}

        self.server.hook = answer

    def test_one_request_for_many(self):
        self._send(self.campaign)
        self.assertNumbersOnce(self.numbers(4))
        self.assertEqual(len(self.server.requests), 1)
        self.assertStates(self.campaign, {"sent": 4})

    def test_each_number_has_its_own_result(self):
        self._answer_with(
            "success", "wrong_number_format", "country_not_supported", "server_error"
        )
        deliveries = self._send(self.campaign)
        self.assertEqual(
            deliveries.mapped("state"), ["sent", "error", "error", "uncertain"]
        )
        self.assertEqual(
            deliveries.mapped("failure_type"),
            [False, "phone_invalid", "refused", "interrupted"],
        )

    def test_who_is_missing_in_the_answer_is_uncertain(self):
        """Odoo's own queue would send it once more with its next run."""
        self._answer_with("success", "success")
        deliveries = self._send(self.campaign)
        self.assertEqual(
            deliveries.mapped("state"), ["sent", "sent", "uncertain", "uncertain"]
        )
        self._run_queue()
        self.assertNumbersOnce(self.numbers(4))

    def test_without_credit_the_campaign_waits(self):
        self._answer_with("success", *["insufficient_credit"] * 3)
        with mute_logger(*LOGS):
            self._send(self.campaign)
        self.assertStates(self.campaign, {"sent": 1, "new": 3})
        self.assertIn("credits", self.campaign.retry_reason)
        self.server.hook = None
        self._run_again(self.campaign)
        self.assertStates(self.campaign, {"sent": 4})

    def test_service_that_is_away_loses_nobody(self):
        self._set_endpoint("http://127.0.0.1:9")
        with mute_logger(*LOGS):
            self._send(self.campaign)
        self.assertStates(self.campaign, {"new": 4})
        self.assertTrue(self.campaign.retry_at)

    def test_no_answer_is_uncertain(self):
        self.server.hook = lambda messages: None
        with mute_logger(*LOGS):
            self._send(self.campaign)
        self.assertNumbersOnce(self.numbers(4))
        self.assertStates(self.campaign, {"uncertain": 4})

    def test_error_of_the_service_is_uncertain(self):
        error = {"data": {"name": "odoo.exceptions.ValueError", "message": "Oops"}}
        self.server.hook = lambda messages: (200, {"error": error})
        with mute_logger(*LOGS):
            self._send(self.campaign)
        self.assertStates(self.campaign, {"uncertain": 4})

    def test_rubbish_is_uncertain(self):
        self.server.hook = lambda messages: (200, "<html>")
        with mute_logger(*LOGS):
            self._send(self.campaign)
        self.assertStates(self.campaign, {"uncertain": 4})
