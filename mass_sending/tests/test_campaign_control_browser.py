# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from . import test_screens


@tagged("post_install", "-at_install")
class TestCampaignControlBrowser(test_screens.TestScreens):
    test_compose_preview_confirm = None

    def _make_started(self, subject, state, delivery_state):
        campaign = self._create_campaign(subject=subject).sudo()
        campaign._select_recipients()
        campaign.action_confirm()
        campaign._start()
        campaign.delivery_ids.write({"state": delivery_state})
        campaign._store_counts()
        if state != "processing":
            campaign._set_state(state)
        return campaign

    def _let_it_progress(self, campaign):
        """The queue runs elsewhere: here its figures do."""
        Campaign = self.registry["mass.sending.campaign"]
        count = Campaign._count_deliveries
        asked = []

        def count_progress(campaigns):
            counts = count(campaigns)
            if campaign.id in counts:
                asked.append(1)
                sent = 2 if len(asked) < 4 else 4
                counts[campaign.id] = {"sent": sent, "new": 6 - sent}
            return counts

        self.startPatcher(patch.object(Campaign, "_count_deliveries", count_progress))

    def test_watch_and_decide(self):
        running = self._make_started("Running", "processing", "new")
        running.rate_since = fields.Datetime.now() - timedelta(minutes=1)
        wrong = self._make_started("Wrong text", "processing", "new")
        failed = self._make_started("Some failed", "error", "error")
        doubtful = self._make_started("In doubt", "error", "uncertain")
        single = self._make_started("One by one", "error", "uncertain")
        self._let_it_progress(running)
        self.start_tour(
            "/odoo/mass-sending",
            "mass_sending_control_campaign",
            login="mass_sending_agent",
        )
        self.assertFalse(running.is_paused)
        self.assertEqual(wrong.state, "cancelled")
        self.assertEqual(failed.state, "processing")
        self.assertEqual(set(failed.delivery_ids.mapped("state")), {"new"})
        self.assertEqual(doubtful.state, "sent")
        self.assertEqual(set(doubtful.delivery_ids.mapped("state")), {"sent"})
        decided = single.delivery_ids.filtered(lambda d: d.state == "new")
        self.assertEqual(decided.address, "anna@example.com")
        left = single.delivery_ids - decided
        self.assertEqual(left.mapped("state"), ["uncertain"])

    def test_manager_removes(self):
        campaign = self._make_started("In doubt", "sent", "sent")
        self.start_tour(
            "/odoo/mass-sending",
            "mass_sending_remove_campaign",
            login="mass_sending_manager",
        )
        self.assertEqual(campaign.state, "removed")
        self.assertEqual(campaign.removed_by_id, self.manager)
