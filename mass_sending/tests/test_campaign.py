# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .. import states
from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestCampaign(CampaignCommon):
    def assertProblem(self, sentence, **values):
        campaign = self._create_campaign(**values)
        with self.assertRaises(UserError) as caught:
            campaign._check_ready()
        self.assertIn(sentence, str(caught.exception))
        self.assertEqual(campaign.state, "new", "the draft is still there")

    @users("mass_sending_agent")
    def test_bad_input_gets_a_sentence_that_names_the_field(self):
        self.assertProblem("Subject: please fill it in", subject=" ")
        self.assertProblem("Message: please write something", body="<p><br></p>")
        self.assertProblem("From: there is no valid sender address", email_from="")
        self.assertProblem("From: there is no valid sender address", email_from="me")
        self.assertProblem("Purpose: please say", purpose=False)

    @users("mass_sending_agent")
    def test_portal_needs_neither_sender_nor_purpose(self):
        campaign = self._create_campaign(send_to="portal", email_from="", purpose=False)
        campaign._check_ready()

    @users("mass_sending_agent")
    def test_all_problems_are_told_at_once(self):
        campaign = self._create_campaign(subject="", body="", email_from="")
        self.assertEqual(len(campaign._get_problems()), 3)

    @users("mass_sending_agent")
    def test_nobody_matched(self):
        campaign = self._create_campaign(filter_domain="[('id', '=', 0)]")
        self._select(campaign)
        with self.assertRaisesRegex(UserError, "Nobody would receive this message"):
            campaign.action_confirm()

    def test_service_messages_need_their_right(self):
        group = self.env.ref("mass_sending.mass_sending_group_user")
        group.implied_ids -= self.env.ref(
            "mass_sending.mass_sending_group_service_message"
        )
        self.env.invalidate_all()
        self.assertProblem("Send service messages")

    @users("mass_sending_agent")
    def test_unreachable_server_is_a_warning_with_its_address(self):
        self.env["ir.mail_server"].sudo().search([]).active = False
        self.env["ir.mail_server"].sudo().create(
            {"name": "Gone", "smtp_host": "127.0.0.1", "smtp_port": 1}
        )
        campaign = self._create_campaign()
        [channel] = campaign._get_channels()
        with patch.object(IrMail_Server, "_disable_send", lambda self: False):
            [warning] = channel.get_warnings(campaign)
        self.assertIn("127.0.0.1:1", warning)
        self.assertIn("Outgoing Mail Servers", warning)

    @users("mass_sending_agent")
    def test_confirmed_content_is_frozen_until_undone(self):
        campaign = self._create_campaign()
        self._select(campaign)
        campaign.action_confirm()
        self.assertEqual(campaign.state, "new")
        self.assertTrue(campaign.start_at)
        with self.assertRaisesRegex(UserError, "is confirmed"):
            campaign.subject = "Changed"
        campaign.action_undo()
        campaign.subject = "Changed"

    @users("mass_sending_agent")
    def test_started_campaign_cannot_be_undone(self):
        campaign = self._create_campaign()
        self._select(campaign)
        campaign.action_confirm()
        campaign.sudo()._start()
        with self.assertRaisesRegex(UserError, "started already"):
            campaign.action_undo()

    def test_every_way_between_campaign_states_is_in_the_table(self):
        for source, _label in states.CAMPAIGN_STATES:
            for target, _label in states.CAMPAIGN_STATES:
                campaign = self._create_campaign().sudo()
                campaign.state = source
                with self.subTest(source=source, target=target):
                    if target in states.CAMPAIGN_TRANSITIONS[source]:
                        campaign._set_state(target)
                        self.assertEqual(campaign.state, target)
                    else:
                        with self.assertRaises(UserError):
                            campaign._set_state(target)

    def test_every_way_between_delivery_states_is_in_the_table(self):
        delivery = self.env["mass.sending.delivery"].create(
            {
                "company_id": self.company.id,
                "channel": "email",
                "address": "anna@example.com",
            }
        )
        for source, _label in states.DELIVERY_STATES:
            for target, _label in states.DELIVERY_STATES:
                delivery.state = source
                with self.subTest(source=source, target=target):
                    if target in states.DELIVERY_TRANSITIONS[source]:
                        delivery._set_state(target)
                        self.assertEqual(delivery.state, target)
                    else:
                        with self.assertRaises(UserError):
                            delivery._set_state(target)

    # === Who may, and who may not ===

    def test_user_sees_only_his_own_campaigns(self):
        other = self._create_campaign(user=self.manager)
        own = self._create_campaign()
        found = self.env["mass.sending.campaign"].with_user(self.agent).search([])
        self.assertIn(own, found)
        self.assertNotIn(other, found)
        with self.assertRaises(AccessError):
            other.with_user(self.agent).read(["subject"])
        own.with_user(self.manager).read(["subject"])

    @users("mass_sending_agent")
    def test_user_cannot_write_an_address_on_a_recipient(self):
        """Or he would receive another person's documents."""
        [anna, _bert] = self._select(self._create_campaign()).with_user(self.agent)
        with self.assertRaises(AccessError):
            anna.write({"email_normalized": "thief@example.com"})
        with self.assertRaises(AccessError):
            anna.write({"decision": "kept"})
        anna.is_kept = False
        self.assertEqual(anna.decision, "left_out")

    @users("mass_sending_agent")
    def test_user_cannot_change_the_log(self):
        campaign = self._create_campaign()
        self._select(campaign)
        campaign.sudo()._create_deliveries()
        delivery = campaign.delivery_ids[:1]
        with self.assertRaises(AccessError):
            delivery.write({"state": "sent"})
        with self.assertRaises(AccessError):
            delivery.unlink()
        with self.assertRaises(AccessError):
            self.env["mass.sending.group"].search([])

    def test_confirmed_campaign_cannot_be_deleted(self):
        campaign = self._create_campaign()
        self._select(campaign)
        campaign.action_confirm()
        with self.assertRaisesRegex(UserError, "stays in History"):
            campaign.unlink()
