# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Queue workers to be killed by the dozen.

Loading Odoo takes seconds. So one process loads it once, and forks a worker as often
as it is told to. Each worker writes into a byte of shared memory what it is doing,
so that whoever kills it can aim, and knows afterwards what he hit.

Started by `WorkerFarm`.
"""

import contextlib
import mmap
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback

SLOTS = 8
# what a worker is doing
IDLE, SELECTING, PREPARING, HANDING_OVER, ENDED = b" sphe"
PHASES = {SELECTING: "selecting", PREPARING: "preparing", HANDING_OVER: "handing over"}


class WorkerFarm:
    """Starts workers that send all confirmed campaigns, and kills them.

    A worker also selects the people of an author's campaigns and confirms these, in
    one transaction as the screen does.

    :param str dbname: database
    :param int author_id: whose campaigns are to be selected and confirmed
    :param options: what differs from Odoo's configuration here, e.g. `db_host`
    """

    def __init__(self, dbname, author_id, **options):
        # a sibling; imported here because the farm itself runs without the addon
        from .worker_process import NOT_A_SERVER, odoo_arguments

        self._file = tempfile.NamedTemporaryFile(prefix="farm-")
        self._file.write(bytes([ENDED]) * SLOTS)
        self._file.flush()
        self._doing = mmap.mmap(self._file.fileno(), SLOTS)
        self._log = tempfile.TemporaryFile(mode="w+")
        self._pids = {}
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._file.name, str(author_id)]
            + [*odoo_arguments(dbname, **options), *NOT_A_SERVER],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError(self.read_log())

    def start(self, slot):
        """Start a worker in a slot that has none.

        :param int slot: 0 to SLOTS - 1
        """
        self._doing[slot] = IDLE
        self._process.stdin.write(f"{slot}\n")
        self._process.stdin.flush()
        self._pids[slot] = int(self._process.stdout.readline())

    def doing(self, slot):
        """Tell what the worker of a slot is doing, or was when it died."""
        return self._doing[slot]

    def is_running(self, slot):
        """Tell whether a slot has a worker that still has something to do."""
        return slot in self._pids and self._doing[slot] != ENDED

    def kill(self, slot):
        """Kill a worker like a power cut does, and wait until it is gone.

        :return: what it was doing
        """
        pid = self._pids.pop(slot)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            while True:  # until it is gone
                os.kill(pid, 0)
                time.sleep(0.001)
        return self._doing[slot]

    def read_log(self):
        """Return what the workers complained about."""
        self._log.seek(0)
        return self._log.read()

    def stop(self):
        """Kill everybody."""
        for slot in list(self._pids):
            self.kill(slot)
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._doing.close()
        self._file.close()
        self._log.close()


class _Worker:
    """The life of one forked worker."""

    def __init__(self, dbname, doing, slot, author_id):
        from odoo import SUPERUSER_ID, api
        from odoo.modules.registry import Registry

        self._registry = Registry(dbname)
        self._environment = lambda cr: api.Environment(cr, SUPERUSER_ID, {})
        self._doing = doing
        self._slot = slot
        self._to_select = [("user_id", "=", author_id), ("confirmed_at", "=", False)]
        self._mark_phases()

    def run(self):
        """Work until every campaign is finished, whatever goes wrong."""
        while True:
            try:
                with self._registry.cursor() as cr:
                    env = self._environment(cr)
                    if not self._is_work_left(env):
                        break
                    self._select(env)
                    env["mass.sending.campaign"]._cron_process_queue()
            except Exception:
                # as Odoo's scheduler does: the next run may be luckier
                traceback.print_exc()
            self._mark(IDLE)
            time.sleep(0.02)
        self._mark(ENDED)

    def _is_work_left(self, env):
        campaigns = env["mass.sending.campaign"]
        confirmed = (
            ("confirmed_at", "!=", False),
            ("state", "in", ["new", "processing"]),
        )
        return campaigns.search_count(confirmed, limit=1) or campaigns.search_count(
            self._to_select, limit=1
        )

    def _select(self, env):
        waiting = env["mass.sending.campaign"].search(self._to_select)
        campaign = waiting.try_lock_for_update(limit=1)
        if campaign:
            campaign._select_recipients()
            campaign.action_confirm()
            campaign.start_at = "2020-01-01"
        env.cr.commit()  # pylint: disable=invalid-commit
        self._mark(IDLE)

    # === What it is doing ===

    def _mark(self, phase):
        self._doing[self._slot] = phase

    def _mark_phases(self):
        # this is run as a script, which is in no package
        # pylint: disable=odoo-addons-relative-import
        from odoo.addons.mass_sending.channels.email import EmailChannel
        from odoo.addons.mass_sending.queue.worker import HandOver

        # so that several find something to do in a small campaign
        EmailChannel.group_size = 50
        campaign = self._registry["mass.sending.campaign"]
        for owner, name, before, after in [
            (campaign, "_select_recipients", SELECTING, SELECTING),
            (campaign, "_create_deliveries", SELECTING, IDLE),
            (EmailChannel, "prepare", PREPARING, PREPARING),
            # part of the group is on its way from then on
            (HandOver, "open", PREPARING, HANDING_OVER),
            (HandOver, "open_within_limit", PREPARING, HANDING_OVER),
            (EmailChannel, "hand_over", PREPARING, IDLE),
        ]:
            setattr(owner, name, self._marking(getattr(owner, name), before, after))

    def _marking(self, function, before, after):
        def marking(*arguments, **options):
            # between the parts of a group, others of it are on their way
            if self._doing[self._slot] != HANDING_OVER:
                self._mark(before)
            try:
                return function(*arguments, **options)
            finally:
                self._mark(after)

        return marking


def _fork(dbname, doing, slot, author_id):
    """Fork a worker; :return: its process id"""
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        random.seed()
        _Worker(dbname, doing, slot, author_id).run()
    except Exception:
        traceback.print_exc()
    finally:
        doing[slot] = ENDED
        sys.stderr.flush()
        os._exit(0)


def main(path, author_id, *arguments):
    """Load Odoo and fork a worker for each line read, until there are no more."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(list(arguments))
    [dbname] = odoo.tools.config["db_name"]
    with Registry(dbname).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        env["mass.sending.campaign"].search([], limit=1)
    # a connection must not be shared with those who are forked
    odoo.sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with open(path, "r+b") as file:
        doing = mmap.mmap(file.fileno(), SLOTS)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = _fork(dbname, doing, int(line), int(author_id))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    # this folder would hide standard modules from the rest
    sys.path.pop(0)
    main(*sys.argv[1:])
