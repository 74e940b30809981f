# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Nobody is lost, nobody is sent to twice: what breaks things, and what compares.

Used by the tests with small figures, and by bench/kills.py with large ones.
"""

import random
import time
from collections import Counter

from .worker_farm import HANDING_OVER, PHASES, PREPARING, SELECTING

# Time passes: what waits for another try is due.
LET_TIME_PASS = (
    "UPDATE mass_sending_campaign SET retry_at = now() - interval '1 minute'"
    " WHERE retry_at > now() AT TIME ZONE 'UTC'",
    "UPDATE mass_sending_delivery SET next_try_at = NULL"
    " WHERE next_try_at > now() AT TIME ZONE 'UTC' AND group_id IS NULL"
    "   AND state = 'new'",
)
# How long a phase lasts is not known before, and differs between machines: what is too
# long is shortened.
FIRST_SPANS = {SELECTING: 0.03, PREPARING: 0.05, HANDING_OVER: 0.4}


class Breaker:
    """Lets workers send, and breaks something at random moments.

    :param WorkerFarm farm: where the workers come from
    :param int workers: how many at once
    :param connect: function that returns a connection to the database
    :param make_work: function that makes a campaign to be selected and sent
    :param float seconds: how long everything may take
    :param int seed: of the random moments
    """

    def __init__(self, farm, workers, connect, make_work, seconds=120, seed=1):
        self._farm = farm
        self._slots = range(workers)
        self._connect = connect
        self._make_work = make_work
        self._until = time.monotonic() + seconds
        self._chance = random.Random(seed)
        self._spans = dict(FIRST_SPANS)

    def kill_workers(self, number):
        """Kill workers in each of their phases.

        :param int number: how often in each phase
        :return: dict of what the killed ones were doing: how many
        """
        hits = Counter()
        while wanted := [phase for phase in PHASES if hits[phase] < number]:
            slot = self._hit(min(wanted, key=lambda phase: hits[phase]))
            if slot is not None:
                hits[self._farm.kill(slot)] += 1
                self._farm.start(slot)
        return {name: hits[phase] for phase, name in PHASES.items()}

    def break_something(self, number, function):
        """Call a function while mails are being handed over.

        :param int number: how often
        :param function: breaks something, and mends it; gets the worker's slot
        """
        done = 0
        while done < number:
            slot = self._hit(HANDING_OVER)
            if slot is not None:
                function(slot)
                done += 1

    def kill_worker(self, slot):
        """Kill a worker, and start another one in its place."""
        self._farm.kill(slot)
        self._farm.start(slot)

    def wait(self):
        """Wait until everything is sent."""
        while self._is_running():
            self._check_time()
            self._let_time_pass()
            time.sleep(0.1)

    def _check_time(self):
        """
        :raise TimeoutError: it takes too long
        """
        if time.monotonic() > self._until:
            raise TimeoutError(self._farm.read_log()[-5000:])

    def _hit(self, phase, seconds=1):
        """Wait for a random moment of a phase.

        :return: slot of the worker that is in it; None when none was met
        """
        self._check_time()
        self._keep_working()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            slots = [s for s in self._slots if self._farm.doing(s) == phase]
            if slots:
                break
            time.sleep(0.0005)
        else:
            self._let_time_pass()
            return None
        slot = self._chance.choice(slots)
        time.sleep(self._chance.uniform(0, self._spans[phase]))
        if self._farm.doing(slot) == phase:
            self._spans[phase] = min(self._spans[phase] * 1.2, 1)
            return slot
        self._spans[phase] *= 0.8
        return None

    def _keep_working(self):
        """See to it that there is work, and workers."""
        if not self._is_running():
            self._make_work()
            for slot in self._slots:
                self._farm.start(slot)

    def _is_running(self):
        return any(self._farm.is_running(slot) for slot in self._slots)

    def _let_time_pass(self):
        connection = self._connect()
        connection.autocommit = True
        with connection.cursor() as cr:
            for statement in LET_TIME_PASS:
                cr.execute(statement)
        connection.close()


def compare(cr, campaign_ids, record):
    """Compare what a server has accepted with what is written down.

    :param cr: cursor
    :param list campaign_ids: the campaigns, all finished
    :param list record: what was accepted, as (recipient, message id)
    :return: dict of figures
    """
    cr.execute(
        """SELECT d.state, d.address, d.message_uid
             FROM mass_sending_recipient r
             LEFT JOIN mass_sending_delivery d ON d.recipient_id = r.id
            WHERE r.campaign_id = ANY(%s)
              AND r.decision = 'kept'""",
        [list(campaign_ids)],
    )
    rows = cr.fetchall()
    addresses = {address for _state, address, _uid in rows}
    # the author is told by mail what became of his campaign
    received = Counter(mail for mail in record if mail[0] in addresses)
    states = Counter(state for state, _address, _uid in rows)
    said = {(address, uid) for state, address, uid in rows if state == "sent"}
    doubtful = {(to, uid) for state, to, uid in rows if state == "uncertain"}
    return {
        "recipients": len(rows),
        "sent": states["sent"],
        "uncertain": states["uncertain"],
        # said to be sent, but never arrived; or nothing is said at all
        "lost": len(said - received.keys())
        + len(rows)
        - states["sent"]
        - states["uncertain"],
        # arrived twice; or arrived, and is neither said to be sent nor in doubt
        "doubled": sum(number - 1 for number in received.values())
        + len(received.keys() - said - doubtful),
    }
