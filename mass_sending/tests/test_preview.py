# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import escape

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
        self.assertIn(escape(preview.partner_id.name), preview.email_body)

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


@tagged("post_install", "-at_install")
class TestPreviewAwkward(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.cora = cls._create_customer(
            "Cora Cedar-von und zu Langenfelde", lang="fr_FR"
        )
        cls.nameless = cls._create_customer(
            False, type="other", parent_id=cls.anna.id, email="n@example.com"
        )
        cls.nameless.customer_status = "active"
        cls.dora = cls._create_customer("Dora Dale", email="dora@example.com")
        cls.customers += cls.cora + cls.nameless + cls.dora

    def _open(self, content):
        action = content.action_preview()
        return content.env["mass.sending.preview"].browse(action["res_id"])

    def _walk(self, preview, direction="next"):
        """Return the people in the order in which the arrow shows them."""
        people = [(preview.partner_id or preview.lead_id).id]
        while found := preview.get_neighbour(people[-1], direction):
            people.append(found["id"])
        return people

    @users("mass_sending_agent")
    def test_awkward_people_first_then_the_others_each_once(self):
        preview = self._open(self._create_campaign())
        expected = self.nameless + self.cora + self.anna + self.bert + self.dora
        self.assertEqual(self._walk(preview), expected.ids)
        self.assertEqual(preview.awkward_label, "No name")
        preview.partner_id = self.cora
        label = "Longest name, French / Français, No e-mail address"
        self.assertEqual(preview.awkward_label, label)
        self.assertFalse(preview.error)
        preview.partner_id = self.dora
        self.assertFalse(preview.awkward_label)
        self.assertEqual(self._walk(preview, "previous"), expected.ids[::-1])

    @users("mass_sending_agent")
    def test_sms_shows_who_has_no_number(self):
        self.customers.sudo().phone = "+32470123456"
        self.bert.sudo().phone = False
        preview = self._open(self._create_campaign(send_to="sms", sms_body="Hi"))
        self.assertIn([self.bert.id, ["No phone number"]], preview.awkward)

    @users("mass_sending_agent")
    def test_looking_for_them_takes_the_same_queries_for_any_number(self):
        preview = self._open(self._create_campaign(filter_domain="[]"))

        def count_queries():
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            preview._find_awkward()
            return self.cr.sql_log_count - start

        count_queries()
        few = count_queries()
        more = [{"name": f"More {i}", "customer_status": "active"} for i in range(50)]
        self.env["res.partner"].sudo().create(more)
        self.assertEqual(count_queries(), few)

    @users("mass_sending_agent")
    def test_template_too(self):
        template = self.env["mass.sending.template"].create(
            {"name": "T", "subject": "Hi", "body": "<p>{{ object.msg_name }}</p>"}
        )
        preview = self._open(template)
        self.assertIn("No name", preview.awkward[0][1])
