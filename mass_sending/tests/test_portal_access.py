# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from urllib.parse import urlsplit

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .. import states
from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCommon):
    """Who sees which message, and what nobody may see."""

    def test_only_ones_own_messages(self):
        own = self._create_message(self.anna, "Mine")
        other = self._create_message(self.bert, "His")
        self.authenticate("anna", "anna")
        self.assertEqual(self._get_subjects(), ["Mine"])
        self._get_page(f"/my/messages/{own.id}")
        answer = self._get_answer(f"/my/messages/{other.id}")
        self.assertEqual(answer, self._get_answer("/my/messages/2000000000"))
        self.assertEqual(answer[0], 404)
        self.assertNotIn("His", answer[1])
        self.assertFalse(other.read_at)

    def test_impossible_ids(self):
        self.authenticate("anna", "anna")
        for number in ("0", "99999999999999999999999", "-1", "x", "1.5"):
            for end in ("", "/attachment/1", "/document/1"):
                self._get_page(f"/my/messages/{number}{end}", status=404)

    def test_nobody_acts_on_foreign_messages(self):
        campaign = self._create_campaign(ask_acknowledgement=True)
        other = self._create_message(self.bert, campaign=campaign)
        self.authenticate("anna", "anna")
        response = self._post(f"/my/messages/{other.id}/acknowledge")
        self.assertEqual(response.status_code, 404)
        self.assertFalse(other.acknowledged_at or other.read_at)

    def test_contacts_of_a_company_share(self):
        company = self._create_customer(name="Firm", is_company=True)
        contacts = [
            self._create_customer(name=name, parent_id=company.id)
            for name in ("Carl", "Dora")
        ]
        for contact in contacts:
            login = contact.name.lower()
            self._create_portal_user(contact, login, name=contact.name)
        for partner in (company, *contacts):
            self._create_message(partner, partner.name)
        self._create_message(self.anna, "Anna")
        for login in ("carl", "dora"):
            self.authenticate(login, login)
            self.assertEqual(
                self._get_subjects("?sortby=subject"), ["Carl", "Dora", "Firm"]
            )

    def test_sign_in_leads_back_to_the_message(self):
        delivery = self._create_message(self.anna)
        path = f"/my/messages/{delivery.id}"
        response = self.url_open(path)
        self.assertEqual(urlsplit(response.url).path, "/web/login")
        page = html.fromstring(response.text)
        [form] = page.xpath("//form[@action='/web/login']")
        data = {
            field.get("name"): field.get("value") for field in form.xpath(".//input")
        }
        # his portal login: the name the customer knows
        data.update(login="CUST-1", password="anna")
        response = self.url_open("/web/login", data=data)
        self.assertEqual(urlsplit(response.url).path, path)
        self.assertIn("We are working on the line.", response.text)
        self.assertTrue(delivery.read_at)

    def test_only_what_was_sent_to_the_portal_is_shown(self):
        for values in (
            {"state": states.NEW},
            {"state": states.CANCELLED},
            {"channel": "email"},
            {"type": "test"},
        ):
            with self.subTest(values=values):
                hidden = self._create_message(self.anna, **values)
                for login in ("anna", "author"):
                    self.authenticate(login, login)
                    self._get_page(f"/my/messages/{hidden.id}", status=404)
        self.authenticate("anna", "anna")
        self.assertEqual(self._get_subjects(), [])
        self.assertEqual(self._get_badge(), "")

    def test_removed_campaign_vanishes_everywhere(self):
        file = self._create_file()
        campaign = self._create_campaign(attachment_ids=file.ids)
        delivery = self._create_message(self.anna, campaign=campaign)
        url = f"/my/messages/{delivery.id}"
        self.authenticate("anna", "anna")
        self.assertEqual(self._get_badge(), "1")
        campaign.state = states.REMOVED
        self.assertEqual(self._get_badge(), "")
        self.assertEqual(self._get_subjects(), [])
        for gone in (url, f"{url}/attachment/{file.id}"):
            self._get_page(gone, status=404)
        self.assertEqual(self._post(f"{url}/acknowledge").status_code, 404)
        self.authenticate("author", "author")
        self._get_page(url, status=404)

    def test_staff_see_what_they_may_and_mark_nothing(self):
        campaign = self._create_campaign(ask_acknowledgement=True)
        delivery = self._create_message(self.anna, campaign=campaign)
        url = f"/my/messages/{delivery.id}"
        self.authenticate("author", "author")
        page = self._get_page(url)
        self.assertTrue(page.xpath("//p[contains(@class, 'o_mass_sending_staff')]"))
        self.assertFalse(page.xpath("//button[.='I have read this']"))
        self._post(f"{url}/acknowledge")
        self._post("/my/messages/read_all")
        self.assertFalse(delivery.read_at or delivery.acknowledged_at)
        # his own page shows his own messages, not his customers'
        self.assertEqual(self._get_subjects(), [])

    def test_staff_without_rights_see_nothing(self):
        delivery = self._create_message(self.anna)
        self._create_staff("colleague", "mass_sending.mass_sending_group_user")
        for login in ("employee", "colleague"):
            self.authenticate(login, login)
            self._get_page(f"/my/messages/{delivery.id}", status=404)
            self.assertEqual(self._get_subjects(), [])
            self._get_page("/my")
            self._post("/my/messages/read_all")
        self.assertFalse(delivery.read_at)

    @mute_logger("odoo.http")
    def test_customers_cannot_read_what_is_for_staff(self):
        delivery = self._create_message(
            self.anna, failure_reason="internal words", provider_uid="abc"
        ).with_user(self.anna_user)
        self.assertEqual(delivery.read(["subject"])[0]["subject"], "Maintenance")
        self.assertTrue(delivery.search([("subject", "=", "Maintenance")]))
        fields = (
            *("failure_reason", "provider_uid", "user_id", "campaign_id"),
            *("recipient_id", "mail_message_id", "document_ids", "read_by_id"),
        )
        for name in fields:
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    delivery.read([name])
                with self.assertRaises(AccessError):
                    delivery.search([(name, "!=", False)])
        self.assertNotIn("failure_reason", delivery.read()[0])
        for values in ({"read_at": False}, {"acknowledged_at": "2026-01-01"}):
            with self.assertRaises(AccessError):
                delivery.write(values)

    def test_staff_words_are_not_on_the_page(self):
        delivery = self._create_message(
            self.anna, failure_reason="internal words", provider_uid="provider-abc"
        )
        self.authenticate("anna", "anna")
        page = self.url_open(f"/my/messages/{delivery.id}").text
        for secret in ("internal words", "provider-abc", self.author.login + "@"):
            self.assertNotIn(secret, page)

    def test_hostile_text_is_harmless(self):
        hostile = (
            '<p>Hello</p><script>alert(1)</script><img src="x" onerror="alert(2)">'
            '<a href="javascript:alert(3)">link</a><iframe src="//evil.example"/>'
            '<style>body {display: none}</style><form action="//evil.example"></form>'
            '<div style="position: fixed; top: 0">cover</div>'
            '<svg onload="alert(4)"></svg>'
        )
        stored = self._create_message(self.anna, "<script>alert(0)</script>", hostile)
        written = self._create_message(self.anna)
        # a row that no sanitising field has seen
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET body = %s WHERE id = %s",
                hostile,
                written.mail_message_id.id,
            )
        )
        self.env.invalidate_all()
        self.authenticate("anna", "anna")
        for delivery in (stored, written):
            text = self.url_open(f"/my/messages/{delivery.id}").text
            for danger in (
                "alert(",
                "evil.example",
                "position: fixed",
                "display: none",
            ):
                self.assertNotIn(danger, text.replace("&lt;script&gt;alert(0)", ""))
            self.assertIn("<p>Hello</p>", text)
