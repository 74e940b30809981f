# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Several SMTP sessions with one server at once, for links on which answers take long.

Each session is a lane: its mails go one after the other, and at most one of them can
be in doubt. The threads only talk to the server and write down outcomes; mails are
built, and sessions opened, before and after, because Odoo's environment belongs to
one thread.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from .base import ChannelUnavailable
from .smtp_conversation import Outbox

_logger = logging.getLogger(__name__)


class SmtpLanes:
    """The sessions with one server."""

    def __init__(self, smtp):
        """
        :param smtp: open SmtpSession; as many more as its server's setting says are
            opened when they are needed
        """
        self.smtp = smtp
        self.number = max(1, smtp.server.mass_sending_sessions or 1)
        self._others = []

    def split(self, rows):
        """Return the ids of mails for each lane, evenly and in their order.

        :param rows: list of `mail_rows.MailRow`
        :return: list of lists of delivery ids, none of them empty
        """
        ids = [row.delivery_id for row in rows]
        return [lane for n in range(self.number) if (lane := ids[n :: self.number])]

    def send(self, envelopes_by_lane, session):
        """Send mails, each lane one after the other.

        :param envelopes_by_lane: list of iterables of `mail_builder.Envelope`
        :param session: `queue.hand_over.HandOver`
        :raise ChannelUnavailable: a session had to be opened again, and couldn't
        """
        if len(envelopes_by_lane) == 1:
            self.smtp.send_all(envelopes_by_lane[0], session)
            return
        self._open_others(len(envelopes_by_lane) - 1)
        outboxes = [Outbox(list(envelopes)) for envelopes in envelopes_by_lane]
        self._send_at_once(outboxes, _SharedHandOver(session))
        # what a broken session left, or what had no session of its own
        for outbox in outboxes:
            self.smtp.send_outbox(outbox, session)

    def _send_at_once(self, outboxes, session):
        sessions = [self.smtp, *self._others]
        with ThreadPoolExecutor(len(sessions), "mass_sending_lane") as threads:
            running = [
                threads.submit(smtp.send_while_open, outbox, session)
                for smtp, outbox in zip(sessions, outboxes, strict=False)
            ]
        for lane in running:
            lane.result()

    def _open_others(self, number):
        """Open more sessions; a server that doesn't want so many gets fewer."""
        self._others = [smtp for smtp in self._others if smtp.is_open()]
        try:
            while len(self._others) < number:
                self._others.append(self.smtp.connect_again())
        except ChannelUnavailable as error:
            _logger.info("Only %s sessions: %s", len(self._others) + 1, error)

    def close(self):
        """Hang up without a word."""
        for smtp in (self.smtp, *self._others):
            smtp.close()

    def quit(self):
        """Say goodbye."""
        for smtp in (self.smtp, *self._others):
            smtp.quit()


class _SharedHandOver:
    """A HandOver for several threads: one connection writes down all outcomes."""

    def __init__(self, session):
        self._session = session
        self._lock = threading.Lock()

    def start_record(self, delivery_ids, outcome):
        """Write down an outcome at once."""
        with self._lock:
            self._session.record(delivery_ids, outcome)

    def confirm(self):
        """Nothing is on its way."""

    def stopped(self):
        with self._lock:
            return self._session.stopped()
