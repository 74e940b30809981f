# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged, users

from .common import CampaignCommon
from .test_screens import BrowserCase


@tagged("post_install", "-at_install")
class TestAudienceCount(CampaignCommon):
    def _count(self, campaign=None, **values):
        campaign = self.env["mass.sending.campaign"] if campaign is None else campaign
        values.setdefault("filter_domain", f"[('id', 'in', {self.customers.ids})]")
        return campaign.count_audience(values)

    @users("mass_sending_agent")
    def test_counts_what_is_on_the_screen(self):
        self.assertEqual(self._count(), {"count": 2, "problem": False})
        self.assertEqual(self._count(filter_name="Alder")["count"], 1)
        self.assertEqual(self._count(filter_status_blocked=True)["count"], 0)
        campaign = self._create_campaign(filter_name="Alder")
        self.assertEqual(self._count(campaign)["count"], 1)
        self.assertEqual(self._count(campaign, filter_name="")["count"], 2)
        self.assertEqual(campaign.filter_name, "Alder", "nothing is saved")

    @users("mass_sending_agent")
    def test_choices_that_are_not_saved_yet(self):
        places = self.env["mass.sending.location"].sudo()
        north, south = places.create([{"name": "North"}, {"name": "South"}])
        self.anna.sudo().location_id = north
        campaign = self._create_campaign(filter_location_ids=[Command.set(south.ids)])
        self.assertEqual(self._count(campaign)["count"], 0)
        chosen = [(6, 0, north.ids)]
        self.assertEqual(self._count(campaign, filter_location_ids=chosen)["count"], 1)
        self.assertEqual(self._count(filter_location_ids=chosen)["count"], 1)

    @users("mass_sending_agent")
    def test_without_rights_in_crm_it_says_so(self):
        """Not that nobody matches."""
        answer = self._count(recipient_type="lead", filter_domain="[]")
        self.assertIn("may not see them", answer["problem"])
        self.assertIn("CRM", answer["problem"])
        campaign = self._create_campaign(recipient_type="lead", filter_domain="[]")
        for attempt in (
            campaign.action_send,
            campaign.action_preview,
            campaign.action_open_audience,
        ):
            with self.assertRaisesRegex(UserError, "may not see them"):
                attempt()

    @users("mass_sending_agent")
    def test_choosing_leads_without_rights_in_the_form(self):
        form = Form(self.env["mass.sending.campaign"])
        form.recipient_type = "lead"
        self.assertEqual(form.save().audience_count, 0)

    @users("mass_sending_agent")
    def test_unreadable_conditions_are_named(self):
        self.assertIn("cannot be read", self._count(filter_domain="[(")["problem"])

    @users("mass_sending_agent")
    def test_only_filters_are_taken(self):
        answer = self._count(user_id=self.manager.id, state="sent", subject="x")
        self.assertEqual(answer["count"], 2)

    def test_colleagues_campaign_is_not_counted(self):
        campaign = self._create_campaign(user=self.manager)
        with self.assertRaises(AccessError):
            self._count(campaign.with_user(self.agent))

    def test_others_count_nobody(self):
        employee = new_test_user(self.env, "count_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self._count(self.env["mass.sending.campaign"].with_user(employee))


@tagged("post_install", "-at_install")
class TestAudienceCountBrowser(BrowserCase):
    def test_a_late_answer_does_not_replace_a_newer_one(self):
        self._create_customer("Count Alder")
        self._create_customer("Count Birch")
        self.start_tour(
            "/odoo/mass-sending-create",
            "mass_sending_live_count",
            login="mass_sending_agent",
        )
