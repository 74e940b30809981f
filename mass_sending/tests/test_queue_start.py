# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import mass_sending_campaign_start as start
from .common_queue import QueueCase
from .worker_process import WorkerProcess

PIECE_SIZE = 3
CUSTOMERS = 10


@tagged("post_install", "-at_install")
class TestQueueStart(QueueCase):
    """A start takes several transactions and turns; anything may happen in between."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(start, "PIECE_SIZE", PIECE_SIZE))
        self.addresses = [f"customer{index}@example.com" for index in range(CUSTOMERS)]

    def _prepare(self, **values):
        self.people = self._make_customers(CUSTOMERS)
        campaign = self._make_campaign(**values)
        self._confirm(campaign)
        return campaign

    @contextmanager
    def _worker_in_piece(self, number):
        """Let a worker come to the middle of a piece; afterwards it goes on.

        There it waits for a customer who is locked.

        :param int number: of the piece, counted from 0
        """
        customer = self.people.sorted("id")[PIECE_SIZE * number + 1]
        with self.registry.cursor() as blocker:
            blocker.execute(
                "SELECT FROM res_partner WHERE id = %s FOR UPDATE", [customer.id]
            )
            worker = WorkerProcess(self.cr.dbname, PIECE_SIZE)
            self.addCleanup(worker.kill)
            self._wait_for_lock(blocker)
            yield worker
        worker.wait()
        self.cr.rollback()
        self.env.invalidate_all()

    def _wait_for_lock(self, cr):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            cr.execute(
                "SELECT FROM pg_locks WHERE NOT granted"
                " AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cr.rowcount:
                return
            time.sleep(0.05)
        self.fail("The worker did not come to it.")

    def _press(self, campaign, action):
        campaign[:0].env.invalidate_all()
        getattr(campaign, action)()
        self._commit()

    def _assert_sent_once(self, campaign):
        self.assertReceivedOnce(self.addresses)
        self.assertStates(campaign, {"sent": CUSTOMERS})
        self.assertEqual(campaign.state, "sent")
        self.assertFalse(campaign.is_starting)

    def test_sent_in_one_turn(self):
        campaign = self._prepare()
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_killed_in_the_middle_of_a_piece(self):
        campaign = self._prepare()
        with self._worker_in_piece(2) as worker:
            worker.kill()
        self.assertStates(campaign, {"new": 2 * PIECE_SIZE})
        self.assertTrue(campaign.is_starting)
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_killed_in_the_first_piece(self):
        campaign = self._prepare()
        with self._worker_in_piece(0) as worker:
            worker.kill()
        self.assertEqual(campaign.state, "new", "as if nothing had been begun")
        self.assertStates(campaign, {})
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_two_workers_start_it_together(self):
        campaign = self._prepare()
        workers = [WorkerProcess(self.cr.dbname, 1) for _number in range(2)]
        for worker in workers:
            self.assertIn("done", worker.wait())
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_other_worker_leaves_the_piece_alone_and_sends(self):
        campaign = self._prepare()
        with self._worker_in_piece(1):
            self._run_queue()
            self.assertReceivedOnce(self.addresses[:PIECE_SIZE])
            self.assertEqual(campaign.state, "processing")
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_takes_several_turns(self):
        """When its time is up it gives the cron thread back, and is called again."""
        campaign = self._prepare()
        cron = self.env.ref("mass_sending.ir_cron_process_queue")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self._commit()
        steps = count(0, 4)
        clock = SimpleNamespace(monotonic=lambda: time.monotonic() + next(steps))
        with patch.object(start, "time", clock):
            self._run_queue()
        made = len(campaign.delivery_ids)
        self.assertGreater(made, PIECE_SIZE)
        self.assertLess(made, CUSTOMERS)
        self.assertStates(campaign, {"sent": made})
        self.assertEqual(campaign.state, "processing")
        self.assertTrue(campaign.is_starting)
        self.assertEqual(campaign.delivery_count, CUSTOMERS)
        self.assertEqual(campaign.waiting_count, CUSTOMERS - made)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_paused_in_the_middle_of_a_piece(self):
        campaign = self._prepare()
        with self._worker_in_piece(1):
            self._press(campaign, "action_pause")
        self.assertStates(campaign, {"new": PIECE_SIZE})
        self._run_queue()
        self.assertStates(campaign, {"new": PIECE_SIZE})
        self.assertEqual(campaign.delivery_count, CUSTOMERS)
        self._press(campaign, "action_resume")
        self._run_queue()
        self._assert_sent_once(campaign)

    def test_stopped_in_the_middle_of_a_piece(self):
        for action, state in (
            ("action_cancel", "cancelled"),
            ("action_remove", "removed"),
        ):
            with self.subTest(action):
                campaign = self._prepare()
                with self._worker_in_piece(1):
                    self._press(campaign, action)
                self._run_queue()
                self.assertEqual(campaign.state, state)
                self.assertStates(campaign, {"cancelled": PIECE_SIZE})
                self.assertFalse(campaign.is_settling)
                self.assertFalse(campaign.is_starting)
                self.assertFalse(self.smtp.received)
                self._delete_campaigns()

    def test_selected_anew_once(self):
        campaign = self._prepare(schedule_at=fields.Datetime.now() + timedelta(days=1))
        Campaign = self.registry["mass.sending.campaign"]
        select = Campaign._select_recipients
        with patch.object(
            Campaign, "_select_recipients", autospec=True, side_effect=select
        ) as selecting:
            self._run_queue()
        self.assertEqual(selecting.call_count, 1)
        self._assert_sent_once(campaign)

    def test_started_while_the_far_end_is_away(self):
        campaign = self._prepare()
        campaign.retry_at = fields.Datetime.now() + timedelta(hours=1)
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"new": CUSTOMERS})
        self.assertFalse(campaign.is_starting)
