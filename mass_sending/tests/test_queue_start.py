# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import states
from ..models import mass_sending_campaign_start as start
from .common import CampaignCommon
from .common_queue import QueueCase
from .worker_process import WorkerProcess

PIECE_SIZE = 3
CUSTOMERS = 10


@tagged("post_install", "-at_install")
class TestStartPieces(CampaignCommon):
    """What a campaign is while only a part of its deliveries is made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(start, "PIECE_SIZE", PIECE_SIZE))
        cls.customers += cls.env["res.partner"].concat(
            *(
                cls._create_customer(f"Customer {i}", email=f"c{i}@example.com")
                for i in range(CUSTOMERS - 2)
            )
        )

    def _start(self, **values):
        """Select and start a campaign: its first piece is made."""
        campaign = self._create_campaign(**values).sudo()
        campaign._select_recipients()
        campaign._start()
        return campaign

    def _finish_start(self, campaign):
        """:return: number of pieces that were missing"""
        for number in count(1):
            if not campaign._make_piece():
                return number

    def test_pieces_follow_each_other(self):
        campaign = self._start()
        self.assertEqual(campaign.state, states.PROCESSING)
        self.assertEqual(len(campaign.delivery_ids), PIECE_SIZE)
        self.assertEqual(self._finish_start(campaign), 3)
        self.assertFalse(campaign.is_starting)
        self.assertEqual(campaign.delivery_ids.partner_id, self.customers)
        self.assertEqual(len(campaign.delivery_ids), CUSTOMERS)

    def test_number_that_fills_its_pieces(self):
        campaign = self._start(
            filter_domain=f"[('id', 'in', {self.customers[: 2 * PIECE_SIZE].ids})]"
        )
        self._finish_start(campaign)
        self.assertFalse(campaign.is_starting)
        self.assertEqual(len(campaign.delivery_ids), 2 * PIECE_SIZE)

    def test_making_all_again_makes_none(self):
        campaign = self._start()
        self._finish_start(campaign)
        self.assertEqual(campaign._create_deliveries(), 0)

    def test_only_who_is_kept_fills_a_piece(self):
        self.customers[:5].email = False
        campaign = self._start()
        self.assertEqual(campaign.delivery_ids.partner_id, self.customers[5:8])

    def test_figures_are_of_all_from_the_beginning(self):
        campaign = self._start(send_to="portal_email")
        self.assertEqual(campaign.recipient_count, CUSTOMERS)
        self.assertEqual(campaign.delivery_count, 2 * CUSTOMERS)
        self.assertEqual(campaign.waiting_count, 2 * CUSTOMERS)
        campaign.delivery_ids[:4].state = states.SENT
        campaign.invalidate_recordset()
        self.assertEqual(campaign.waiting_count, 2 * CUSTOMERS - 4)
        self.assertEqual(campaign.progress, 20)
        self._finish_start(campaign)
        campaign.invalidate_recordset()
        self.assertEqual(campaign.delivery_count, 2 * CUSTOMERS)
        self.assertEqual(campaign.waiting_count, 2 * CUSTOMERS - 4)

    def test_not_finished_before_all_is_made(self):
        campaign = self._start()
        campaign.delivery_ids.state = states.SENT
        campaign._finish_if_done()
        self.assertEqual(campaign.state, states.PROCESSING)
        self._finish_start(campaign)
        campaign.delivery_ids.state = states.SENT
        campaign._finish_if_done()
        self.assertEqual(campaign.state, states.SENT)

    def test_cannot_be_undone(self):
        campaign = self._start()
        with self.assertRaisesRegex(UserError, "started already"):
            campaign.action_undo()

    def test_who_is_next_counts_as_reached(self):
        """Else a second campaign, to those whom this one missed, reached him twice."""
        campaign = self._start()
        people = self.env["res.partner"]
        is_ours = [("id", "in", self.customers.ids)]
        self.assertFalse(
            people.search([*is_ours, ("missed_campaign_ids", "in", campaign.ids)])
        )
        self.assertEqual(
            people.search([*is_ours, ("got_campaign_ids", "in", campaign.ids)]),
            self.customers,
        )

    def test_who_can_be_reached_meanwhile_is_not_forgotten(self):
        """Whether his place is in a piece that is made or in one to come."""
        early, late = self.customers[0], self.customers[-1]
        (early + late).email = False
        campaign = self._start()
        early.email, late.email = "early@example.com", "late@example.com"
        campaign.action_send_to_fixed()
        self.assertEqual(
            set(campaign.delivery_ids.mapped("address"))
            & {"early@example.com", "late@example.com"},
            {"early@example.com", "late@example.com"},
        )
        self.assertEqual(len(campaign.delivery_ids), PIECE_SIZE + 2, "no others yet")
        self._finish_start(campaign)
        self.assertEqual(len(campaign.delivery_ids), CUSTOMERS)

    def test_client_cannot_write_how_far_it_is(self):
        for name in ("is_starting", "started_until"):
            with self.assertRaisesRegex(Exception, "by its buttons"):
                self._create_campaign().write({name: 1})


@tagged("post_install", "-at_install")
class TestStartPiecesDedupe(CampaignCommon):
    """One per address, though the addresses are decided on over several pieces."""

    # by number of the customer; some also have an address for invoices
    ADDRESSES = "a b c a d b e c f a"
    BILLING = {1: "e", 4: "a, g", 6: "g", 8: "h", 9: "h, i"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].concat(
            *(
                cls._create_customer(
                    f"Customer {number}",
                    email=f"{address}@example.com",
                    billing_email=", ".join(
                        f"{billing.strip()}@example.com"
                        for billing in cls.BILLING.get(number, "").split(",")
                        if billing
                    ),
                    phone=f"+3247000000{ord(address) - ord('a')}",
                )
                for number, address in enumerate(cls.ADDRESSES.split())
            )
        )
        cls.env["mail.blacklist"]._add("d@example.com")

    def _send(self, size, **values):
        """Start a campaign in pieces of a size.

        :return: [(customer, address)]
        """
        campaign = self._create_campaign(
            dedupe_mode="address",
            body="<p>All is well.</p>",
            sms_body="All is well.",
            purpose="marketing",
            **values,
        ).sudo()
        recipients = self._select(campaign)
        # who was left out takes nobody's address
        recipients.filtered(lambda r: r.partner_id == self.customers[2]).is_kept = False
        with patch.object(start, "PIECE_SIZE", size):
            campaign._start()
            while campaign.is_starting:
                campaign._make_piece()
        return campaign.delivery_ids.sorted("id").mapped(
            lambda d: (d.partner_id, d.channel, d.address)
        )

    def test_same_as_in_one_piece(self):
        for values in (
            {"billing_email_mode": "none"},
            {"billing_email_mode": "addition"},
            {"billing_email_mode": "instead"},
            {"send_to": "portal_email", "billing_email_mode": "addition"},
            {"send_to": "sms"},
        ):
            whole = self._send(100, **values)
            mails = [address for _who, channel, address in whole if channel != "portal"]
            self.assertEqual(len(mails), len(set(mails)), values)
            for size in (1, 2, 3, 4, 7):
                with self.subTest(size=size, **values):
                    pieces = self._send(size, **values)
                    self.assertEqual(set(pieces), set(whole))
                    self.assertEqual(len(pieces), len(whole))


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
