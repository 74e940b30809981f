# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestConfirm(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dora = cls._create_customer("Dora Dale")
        cls.emil = cls._create_customer("Emil Elm", email="not an address")
        cls.fred = cls._create_customer("Fred Fir", email="fred@example.com")
        cls.customers += cls.dora + cls.emil + cls.fred
        cls.env["mail.blacklist"]._add("fred@example.com")

    def _open(self, campaign):
        action = campaign.action_send()
        self.assertEqual(action["res_model"], "mass.sending.confirm")
        return campaign.env["mass.sending.confirm"].browse(action["res_id"])

    def _find(self, campaign, domain):
        Recipient = campaign.env["mass.sending.recipient"]
        return Recipient.search([("campaign_id", "=", campaign.id), *domain])

    @users("mass_sending_agent")
    def test_counts_by_reason_and_their_lists(self):
        campaign = self._create_campaign(purpose="marketing")
        summary = self._open(campaign).get_summary()
        self.assertEqual(summary["total"], 2)
        self.assertFalse(summary["is_unfiltered"])
        skipped = {reason["reason"]: reason for reason in summary["skipped"]}
        self.assertEqual(
            {code: reason["count"] for code, reason in skipped.items()},
            {"email_missing": 1, "email_invalid": 1, "opted_out": 1},
        )
        found = self._find(campaign, skipped["email_missing"]["domain"])
        self.assertEqual(found.partner_id, self.dora)
        self.assertEqual(skipped["opted_out"]["label"], "Opted out of marketing")

    @users("mass_sending_agent")
    def test_channel_by_channel(self):
        """Who has no e-mail address is reached by the portal all the same."""
        campaign = self._create_campaign(send_to="portal_email", purpose="marketing")
        summary = self._open(campaign).get_summary()
        self.assertEqual(summary["total"], 5)
        self.assertEqual(summary["skipped"], [])
        portal, email = summary["channels"]
        self.assertEqual((portal["reached"], portal["missed"]), (5, []))
        self.assertEqual(email["reached"], 2)
        self.assertEqual([reason["count"] for reason in email["missed"]], [1, 1, 1])
        [missing] = [r for r in email["missed"] if r["reason"] == "email_missing"]
        found = self._find(campaign, missing["domain"])
        self.assertEqual(found.partner_id, self.dora)
        self.assertEqual(found.missed, "E-mail: No e-mail address")

    @users("mass_sending_agent")
    def test_ticking_off_and_on_again(self):
        campaign = self._create_campaign()
        wizard = self._open(campaign)
        [anna] = self._find(campaign, [("partner_id", "=", self.anna.id)])
        anna.is_kept = False
        summary = wizard.get_summary()
        self.assertEqual((summary["total"], summary["left_out"]), (2, 1))
        anna.action_keep()
        self.assertEqual(wizard.get_summary()["total"], 3)
        anna.action_leave_out()
        wizard.action_confirm()
        self.assertEqual(campaign.recipient_count, 2)

    @users("mass_sending_agent")
    def test_who_is_skipped_cannot_be_ticked_on(self):
        campaign = self._create_campaign()
        self._open(campaign)
        [dora] = self._find(campaign, [("partner_id", "=", self.dora.id)])
        dora.action_keep()
        self.assertEqual(dora.decision, "skipped")

    @users("mass_sending_agent")
    def test_who_was_left_out_and_lost_his_address_stays_left_out(self):
        campaign = self._create_campaign()
        self._open(campaign)
        self._find(campaign, [("partner_id", "=", self.anna.id)]).is_kept = False
        self.anna.sudo().email = False
        self._open(campaign)
        [anna] = self._find(campaign, [("partner_id", "=", self.anna.id)])
        anna.action_keep()
        self.assertEqual(anna.decision, "left_out")

    @users("mass_sending_agent")
    def test_who_was_left_out_and_matches_no_more_is_gone(self):
        campaign = self._create_campaign()
        self._open(campaign)
        self._find(campaign, [("partner_id", "=", self.anna.id)]).is_kept = False
        campaign.filter_domain = f"[('id', '=', {self.bert.id})]"
        self._open(campaign)
        self.assertEqual(self._find(campaign, []).partner_id, self.bert)

    @users("mass_sending_agent")
    def test_one_usable_address_is_enough(self):
        self.fred.sudo().billing_email = "bookkeeping@example.com"
        campaign = self._create_campaign(
            purpose="marketing", billing_email_mode="addition"
        )
        self._open(campaign)
        [fred] = self._find(campaign, [("partner_id", "=", self.fred.id)])
        self.assertEqual(fred.decision, "kept")

    @users("mass_sending_agent")
    def test_no_filter_is_said(self):
        campaign = self._create_campaign(filter_domain="[]")
        self.assertTrue(self._open(campaign).get_summary()["is_unfiltered"])
        campaign.filter_status_active = True
        self.assertFalse(self._open(campaign).get_summary()["is_unfiltered"])

    @users("mass_sending_agent")
    def test_number_has_to_be_typed_above_the_limit(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mass_sending.confirm_number_limit", 2)
        campaign = self._create_campaign()
        wizard = self._open(campaign)
        self.assertTrue(wizard.ask_number)
        for typed in (0, 2, 4):
            wizard.confirm_number = typed
            with self.assertRaisesRegex(UserError, "goes to 3 recipients"):
                wizard.action_confirm()
        self.assertFalse(campaign.confirmed_at)
        wizard.confirm_number = 3
        wizard.action_confirm()
        self.assertTrue(campaign.confirmed_at)

    @users("mass_sending_agent")
    def test_number_is_not_asked_below_the_limit(self):
        wizard = self._open(self._create_campaign())
        self.assertFalse(wizard.ask_number)
        wizard.action_confirm()

    @users("mass_sending_agent")
    def test_counting_takes_the_same_queries_for_any_number(self):
        wizard = self._open(self._create_campaign())
        wizard.get_summary()
        with self.assertQueryCount(1):
            wizard._count_recipients()

    @users("mass_sending_agent")
    def test_opening_takes_the_same_queries_for_any_number(self):
        """Selecting, figures, first page and search: 100 people more, not a query."""
        campaign = self._create_campaign(
            filter_domain="[]", send_to="portal_email", purpose="marketing"
        )
        columns = ("is_kept", "portal_login", "name", "email", "phone")
        specification = {name: {} for name in columns}

        def count_queries():
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            wizard = self._open(campaign)
            wizard.get_summary()
            Recipient = campaign.env["mass.sending.recipient"]
            for domain in ([], [("name", "ilike", "More")]):
                Recipient.web_search_read(
                    [("campaign_id", "=", campaign.id), *domain],
                    specification,
                    limit=40,
                )
            return self.cr.sql_log_count - start

        def create_customers(number):
            self.env["res.partner"].sudo().create(
                [
                    {
                        "name": f"More {i}",
                        "customer_status": "active",
                        "email": f"more{i}@example.com" if i % 3 else False,
                    }
                    for i in range(number)
                ]
            )
            count_queries()
            return count_queries()

        # a full page both times
        self.assertEqual(create_customers(50), create_customers(100))

    # === Who may, and who may not ===

    def test_nobody_confirms_a_colleagues_campaign(self):
        campaign = self._create_campaign(user=self.manager)
        wizard = self._open(campaign)
        Confirm = self.env["mass.sending.confirm"].with_user(self.agent)
        for attempt in (
            lambda: campaign.with_user(self.agent).action_send(),
            lambda: campaign.with_user(self.agent).action_preview(),
            lambda: campaign.with_user(self.agent).action_confirm(),
            lambda: wizard.with_user(self.agent).action_confirm(),
            lambda: Confirm.create({"campaign_id": campaign.id}).get_summary(),
            lambda: Confirm.create({"campaign_id": campaign.id}).action_confirm(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertFalse(campaign.confirmed_at)

    def test_manager_confirms_with_the_authors_rights(self):
        campaign = self._create_campaign()
        self._open(campaign.with_user(self.manager)).action_confirm()
        self.assertTrue(campaign.confirmed_at)
        self.assertEqual(campaign.user_id, self.agent)

    @users("mass_sending_agent")
    def test_no_way_around_the_confirmation(self):
        """A client may write fields; not those that release a campaign."""
        campaign = self._create_campaign()
        for values in (
            {"confirmed_at": "2026-01-01 00:00:00"},
            {"state": "processing"},
            {"user_id": self.manager.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                campaign.write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                self._create_campaign(**values)
            defaults = {f"default_{name}": value for name, value in values.items()}
            with self.subTest(defaults), self.assertRaises(AccessError):
                self.env["mass.sending.campaign"].with_context(**defaults).create({})

    @users("mass_sending_agent")
    def test_confirmed_text_is_frozen_in_all_languages(self):
        campaign = self._create_campaign()
        self._open(campaign).action_confirm()
        with self.assertRaisesRegex(UserError, "is confirmed"):
            campaign.update_field_translations("subject", {"en_US": "Changed"})
