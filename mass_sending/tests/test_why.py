# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestWhy(CampaignCommon):
    """Why somebody gets a campaign, or why not: never other than the selection."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.be")
        cls.north = cls.env["mass.sending.location"].create({"name": "North"})
        cls.cora = cls._create_customer("Cora Cedar", customer_status="blocked")
        cls.dora = cls._create_customer(
            "Dora Dale",
            email="anna@example.com",
            billing_email="bills@example.com, dora@example.com",
            phone="0470 12 34 56",
            location_id=cls.north.id,
        )
        cls.emil = cls._create_customer(
            "Emil Elm", email="no address", phone="0470 12 34 56"
        )
        cls.fred = cls._create_customer(
            "Fred Fir", email="fred@example.com", billing_email="bert@example.com"
        )
        cls.env["mail.blacklist"]._add("fred@example.com")
        cls.gina = cls._create_customer("Gina Gum", email="gina@example.com")
        cls.gina.active = False
        cls.contact = cls.env["res.partner"].create({"name": "Mere Contact"})
        cls.customers += cls.cora + cls.dora + cls.emil + cls.fred
        cls.customers += cls.gina + cls.contact

    def _explain(self, campaign, person):
        return campaign.with_user(self.agent)._explain_person(person)

    def _get_real(self, campaign):
        """Select and make the deliveries: {person id: addresses by channel}."""
        kept = self._select(campaign).filtered(lambda r: r.decision == "kept")
        campaign.sudo()._create_deliveries()
        labels = dict(campaign.delivery_ids._fields["channel"].selection(campaign))
        real = {recipient.person_id: set() for recipient in kept}
        for delivery in campaign.sudo().delivery_ids:
            real[delivery.recipient_id.person_id].add(
                (labels[delivery.channel], delivery.address)
            )
        return real

    def _get_explained(self, campaign, person):
        """Return the addresses by channel that are said to be used, or None."""
        answer = self._explain(campaign, person)
        self.assertEqual(answer["receives"], not answer["reasons"])
        if not answer["receives"]:
            return None
        return {
            (channel["label"], address)
            for channel in answer["channels"]
            for address, reason in channel["addresses"]
            if not reason
        }

    def test_agrees_with_the_selection(self):
        """Every campaign with everybody: the same people, at the same addresses."""
        ways = [
            {"send_to": "email"},
            {"send_to": "email", "purpose": "marketing"},
            {"send_to": "email", "billing_email_mode": "addition"},
            {"send_to": "email", "billing_email_mode": "instead"},
            {"send_to": "email", "dedupe_mode": "address"},
            {
                "send_to": "email",
                "dedupe_mode": "address",
                "billing_email_mode": "addition",
                "purpose": "marketing",
            },
            {"send_to": "portal", "purpose": False},
            {"send_to": "portal_email", "purpose": "marketing"},
            {"send_to": "sms"},
            {"send_to": "sms", "dedupe_mode": "address"},
            {"send_to": "email", "only_with_document": True},
        ]
        filters = [
            {},
            {"filter_status_blocked": True},
            {"filter_name": "dora, emil"},
            {"filter_location_ids": [Command.set(self.north.ids)]},
            {"filter_phone": "+32470123456", "filter_status_active": True},
            {"filter_billing_email": "bert@example.com"},
        ]
        for values in [{**way, **chosen} for way in ways for chosen in filters]:
            campaign = self._create_campaign(**values)
            explained = {
                person.id: addresses
                for person in self.customers
                if (addresses := self._get_explained(campaign, person)) is not None
            }
            with self.subTest(values):
                self.assertEqual(explained, self._get_real(campaign))

    def test_agrees_with_the_selection_of_leads(self):
        sales = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.agent.group_ids += sales
        values = [
            {"contact_name": "Lea", "email_from": "l@example.com"},
            {"contact_name": "Leo", "partner_id": self.anna.id},
            {"contact_name": "Lou", "email_from": "nonsense"},
            {"contact_name": "Lost", "email_from": "lost@example.com"},
        ]
        leads = self.env["crm.lead"].create([{"name": "L", **v} for v in values])
        leads[3].action_set_lost()
        for chosen in ({}, {"filter_lead_lost": True}, {"filter_name": "Lea"}):
            for send_to in ("email", "portal_email"):
                campaign = self._create_campaign(
                    recipient_type="lead",
                    send_to=send_to,
                    filter_domain=f"[('id', 'in', {leads.ids})]",
                    **chosen,
                )
                explained = {
                    lead.id: addresses
                    for lead in leads
                    if (addresses := self._get_explained(campaign, lead)) is not None
                }
                with self.subTest(chosen, send_to=send_to):
                    self.assertEqual(explained, self._get_real(campaign))

    def test_all_filters_that_do_not_match_are_named(self):
        campaign = self._create_campaign(
            filter_status_active=True,
            filter_name="Anna",
            filter_location_ids=[Command.set(self.north.ids)],
            filter_domain=f"[('id', '!=', {self.cora.id})]",
        )
        self.assertEqual(
            self._explain(campaign, self.cora)["reasons"],
            [
                "Filter “Status” does not match: here it is “Blocked”.",
                "Filter “Full name” does not match: here it is “Cora Cedar”.",
                "Filter “Locations” does not match: here it is empty.",
                "The additional conditions do not match.",
            ],
        )

    def test_reasons_besides_filters(self):
        campaign = self._create_campaign(purpose="marketing")
        expected = {
            self.contact: "Not a customer: the customer status is empty.",
            self.gina: "Archived.",
            self.cora: "No e-mail address.",
            self.emil: "Invalid e-mail address.",
            self.fred: "Opted out of marketing.",
        }
        for person, reason in expected.items():
            with self.subTest(person.name):
                self.assertEqual(self._explain(campaign, person)["reasons"], [reason])

    def test_left_out_by_hand(self):
        campaign = self._create_campaign()
        recipients = self._select(campaign)
        recipients.filtered(lambda r: r.partner_id == self.anna).is_kept = False
        self.assertEqual(
            self._explain(campaign, self.anna)["reasons"],
            ["Left out by hand in the confirmation."],
        )
        self.assertTrue(self._explain(campaign, self.bert)["receives"])

    def test_who_got_an_earlier_campaign(self):
        earlier = self._create_campaign(filter_name="Anna")
        self._get_real(earlier)
        campaign = self._create_campaign(
            filter_campaign_mode="received",
            filter_campaign_ids=[Command.set(earlier.ids)],
        )
        self.assertEqual(
            self._explain(campaign, self.anna)["reasons"],
            ["Filter “Earlier messages” does not match."],
        )

    def test_colleagues_rights_and_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.cora.company_id = other
        campaign = self._create_campaign()
        self.assertEqual(
            self._explain(campaign, self.cora)["reasons"],
            ["Belongs to another company than this message."],
        )
        salesman = new_test_user(
            self.env,
            "why_salesman",
            "sales_team.group_sale_salesman,mass_sending.mass_sending_group_user",
        )
        lead = self.env["crm.lead"].create({"name": "Hers", "user_id": self.manager.id})
        own = self._create_campaign(
            user=salesman, recipient_type="lead", filter_domain="[]"
        )
        [reason] = own._explain_person(lead.sudo())["reasons"]
        self.assertIn("has no access", reason)

    def test_confirmed_campaign_tells_what_was_written_down(self):
        campaign = self._create_campaign(filter_name="Anna")
        self._select(campaign)
        campaign.action_confirm()
        self.anna.email = "new@example.com"
        answer = self._explain(campaign, self.anna)
        self.assertEqual(
            answer["channels"],
            [{"label": "E-mail", "addresses": [("anna@example.com", None)]}],
        )
        answer = self._explain(campaign, self.bert)
        self.assertFalse(answer["receives"])
        self.assertIn("when it was confirmed", answer["reasons"][0])
        self.assertIn("Full name", answer["reasons"][1])

    def test_asking_leaves_nothing_behind(self):
        campaign = self._create_campaign()
        recipients = self._select(campaign)
        campaigns = self.env["mass.sending.campaign"].search([])
        self._explain(campaign, self.anna)
        self.assertEqual(campaign.sudo().recipient_ids, recipients)
        self.assertEqual(self.env["mass.sending.campaign"].search([]), campaigns)

    # === The screen ===

    def _ask(self, campaign, person, user=None):
        Why = self.env["mass.sending.why"].with_user(user or self.agent)
        return Why.get_answer(campaign.id, person.id)

    def test_answer_on_the_screen(self):
        campaign = self._create_campaign(send_to="portal_email", purpose="marketing")
        self.anna.portal_login = "why-1"
        self.assertEqual(
            self._ask(campaign, self.anna),
            {
                "receives": True,
                "headline": "Anna Alder will receive this message.",
                "lines": ["Customer portal: why-1", "E-mail: anna@example.com"],
            },
        )
        answer = self._ask(campaign, self.fred)
        self.assertIn(
            "E-mail, fred@example.com: Opted out of marketing", answer["lines"]
        )

    def test_colleagues_campaign_says_nothing(self):
        campaign = self._create_campaign(user=self.manager)
        with self.assertRaises(AccessError):
            self._ask(campaign, self.anna)
        with self.assertRaises(AccessError):
            campaign.with_user(self.agent).action_open_why()
        self.assertTrue(self._ask(campaign, self.anna, self.manager)["receives"])

    def test_lead_is_found_by_his_name(self):
        lead = self.env["crm.lead"].create(
            {"name": "Fibre", "contact_name": "Lea Why", "email_from": "why@l.example"}
        )
        for text in ("Lea Wh", "why@l.exam"):
            [found] = self.env["crm.lead"].name_search(text)
            self.assertEqual(found[0], lead.id)

    def test_customer_is_found_by_his_portal_login(self):
        self.anna.portal_login = "Why-2"
        Partner = self.env["res.partner"].with_user(self.agent)
        self.assertEqual([i for i, _n in Partner.name_search("why-2")], self.anna.ids)
        self.assertFalse(Partner.name_search("why-"))
