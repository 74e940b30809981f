# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..channels.email import EmailChannel
from ..queue import groups
from .common_queue import QueueCase
from .worker_process import WorkerProcess

WORKER_LOG = "odoo.addons.mass_sending.queue.worker"


@tagged("post_install", "-at_install")
class TestQueueWorkers(QueueCase):
    """Nobody is lost, nobody is sent to twice, and whoever is in doubt is shown."""

    def _addresses(self, number):
        return [f"customer{index}@example.com" for index in range(number)]

    def test_two_workers_share_a_campaign_without_doubles(self):
        self._make_customers(120)
        campaign = self._make_campaign()
        self._confirm(campaign)
        workers = [WorkerProcess(self.cr.dbname) for _number in range(2)]
        for worker in workers:
            self.assertIn("done", worker.wait())
        self._run_queue()
        self.assertReceivedOnce(self._addresses(120))
        self.assertStates(campaign, {"sent": 120})
        self.assertGreater(self.smtp.sessions, 2)

    def test_worker_killed_while_the_server_answers_leaves_one_uncertain(self):
        """The server has accepted the mail; its answer never reaches us."""
        self._make_customers(10)
        campaign = self._make_campaign()
        self._confirm(campaign)
        worker = WorkerProcess(self.cr.dbname)

        def kill():
            worker.kill()
            return False

        self.smtp.script.hooks["customer4@example.com"] = kill
        self.assertNotIn("done", worker.wait())
        self.smtp.script.hooks.clear()
        with mute_logger(WORKER_LOG):
            self._run_queue()

        self.assertReceivedOnce(self._addresses(10))
        self.assertStates(campaign, {"sent": 9, "uncertain": 1})
        doubtful = campaign.delivery_ids.filtered(lambda d: d.state == "uncertain")
        self.assertEqual(doubtful.address, "customer4@example.com")
        self.assertEqual(doubtful.failure_type, "interrupted")
        self.assertEqual(campaign.state, "error", "staff have something to decide")

    def test_worker_killed_before_the_content_went_out_loses_nobody(self):
        """Whether it did is not known here either: one row in doubt, none doubled."""
        self._make_customers(5)
        campaign = self._make_campaign()
        self._confirm(campaign)
        worker = WorkerProcess(self.cr.dbname)

        class KillOnRcpt(dict):
            def get(self, address, default=None):
                if address == "customer2@example.com":
                    worker.kill()
                return default

        self.smtp.script.rcpt = KillOnRcpt()
        worker.wait()
        self.smtp.script.rcpt = {}
        with mute_logger(WORKER_LOG):
            self._run_queue()
        received = self.smtp.received_addresses()
        self.assertEqual(len(received), len(set(received)))
        self.assertStates(campaign, {"sent": 4, "uncertain": 1})

    def test_dead_worker_that_was_only_preparing_leaves_nobody_in_doubt(self):
        self._make_customers(3)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._commit()
        dead = campaign._open_queue_connection()
        self.assertEqual(
            len(groups.claim(dead, campaign.id, "email", 50).delivery_ids), 3
        )
        dead.close()
        with mute_logger(WORKER_LOG):
            self._run_queue()
        self.assertReceivedOnce(self._addresses(3))
        self.assertStates(campaign, {"sent": 3})

    def test_living_worker_keeps_its_group(self):
        self._make_customers(3)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._commit()
        other = campaign._open_queue_connection()
        self.addCleanup(other.close)
        lease = groups.claim(other, campaign.id, "email", 2)
        groups.open_group(other, lease, 0, [lease.delivery_ids])
        self._run_queue()
        self.assertReceivedOnce(["customer2@example.com"])
        self.assertStates(campaign, {"sending": 2, "sent": 1})
        self.assertEqual(campaign.state, "processing")

    def test_a_server_that_another_worker_found_away_is_left_alone(self):
        """Each worker used to try it again at the end of its group, and the campaign
        then waited twice as long."""
        addresses = self._make_customers(3).mapped("email")
        campaign = self._make_campaign()
        self._confirm(campaign)

        def find_it_away():
            with self.registry.cursor() as cr:
                cr.execute(
                    "UPDATE mass_sending_campaign SET retry_at = now() AT TIME ZONE"
                    " 'UTC' + interval '1 hour' WHERE id = %s",
                    [campaign.id],
                )
            return True

        self.smtp.script.hooks = {addresses[0]: find_it_away}
        with patch.object(EmailChannel, "get_group_size", lambda *_arguments: 1):
            self._run_queue()
        self.assertStates(campaign, {"sent": 1, "new": 2})
        self.assertEqual(campaign.state, "processing")

    def test_one_row_per_lane_is_in_doubt(self):
        deliveries = self._abandon_group(lanes=2)
        self._recover()
        self.assertEqual(
            deliveries.mapped("state"),
            ["uncertain", "new", "new", "uncertain", "new", "new"],
        )
        self.assertEqual(deliveries.mapped("attempts"), [1, 0, 0, 1, 0, 0])

    def test_crash_of_postgresql_puts_the_open_group_in_doubt(self):
        """The server empties its unlogged tables when it recovers from a crash."""
        deliveries = self._abandon_group(lanes=1)
        self.cr.execute("TRUNCATE mass_sending_group_witness")
        self._commit()
        self._recover()
        self.assertEqual(set(deliveries.mapped("state")), {"uncertain"})

    def test_witness_is_really_not_logged(self):
        self.cr.execute(
            "SELECT relpersistence FROM pg_class"
            " WHERE relname = 'mass_sending_group_witness'"
        )
        self.assertEqual(self.cr.fetchone(), ("u",))

    def test_outcome_after_the_lease_is_lost_stops_the_worker(self):
        from ..queue import outcomes

        deliveries = self._abandon_group(lanes=1, close=False)
        self._steal()
        with self.assertRaises(outcomes.LeaseLost):
            outcomes.record(
                self.abandoned,
                self.lease,
                deliveries[:1].ids,
                outcomes.Outcome.sent(),
            )

    # === Helpers ===

    def _abandon_group(self, lanes, close=True):
        """Make a worker die with six deliveries open on some lanes."""
        self._make_customers(6)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._commit()
        self.abandoned = campaign._open_queue_connection()
        self.addCleanup(self.abandoned.close)
        self.lease = groups.claim(self.abandoned, campaign.id, "email", 50)
        ids = self.lease.delivery_ids
        size = len(ids) // lanes
        groups.open_group(
            self.abandoned,
            self.lease,
            0,
            [ids[start : start + size] for start in range(0, len(ids), size)],
        )
        if close:
            self.abandoned.close()
        return campaign.delivery_ids.sorted("id")

    def _recover(self):
        connection = self.env["mass.sending.campaign"]._open_queue_connection()
        try:
            groups.recover(connection)
        finally:
            connection.close()
        self.cr.rollback()
        self.env.invalidate_all()

    def _steal(self):
        self.abandoned.execute(
            SQL("UPDATE mass_sending_delivery SET group_id = NULL WHERE group_id > 0")
        )
