# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sms import BATCH_VALUES, SmsCase
from .worker_process import WorkerProcess

WORKER_LOG = "odoo.addons.mass_sending.queue.worker"


@tagged("post_install", "-at_install")
class TestSmsWorkers(SmsCase):
    """A worker that dies doubles nobody and loses nobody."""

    def _kill_at(self, index, answer):
        """Kill the worker when the gateway has taken a number's request."""

        def kill(messages):
            worker.kill()
            return answer(messages)

        self.server.hooks[self.number(index)] = kill
        worker = WorkerProcess(self.cr.dbname)
        self.assertNotIn("done", worker.wait())
        self.server.hooks.clear()
        with mute_logger(WORKER_LOG):
            self._run_queue()

    def test_killed_worker_leaves_one_in_doubt(self):
        self._make_mobiles(6)
        campaign = self._make_sms()
        self._confirm(campaign)
        self._kill_at(3, lambda messages: None)
        self.assertNumbersOnce(self.numbers(6))
        self.assertStates(campaign, {"sent": 5, "uncertain": 1})
        self.assertEqual(self._state_of(campaign, 3), "uncertain")

    def test_killed_worker_leaves_the_whole_batch_in_doubt(self):
        """They were in flight together."""
        self._configure(**BATCH_VALUES)
        self._make_mobiles(12)
        campaign = self._make_sms()
        self._confirm(campaign)
        self._kill_at(4, self.server.accept)
        self.assertNumbersOnce(self.numbers(12))
        self.assertStates(campaign, {"sent": 8, "uncertain": 4})

    def test_two_workers_share_a_campaign_and_its_budget(self):
        self.env["mass.sending.sms.price"].search([]).unlink()
        self._make("mass.sending.sms.price", prefix="+49", price=0.05)
        self._make_mobiles(120)
        campaign = self._make_sms(sms_body="Hello", sms_budget=4.0)
        self._confirm(campaign)
        workers = [WorkerProcess(self.cr.dbname) for _number in range(2)]
        for worker in workers:
            self.assertIn("done", worker.wait())
        received = self.server.received_numbers()
        self.assertEqual(len(received), len(set(received)))
        self.assertLessEqual(len(received), 80)
        self.assertStates(campaign, {"sent": len(received), "new": 120 - len(received)})
        self.env.invalidate_all()
        self.assertTrue(campaign.is_paused)
