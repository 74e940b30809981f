# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time
from functools import partial
from unittest import skipUnless

import psycopg2

from odoo.sql_db import connection_info_for
from odoo.tests import tagged

from ..channels.email import EmailChannel
from .common_queue import QueueCase
from .postgres_cluster import PostgresCluster, find_programs
from .promise import Breaker, compare
from .sink_process import SinkProcess
from .worker_farm import WorkerFarm

CUSTOMERS = 100


@tagged("post_install", "-at_install")
class TestQueueKills(QueueCase):
    """The small run of bench/kills.py: something dies at random moments, and still
    nobody is lost, nobody is sent to twice, and few are in doubt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # slow enough for a group to last
        cls.sink = SinkProcess(delay=0.01)
        cls.addClassCleanup(cls.sink.stop)
        cls.mail_server.smtp_port = cls.sink.port
        cls._commit()
        cls.farm = WorkerFarm(cls.cr.dbname, cls.author.id)
        cls.addClassCleanup(cls.farm.stop)
        _name, info = connection_info_for(cls.cr.dbname)
        cls.connect = partial(psycopg2.connect, **info)

    def setUp(self):
        super().setUp()
        self.sink.forget()
        self._make_customers(CUSTOMERS)
        self.campaigns = self.env["mass.sending.campaign"]

    def _make_work(self):
        self.campaigns += self._make_campaign()
        self._commit()

    def _break(self, workers):
        return Breaker(self.farm, workers, self.connect, self._make_work)

    def _assert_kept(self, most_uncertain):
        self.cr.rollback()
        figures = compare(self.cr, self.campaigns.ids, self.sink.read_record())
        self.assertEqual(figures["recipients"], len(self.campaigns) * CUSTOMERS)
        self.assertEqual((figures["lost"], figures["doubled"]), (0, 0), figures)
        self.assertLessEqual(figures["uncertain"], most_uncertain)

    def _kill_workers(self, workers):
        breaker = self._break(workers)
        hits = breaker.kill_workers(2)
        breaker.wait()
        self._assert_kept(hits["handing over"])

    def test_one_worker_killed_in_each_phase(self):
        self._kill_workers(1)

    def test_one_of_three_workers_killed_in_each_phase(self):
        self._kill_workers(3)

    def test_hourly_limit_holds_while_workers_die(self):
        """Each try counts, also one of which nobody knows whether it arrived."""
        limit, kills = 150, 2
        self._limit(limit)
        self.addCleanup(self._limit, 0)
        breaker = self._break(3)
        # enough is left when the limit is reached
        self._make_work()
        self._make_work()
        breaker.break_something(kills, breaker.kill_worker)
        self._wait_for_ticks(limit)
        for slot in range(3):
            self.farm.kill(slot)
        number = len([to for to, _uid in self.sink.read_record() if "customer" in to])
        self.assertLessEqual(number, limit)
        self.assertGreaterEqual(number, limit - kills)

    def _limit(self, number):
        self.cr.execute("DELETE FROM mass_sending_server_tick")
        self.mail_server.mass_sending_hourly_limit = number
        self.mail_server.mass_sending_free_share = 0
        self._commit()

    def _wait_for_ticks(self, number):
        until = time.monotonic() + 60
        ticks = 0
        while ticks < number and time.monotonic() < until:
            time.sleep(0.1)
            self.cr.execute("SELECT count(*) FROM mass_sending_server_tick")
            [ticks] = self.cr.fetchone()
            self._commit()
        self.assertEqual(ticks, number)
        # whoever wanted to send more has had the time
        time.sleep(1)

    def test_smtp_server_killed(self):
        def kill(_slot):
            self.sink.kill()
            self.sink.start()

        breaker = self._break(2)
        breaker.break_something(3, kill)
        breaker.wait()
        self._assert_kept(2 * 3)


@tagged("post_install", "-at_install")
@skipUnless(find_programs(), "PostgreSQL's server is not on this machine")
class TestQueuePostgresKills(QueueCase):
    """PostgreSQL dies. The group that was open is in doubt, and nobody else."""

    def setUp(self):
        super().setUp()
        self.sink = SinkProcess(delay=0.01)
        self.addCleanup(self.sink.stop)
        self.mail_server.smtp_port = self.sink.port
        self._make_customers(CUSTOMERS)
        admin = self.env.ref("base.user_admin")
        waiting = [self._make_campaign(user_id=admin.id) for _number in range(9)]
        self.addCleanup(self._delete_waiting, waiting)
        self.waiting_ids = [campaign.id for campaign in waiting]
        self.campaign_ids = []
        self._commit()
        self.cluster = PostgresCluster(self.cr.dbname)
        self.addCleanup(self.cluster.remove)
        options = {f"db_{name}": value for name, value in self.cluster.options.items()}
        self.farm = WorkerFarm(self.cluster.dbname, self.author.id, **options)
        self.addCleanup(self.farm.stop)

    def _delete_waiting(self, campaigns):
        for campaign in campaigns:
            campaign.unlink()
        self._commit()

    def _query(self, function):
        connection = self.cluster.connect()
        with connection, connection.cursor() as cr:
            result = function(cr)
        connection.close()
        return result

    def _make_work(self):
        """Give the author one of the campaigns: the workers are after his."""
        self.campaign_ids.append(self.waiting_ids.pop())
        self._query(
            lambda cr: cr.execute(
                "UPDATE mass_sending_campaign SET user_id = %s WHERE id = %s",
                [self.author.id, self.campaign_ids[-1]],
            )
        )

    def test_killed_stopped_at_once_and_restarted(self):
        breaker = Breaker(self.farm, 2, self.cluster.connect, self._make_work)
        for end in (self.cluster.kill, self.cluster.stop_at_once, self.cluster.stop):
            breaker.break_something(
                1, lambda _slot, end=end: (end(), self.cluster.start())
            )
        breaker.wait()
        figures = self._query(
            lambda cr: compare(cr, self.campaign_ids, self.sink.read_record())
        )
        self.assertEqual(figures["recipients"], len(self.campaign_ids) * CUSTOMERS)
        self.assertEqual((figures["lost"], figures["doubled"]), (0, 0), figures)
        # what two workers had open when it crashed, and one each when it restarted
        most = 2 * 2 * EmailChannel.open_size + 2
        self.assertLessEqual(figures["uncertain"], most)
        self.assertGreater(figures["sent"], 0)
