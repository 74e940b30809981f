# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sms import BATCH_VALUES, SmsCase

QUEUE_LOG = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"


@tagged("post_install", "-at_install")
class TestSmsGateway(SmsCase):
    """Campaigns through one's own gateway, and how it can go wrong."""

    def test_everybody_gets_his_own_sms(self):
        self._make_mobiles(3)
        campaign = self._make_sms()
        deliveries = self._send(campaign)

        self.assertNumbersOnce(self.numbers(3))
        self.assertStates(campaign, {"sent": 3})
        self.assertEqual(campaign.state, "sent")
        self.assertEqual(
            [message["text"] for message in self.server.received],
            [f"Dear Customer {index}, all is well." for index in range(3)],
        )
        self.assertEqual(
            deliveries.mapped("provider_uid"),
            [f"gw-{delivery.message_uid}" for delivery in deliveries],
        )
        headers, content = self.server.requests[0]
        self.assertEqual(headers["Authorization"], "Bearer t0ps3cret")
        self.assertEqual(content["from"], "ISP")

    def test_chatter_shows_what_he_was_sent(self):
        [customer] = self._make_mobiles(1)
        [delivery] = self._send(self._make_sms(sms_body="Line 1 & <b>\nLine 2"))
        message = delivery.mail_message_id
        self.assertEqual((message.model, message.res_id), ("res.partner", customer.id))
        self.assertEqual(message.message_type, "sms")
        self.assertEqual(message.body, "<p>Line 1 &amp; &lt;b&gt;<br>Line 2</p>")
        self.assertEqual(delivery.sms_text, "Line 1 & <b>\nLine 2")

    def test_odoo_knows_it_but_does_not_queue_it(self):
        self._make_mobiles(1)
        [delivery] = self._send(self._make_sms())
        row = self.env["sms.sms"].search([("uuid", "=", delivery.message_uid)])
        self.assertEqual(row.mass_sending_delivery_id, delivery)
        self.assertEqual((row.state, row.to_delete), ("pending", True))
        self.assertFalse(self.env["sms.sms"].search([("state", "=", "outgoing")]))

    def test_everybody_is_sent_in_batches(self):
        self._configure(**BATCH_VALUES)
        self._make_mobiles(10)
        campaign = self._make_sms()
        self._send(campaign)
        self.assertNumbersOnce(self.numbers(10))
        self.assertStates(campaign, {"sent": 10})
        sizes = [len(content["messages"]) for _headers, content in self.server.requests]
        self.assertEqual(sizes, [4, 4, 2])

    # === When it goes wrong ===

    def test_refused_number_is_an_error_with_its_reason(self):
        self.server.hooks[self.number(1)] = lambda messages: (
            200,
            {"status": "rejected", "error": "blocked by the operator"},
        )
        self.server.hooks[self.number(2)] = lambda messages: (
            200,
            {"status": "invalid_number", "error": "unknown subscriber"},
        )
        self._make_mobiles(4)
        campaign = self._make_sms()
        deliveries = self._send(campaign)
        self.assertStates(campaign, {"sent": 2, "error": 2})
        self.assertEqual(
            deliveries.mapped("failure_type"),
            [False, "refused", "phone_invalid", False],
        )
        self.assertEqual(deliveries[1].failure_reason, "200 blocked by the operator")

    def test_time_out_is_uncertain(self):
        def hang(messages):
            time.sleep(3)
            return self.server.accept(messages)

        self.server.hooks[self.number(1)] = hang
        self._make_mobiles(3)
        campaign = self._make_sms()
        self._configure(read_timeout=1)
        deliveries = self._send(campaign)
        self.assertNumbersOnce(self.numbers(3))
        self.assertEqual(deliveries.mapped("state"), ["sent", "uncertain", "sent"])
        self.assertEqual(campaign.state, "error", "staff have something to decide")

    def test_hanging_up_is_uncertain(self):
        self.server.hooks[self.number(0)] = lambda messages: None
        self._make_mobiles(2)
        campaign = self._make_sms()
        self._send(campaign)
        self.assertNumbersOnce(self.numbers(2))
        self.assertStates(campaign, {"sent": 1, "uncertain": 1})

    def test_server_error_is_uncertain(self):
        """It may have broken after it had passed the message on."""
        self.server.hooks[self.number(0)] = lambda messages: (500, "Oops")
        self._make_mobiles(2)
        campaign = self._make_sms()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["uncertain", "sent"])
        self.assertEqual(deliveries[0].failure_reason, "500 Oops")

    def test_rubbish_is_uncertain(self):
        self.server.hooks[self.number(0)] = lambda messages: (200, "<html>Hello")
        self.server.hooks[self.number(1)] = lambda messages: (200, {"status": "blue"})
        self.server.hooks[self.number(2)] = lambda messages: (200, "")
        self._make_mobiles(4)
        campaign = self._make_sms()
        with mute_logger(QUEUE_LOG):
            self._send(campaign)
        self._run_again(campaign)
        self.assertNumbersOnce(self.numbers(4))
        self.assertStates(campaign, {"sent": 1, "uncertain": 3})

    def test_half_a_batch_leaves_the_other_half_uncertain(self):
        self._configure(**BATCH_VALUES)
        self.server.hooks[self.number(0)] = lambda messages: (
            200,
            {"messages": [self.server.accept_one(m) for m in messages[:2]]},
        )
        self._make_mobiles(6)
        campaign = self._make_sms()
        deliveries = self._send(campaign)
        self.assertNumbersOnce(self.numbers(6))
        self.assertEqual(
            deliveries.mapped("state"),
            ["sent", "sent", "uncertain", "uncertain", "sent", "sent"],
        )

    def test_batch_without_answer_is_uncertain_as_a_whole(self):
        self._configure(**BATCH_VALUES)
        self.server.hooks[self.number(0)] = lambda messages: None
        self._make_mobiles(6)
        campaign = self._make_sms()
        self._send(campaign)
        self.assertNumbersOnce(self.numbers(6))
        self.assertStates(campaign, {"sent": 2, "uncertain": 4})

    def test_gateway_that_is_away_loses_nobody(self):
        self._make_mobiles(3)
        self._configure(url="http://127.0.0.1:9/send")
        campaign = self._make_sms()
        with mute_logger(QUEUE_LOG):
            self._send(campaign)
        self.assertStates(campaign, {"new": 3})
        self.assertEqual(campaign.delivery_ids.mapped("attempts"), [0, 0, 0])
        self.assertIn("127.0.0.1:9", campaign.retry_reason)
        self._restore({"url": self.server.url})
        self._run_again(campaign)
        self.assertNumbersOnce(self.numbers(3))
        self.assertStates(campaign, {"sent": 3})

    def test_wrong_password_waits_and_does_not_burn_the_campaign(self):
        self.server.hook = lambda messages: (403, "Authorization failed: t0ps3cret")
        self._make_mobiles(5)
        campaign = self._make_sms()
        with mute_logger(QUEUE_LOG):
            self._send(campaign)
        self.assertStates(campaign, {"new": 5})
        self.assertEqual(len(self.server.requests), 1)
        self.assertIn("403", campaign.retry_reason)
        self.assertNotIn("t0ps3cret", campaign.retry_reason)
        self.server.hook = None
        self._run_again(campaign)
        self.assertStates(campaign, {"sent": 5})

    def test_silent_gateway_stops_the_campaign_after_a_few_doubts(self):
        self.server.hook = lambda messages: None
        self._make_mobiles(10)
        campaign = self._make_sms()
        with mute_logger(QUEUE_LOG):
            self._send(campaign)
        self.assertStates(campaign, {"new": 7, "uncertain": 3})
        self.assertTrue(campaign.retry_at)

    def test_retry_takes_up_the_failed_only(self):
        self.server.hooks[self.number(1)] = lambda messages: (400, "no")
        self.server.hooks[self.number(2)] = lambda messages: None
        self._make_mobiles(3)
        campaign = self._make_sms()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["sent", "error", "uncertain"])
        first_uid = deliveries[1].message_uid
        self.server.hooks.clear()
        self.server.received.clear()
        deliveries[1]._set_state("new")
        campaign._set_state("processing")
        self._commit()
        self._run_queue()
        self.assertNumbersOnce([self.number(1)])
        self.assertEqual(deliveries.mapped("state"), ["sent", "sent", "uncertain"])
        self.assertNotEqual(deliveries[1].message_uid, first_uid)
