# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What became of a delivery, and writing it down."""

from dataclasses import dataclass
from datetime import timedelta

from odoo.tools import SQL

from .. import states
from . import pace

# Waiting time before the next try, by number of tries so far.
BACK_OFF = [
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
]


class LeaseLost(Exception):
    """The row is no longer ours: stop at once, hand over nothing more."""


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery.

    :ivar str state: the state it goes to
    :ivar str failure_type: a code of `states.FAILURE_TYPES`, or None
    :ivar str failure_reason: what the far end said, or None
    :ivar str provider_uid: the far end's id of the message, or None
    :ivar bool back_off: wait before the next try, the longer the more tries
    """

    state: str
    failure_type: str | None = None
    failure_reason: str | None = None
    provider_uid: str | None = None
    back_off: bool = False

    @classmethod
    def sent(cls, provider_uid=None):
        """The far end accepted it."""
        return cls(states.SENT, provider_uid=provider_uid)

    @classmethod
    def failed(cls, failure_type, reason=None, state=states.ERROR):
        """It will not be tried again by itself."""
        return cls(state, failure_type, reason)

    @classmethod
    def later(cls, failure_type, reason=None):
        """Refused for now, or not handed over: tried again after a while."""
        return cls(states.NEW, failure_type, reason, back_off=True)

    @classmethod
    def in_doubt(cls, reason=None):
        """Handed over, but the answer never came."""
        return cls(states.UNCERTAIN, "interrupted", reason)


def record(connection, lease, delivery_ids, outcome):
    """Write down what became of deliveries of a claimed group.

    :param connection: QueueConnection
    :param lease: Lease that holds the delivery
    :param list[int] delivery_ids: deliveries with the same outcome
    :param Outcome outcome: what became of them
    :raise LeaseLost: a row isn't in our group, or may not go to that state
    """
    update = SQL(
        """UPDATE mass_sending_delivery
              SET state = %(state)s,
                  failure_type = %(failure_type)s,
                  failure_reason = %(failure_reason)s,
                  provider_uid = COALESCE(%(provider_uid)s, provider_uid),
                  sent_at = CASE WHEN %(state)s = %(sent)s
                                 THEN now() AT TIME ZONE 'UTC' ELSE sent_at END,
                  next_try_at = CASE WHEN %(back_off)s
                      THEN now() AT TIME ZONE 'UTC'
                           + (%(delays)s::interval[])[
                               LEAST(GREATEST(attempts, 1), %(steps)s)]
                      END,
                  documents_pending =
                      documents_pending OR %(state)s = %(attachment_error)s,
                  group_id = NULL
            WHERE id = ANY(%(ids)s)
              AND group_id = %(group)s
              AND state = ANY(%(sources)s)
        RETURNING id""",
        state=outcome.state,
        sent=states.SENT,
        # tried again, its documents are made anew
        attachment_error=states.ATTACHMENT_ERROR,
        failure_type=outcome.failure_type,
        failure_reason=outcome.failure_reason,
        provider_uid=outcome.provider_uid,
        back_off=outcome.back_off,
        delays=BACK_OFF,
        steps=len(BACK_OFF),
        ids=list(delivery_ids),
        group=lease.id,
        sources=list(states.delivery_sources(outcome.state)),
    )
    if lease.server_id:
        # each try counts for the server's limit
        update = SQL(
            "WITH updated AS (%s), tick AS (%s) SELECT id FROM updated",
            update,
            pace.tick_sql(lease),
        )
    rows = connection.execute(update)
    if len(rows) != len(delivery_ids):
        raise LeaseLost(delivery_ids)
