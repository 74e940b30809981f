# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import email
import email.policy

from odoo.tests.common import BaseCase

from odoo.addons.mass_sending.tools.dsn import Report, read_report

# As the mail gateway gets them; the text between is what differs
DSN = """\
From: MAILER-DAEMON@mx.example.com
To: bounce@odoo.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

{recipients}
--b--
"""
EXCHANGE = """\
Final-Recipient: rfc822;gone@example.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound;
 Recipient not found by SMTP address lookup
"""
POSTFIX_DELAYED = """\
Final-Recipient: rfc822; slow@example.com
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.example.com: Connection timed out
Will-Retry-Until: Sat, 28 Nov 2026 10:00:00 +0000 (UTC)
"""
GIVEN_UP = """\
Final-Recipient: rfc822; slow@example.com
Action: failed
Status: 4.4.1
"""
RELAYED_AND_FAILED = """\
Final-Recipient: rfc822; fine@example.com
Action: relayed
Status: 2.0.0

Final-Recipient: rfc822; full@example.com
Action: Failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full
"""


class TestDsn(BaseCase):
    def _read(self, recipients):
        source = DSN.format(recipients=recipients)
        return read_report(email.message_from_string(source, policy=email.policy.SMTP))

    def _read_text(self, body):
        return read_report(email.message_from_string("Subject: x\n\nx"), body)

    def test_permanent_failure(self):
        self.assertEqual(
            self._read(EXCHANGE),
            Report(
                True,
                "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by "
                "SMTP address lookup",
                "gone@example.com",
            ),
        )

    def test_delay_is_no_failure(self):
        report = self._read(POSTFIX_DELAYED)
        self.assertFalse(report.failed)
        self.assertEqual(
            report.reason, "4.4.1 connect to mx.example.com: Connection timed out"
        )

    def test_given_up_after_days(self):
        self.assertEqual(
            self._read(GIVEN_UP), Report(True, "4.4.1", "slow@example.com")
        )

    def test_one_of_several_failed(self):
        report = self._read(RELAYED_AND_FAILED)
        self.assertEqual(
            report, Report(True, "552 5.2.2 Mailbox full", "full@example.com")
        )

    def test_bounce_without_report(self):
        body = "Hi. This is the qmail-send program.\n\n<x@example.com>:\n"
        self.assertEqual(
            self._read_text(f"{body}Sorry, no mailbox here by that name. (#5.1.1)\n"),
            Report(True, "Sorry, no mailbox here by that name. (#5.1.1)"),
        )
        self.assertEqual(
            self._read_text(f"{body}1.2.3.4 said: 550 unknown user\n"),
            Report(True, "1.2.3.4 said: 550 unknown user"),
        )

    def test_vacation_reply_is_no_bounce(self):
        body = "I am away until 5.12.2026.\nCall 0550 123 456.\nRoom 501"
        self.assertFalse(self._read_text(body).failed)

    def test_nonsense(self):
        self.assertEqual(self._read_text(""), Report(False, ""))
        self.assertFalse(self._read("Action: failed?\n").failed)
        self.assertFalse(self._read("").failed)
