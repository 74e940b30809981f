# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import re
from unittest.mock import patch
from urllib.parse import urlparse

from lxml import html

from odoo.tests import HttpCase, tagged

from .common import CampaignCommon
from .common_queue import QueueCase

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class UnsubscribeCase(CampaignCommon, HttpCase):
    """A marketing mail that Anna got, and one that Bert got."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls._create_campaign(purpose="marketing").sudo()
        cls.delivery = cls._create_delivery(cls.anna)
        cls.other = cls._create_delivery(cls.bert)
        cls.url = cls.delivery._get_unsubscribe_path()

    @classmethod
    def _create_delivery(cls, partner, **values):
        campaign = cls.env["mass.sending.campaign"].browse(
            values.get("campaign_id", cls.campaign.id)
        )
        recipient = cls.env["mass.sending.recipient"].search(
            [("campaign_id", "=", campaign.id), ("partner_id", "=", partner.id)]
        )
        if not recipient:
            campaign._select_recipients()
            recipient = campaign.recipient_ids.filtered(
                lambda r: r.partner_id == partner
            )
        return cls.env["mass.sending.delivery"].create(
            {
                "campaign_id": campaign.id,
                "recipient_id": recipient.id,
                "company_id": campaign.company_id.id,
                "channel": "email",
                "address": partner.email_normalized,
                "subject": "News",
                "state": "sent",
                **values,
            }
        )

    def _is_opted_out(self, partner=None):
        self.env.invalidate_all()
        return bool(
            self.env["mail.blacklist"].search_count(
                [("email", "=", (partner or self.anna).email_normalized)]
            )
        )


@tagged("post_install", "-at_install")
class TestUnsubscribe(UnsubscribeCase):
    """The page and the one-click, as a browser and as a mail program use them."""

    def _open(self, url=None, status=200):
        response = self.url_open(url or self.url)
        self.assertEqual(response.status_code, status)
        return html.fromstring(response.text)

    def _get_form(self, page):
        [form] = page.xpath("//form[contains(@action, 'unsubscribe')]")
        return form.get("action"), {
            field.get("name"): field.get("value", "")
            for field in form.xpath(".//input[@type='hidden']")
        }

    def _press(self, page, **values):
        action, fields = self._get_form(page)
        response = self.url_open(action, data={**fields, **values})
        return html.fromstring(response.text)

    def _get_answer(self, url, **kwargs):
        response = self.url_open(url, **kwargs)
        text = re.sub(r'csrf_token: "\w+"', "", response.text)
        return response.status_code, text

    # === The page ===

    def test_looking_changes_nothing(self):
        page = self._open()
        self._open(f"{self.url}/one-click")
        self.opener.head(self.base_url() + self.url)
        self.assertFalse(self._is_opted_out())
        self.assertFalse(self.delivery.preference_changes)
        text = page.text_content()
        self.assertNotIn("anna@example.com", text, "masked")
        self.assertIn("a***@e******.com", text)
        self.assertIn("You get them.", text)
        self.assertIn(self.company.name, text)

    def test_out_with_a_reason_and_back_in(self):
        page = self._press(self._open(), reason="Too\nmuch <b>of</b> it")
        self.assertTrue(self._is_opted_out())
        self.assertIn("no more advertising", page.text_content())
        self.assertTrue(self.delivery.unsubscribed_at)
        self.assertEqual(self.delivery.unsubscribe_reason, "Too much <b>of</b> it")
        [entry] = self.env["mail.blacklist"].search([("email", "=", self.anna.email)])
        self.assertIn("Too much &lt;b&gt;of&lt;/b&gt; it", entry.message_ids[0].body)
        page = self._press(page)
        self.assertFalse(self._is_opted_out())
        self.assertIn("Welcome back", page.text_content())

    def test_used_button_does_nothing_again(self):
        """Neither the copied "out" nor, worse, the copied "in"."""
        page_out = self._open()
        page_in = self._press(page_out)
        self._press(page_in)
        self.assertFalse(self._is_opted_out())
        page = self._press(page_out)
        self.assertFalse(self._is_opted_out(), "out was used")
        self.assertIn("Nothing was changed", page.text_content())
        self._press(page)
        self.assertTrue(self._is_opted_out())
        self._press(page_in)
        self.assertTrue(self._is_opted_out(), "in was used")

    def test_post_without_session_is_refused(self):
        action, fields = self._get_form(self._open())
        fields.pop("csrf_token")
        with self.assertLogs("odoo.http", "WARNING"):
            response = self.url_open(action, data=fields)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._is_opted_out())

    # === One click ===

    def test_one_click_needs_no_session(self):
        self.opener.cookies.clear()
        response = self.url_open(f"{self.url}/one-click", data=ONE_CLICK)
        self.assertEqual(response.status_code, 200)
        self.assertFalse(response.text)
        self.assertTrue(self._is_opted_out())
        self.assertFalse(self._is_opted_out(self.bert))
        self.assertTrue(self.delivery.unsubscribed_at)

    def test_one_click_works_once(self):
        self.url_open(f"{self.url}/one-click", data=ONE_CLICK)
        self._press(self._open())
        self.assertFalse(self._is_opted_out(), "came back on the page")
        self.url_open(f"{self.url}/one-click", data=ONE_CLICK)
        self.assertFalse(self._is_opted_out(), "replayed")

    def test_one_click_asks_for_its_word(self):
        self.url_open(f"{self.url}/one-click", data={"something": "else"})
        self.assertFalse(self._is_opted_out())

    # === Who has no valid link ===

    def test_wrong_links_change_and_tell_nothing(self):
        token = self.delivery._get_unsubscribe_token()
        unknown = self._get_answer("/mass_sending/unsubscribe/2147483647/" + token)
        self.assertEqual(unknown[0], 404)
        wrong = {
            "forged": f"{self.delivery.id}/{'0' * 32}",
            "foreign": f"{self.other.id}/{token}",
            "of another time": f"0/{token}",
            "cut": f"{self.delivery.id}/{token[:-1]}",
            "huge": f"{2**64}/{token}",
            "not ASCII": f"{self.delivery.id}/ünïcode",
            "button's": f"{self.delivery.id}/{self.delivery._get_change_token('out')}",
        }
        for name, path in wrong.items():
            url = f"/mass_sending/unsubscribe/{path}"
            with self.subTest(name):
                self.assertEqual(self._get_answer(url), unknown)
                self.url_open(f"{url}/one-click", data=ONE_CLICK)
                self.assertFalse(self._is_opted_out())
                self.assertFalse(self._is_opted_out(self.bert))

    def test_one_click_answers_guesses_like_the_real_thing(self):
        real = self._get_answer(f"{self.url}/one-click", data=ONE_CLICK)
        url = f"/mass_sending/unsubscribe/{self.delivery.id}/{'0' * 32}/one-click"
        self.assertEqual(self._get_answer(url, data=ONE_CLICK), real)

    def test_token_of_another_database_is_foreign(self):
        foreign = self.env["ir.config_parameter"].sudo()
        get_param = type(foreign).get_param

        def other_secret(model, key, *args):
            value = get_param(model, key, *args)
            return "another" if key == "database.secret" else value

        with patch.object(type(foreign), "get_param", other_secret):
            url = self.delivery._get_unsubscribe_path()
        self.assertNotEqual(url, self.url)
        self._open(url, status=404)

    def test_button_of_somebody_else_changes_nothing(self):
        _action, fields = self._get_form(self._open(self.other._get_unsubscribe_path()))
        self._press(self._open(), change_token=fields["change_token"])
        self.assertFalse(self._is_opted_out())

    def test_service_message_has_no_page(self):
        service = self._create_campaign(purpose="service").sudo()
        delivery = self._create_delivery(self.anna, campaign_id=service.id)
        self._open(delivery._get_unsubscribe_path(), status=404)

    def test_test_message_changes_nothing(self):
        self.delivery.type = "test"
        delivery = self.delivery
        page = self._open(delivery._get_unsubscribe_path())
        self.assertIn("test message", page.text_content())
        self._press(page)
        self.assertFalse(self._is_opted_out())

    def test_page_is_kept_from_caches_and_search_engines(self):
        headers = self.url_open(self.url).headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")


@tagged("post_install", "-at_install")
class TestUnsubscribeMail(QueueCase):
    """What arrives in the mailbox."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_opt_outs)

    def _delete_opt_outs(self):
        self.cr.rollback()
        self.cr.execute("DELETE FROM mail_blacklist WHERE email ~ 'customer[0-9]@'")
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it

    def _receive(self, **values):
        self._make_customers(1)
        deliveries = self._send(self._make_campaign(**values))
        [received] = self.smtp.received
        return deliveries, received

    def test_marketing_mail_carries_header_and_link(self):
        [delivery], received = self._receive(purpose="marketing")
        page = delivery.get_base_url() + delivery._get_unsubscribe_path()
        message = received.message
        self.assertEqual(message["List-Unsubscribe"], f"<{page}/one-click>")
        self.assertEqual(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        # unfolded and unencoded on the wire: not every program puts it together
        self.assertIn(f"<{page}/one-click>".encode(), received.content)
        tree = html.fromstring(message.get_body(["html"]).get_content())
        self.assertIn(page, tree.xpath("//a/@href"))
        self.assertTrue(urlparse(page).netloc)

    def test_link_is_in_every_layout(self):
        for layout in ("none", "mail.mail_notification_light"):
            with self.subTest(layout):
                self.smtp.received.clear()
                [delivery], received = self._receive(
                    purpose="marketing", layout_xmlid=layout
                )
                body = received.message.get_body(["html"]).get_content()
                self.assertEqual(body.count(delivery._get_unsubscribe_path()), 1)
                self._delete_campaigns()

    def test_service_mail_carries_none_of_it(self):
        _deliveries, received = self._receive(purpose="service")
        self.assertNotIn("List-Unsubscribe", received.message)
        self.assertNotIn(b"nsubscribe", received.content)

    def test_message_on_record_has_no_link(self):
        """The portal shows it, and the chatter: to others than the recipient."""
        [delivery], _received = self._receive(purpose="marketing")
        self.assertNotIn("nsubscribe", delivery.mail_message_id.body)

    def test_opted_out_between_confirming_and_sending(self):
        self._make_customers(2)
        campaign = self._make_campaign(purpose="marketing")
        self._confirm(campaign)
        campaign._start()
        self.env["mail.blacklist"]._add("customer0@example.com")
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it
        self._run_queue()
        self.assertReceivedOnce(["customer1@example.com"])
        cancelled = campaign.delivery_ids.filtered(lambda d: d.state == "cancelled")
        self.assertEqual(cancelled.failure_type, "opted_out")
