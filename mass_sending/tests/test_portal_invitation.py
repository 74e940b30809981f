# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tests.common import new_test_user

from odoo.addons.mail.tests.common import MailCase

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestWithoutPortalAccess(CampaignCommon, MailCase):
    """Anna can sign in; Bert, Cora and Dora cannot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cora = cls._create_customer("Cora Cedar")
        cls.dora = cls._create_customer("Dora Dale", email="anna@example.com")
        cls.customers += cls.cora + cls.dora
        cls.inviter = new_test_user(
            cls.env,
            "mass_sending_inviter",
            "base.group_partner_manager,mass_sending.mass_sending_group_user",
        )
        new_test_user(
            cls.env,
            login="anna@example.com",
            groups="base.group_portal",
            partner_id=cls.anna.id,
        )

    def _open(self, campaign):
        action = campaign.action_send()
        return campaign.env["mass.sending.confirm"].browse(action["res_id"])

    def _get_kept(self, campaign):
        kept = campaign.sudo().recipient_ids.filtered(lambda r: r.decision == "kept")
        return kept.partner_id

    def _run_cron(self):
        with (
            patch.object(self.registry["ir.cron"], "_commit_progress", return_value=1),
            self.mock_mail_gateway(),
        ):
            campaigns = self.env["mass.sending.campaign"].with_user(SUPERUSER_ID)
            campaigns._cron_invite_to_portal()

    # === The confirmation ===

    @users("mass_sending_agent")
    def test_says_how_many_and_keeps_the_message_for_them(self):
        campaign = self._create_campaign(send_to="portal")
        wizard = self._open(campaign)
        access = wizard.get_summary()["access"]
        self.assertEqual((access["count"], access["mode"]), (3, "keep"))
        self.assertEqual(self._get_kept(campaign), self.customers)
        wizard.action_confirm()
        campaign.sudo()._start()
        self.assertEqual(campaign.sudo().delivery_ids.partner_id, self.customers)

    @users("mass_sending_agent")
    def test_is_silent_without_the_portal_or_when_all_have_access(self):
        wizard = self._open(self._create_campaign())
        self.assertIsNone(wizard.get_summary()["access"])
        campaign = self._create_campaign(send_to="portal", filter_name="Anna")
        self.assertIsNone(self._open(campaign).get_summary()["access"])

    @users("mass_sending_agent")
    def test_leave_them_out_and_back_in(self):
        campaign = self._create_campaign(send_to="portal")
        wizard = self._open(campaign)
        wizard.set_no_access_mode("leave_out")
        summary = wizard.get_summary()
        self.assertEqual((summary["total"], summary["access"]["count"]), (1, 3))
        [reason] = summary["skipped"]
        self.assertEqual((reason["reason"], reason["count"]), ("no_portal_access", 3))
        self.assertEqual(self._get_kept(campaign), self.anna)
        wizard.set_no_access_mode("keep")
        self.assertEqual(self._get_kept(campaign), self.customers)

    @users("mass_sending_agent")
    def test_left_out_of_the_portal_still_get_the_mail(self):
        campaign = self._create_campaign(send_to="portal_email")
        wizard = self._open(campaign)
        wizard.set_no_access_mode("leave_out")
        summary = wizard.get_summary()
        self.assertEqual(summary["access"]["count"], 3)
        portal, email = summary["channels"]
        self.assertEqual((portal["reached"], email["reached"]), (1, 3))
        self.assertEqual(self._get_kept(campaign), self.customers - self.cora)

    @users("mass_sending_agent")
    def test_colleague_of_the_company_has_access(self):
        """Contacts of a company share its messages in the portal."""
        company = self._create_customer("Firm", is_company=True).sudo()
        contact = self.env["res.partner"].sudo()
        contact = contact.create({"name": "Fay", "parent_id": company.id})
        campaign = self._create_campaign(
            send_to="portal", filter_domain=f"[('id', '=', {company.id})]"
        )
        self.assertEqual(self._open(campaign).get_summary()["access"]["count"], 1)
        new_test_user(
            self.env(su=True), "fay", "base.group_portal", partner_id=contact.id
        )
        self.assertIsNone(self._open(campaign).get_summary()["access"])

    # === Inviting ===

    @users("mass_sending_inviter")
    def test_invited_when_it_starts_and_not_before(self):
        campaign = self._create_campaign(user=self.inviter, send_to="portal")
        wizard = self._open(campaign)
        wizard.set_no_access_mode("invite")
        choice = wizard.get_summary()["access"]["choices"][1]
        self.assertFalse(choice["disabled"])
        self.assertIn("2 of them", choice["hint"], "Cora has no address, Dora Anna's")
        wizard.action_confirm()
        self._run_cron()
        self.assertFalse(self.bert.sudo().user_ids, "may still be undone")
        cron = self.env.ref("mass_sending.ir_cron_invite_to_portal").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        self.assertFalse(triggers.search([("cron_id", "=", cron.id)]))
        campaign.sudo()._start()
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))
        self._run_cron()
        self.assertTrue(self.bert.sudo().user_ids._is_portal())
        [mail] = self._mails
        self.assertEqual(mail["email_to"], ['"Bert Birch" <bert@example.com>'])
        errors = dict(
            campaign.sudo().recipient_ids.mapped(
                lambda r: (r.partner_id, r.portal_invitation_error)
            )
        )
        self.assertFalse(errors[self.bert])
        self.assertIn("valid email", errors[self.cora])
        self.assertIn("same email", errors[self.dora])
        self._run_cron()
        self.assertFalse(self._mails, "nobody is invited twice")

    @users("mass_sending_agent")
    def test_without_the_right_it_is_refused(self):
        campaign = self._create_campaign(send_to="portal")
        wizard = self._open(campaign)
        self.assertTrue(wizard.get_summary()["access"]["choices"][1]["disabled"])
        with self.assertRaisesRegex(UserError, "may not invite"):
            wizard.set_no_access_mode("invite")
        campaign.no_access_mode = "invite"
        with self.assertRaisesRegex(UserError, "may not invite"):
            wizard.action_confirm()

    def test_manager_does_not_invite_in_the_authors_name(self):
        """The author's rights count, whoever confirms."""
        campaign = self._create_campaign(send_to="portal")
        wizard = self._open(campaign.with_user(self.manager))
        with self.assertRaisesRegex(UserError, "may not invite"):
            wizard.set_no_access_mode("invite")

    def test_colleagues_campaign_cannot_be_decided_about(self):
        campaign = self._create_campaign(user=self.manager, send_to="portal")
        wizard = self._open(campaign).with_user(self.agent)
        with self.assertRaises(AccessError):
            wizard.set_no_access_mode("leave_out")

    @users("mass_sending_agent")
    def test_counting_takes_one_query(self):
        campaign = self._create_campaign(send_to="portal")
        self._open(campaign)
        campaign.sudo()._count_without_access()
        with self.assertQueryCount(1):
            campaign.sudo()._count_without_access()
