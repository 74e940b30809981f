# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import threading
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..queue.outcomes import BACK_OFF
from .common_queue import QueueCase

SMTP_TIMEOUT = "odoo.addons.base.models.ir_mail_server.SMTP_TIMEOUT"


@tagged("post_install", "-at_install")
class TestSmtpAnswers(QueueCase):
    """Each answer ends one delivery, in its own way, and no other."""

    def _address(self, number):
        return f"customer{number}@example.com"

    def _send_to(self, number):
        """Send to so many customers; :return: the states, in order"""
        self._make_customers(number)
        self.campaign = self._make_campaign()
        self.deliveries = self._send(self.campaign)
        return self.deliveries.mapped("state")

    def _run_again(self):
        """Run the queue when everything that waits is due."""
        self.cr.execute(
            "UPDATE mass_sending_delivery SET next_try_at = now() - interval '1 s'"
            " WHERE next_try_at IS NOT NULL"
        )
        self._commit()
        self._run_queue()

    def test_server_hangs_up_before_the_content(self):
        """It was announced only: it was not handed over, so it may go again."""
        self.smtp.script.rcpt[self._address(1)] = ""
        self.assertEqual(self._send_to(3), ["sent", "new", "sent"])
        self.assertEqual(self.deliveries[1].failure_type, "connection")
        self.smtp.script.rcpt.clear()
        self._run_again()
        self.assertStates(self.campaign, {"sent": 3})
        self.assertReceivedOnce(map(self._address, range(3)))

    def test_421_instead_of_accepting_the_content(self):
        """The server says that it did not take it, and hangs up."""
        self.smtp.script.data[self._address(1)] = "421 4.3.2 shutting down"
        sessions = self.smtp.sessions
        self.assertEqual(self._send_to(4), ["sent", "new", "sent", "sent"])
        self.assertEqual(self.deliveries[1].failure_type, "refused_temporarily")
        self.assertIn("4.3.2 shutting down", self.deliveries[1].failure_reason)
        self.assertGreater(self.smtp.sessions - sessions, 1)

    def test_refusals_in_a_row(self):
        script = self.smtp.script
        script.rcpt[self._address(0)] = "550 5.1.1 no such user"
        script.rcpt[self._address(1)] = "450 4.2.1 mailbox busy"
        script.data[self._address(2)] = "554 5.7.1 looks like spam"
        script.data[self._address(3)] = "452 4.3.1 disk full"
        self.assertEqual(
            self._send_to(6), ["error", "new", "error", "new", "sent", "sent"]
        )
        self.assertReceivedOnce(map(self._address, (4, 5)))
        reasons = self.deliveries.mapped("failure_reason")
        for number, words in enumerate(["no such", "busy", "spam", "disk full"]):
            self.assertIn(words, reasons[number])

    def test_everybody_refused(self):
        self.smtp.script.rcpt = {
            self._address(number): "550 5.1.1 no such user" for number in range(3)
        }
        self.assertEqual(self._send_to(3), ["error"] * 3)
        self.assertFalse(self.smtp.received)
        self.assertEqual(self.campaign.state, "error")

    def test_sender_refused(self):
        self.smtp.script.mail = "550 5.7.1 not from here"
        self.assertEqual(self._send_to(2), ["error"] * 2)
        self.assertEqual(
            set(self.deliveries.mapped("failure_type")), {"sender_invalid"}
        )

    def test_too_large_for_the_server(self):
        """It says how large a mail may be; then it refuses before the content."""
        self.smtp.script.size = 100
        self.assertEqual(self._send_to(2), ["error"] * 2)
        self.assertEqual(set(self.deliveries.mapped("failure_type")), {"too_large"})

    def test_too_large_for_a_mailbox(self):
        self.smtp.script.data[self._address(0)] = "552 5.2.3 message too large"
        self.assertEqual(self._send_to(2), ["error", "sent"])
        self.assertEqual(self.deliveries[0].failure_type, "too_large")

    def test_answer_that_takes_too_long(self):
        """Whether the mail was accepted, nobody knows: it must not go again."""

        given_up = threading.Event()
        self.smtp.script.hooks[self._address(1)] = lambda: given_up.wait(30)
        with patch(SMTP_TIMEOUT, 1):
            self.assertEqual(self._send_to(3), ["sent", "uncertain", "sent"])
        given_up.set()
        self._run_again()
        self._wait_for_mails(3)
        self.assertReceivedOnce(map(self._address, range(3)))

    def _wait_for_mails(self, number):
        until = time.monotonic() + 10
        while len(self.smtp.received) < number and time.monotonic() < until:
            time.sleep(0.02)

    def test_server_that_is_slow_but_answers(self):
        def answer_slowly():
            time.sleep(0.6)
            return True

        self.smtp.script.hooks = {self._address(n): answer_slowly for n in range(3)}
        with patch(SMTP_TIMEOUT, 1):
            self.assertEqual(self._send_to(3), ["sent"] * 3)

    def test_each_try_waits_longer(self):
        self.smtp.script.rcpt[self._address(0)] = "451 4.7.1 greylisted"
        self._send_to(1)
        for waiting in [*BACK_OFF[1:], BACK_OFF[-1]]:
            self._run_again()
            left = self.deliveries.next_try_at - fields.Datetime.now()
            self.assertAlmostEqual(left, waiting, delta=timedelta(seconds=30))
        self.assertEqual(self.deliveries.attempts, 5)

    def test_given_up_after_the_days_allowed(self):
        self.smtp.script.rcpt[self._address(0)] = "451 4.7.1 greylisted"
        self.assertEqual(self._send_to(2), ["new", "sent"])
        self._let_days_pass(2)
        self.assertEqual(self.deliveries[0].state, "new")
        self._let_days_pass(2)
        self.assertEqual(self.deliveries[0].state, "expired")
        self.assertIn("greylisted", self.deliveries[0].failure_reason)
        self.assertEqual(self.campaign.state, "error")

    def _let_days_pass(self, days):
        self.cr.execute(
            "UPDATE mass_sending_campaign SET started_at = started_at"
            " - make_interval(days => %s) WHERE id = %s",
            [days, self.campaign.id],
        )
        self._run_again()


@tagged("post_install", "-at_install")
class TestSmtpAnswersPipelining(TestSmtpAnswers):
    """The same where the next mail is announced together with the content."""

    allow_inherited_tests_method = True
    pipelining = True
