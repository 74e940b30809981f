# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time
from collections import defaultdict

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..models.mass_sending_campaign_queue import QUEUE_CRON
from .common_queue import QueueCase
from .server_process import ServerProcess


@tagged("post_install", "-at_install")
class TestWorkersSetting(TransactionCase):
    """Each worker is a scheduled action: Odoo runs one only once at a time."""

    def setUp(self):
        super().setUp()
        self.campaigns = self.env["mass.sending.campaign"]
        self.first = self.env.ref(QUEUE_CRON)

    def _set(self, number):
        settings = Form(self.env["res.config.settings"])
        settings.mass_sending_workers = number
        settings.save().execute()
        return self.campaigns._get_queue_crons()

    def test_one_by_default(self):
        self.assertEqual(self.campaigns._get_queue_crons(), self.first)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.mass_sending_workers, 1)

    def test_more_are_woken_together(self):
        crons = self._set(3)
        self.assertEqual(len(crons), 3)
        self.assertEqual(crons[0], self.first)
        self.assertEqual(set(crons.mapped("code")), {"model._cron_process_queue()"})
        self.assertEqual(len(set(crons.mapped("name"))), 3)
        self.campaigns._trigger_queue()
        triggered = self.env["ir.cron.trigger"].search([]).cron_id
        self.assertLessEqual(crons, triggered)

    def test_a_campaign_that_starts_wakes_the_others(self):
        """They may have looked for work a moment too early."""
        crons = self._set(2)
        campaign = self.campaigns.create({"subject": "News", "body": "<p>News</p>"})
        triggers = self.env["ir.cron.trigger"]
        triggers.search([]).unlink()
        campaign._start()
        self.assertEqual(triggers.search([]).cron_id, crons)

    def test_fewer_are_the_first_ones(self):
        three = self._set(3)
        self.assertEqual(self._set(2), three[:2])
        self.assertEqual(self._set(1), self.first)
        self.assertFalse(three[1:].exists())

    def test_they_outlive_an_update_and_go_with_the_addon(self):
        crons = self._set(2)
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("res_id", "=", crons[1].id)]
        )
        self.assertEqual(names.module, "mass_sending")
        self.assertTrue(names.noupdate)

    def test_numbers_that_make_no_sense(self):
        for number in (0, -1, 17):
            with self.subTest(number=number), self.assertRaises(ValidationError):
                self._set(number)


@tagged("post_install", "-at_install")
class TestQueueServers(QueueCase):
    """Two Odoo servers on one database share a campaign."""

    def setUp(self):
        super().setUp()
        self.campaigns = self.env["mass.sending.campaign"]
        self._run_only_the_queue()
        self.campaigns._set_worker_count(2)
        self.addCleanup(self._restore_crons)
        self._commit()

    def _run_only_the_queue(self):
        self.others = self.env["ir.cron"].search([])
        self.others -= self.campaigns._get_queue_crons()
        self.others.active = False

    def _restore_crons(self):
        self.cr.rollback()
        self.others.active = True
        self.campaigns._set_worker_count(1)
        self.env["ir.cron.trigger"].search([]).unlink()
        self._commit()

    def _answer_slowly(self):
        time.sleep(0.01)
        return True

    def test_two_servers_share_a_campaign(self):
        customers = self._make_customers(300)
        addresses = customers.mapped("email")
        self.smtp.script.hooks = dict.fromkeys(addresses, self._answer_slowly)
        servers = [ServerProcess(self.cr.dbname, cron_threads=1) for _number in "12"]
        for server in servers:
            self.addCleanup(server.stop)
        self._wait_until_they_listen(servers)
        campaign = self._make_campaign()
        self._confirm(campaign)

        shares = self._watch(campaign, servers)
        self.assertReceivedOnce(addresses)
        self.assertStates(campaign, {"sent": 300})
        workers = {f":{server.pid}" for server in servers}
        self.assertEqual({name[name.index(":") :] for name in shares}, workers, shares)
        self.assertEqual(sum(map(len, shares.values())), 300, shares)

    def _wait_until_they_listen(self, servers):
        """Wait until each has a cron thread that listens to what is triggered."""
        names = {f"odoo-{server.pid}" for server in servers}
        until = time.monotonic() + 60
        while names and time.monotonic() < until:
            time.sleep(0.1)
            self.cr.execute(
                "SELECT application_name FROM pg_stat_activity"
                " WHERE datname = 'postgres' AND state = 'idle'"
            )
            names -= {name for (name,) in self.cr.fetchall()}
            self._commit()

    def _watch(self, campaign, servers):
        """Wait until the campaign is finished.

        :return: dict of worker: ids of the deliveries that it took
        """
        shares = defaultdict(set)
        until = time.monotonic() + 60
        campaign._trigger_queue()
        while campaign.state in ("new", "processing"):
            if time.monotonic() > until:
                self.fail("\n".join(server.read_log()[-3000:] for server in servers))
            self.cr.execute(
                "SELECT g.worker, d.id FROM mass_sending_group g"
                "  JOIN mass_sending_delivery d ON d.group_id = g.id"
            )
            for worker, delivery_id in self.cr.fetchall():
                shares[worker].add(delivery_id)
            self._commit()
            self.env.invalidate_all()
            time.sleep(0.03)
        return dict(shares)
