# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import os
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_queue import QueueCase
from .smtp_server_secure import Certificate, SecureSmtpServer

QUEUE_LOG = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"
SMTP_TIMEOUT = "odoo.addons.base.models.ir_mail_server.SMTP_TIMEOUT"


@tagged("post_install", "-at_install")
class TestSmtpConnection(QueueCase):
    """Encryption, certificates and logins are Odoo's. What does not work keeps the
    campaign waiting, with a sentence that says what to do; nobody is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate = Certificate()
        cls.addClassCleanup(cls.certificate.remove)
        cls.secure = SecureSmtpServer(cls.certificate)
        cls.addClassCleanup(cls.secure.stop)

    def setUp(self):
        super().setUp()
        self.secure.forget()
        self.secure.script = self.smtp.script
        self.secure.received = self.smtp.received
        self._configure(smtp_port=self.secure.port)
        self.addCleanup(
            self._configure,
            smtp_port=self.smtp.port,
            smtp_encryption="none",
            smtp_user=False,
            smtp_pass=False,
        )
        self._make_customers(2)

    def _configure(self, **values):
        self.mail_server.write(values)
        self._commit()

    def _assert_sent(self):
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 2})

    @mute_logger(QUEUE_LOG)
    def _assert_waits(self, *words):
        """The campaign waits, says why, and is sent when that is mended.

        :return: the campaign
        """
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"new": 2})
        self.assertEqual(campaign.state, "processing")
        self.assertTrue(campaign.retry_at)
        self.assertFalse(self.smtp.received)
        for word in ("“Test SMTP”", *words):
            self.assertIn(word, campaign.retry_reason)
        self.assertNotIn("b'", campaign.retry_reason, "it is for people")
        return campaign

    def _assert_sent_after_all(self, campaign):
        self.cr.execute("UPDATE mass_sending_campaign SET retry_at = now()")
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 2})
        self.assertFalse(campaign.retry_reason)
        self.assertReceivedOnce(["customer0@example.com", "customer1@example.com"])

    # === Encryption ===

    def test_encrypted_from_the_beginning(self):
        self.secure.encryption = "ssl"
        self._configure(smtp_encryption="ssl")
        self._assert_sent()

    def test_encrypted_on_request(self):
        self.secure.encryption = "starttls"
        self._configure(smtp_encryption="starttls")
        self._assert_sent()

    def test_certificate_that_is_trusted(self):
        self.secure.encryption = "starttls"
        self._configure(smtp_encryption="starttls_strict")
        with patch.dict(os.environ, SSL_CERT_FILE=str(self.certificate.path)):
            self._assert_sent()

    def test_certificate_that_is_not_trusted(self):
        for encryption in ("ssl", "starttls"):
            with self.subTest(encryption=encryption):
                self.smtp.received.clear()
                self.secure.encryption = encryption
                self._configure(smtp_encryption=f"{encryption}_strict")
                campaign = self._assert_waits("certificate", "Connection Encryption")
                self._configure(smtp_encryption=encryption)
                self._assert_sent_after_all(campaign)

    def test_server_without_encryption(self):
        self._configure(smtp_encryption="starttls")
        campaign = self._assert_waits("STARTTLS", "Connection Encryption")
        self._configure(smtp_encryption="none")
        self._assert_sent_after_all(campaign)

    def test_encryption_where_none_is_expected(self):
        self._configure(smtp_encryption="ssl")
        campaign = self._assert_waits("Connection Encryption")
        self._configure(smtp_encryption="none")
        self._assert_sent_after_all(campaign)

    # === Login ===

    def test_login(self):
        self.secure.encryption, self.secure.login = "starttls", ("isp", "s3cret")
        self._configure(smtp_encryption="starttls", smtp_user="isp", smtp_pass="s3cret")
        self._assert_sent()

    def test_wrong_password(self):
        self.secure.login = ("isp", "s3cret")
        self._configure(smtp_user="isp", smtp_pass="guess")
        campaign = self._assert_waits(
            "535 5.7.8 wrong user name or password", "Username and Password"
        )
        self.assertNotIn("guess", campaign.retry_reason)
        self._configure(smtp_pass="s3cret")
        self._assert_sent_after_all(campaign)

    def test_login_that_does_not_work_just_now(self):
        self.secure.login = ("isp", "s3cret")
        self.secure.refusal = "454 4.7.0 temporary authentication failure"
        self._configure(smtp_user="isp", smtp_pass="guess")
        self._assert_waits("454 4.7.0 temporary authentication failure")

    def test_login_where_none_is_possible(self):
        self._configure(smtp_user="isp", smtp_pass="s3cret")
        self._assert_waits("Username and Password")

    # === Greeting ===

    def test_server_that_has_no_time(self):
        self.secure.script.greeting = "421 4.3.2 too many connections"
        campaign = self._assert_waits("421 4.3.2 too many connections")
        self.secure.script.greeting = "220 test ESMTP"
        self._assert_sent_after_all(campaign)

    def test_server_that_does_not_say_a_word(self):
        self.secure.encryption = "ssl"
        self._configure(smtp_encryption="none")
        with patch(SMTP_TIMEOUT, 1):
            self._assert_waits("timed out")
