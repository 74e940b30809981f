# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import os
import time
import urllib.error
import urllib.request
from unittest import skipUnless

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import sms_segments
from ..tools.sms_gateway_presets import PRESETS
from .common_sms import SmsCase
from .kannel import UNROUTABLE, Kannel, find_programs
from .server_process import ServerProcess

# CI installs Kannel and says so: then these must not be skipped
REQUIRED = bool(os.environ.get("MASS_SENDING_REQUIRE_KANNEL"))
QUEUE_LOG = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"


@skipUnless(REQUIRED or find_programs(), "Install kannel and kannel-extras")
@tagged("post_install", "-at_install")
class TestSmsKannel(SmsCase):
    """From the campaign through a real Kannel, and its reports back to the log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kannel = Kannel()
        cls.addClassCleanup(cls.kannel.stop)
        cls.odoo = ServerProcess(cls.cr.dbname)
        cls.addClassCleanup(cls.odoo.stop)
        cls.gateway.write(
            {
                **PRESETS["kannel"],
                "preset": "kannel",
                "url": cls.kannel.url,
                "username": "isp",
                "password": cls.kannel.password,
                "read_timeout": 10,
                "report_base_url": cls.odoo.url,
            }
        )
        cls._commit()

    def setUp(self):
        super().setUp()
        self.kannel.forget()

    def _wait_for(self, condition):
        """Wait until something is so in the database."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            self.cr.rollback()
            self.env.invalidate_all()
            if condition():
                return
            time.sleep(0.1)
        self.fail(self.odoo.read_log()[-2000:])

    def _received_parts(self, number):
        received = self.kannel.received()
        return [content for _sender, to, content in received if to == number]

    def test_delivered_and_refused_come_back(self):
        customers = self._make_mobiles(4)
        customers[2].phone = f"{UNROUTABLE}12345678"
        campaign = self._make_sms(sms_body="Hello {{ object.msg_name }}: [5 €] é")
        deliveries = self._send(campaign)

        self.assertEqual(deliveries.mapped("state"), ["sent", "sent", "error", "sent"])
        self.assertIn("Not routable", deliveries[2].failure_reason)
        sent = deliveries.filtered(lambda d: d.state == "sent")
        self._wait_for(lambda: all(sent.mapped("delivered_at")))
        self.assertEqual(campaign.state, "error")
        self.assertEqual(
            self._received_parts(self.number(1)), ["text Hello Customer 1: [5 €] é"]
        )

        # the failed one only, now to a number that works
        before = len(self.kannel.received())
        deliveries[2].address = self.number(9)
        deliveries[2].recipient_id.phone_sanitized = self.number(9)
        campaign.action_retry_failed()
        self._commit()
        self._run_queue()
        self._wait_for(lambda: deliveries[2].delivered_at)
        self.assertEqual(len(self.kannel.received()), before + 1)
        self.assertStates(campaign, {"sent": 4})
        self.assertEqual(campaign.state, "sent")

    def test_kannel_counts_the_same_segments(self):
        texts = ["x" * 160, "x" * 161, "x" * 152 + "€" * 10, "Ж" * 70, "Ж" * 71]
        customers = self._make_mobiles(len(texts))
        for customer, text in zip(customers, texts, strict=True):
            customer.name = text
        campaign = self._make_sms(sms_body="{{ object.msg_name }}")
        deliveries = self._send(campaign)
        self._wait_for(lambda: all(deliveries.mapped("delivered_at")))
        for index, text in enumerate(texts):
            self.assertEqual(
                len(self._received_parts(self.number(index))),
                sms_segments.count_segments(text),
                text,
            )
            self.assertEqual(
                deliveries[index].sms_segments, sms_segments.count_segments(text)
            )

    def test_wrong_password_waits(self):
        self._configure(password="wrong")
        self._make_mobiles(2)
        campaign = self._make_sms()
        with mute_logger(QUEUE_LOG):
            self._send(campaign)
        self.assertStates(campaign, {"new": 2})
        self.assertIn("Authorization failed", campaign.retry_reason)

    def test_kannel_wants_a_sender(self):
        with self.assertRaisesRegex(ValidationError, "sender"):
            self.gateway.sender = False

    def test_report_address_tells_nothing_to_strangers(self):
        self._make_mobiles(1)
        [delivery] = self._send(self._make_sms())
        good = f"?uuid={delivery.message_uid}&status=1"
        base = f"{self.odoo.url}/mass_sending/sms/report/"
        answers = {
            self._ask(address)
            for address in (
                f"{base}{self.gateway.id}/wrong{good}",
                f"{base}{self.gateway.id + 1000}/{self.gateway.report_secret}{good}",
                f"{self.gateway.report_url}?uuid=unknown&status=1",
                f"{self.gateway.report_url}?status=1",
            )
        }
        self.assertEqual([code for code, _text in answers], [404], answers)
        self.assertEqual(self._ask(self.gateway.report_url + good), (200, "OK"))

    def _ask(self, url):
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
