# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What became of a delivery, and writing it down."""

from dataclasses import dataclass
from datetime import timedelta

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


_DELAYS = ", ".join(f"interval '{delay}'" for delay in BACK_OFF)
# One statement for every outcome and any number of rows.
_UPDATE = """UPDATE mass_sending_delivery
      SET state = $3,
          failure_type = $4,
          failure_reason = $5,
          provider_uid = COALESCE($6, provider_uid),
          sent_at = CASE WHEN $3 = '{sent}' THEN now() AT TIME ZONE 'UTC'
                         ELSE sent_at END,
          next_try_at = CASE WHEN $7 THEN now() AT TIME ZONE 'UTC'
              + ({delays})[LEAST(GREATEST(attempts, 1), {steps})] END,
          -- tried again, its documents are made anew
          documents_pending = documents_pending OR $3 = '{attachment_error}',
          group_id = NULL
    WHERE id = ANY($1)
      -- not "=": the whole group would be looked through for each row
      AND group_id IS NOT DISTINCT FROM $2
      AND state = ANY($8)
RETURNING id""".format(
    sent=states.SENT,
    attachment_error=states.ATTACHMENT_ERROR,
    delays=f"ARRAY[{_DELAYS}]",
    steps=len(BACK_OFF),
)
_TYPES = "int[], int, varchar, varchar, text, varchar, bool, varchar[]"
# each try counts for the server's limit
_TICKING_UPDATE = f"""WITH updated AS ({_UPDATE}), tick AS ({pace.TICK})
    SELECT id FROM updated"""
# The same for what nearly always happens: shorter to say, and found quicker
_SENT = Outcome.sent()
_UPDATE_SENT = """UPDATE mass_sending_delivery
      SET state = '{sent}',
          failure_type = NULL,
          failure_reason = NULL,
          sent_at = now() AT TIME ZONE 'UTC',
          next_try_at = NULL,
          group_id = NULL
    WHERE id = $1
      AND group_id IS NOT DISTINCT FROM $2
      AND state IN ({sources})
RETURNING id""".format(
    sent=states.SENT,
    sources=", ".join(f"'{state}'" for state in states.delivery_sources(states.SENT)),
)


def start_record(connection, lease, delivery_ids, outcome):
    """Begin to write down what became of deliveries of a claimed group.

    It is written down when `connection.finish()` returns, which raises LeaseLost if
    a row isn't in our group, or may not go to that state.

    :param connection: QueueConnection
    :param lease: Lease that holds the deliveries
    :param list[int] delivery_ids: deliveries with the same outcome
    :param Outcome outcome: what became of them
    """

    def check(rows):
        if len(rows) != len(delivery_ids):
            raise LeaseLost(delivery_ids)

    if outcome == _SENT and len(delivery_ids) == 1 and not lease.server_id:
        params = (delivery_ids[0], lease.id)
        connection.start("mass_sending_sent", "(int, int)", _UPDATE_SENT, params, check)
        return
    params = (
        list(delivery_ids),
        lease.id,
        outcome.state,
        outcome.failure_type,
        outcome.failure_reason,
        outcome.provider_uid,
        outcome.back_off,
        list(states.delivery_sources(outcome.state)),
    )
    if lease.server_id:
        connection.start(
            "mass_sending_record_tick",
            f"({_TYPES}, int)",
            _TICKING_UPDATE,
            (*params, lease.server_id),
            check,
        )
    else:
        connection.start("mass_sending_record", f"({_TYPES})", _UPDATE, params, check)


def record(connection, lease, delivery_ids, outcome):
    """Write down what became of deliveries of a claimed group.

    :param connection, lease, delivery_ids, outcome: as in `start_record`
    :raise LeaseLost: a row isn't in our group, or may not go to that state
    """
    start_record(connection, lease, delivery_ids, outcome)
    connection.finish()
