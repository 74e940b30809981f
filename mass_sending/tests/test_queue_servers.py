# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time
from collections import defaultdict
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..channels.email import EmailChannel
from ..models.mass_sending_campaign_queue import MAIL_CRON, QUEUE_CRON
from .common_queue import QueueCase
from .server_process import ServerProcess

QUEUE = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"
WORKER = "odoo.addons.mass_sending.queue.worker"
NUMBER = EmailChannel.group_size + 200
OTHER = "other@example.com"


def make_other_mail(env):
    """Queue a mail that is none of a campaign's."""
    values = {"subject": "Invoice", "body_html": "<p>Invoice</p>", "email_to": OTHER}
    return env["mail.mail"].create({**values, "email_from": "support@example.com"})


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
class TestQueueTurns(QueueCase):
    """After each turn other mail goes first, wherever it comes from."""

    def _run_short_turn(self):
        with patch(f"{QUEUE}.TURN_SECONDS", 0.6):
            self._run_queue()

    def _is_mail_cron_triggered(self):
        return bool(
            self.env["ir.cron.trigger"].search_count(
                [("cron_id", "=", self.env.ref(MAIL_CRON).id)]
            )
        )

    def _answer_slowly(self):
        time.sleep(0.05)
        return True

    def test_other_mail_goes_first_after_a_turn(self):
        addresses = self._make_customers(60).mapped("email")
        self.smtp.script.hooks = dict.fromkeys(addresses, self._answer_slowly)
        # what other tests have left
        self.env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
        self.env["ir.cron.trigger"].search([]).unlink()
        campaign = self._make_campaign()
        self._confirm(campaign)
        self._run_short_turn()
        self.assertFalse(self._is_mail_cron_triggered(), "nothing waits")

        other = make_other_mail(self.env)
        self.addCleanup(other.unlink)
        self._commit()
        self._run_short_turn()
        self.assertTrue(self._is_mail_cron_triggered())
        self.assertEqual(campaign.state, "processing")
        counts = campaign._count_deliveries()[campaign.id]
        self.assertTrue(counts.get("new"))
        self.env["mail.mail"].process_email_queue()
        self.assertIn(OTHER, self.smtp.received_addresses())
        self.assertStates(campaign, counts)
        mail, queue = self.env.ref(MAIL_CRON), self.env.ref(QUEUE_CRON)
        self.assertLess(
            mail.priority, queue.priority, "it is done first if both are due"
        )

    def test_other_mail_is_woken_during_a_turn(self):
        """A turn lasts 20 seconds, and nobody else wakes Odoo's hourly mail job: a
        mail that came at the beginning waited until the end of it, at least."""
        self.env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
        self.env["ir.cron.trigger"].search([]).unlink()
        addresses = self._make_customers(4).mapped("email")
        other = make_other_mail(self.env)
        self.addCleanup(other.unlink)
        campaign = self._make_campaign()
        self._confirm(campaign)
        seen = []

        def look():
            with self.registry.cursor() as cr:
                cr.execute(
                    "SELECT count(*) FROM ir_cron_trigger WHERE cron_id = %s",
                    [self.env.ref(MAIL_CRON).id],
                )
                seen.append(cr.fetchone()[0])
            return True

        self.smtp.script.hooks = dict.fromkeys(addresses, look)
        with (
            patch.object(EmailChannel, "get_group_size", lambda *_arguments: 1),
            patch(f"{WORKER}.OTHER_MAIL_SECONDS", 0),
        ):
            self._run_queue()
        self.assertStates(campaign, {"sent": 4})
        self.assertEqual(seen, [0, 1, 1, 1], "at once, and only once")


@tagged("post_install", "-at_install")
class TestQueueServers(QueueCase):
    """Whole Odoo servers, which run scheduled actions."""

    def setUp(self):
        super().setUp()
        self.campaigns = self.env["mass.sending.campaign"]
        self.others = self.env["ir.cron"].search([])
        self.others -= self.campaigns._get_queue_crons()
        self.others.active = False
        # neither what other tests have left nor demo data is to be sent
        self.waiting = self.env["mail.mail"].search([("state", "=", "outgoing")])
        self.waiting.state = "cancel"
        self.addCleanup(self._restore)
        self._commit()

    def _restore(self):
        self.cr.rollback()
        self.others.active = True
        self.waiting.state = "outgoing"
        self.env["mail.mail"].search([("email_to", "=", OTHER)]).unlink()
        self.campaigns._set_worker_count(1)
        self.env["ir.cron.trigger"].search([]).unlink()
        self._commit()

    def _answer_slowly(self):
        time.sleep(0.005)
        return True

    def _start_servers(self, number, cron_threads):
        servers = [ServerProcess(self.cr.dbname, cron_threads) for _n in range(number)]
        for server in servers:
            self.addCleanup(server.stop)
        self._wait_until_they_listen(servers)
        return servers

    def _make_long_campaign(self):
        """Make one of more than one group."""
        addresses = [f"customer{index}@example.com" for index in range(NUMBER)]
        values = {"name": "Customer", "customer_status": "active", "ref": self.tag}
        self.env["res.partner"].create(
            [{**values, "email": address} for address in addresses]
        )
        self.smtp.script.hooks = dict.fromkeys(addresses, self._answer_slowly)
        campaign = self._make_campaign()
        self._confirm(campaign)
        return campaign

    def test_other_mail_leaves_meanwhile(self):
        """Odoo has two cron threads by default; a campaign occupies one of them."""
        self.env.ref(MAIL_CRON).active = True
        self._commit()
        [server] = self._start_servers(1, cron_threads=2)
        campaign = self._make_long_campaign()
        campaign._trigger_queue()
        self._commit()
        self._wait_for(lambda: self.smtp.received, server)
        make_other_mail(self.env)
        self.env.ref(MAIL_CRON)._trigger()
        self._commit()
        self._wait_for(lambda: OTHER in self.smtp.received_addresses(), server)
        self.env.invalidate_all()
        self.assertEqual(campaign.state, "processing", "it is still being sent")
        self.assertLess(len(self.smtp.received), NUMBER + 1)
        self.cr.execute("SELECT count(*) FROM mass_sending_group")
        self.assertLessEqual(self.cr.fetchone()[0], 1)

    def _wait_for(self, condition, server):
        until = time.monotonic() + 60
        while not condition():
            if time.monotonic() > until:
                self.fail(server.read_log()[-3000:])
            time.sleep(0.01)

    def test_two_servers_share_a_campaign(self):
        self.campaigns._set_worker_count(2)
        self._commit()
        servers = self._start_servers(2, cron_threads=1)
        campaign = self._make_long_campaign()

        shares = self._watch(campaign, servers)
        self.assertReceivedOnce(campaign.delivery_ids.mapped("address"))
        self.assertStates(campaign, {"sent": NUMBER})
        workers = {f":{server.pid}" for server in servers}
        self.assertEqual({name[name.index(":") :] for name in shares}, workers, shares)
        self.assertEqual(sum(map(len, shares.values())), NUMBER, shares)

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
