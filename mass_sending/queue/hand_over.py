# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a channel sees of the queue while it hands over one group."""

import time

from odoo.tools import SQL

from .. import states
from . import groups, outcomes, pace

# How old the answer to "paused? cancelled?" may be.
CONTROL_SECONDS = 1


class HandOver:
    """One group's way from the queue to the wire."""

    def __init__(self, worker, campaign, lease):
        self._worker = worker
        self._campaign_id = campaign.id
        self._lease = lease
        self._lanes = 0
        self._is_limited = False
        self._checked_at = 0.0
        self._stopped = False

    def open(self, lanes, links=None):
        """Mark deliveries as being handed over, on disk.

        :param lanes: list of lists of delivery ids, one list per session to the
            far end, each in the order in which it will be handed over
        :param links: {delivery id: (`messages.Message`, Message-Id)} to note on
            those that don't have them yet
        """
        # a session opened later is a lane of its own
        groups.open_group(
            self._worker.connection, self._lease, self._lanes, lanes, links
        )
        self._lanes += len(lanes)

    def open_within_limit(self, lanes, server, links=None):
        """As `open`, as far as the server's hourly limit allows.

        :param lanes, links: as for `open`
        :param server: ir.mail_server; empty when it is not limited
        :return: the lanes, without the ids that were not opened; when some are
            missing, hand over the others and then call `check_limit`
        """
        limit = server._get_bulk_limit() if server else 0
        if not limit:
            self.open(lanes, links)
            return lanes
        opened = pace.open_within_limit(
            self._worker.connection,
            self._lease,
            self._lanes,
            lanes,
            links,
            server.id,
            limit,
        )
        self._lanes += len(lanes)
        self._is_limited = sum(map(len, opened)) < sum(map(len, lanes))
        return opened

    def check_limit(self, server):
        """
        :raise LimitReached: the hourly limit keeps the rest waiting
        """
        if not self._is_limited:
            return
        limit = server._get_bulk_limit()
        raise pace.LimitReached(
            server.env._(
                "The hourly limit of the outgoing mail server “%(server)s” is reached "
                "(%(limit)s e-mails for campaigns).",
                server=server.name,
                limit=limit,
            ),
            pace.next_place(self._worker.connection, server.id, limit),
        )

    def record(self, delivery_ids, outcome):
        """Write down what became of deliveries.

        :param list[int] delivery_ids: with the same outcome
        :param Outcome outcome: what became of them
        :raise LeaseLost: stop at once, and hand over nothing more
        """
        outcomes.record(self._worker.connection, self._lease, delivery_ids, outcome)

    def start_record(self, delivery_ids, outcome):
        """Begin to write down an outcome; it is written when `confirm` returns.

        :param delivery_ids, outcome: as in `record`
        """
        outcomes.start_record(
            self._worker.connection, self._lease, delivery_ids, outcome
        )

    def confirm(self):
        """Wait until everything is written down.

        :raise LeaseLost: stop at once, and hand over nothing more
        """
        self._worker.connection.finish()

    def query(self, query):
        """Run a statement on the queue's connection, which sees what all workers did.

        :param query: `odoo.tools.SQL`
        :return: list of tuples
        """
        return self._worker.connection.execute(query)

    def stopped(self):
        """Tell whether to hand over nothing more: paused, cancelled, or time is up."""
        now = time.monotonic()
        if self._stopped or now - self._checked_at < CONTROL_SECONDS:
            return self._stopped
        self._checked_at = now
        rows = self._worker.connection.execute(
            SQL(
                "SELECT state, is_paused FROM mass_sending_campaign WHERE id = %s",
                self._campaign_id,
            )
        )
        running = rows and rows[0][0] == states.PROCESSING and not rows[0][1]
        self._stopped = not running or self._worker.is_time_up()
        return self._stopped
