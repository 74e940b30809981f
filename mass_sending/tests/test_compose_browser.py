# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .test_screens import BrowserCase
from .test_unsubscribe import UnsubscribeCase


@tagged("post_install", "-at_install")
class TestComposeBrowser(BrowserCase):
    """Staff's ways from an empty form to a confirmed campaign."""

    def _walk(self, tour, subject):
        self.start_tour(
            "/odoo/mass-sending-create", tour, login="mass_sending_agent", timeout=120
        )
        campaign = self.env["mass.sending.campaign"].search([("subject", "=", subject)])
        self.assertTrue(campaign.confirmed_at)
        self.assertEqual(campaign.user_id, self.agent)
        return campaign

    def _get_names(self, campaign, decision="kept"):
        return campaign.recipient_ids.filtered(lambda r: r.decision == decision).mapped(
            "name"
        )

    def test_pasted_logins_two_left_out_and_undone_once(self):
        for number, name in enumerate(["Alder", "Birch", "Cedar", "Dale"], 1):
            self._create_customer(
                f"Tour {name}",
                email=f"{name}@example.com",
                portal_login=f"T-{number}",
            )
        self._create_customer("Tour Elm", email="e@example.com", portal_login="T-5")
        campaign = self._walk("mass_sending_pasted_logins", "Pasted")
        self.assertEqual(self._get_names(campaign), ["Tour Alder", "Tour Cedar"])
        self.assertEqual(
            self._get_names(campaign, "left_out"), ["Tour Birch", "Tour Dale"]
        )
        campaign._start()
        self.assertEqual(
            sorted(campaign.delivery_ids.mapped("address")),
            ["alder@example.com", "cedar@example.com"],
        )

    def test_marketing_with_a_template_in_two_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._create_customer("Tour Alder Longest", email="alder@example.com")
        self._create_customer("Tour Birch", email="birch@example.com", lang="fr_FR")
        template = self.env["mass.sending.template"].create(
            {
                "name": "Summer offer",
                "subject": "Summer offer",
                "purpose": "marketing",
                "body": "<p>Cheaper for {{ object.msg_name }}</p>",
            }
        )
        template.with_context(lang="fr_FR").write(
            {
                "subject": "Offre d'été",
                "body": "<p>Moins cher pour {{ object.msg_name }}</p>",
            }
        )
        self.env["mail.blacklist"]._add("alder@example.com")
        campaign = self._walk("mass_sending_marketing_template", "Summer offer")
        self.assertEqual(campaign.purpose, "marketing")
        self.assertEqual(campaign.with_context(lang="fr_FR").subject, "Offre d'été")
        self.assertEqual(self._get_names(campaign), ["Tour Birch"])
        self.assertEqual(self._get_names(campaign, "skipped"), ["Tour Alder Longest"])

    def test_leads(self):
        sales = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.agent.group_ids += sales
        self.env["crm.lead"].create(
            [
                {
                    "name": f"{name}'s fibre",
                    "contact_name": f"Tour {name}",
                    "email_from": f"{name}@example.com",
                }
                for name in ("Lea", "Leo", "Lou")
            ]
        )
        campaign = self._walk("mass_sending_lead_campaign", "For leads")
        self.assertEqual(self._get_names(campaign), ["Tour Lea", "Tour Leo"])
        self.assertEqual(
            set(campaign.recipient_ids.mapped("person_model")), {"crm.lead"}
        )


@tagged("post_install", "-at_install")
class TestUnsubscribeBrowser(UnsubscribeCase):
    def test_page(self):
        self.start_tour(self.url, "mass_sending_unsubscribe")
        self.assertTrue(self._is_opted_out())
        self.assertEqual(self.delivery.unsubscribe_reason, "Too much of it")
        self.assertFalse(self._is_opted_out(self.bert))

    def test_one_click_and_replayed(self):
        self.start_tour(self.url, "mass_sending_one_click")
        self.assertFalse(self._is_opted_out(), "came back; the replay changed nothing")
        self.assertEqual(self.delivery.preference_changes, 2)
        self.assertTrue(self.delivery.unsubscribed_at)

    def test_forged_and_foreign_links(self):
        token = self.delivery._get_unsubscribe_token()
        for path in (f"{self.delivery.id}/{'0' * 32}", f"{self.other.id}/{token}"):
            url = f"/mass_sending/unsubscribe/{path}"
            with self.subTest(path):
                self.start_tour(url, "mass_sending_unsubscribe_invalid")
        self.assertFalse(self._is_opted_out())
        self.assertFalse(self._is_opted_out(self.bert))
