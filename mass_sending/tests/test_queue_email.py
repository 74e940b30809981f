# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from email.utils import parseaddr

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mass_sending.channels.mail_maker import MailMaker
from odoo.addons.mass_sending.queue.messages import Message

from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestQueueEmail(QueueCase):
    def test_everybody_gets_his_own_mail(self):
        self._make_customers(3)
        campaign = self._make_campaign()
        deliveries = self._send(campaign)

        self.assertReceivedOnce([f"customer{i}@example.com" for i in range(3)])
        self.assertStates(campaign, {"sent": 3})
        self.assertEqual(campaign.state, "sent")
        self.assertTrue(campaign.finished_at)
        self.assertTrue(all(deliveries.mapped("sent_at")))
        self.assertEqual(deliveries.mapped("attempts"), [1, 1, 1])

    def test_mail_reads_as_a_mail_client_shows_it(self):
        [customer] = self._make_customers(1)
        [delivery] = self._send(self._make_campaign())
        [received] = self.smtp.received
        message = received.message

        self.assertEqual(message["Subject"], "News for Customer 0")
        self.assertEqual(message["To"], "Customer 0 <customer0@example.com>")
        self.assertEqual(message["From"], "support@example.com")
        self.assertEqual(message["Message-Id"], delivery.message_uid)
        # the company's address; Python and Odoo differ about the quotes of its name
        self.assertEqual(
            parseaddr(message["Reply-To"])[1],
            self.company.email or "support@example.com",
        )
        self.assertIn(
            "Dear Customer 0, all is well.", message.get_body(["plain"]).get_content()
        )
        html = message.get_body(["html"]).get_content()
        self.assertIn("Dear Customer 0, all is well.", html)
        self.assertIn(self.company.name, html, "the layout's footer")
        # on record as it was sent, in the customer's chatter
        self.assertEqual(delivery.mail_message_id.model, "res.partner")
        self.assertEqual(delivery.mail_message_id.res_id, customer.id)
        self.assertIn("Dear Customer 0", delivery.mail_message_id.body)
        self.assertEqual(delivery.subject, "News for Customer 0")

    def test_transport_rows_are_gone_afterwards(self):
        self._make_customers(2)
        deliveries = self._send(self._make_campaign())
        mails = self.env["mail.mail"].search(
            [("mass_sending_delivery_id", "in", deliveries.ids)]
        )
        self.assertFalse(mails)
        self.assertFalse(self.env["mass.sending.group"].search([]))
        self.assertTrue(deliveries.mail_message_id.exists())

    def test_second_run_sends_nothing(self):
        self._make_customers(2)
        self._send(self._make_campaign())
        self._run_queue()
        self.assertEqual(len(self.smtp.received), 2)

    def test_refused_address_ends_only_its_own_delivery(self):
        self._make_customers(3)
        self.smtp.script.rcpt["customer1@example.com"] = "550 5.1.1 no such user"
        campaign = self._make_campaign()
        deliveries = self._send(campaign)

        self.assertReceivedOnce(["customer0@example.com", "customer2@example.com"])
        self.assertEqual(deliveries.mapped("state"), ["sent", "error", "sent"])
        self.assertEqual(deliveries[1].failure_type, "refused")
        self.assertIn("550 5.1.1 no such user", deliveries[1].failure_reason)
        self.assertEqual(campaign.state, "error")

    def test_broken_placeholder_ends_only_its_own_delivery(self):
        """A template editor may use expressions that fail for some people."""
        customers = self._make_customers(3)
        customers[1].color = 0
        (customers[0] + customers[2]).color = 1
        self._commit()
        body = '<p><t t-out="1 / object.color"/></p>'
        self.author.group_ids += self.env.ref("mail.group_mail_template_editor")
        campaign = self._make_campaign(body=body)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            deliveries = self._send(campaign)

        self.assertEqual(deliveries.mapped("state"), ["sent", "error", "sent"])
        self.assertEqual(deliveries[1].failure_type, "placeholder")
        self.assertIn("division by zero", deliveries[1].failure_reason)

    def test_temporary_refusal_is_tried_again_later(self):
        self._make_customers(2)
        self.smtp.script.rcpt["customer0@example.com"] = "451 4.7.1 greylisted"
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["new", "sent"])
        self.assertEqual(deliveries[0].failure_type, "refused_temporarily")
        self.assertTrue(deliveries[0].next_try_at)
        self.assertEqual(campaign.state, "processing")

        self._run_queue()
        self.assertEqual(len(self.smtp.received), 1, "not before its time")

        self.smtp.script.rcpt.clear()
        self.cr.execute("UPDATE mass_sending_delivery SET next_try_at = now()")
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 2})
        self.assertEqual(campaign.state, "sent")
        self.assertFalse(deliveries[0].failure_type)
        self.assertEqual(deliveries[0].attempts, 2)

    def test_connection_lost_before_the_answer_is_uncertain(self):
        """The server has the content; whether it kept it, nobody knows."""
        self._make_customers(3)
        self.smtp.script.hooks["customer1@example.com"] = lambda: False
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["sent", "uncertain", "sent"])
        self.assertEqual(campaign.state, "error")
        self._run_queue()
        self.assertEqual(
            self.smtp.received_addresses().count("customer1@example.com"), 1
        )

    def test_server_that_hangs_up_is_called_again(self):
        self._make_customers(3)
        self.smtp.script.rcpt["customer1@example.com"] = "421 too busy"
        deliveries = self._send(self._make_campaign())
        self.assertEqual(deliveries.mapped("state"), ["sent", "new", "sent"])

    def test_unreachable_server_keeps_everybody_waiting(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self.mail_server.smtp_port = 1
        self.addCleanup(self._set_port, self.smtp.port)
        with mute_logger("odoo.addons.mass_sending.models.mass_sending_campaign_queue"):
            self._send(campaign)
        self.assertStates(campaign, {"new": 2})
        self.assertEqual(campaign.state, "processing")
        self.assertIn("127.0.0.1:1", campaign.retry_reason)
        self.assertTrue(campaign.retry_at)
        self._set_port(self.smtp.port)
        self.cr.execute("UPDATE mass_sending_campaign SET retry_at = now()")
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 2})
        self.assertFalse(campaign.retry_reason)

    def _set_port(self, port):
        self.mail_server.smtp_port = port
        self._commit()

    def test_paused_campaign_stands_still(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._set_state("processing")
        campaign._create_deliveries()
        campaign.is_paused = True
        self._commit()
        self._run_queue()
        self.assertFalse(self.smtp.received)
        campaign.is_paused = False
        self._commit()
        self._run_queue()
        self.assertEqual(len(self.smtp.received), 2)

    def test_who_was_archived_meanwhile_is_skipped(self):
        customers = self._make_customers(3)
        campaign = self._make_campaign()
        self._confirm(campaign)
        customers[0].action_archive()
        customers[1].unlink()
        self._commit()
        self._run_queue()
        self.assertReceivedOnce(["customer2@example.com"])
        recipients = campaign.recipient_ids.sorted("id")
        self.assertEqual(recipients.mapped("decision"), ["skipped", "skipped", "kept"])
        self.assertEqual(
            recipients.mapped("skip_reason"), ["archived", "deleted", False]
        )
        self.assertEqual(campaign.state, "sent")

    def test_odoos_own_queue_leaves_campaign_mail_alone(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            mine = campaign.with_env(env)
            mine._start()
            channel = mine._get_channels()[0]
            channel.prepare(mine, mine.delivery_ids)
            cr.commit()  # pylint: disable=invalid-commit
            env["mail.mail"].process_email_queue()
            cr.rollback()
        # other mail may have waited there
        recipients = {address for r in self.smtp.received for address in r.recipients}
        self.assertNotIn("customer0@example.com", recipients)

    def test_billing_email_gets_a_mail_of_its_own(self):
        [customer] = self._make_customers(1)
        customer.billing_email = "Billing@example.com, customer0@example.com"
        self._commit()
        deliveries = self._send(self._make_campaign(billing_email_mode="addition"))
        self.assertReceivedOnce(["customer0@example.com", "billing@example.com"])
        self.assertEqual(len(set(deliveries.mapped("message_uid"))), 2)
        self.assertEqual(len(deliveries.mail_message_id), 1)

    def test_workers_that_prepare_two_addresses_at_once_choose_two_message_ids(self):
        """Each has one of the two in its group, and neither has written anything."""
        self._make_customers(1, billing_email="bills@example.com")
        campaign = self._make_campaign(billing_email_mode="addition")
        self._confirm(campaign)
        campaign._start()
        own, billing = campaign.delivery_ids.sorted("id")
        message = Message(1, "<of-the-message@example.com>", "News", "")
        uids = {}
        for delivery in billing, own:
            maker = MailMaker(campaign, {delivery.recipient_id.id: message})
            uids |= maker.choose_message_uids(delivery, False)
        self.assertEqual(uids[own.id], message.uid)
        self.assertNotEqual(uids[billing.id], message.uid)

    def test_attachment_is_stored_once_and_sent_to_all(self):
        self._make_customers(2)
        attachment = self._make(
            "ir.attachment", name="terms.txt", raw=b"Our terms", mimetype="text/plain"
        )
        campaign = self._make_campaign(attachment_ids=[(6, 0, attachment.ids)])
        self._send(campaign)
        self.assertEqual(attachment.res_model, "mass.sending.campaign")
        for received in self.smtp.received:
            [part] = received.message.iter_attachments()
            self.assertEqual(part.get_filename(), "terms.txt")
            self.assertEqual(part.get_content().strip(), "Our terms")
        self.assertTrue(attachment.exists())


@tagged("post_install", "-at_install")
class TestQueueEmailPipelining(TestQueueEmail):
    """The same with a server that takes several commands at once."""

    allow_inherited_tests_method = True
    pipelining = True
