# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time
import unittest

from odoo.tests import tagged

from . import postfix
from .common_queue import QueueCase
from .test_dsn import DSN, EXCHANGE, POSTFIX_DELAYED

DOMAIN = "odoo.example"


@tagged("post_install", "-at_install")
class TestBounce(QueueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        before = cls.company.alias_domain_id
        domain = cls._make("mail.alias.domain", name=f"{cls.tag}.{DOMAIN}")
        cls.addClassCleanup(cls._set_alias_domain, domain, before)
        cls._set_alias_domain(before, domain)

    @classmethod
    def _set_alias_domain(cls, before, after):
        # by SQL: the ORM would check every alias there is
        cls._commit()
        cls.cr.execute(
            "UPDATE res_company SET alias_domain_id = %s WHERE id = %s",
            [after.id or None, cls.company.id],
        )
        # the first domain ever is given to all aliases
        if before and not after:
            cls.cr.execute(
                "UPDATE mail_alias SET alias_domain_id = NULL"
                " WHERE alias_domain_id = %s",
                [before.id],
            )
        cls.env.invalidate_all()
        cls._commit()

    def _fetch(self, source):
        """Give a mail to Odoo's mail gateway."""
        self.env["mail.thread"].message_process(None, source)
        self._commit()
        self.env.invalidate_all()

    def _report(self, delivery, recipients):
        """A server's report about a delivery."""
        original = (
            f"--b\nContent-Type: text/rfc822-headers\n\n"
            f"Message-Id: {delivery.message_uid}\n\n--b--"
        )
        source = DSN.format(recipients=recipients)
        return source.replace("--b--", original).encode()

    def test_hard_bounce_turns_the_delivery_to_error(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.assertEqual(campaign.state, "sent")
        self._fetch(self._report(deliveries[0], EXCHANGE))
        self.assertEqual(deliveries.mapped("state"), ["error", "sent"])
        self.assertEqual(deliveries[0].failure_type, "bounced")
        self.assertIn("RecipientNotFound", deliveries[0].failure_reason)
        self.assertTrue(deliveries[0].bounced_at)
        self.assertEqual(campaign.state, "error")
        self.assertEqual((campaign.sent_count, campaign.error_count), (1, 1))

        self._fetch(self._report(deliveries[0], EXCHANGE))
        self.assertEqual((campaign.sent_count, campaign.error_count), (1, 1))

    def test_only_the_address_that_bounced(self):
        """The mail to the billing address has a Message-Id of its own."""
        [customer] = self._make_customers(1)
        customer.billing_email = "billing@example.com"
        self._commit()
        campaign = self._make_campaign(billing_email_mode="addition")
        deliveries = self._send(campaign)
        second = deliveries.filtered(lambda d: d.address == "billing@example.com")
        self._fetch(self._report(second, EXCHANGE))
        self.assertEqual(second.state, "error")
        self.assertEqual((deliveries - second).state, "sent")

    def test_delay_is_only_noted(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        delivery = self._send(campaign)
        self._fetch(self._report(delivery, POSTFIX_DELAYED))
        self.assertEqual(delivery.state, "sent")
        self.assertIn("Connection timed out", delivery.failure_reason)
        self.assertFalse(delivery.bounced_at)
        self.assertEqual(campaign.state, "sent")

    def test_bounce_ends_the_doubt(self):
        self._make_customers(1)
        self.smtp.script.hooks["customer0@example.com"] = lambda: False
        delivery = self._send(self._make_campaign())
        self.assertEqual(delivery.state, "uncertain")
        self._fetch(self._report(delivery, EXCHANGE))
        self.assertEqual(delivery.state, "error")

    def test_retry_after_a_bounce(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        delivery = self._send(campaign)
        self._fetch(self._report(delivery, EXCHANGE.replace("5.1.10", "5.2.2")))
        campaign.action_retry_failed()
        self._commit()
        self._run_queue()
        self.assertEqual(delivery.state, "sent")
        self.assertFalse(delivery.bounced_at)
        self.assertEqual(campaign.state, "sent")

    @unittest.skipIf(postfix.why_not(), postfix.why_not())
    def test_real_mail_server_returns_it(self):
        """Sent to Debian's postfix, returned by it, fetched by the mail gateway."""
        server = postfix.Postfix(f"{self.tag}.{DOMAIN}", self.smtp.port)
        self.addCleanup(server.stop)
        self._set_mail_server(server.port)
        self.addCleanup(self._set_mail_server, self.smtp.port)
        [customer] = self._make_customers(1)
        customer.email = "no.such.user@customers.example"
        self._commit()
        campaign = self._make_campaign()
        delivery = self._send(campaign)
        self.assertEqual(delivery.state, "sent", server.log())

        report = self._wait_for_mail(server)
        self.assertEqual(report.recipients, [f"bounce@{self.tag}.{DOMAIN}"])
        self._fetch(report.content)
        self.assertEqual(delivery.state, "error")
        self.assertEqual(delivery.failure_type, "bounced")
        self.assertEqual(delivery.failure_reason, '5.1.1 unknown user: "no.such.user"')
        self.assertEqual(campaign.state, "error")

    def _set_mail_server(self, port):
        self.mail_server.smtp_port = port
        self._commit()

    def _wait_for_mail(self, server):
        for _attempt in range(200):
            if self.smtp.received:
                return self.smtp.received[0]
            time.sleep(0.1)
        raise AssertionError(f"nothing came back: {server.log()}")
