# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo.tests import tagged

from ..channels.sms_gateway import GatewayProvider
from .common_sms import SmsCase


@tagged("post_install", "-at_install")
class TestSmsReports(SmsCase):
    """What is reported after an SMS was accepted, and in whatever order."""

    def _report(self, delivery, status, error=None):
        content = {"reference": delivery.message_uid, "status": status, "error": error}
        found = self.gateway._receive_report(content)
        self._commit()
        return found

    def test_delivered(self):
        self._make_mobiles(1)
        campaign = self._make_sms()
        [delivery] = self._send(campaign)
        self.assertFalse(delivery.delivered_at)
        self.assertTrue(self._report(delivery, "delivered"))
        delivered_at = delivery.delivered_at
        self.assertTrue(delivered_at)
        self._report(delivery, "delivered")
        self._report(delivery, "failed")
        self._run_queue()
        self.assertEqual(delivery.delivered_at, delivered_at)
        self.assertEqual((delivery.state, campaign.state), ("sent", "sent"))

    def test_failed_makes_the_finished_campaign_one_with_errors(self):
        self._make_mobiles(2)
        campaign = self._make_sms()
        deliveries = self._send(campaign)
        self.assertEqual(campaign.state, "sent")
        self._report(deliveries[0], "expired", "switched off for three days")
        self._report(deliveries[0], "expired", "switched off for three days")
        self._run_queue()
        self.assertEqual(deliveries.mapped("state"), ["error", "sent"])
        self.assertEqual(deliveries[0].failure_type, "not_delivered")
        self.assertEqual(deliveries[0].failure_reason, "switched off for three days")
        self.assertEqual(campaign.state, "error")
        self.assertEqual(campaign.error_count, 1)

        campaign.action_retry_failed()
        self._commit()
        self.server.received.clear()
        self._run_queue()
        self.assertNumbersOnce([self.number(0)])
        self.assertEqual(campaign.state, "sent")

    def test_gateway_may_report_with_its_own_id(self):
        self._make_mobiles(1)
        [delivery] = self._send(self._make_sms())
        content = {"reference": delivery.provider_uid, "status": "delivered"}
        self.assertTrue(self.gateway._receive_report(content))
        self.assertTrue(delivery.delivered_at)

    def test_report_that_comes_before_the_outcome_is_recorded(self):
        statuses = {self.number(0): "delivered", self.number(1): "failed"}
        send = GatewayProvider.send

        def send_and_report(provider, messages):
            answer = send(provider, messages)
            with self.registry.cursor() as cr:
                gateway = self.gateway.with_env(self.env(cr=cr))
                for message in messages:
                    status = statuses.get(message.number)
                    gateway._receive_report(
                        {"reference": message.uid, "status": status}
                    )
            return answer

        self._make_mobiles(3)
        campaign = self._make_sms()
        with patch.object(GatewayProvider, "send", send_and_report):
            deliveries = self._send(campaign)
        self._run_queue()
        self.assertEqual(deliveries.mapped("state"), ["sent", "error", "sent"])
        self.assertEqual(
            deliveries.mapped(lambda d: bool(d.delivered_at)), [True, False, False]
        )
        self.assertEqual(campaign.state, "error")

    def test_report_ends_the_doubt(self):
        self.server.hooks[self.number(0)] = lambda messages: None
        self.server.hooks[self.number(1)] = lambda messages: None
        self._make_mobiles(2)
        campaign = self._make_sms()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["uncertain", "uncertain"])
        self._report(deliveries[0], "delivered")
        self._report(deliveries[1], "failed")
        self._run_queue()
        self.assertEqual(deliveries.mapped("state"), ["sent", "error"])
        self.assertTrue(deliveries[0].sent_at)

    def test_report_of_an_earlier_try_says_nothing_of_this_one(self):
        self.server.hooks[self.number(0)] = lambda messages: (400, "no")
        self._make_mobiles(1)
        campaign = self._make_sms()
        [delivery] = self._send(campaign)
        old_uid = delivery.message_uid
        self.server.hooks.clear()
        campaign.action_retry_failed()
        self._commit()
        self._run_queue()
        self.assertEqual(delivery.state, "sent")
        self.gateway._receive_report({"reference": old_uid, "status": "failed"})
        self._commit()
        self._run_queue()
        self.assertEqual(delivery.state, "sent")

    def test_odoo_providers_report_through_their_tracker(self):
        self._make_mobiles(2)
        deliveries = self._send(self._make_sms())
        trackers = self.env["sms.tracker"].search(
            [("sms_uuid", "in", deliveries.mapped("message_uid"))], order="id"
        )
        trackers[0]._action_update_from_sms_state("sent")
        trackers[1]._action_update_from_provider_error("invalid_destination")
        self._commit()
        self._run_queue()
        self.assertTrue(deliveries[0].delivered_at)
        self.assertEqual(deliveries.mapped("state"), ["sent", "error"])
        self.assertEqual(deliveries[1].failure_reason, "sms_invalid_destination")
