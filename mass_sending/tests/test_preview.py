# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestPreview(CampaignCommon):
    def _open(self, content):
        action = content.action_preview()
        return content.env["mass.sending.preview"].browse(action["res_id"])

    @users("mass_sending_agent")
    def test_plain_user_sees_what_the_first_person_gets(self):
        preview = self._open(
            self._create_campaign(
                subject="For {{ object.msg_name }}", send_to="portal_email"
            )
        )
        self.assertEqual(preview.partner_id, self.anna)
        self.assertFalse(preview.error)
        self.assertEqual(preview.subject, "For Anna Alder")
        self.assertIn("Dear Anna Alder", preview.email_body)
        self.assertIn(self.company.name, preview.email_body, "in the mail layout")
        self.assertIn("Dear Anna Alder", preview.portal_body)
        self.assertNotIn("<html", preview.portal_body)
        self.assertEqual(preview.email_to, '"Anna Alder" <anna@example.com>')
        self.assertEqual(preview.email_from, "support@example.com")
        self.assertTrue(preview.shows_email and preview.shows_portal)

    @users("mass_sending_agent")
    def test_next_and_previous(self):
        preview = self._open(self._create_campaign())
        found = preview.get_neighbour(self.anna.id, "next")
        self.assertEqual(
            found, {"id": self.bert.id, "display_name": self.bert.display_name}
        )
        self.assertFalse(preview.get_neighbour(self.bert.id, "next"))
        found = preview.get_neighbour(self.bert.id, "previous")
        self.assertEqual(found["id"], self.anna.id)
        preview.partner_id = self.bert
        self.assertIn("Dear Bert Birch", preview.email_body)

    @users("mass_sending_agent")
    def test_error_is_one_readable_line(self):
        preview = self._open(self._create_campaign(subject="{{ object.nonsense }}"))
        self.assertTrue(preview.error)
        self.assertNotIn("\n", preview.error)
        self.assertNotIn("Traceback", preview.error)
        self.assertFalse(preview.email_body)

    @users("mass_sending_agent")
    def test_nobody_matches(self):
        preview = self._open(self._create_campaign(filter_domain="[('id', '=', 0)]"))
        self.assertIn("match nobody", preview.error)

    @users("mass_sending_agent")
    def test_billing_address_is_shown(self):
        self.anna.sudo().billing_email = "billing@example.com"
        campaign = self._create_campaign(billing_email_mode="instead")
        self.assertIn("<billing@example.com>", self._open(campaign).email_to)
        self.assertNotIn("anna@example.com", self._open(campaign).email_to)

    @users("mass_sending_agent")
    def test_lead(self):
        sales = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.agent.sudo().group_ids += sales
        lead = self.env["crm.lead"].create(
            {"name": "Fibre", "contact_name": "Lea Lead", "email_from": "l@example.com"}
        )
        preview = self._open(
            self._create_campaign(
                recipient_type="lead", filter_domain=f"[('id', '=', {lead.id})]"
            )
        )
        self.assertEqual(preview.lead_id, lead)
        self.assertIn("Dear Lea Lead", preview.email_body)

    @users("mass_sending_agent")
    def test_template(self):
        template = self.env["mass.sending.template"].create(
            {"name": "Hello", "subject": "Hi", "body": "<p>{{ object.msg_name }}</p>"}
        )
        preview = self._open(template)
        self.assertIn(preview.partner_id.name, preview.email_body)

    @users("mass_sending_agent")
    def test_no_words_of_the_machine_in_the_links(self):
        preview = self._open(
            self._create_campaign(
                purpose="marketing", body="<p>{{ object.msg_portal_link }}</p>"
            )
        )
        self.assertIn("/my/messages", preview.email_body)
        self.assertNotIn("/mass_sending/token", preview.email_body)

    def test_colleagues_campaign_cannot_be_previewed(self):
        campaign = self._create_campaign(user=self.manager)
        Preview = self.env["mass.sending.preview"].with_user(self.agent)
        with self.assertRaises(AccessError):
            Preview.create({"campaign_id": campaign.id}).read(["email_body"])
