# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestCampaignWatch(QueueCase):
    def _start_long_ago(self, number=4):
        self._make_customers(number)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        long_ago = fields.Datetime.now() - timedelta(minutes=11)
        campaign.write(
            {"started_at": long_ago, "progress_at": long_ago, "rate_since": long_ago}
        )
        self.cron = self.env.ref("mass_sending.ir_cron_process_queue")
        self.cron.lastcall = fields.Datetime.now()
        self.addCleanup(self.cr.rollback)
        return campaign

    # === Rate ===

    def test_rate_and_time_left(self):
        campaign = self._start_long_ago()
        campaign.delivery_ids[:1]._set_state("sending")
        campaign.delivery_ids[:1]._set_state("sent")
        campaign.rate_since = fields.Datetime.now() - timedelta(minutes=2)
        campaign.invalidate_recordset()
        self.assertAlmostEqual(campaign.rate, 0.5, places=1)
        self.assertEqual(campaign.with_context(lang="en_US").time_left, "6 minutes")
        campaign.is_paused = True
        self.assertFalse(campaign.time_left)

    def test_no_rate_before_anything_is_done(self):
        campaign = self._start_long_ago()
        self.assertFalse(campaign.rate)
        self.assertFalse(campaign.time_left)

    # === Standing still ===

    def test_what_moves_does_not_complain(self):
        campaign = self._start_long_ago()
        campaign.progress_at = fields.Datetime.now()
        self.assertFalse(campaign.stalled_reason)

    def test_paused(self):
        campaign = self._start_long_ago()
        campaign.action_pause()
        self.assertIn("Paused by", campaign.stalled_reason)

    def test_server_away(self):
        campaign = self._start_long_ago()
        with mute_logger("odoo.addons.mass_sending.models.mass_sending_campaign_queue"):
            campaign._wait_for_channel("The server 127.0.0.1:1 cannot be reached.")
        self.assertIn("127.0.0.1:1", campaign.stalled_reason)

    def test_scheduled_action_switched_off(self):
        campaign = self._start_long_ago()
        self.cron.active = False
        self.assertIn("switched off", campaign.stalled_reason)

    def test_scheduler_does_not_run(self):
        campaign = self._start_long_ago()
        self.cron.lastcall = fields.Datetime.now() - timedelta(hours=1)
        self.assertIn("max_cron_threads", campaign.stalled_reason)

    def test_campaign_that_should_have_started(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        cron = self.env.ref("mass_sending.ir_cron_process_queue")
        cron.lastcall = False
        self.addCleanup(self.cr.rollback)
        self.assertIn("scheduler has not run", campaign.stalled_reason)

    def test_everybody_refused_for_now(self):
        campaign = self._start_long_ago()
        campaign.delivery_ids.next_try_at = fields.Datetime.now() + timedelta(hours=1)
        self.env.flush_all()
        self.assertIn("4 recipients who still wait", campaign.stalled_reason)

    def test_unknown_reason(self):
        campaign = self._start_long_ago()
        self.assertIn("server's log", campaign.stalled_reason)

    def test_queue_notes_movement(self):
        self._make_customers(2)
        self.smtp.script.rcpt["customer0@example.com"] = "451 later"
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertEqual(campaign.state_counts, {"new": 1, "sent": 1})
        moved_at = fields.Datetime.now() - timedelta(hours=1)
        campaign.progress_at = moved_at
        self._commit()
        self._run_queue()
        self.assertEqual(campaign.progress_at, moved_at)

    # === The end ===

    def test_author_is_told_of_errors(self):
        self._make_customers(3)
        self.smtp.script.rcpt["customer1@example.com"] = "550 5.7.1 no"
        campaign = self._make_campaign()
        self._send(campaign)
        activity = campaign.activity_ids
        self.assertEqual(activity.user_id, self.author)
        self.assertEqual(activity.summary, "1 of 3 not delivered")

        self.smtp.script.rcpt.clear()
        campaign.action_retry_failed()
        self._commit()
        self.assertFalse(campaign.activity_ids)
        self._run_queue()
        self.assertFalse(campaign.activity_ids)

    def test_no_activity_without_errors(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertFalse(campaign.activity_ids)
