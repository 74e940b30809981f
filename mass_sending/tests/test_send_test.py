# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CampaignCommon
from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestSendTest(CampaignCommon):
    """The dialog, as the agent uses it."""

    def _send_test(self, campaign=None, user=None, **values):
        campaign = campaign or self._create_campaign()
        action = campaign.with_user(user or self.agent).action_open_test()
        wizard = self.env["mass.sending.test"].with_user(user or self.agent)
        wizard = wizard.browse(action["res_id"])
        wizard.write({"portal_login": self.anna.portal_login, **values})
        wizard.action_send()
        return self.env["mass.sending.campaign"].search(
            [("is_test", "=", True)], order="id desc", limit=1
        )

    def test_to_an_address_typed_in(self):
        test = self._send_test(address="boss@example.com")
        self.assertEqual(test.recipient_ids.email, "boss@example.com")
        self.assertEqual(test.recipient_ids.partner_id, self.anna)
        self.assertTrue(test.confirmed_at)

    def test_to_my_own_address_by_default(self):
        self.assertEqual(self._send_test().recipient_ids.email, "agent@example.com")

    def test_to_the_customer_himself(self):
        test = self._send_test(target="customer")
        self.assertEqual(test.recipient_ids.email, "anna@example.com")

    def test_login_whatever_its_case(self):
        self.anna.portal_login = "Anna-X"
        test = self._send_test(portal_login=" anna-x ")
        self.assertEqual(test.recipient_ids.partner_id, self.anna)

    def test_campaign_itself_does_not_change(self):
        campaign = self._create_campaign()
        before = campaign.sudo().read()
        test = self._send_test(campaign)
        test._create_deliveries()
        campaign.invalidate_recordset()
        self.assertEqual(campaign.sudo().read(), before)
        self.assertFalse(campaign.sudo().recipient_ids)
        self.assertFalse(campaign.sudo().delivery_ids)

    def test_deliveries_are_marked_as_test(self):
        test = self._send_test(address="boss@example.com")
        test._create_deliveries()
        [delivery] = test.delivery_ids
        self.assertEqual(delivery.type, "test")
        self.assertEqual(delivery.address, "boss@example.com")
        self.assertEqual(delivery.subject, "[TEST] News")
        self.assertEqual(test._create_deliveries(), 0, "made once")

    def test_what_is_wrong_is_said(self):
        cases = [
            ({"portal_login": "nobody-has-it"}, "no customer with the portal login"),
            ({"address": "not an address"}, "not an e-mail address"),
            ({"address": ""}, "Type the address"),
        ]
        for values, sentence in cases:
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, sentence),
                self.cr.savepoint(),
            ):
                self._send_test(**values)
        with self.assertRaisesRegex(UserError, "Subject"):
            self._send_test(self._create_campaign(subject=False))

    def test_who_cannot_be_reached_is_named_with_the_reason(self):
        self.anna.email = False
        with self.assertRaisesRegex(UserError, "No e-mail address"):
            self._send_test(target="customer")

    def test_customer_of_another_company_is_none(self):
        self.anna.company_id = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(UserError, "no customer"):
            self._send_test()

    def test_tested_with_ones_own_rights(self):
        test = self._send_test(self._create_campaign(), user=self.manager)
        self.assertEqual(test.user_id, self.manager)

    def test_not_of_somebody_elses_campaign(self):
        campaign = self._create_campaign(user=self.manager)
        with self.assertRaises(AccessError):
            self._send_test(campaign)

    def test_portal_message_is_tried_by_mail(self):
        test = self._send_test(self._create_campaign(send_to="portal", purpose=False))
        test._create_deliveries()
        self.assertEqual(test.delivery_ids.channel, "email")

    def test_dialog_remembers(self):
        campaign = self._create_campaign()
        self._send_test(campaign, address="boss@example.com")
        action = campaign.action_open_test()
        wizard = self.env["mass.sending.test"].browse(action["res_id"])
        self.assertEqual(wizard.portal_login, self.anna.portal_login)
        self.assertEqual(wizard.address, "boss@example.com")

    def test_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "Fibre", "contact_name": "Emma", "email_from": "e@example.com"}
        )
        self.agent.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        campaign = self._create_campaign(recipient_type="lead", filter_domain="[]")
        test = self._send_test(campaign, lead_id=lead.id, target="customer")
        self.assertEqual(test.recipient_ids.lead_id, lead)


@tagged("post_install", "-at_install")
class TestSendTestQueue(QueueCase):
    """The same path as the real thing."""

    def test_mail_is_the_real_one_but_for_its_subject(self):
        [customer] = self._make_customers(1)
        campaign = self._make_campaign()
        as_author = campaign.with_user(self.author)
        test = as_author._send_test(customer.with_user(self.author), "boss@example.com")
        test.start_at = "2020-01-01"
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it
        self._run_queue()
        self.assertReceivedOnce(["boss@example.com"])
        tried = self.smtp.received.pop().message
        self.assertEqual(test.state, "sent")
        self.assertStates(test, {"sent": 1})
        self.assertEqual(test.delivery_ids.type, "test")
        message = test.delivery_ids.mail_message_id
        self.assertFalse(
            customer.message_ids & message, "not among the customer's messages"
        )

        self._send(campaign)
        real = self.smtp.received.pop().message
        self.assertEqual(real["Subject"], "News for Customer 0")
        self.assertEqual(tried["Subject"], "[TEST] News for Customer 0")
        for kind in ("plain", "html"):
            self.assertEqual(
                tried.get_body([kind]).get_content(),
                real.get_body([kind]).get_content(),
            )
        for header in ("From", "Reply-To"):
            self.assertEqual(tried[header], real[header])
        self.assertStates(campaign, {"sent": 1})
