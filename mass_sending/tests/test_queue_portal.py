# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestQueuePortal(QueueCase):
    def test_portal_copy_is_kept_for_every_customer(self):
        customers = self._make_customers(2)
        customers[0].email = False
        self._commit()
        campaign = self._make_campaign(send_to="portal", purpose=False, email_from="")
        deliveries = self._send(campaign)
        self.assertFalse(self.smtp.received)
        self.assertEqual(deliveries.mapped("state"), ["sent", "sent"])
        self.assertEqual(deliveries.mapped("address"), customers.mapped("portal_login"))
        self.assertEqual(campaign.state, "sent")

    def test_portal_and_email_share_one_message_and_the_mail_links_to_it(self):
        self._make_customers(1)
        body = '<p>Hello</p><p><t t-out="object.msg_portal_link">link</t></p>'
        campaign = self._make_campaign(send_to="portal_email", body=body)
        deliveries = self._send(campaign)
        portal = deliveries.filtered(lambda d: d.channel == "portal")
        self.assertEqual(len(deliveries), 2)
        self.assertEqual(len(deliveries.mail_message_id), 1)
        [received] = self.smtp.received
        html = received.message.get_body(["html"]).get_content()
        url = f"{campaign.get_base_url()}/my/messages/{portal.id}"
        self.assertEqual(html.count(f'href="{url}"'), 1)

    def test_mail_links_to_the_portal_without_being_told(self):
        self._make_customers(1)
        campaign = self._make_campaign(send_to="portal_email")
        deliveries = self._send(campaign)
        portal = deliveries.filtered(lambda d: d.channel == "portal")
        [received] = self.smtp.received
        html = received.message.get_body(["html"]).get_content()
        url = f"{campaign.get_base_url()}/my/messages/{portal.id}"
        self.assertEqual(html.count(f'href="{url}"'), 1)
        # in the portal there is no link to the portal
        self.assertNotIn("/my/messages", portal.mail_message_id.body)

    def test_without_email_the_portal_copy_still_comes(self):
        customers = self._make_customers(2)
        customers[0].email = False
        self._commit()
        campaign = self._make_campaign(send_to="portal_email")
        self._send(campaign)
        self.assertStates(campaign, {"sent": 3})
        self.assertReceivedOnce(["customer1@example.com"])
        recipient = campaign.recipient_ids.filtered(
            lambda r: r.partner_id == customers[0]
        )
        self.assertEqual(recipient.decision, "kept")
        self.assertEqual(recipient.unreachable, {"email": "email_missing"})
