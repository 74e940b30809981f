# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_queue import QueueCase
from .worker_process import WorkerProcess

QUEUE_LOG = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"


@tagged("post_install", "-at_install")
class TestQueuePace(QueueCase):
    """E-mails per hour: exact, and only campaigns wait."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._limit, 0, 10)

    def _limit(self, number, share=0):
        self.cr.execute("DELETE FROM mass_sending_server_tick")
        self.mail_server.mass_sending_hourly_limit = number
        self.mail_server.mass_sending_free_share = share
        self._commit()

    def _let_time_pass(self, campaign, minutes):
        for statement in (
            "UPDATE mass_sending_server_tick SET at = at - %s * interval '1 minute'",
            "UPDATE mass_sending_campaign SET retry_at = retry_at"
            " - %s * interval '1 minute'",
        ):
            self.cr.execute(statement, [minutes])
        self._commit()
        self.env.invalidate_all()

    @mute_logger(QUEUE_LOG)
    def test_no_more_than_the_limit_in_any_sixty_minutes(self):
        self._make_customers(7)
        self._limit(3)
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"sent": 3, "new": 4})
        self.assertIn("hourly limit", campaign.retry_reason)

        self._let_time_pass(campaign, 59)
        self._run_queue()
        self.assertStates(campaign, {"sent": 3, "new": 4})

        self._let_time_pass(campaign, 2)
        self._run_queue()
        self.assertStates(campaign, {"sent": 6, "new": 1})
        self._let_time_pass(campaign, 61)
        self._run_queue()
        self.assertEqual(campaign.state, "sent")
        self.assertReceivedOnce([f"customer{i}@example.com" for i in range(7)])

    @mute_logger(QUEUE_LOG)
    def test_place_is_free_an_hour_after_the_mail_that_took_it(self):
        self._make_customers(4)
        self._limit(2)
        campaign = self._make_campaign()
        self._send(campaign)
        self.cr.execute(
            "SELECT min(at) + interval '1 hour' FROM mass_sending_server_tick"
        )
        [free_again] = self.cr.fetchone()
        self.assertEqual(campaign.retry_at, free_again)

    @mute_logger(QUEUE_LOG)
    def test_share_is_kept_free_and_other_mail_counts_but_never_waits(self):
        self._make_customers(9)
        self._limit(10, share=20)
        for number in range(3):
            self.env["mail.mail"].create(
                {
                    "subject": "Invoice",
                    "body_html": "<p>Invoice</p>",
                    "email_from": "support@example.com",
                    "email_to": f"other{number}@example.com",
                }
            ).send()
        self._commit()
        campaign = self._make_campaign()
        self._send(campaign)
        # 10 less 2 kept free less 3 that other mail has taken
        self.assertStates(campaign, {"sent": 5, "new": 4})
        self.env["mail.mail"].create(
            {"email_to": "late@example.com", "email_from": "support@example.com"}
        ).send()
        self.assertIn("late@example.com", self.smtp.received_addresses())

    @mute_logger(QUEUE_LOG)
    def test_refused_mail_counts_too(self):
        self._make_customers(3)
        self._limit(2)
        self.smtp.script.data["customer0@example.com"] = "554 no"
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertStates(campaign, {"error": 1, "sent": 1, "new": 1})

    @mute_logger(QUEUE_LOG)
    def test_two_workers_do_not_both_take_the_last_places(self):
        self._make_customers(120)
        self._limit(70)
        campaign = self._make_campaign()
        self._confirm(campaign)
        workers = [WorkerProcess(self.cr.dbname) for _number in range(2)]
        for worker in workers:
            self.assertIn("done", worker.wait())
        self.assertEqual(len(self.smtp.received), 70)
