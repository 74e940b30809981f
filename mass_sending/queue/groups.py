# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Claiming deliveries, and settling what a dead worker left.

The promise (docs/architecture): nobody is lost, nobody is sent to twice by the
machine, and whoever is in doubt is shown. In order:

1. `claim`: some waiting deliveries get a group; they are still `new`.
2. The channel prepares them (messages, mails), which may take a while.
3. `open_group`: they become `sending`, on disk, before the first byte goes out.
4. Each is handed over and its outcome recorded before the next one's content goes.
5. `close_group`: what was not handed over is `new` again, and the group is gone.

A worker that dies between 1 and 3 leaves rows that nobody has seen yet: they are
simply free again. One that dies after 3 leaves, per lane, exactly one row that
may have been handed over: the first without an outcome.
"""

import os
import socket

from odoo.tools import SQL

from .. import states

# Namespace of our advisory locks; the second key is the group's id.
LOCK_CLASS = 0x6D736E64  # "msnd"


def worker_name():
    """Return what to call this worker in the log and on its groups."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Lease:
    """A claimed group.

    :ivar int id: id of the group
    :ivar list[int] delivery_ids: the claimed deliveries, oldest first
    """

    def __init__(self, group_id, delivery_ids):
        self.id = group_id
        self.delivery_ids = delivery_ids
        # a limited mail server that it is being handed over to, see `pace`
        self.server_id = None


def claim(connection, campaign_id, channel, size):
    """Take the next waiting deliveries of a campaign, if there are any.

    :param connection: QueueConnection
    :param int campaign_id: campaign to work for
    :param str channel: code of the channel
    :param int size: how many at the most
    :return: Lease, or None when nothing waits
    """
    [(group_id,)] = connection.execute(
        SQL("SELECT nextval(pg_get_serial_sequence('mass_sending_group', 'id'))")
    )
    # The lock comes first: a group that can be seen is held, or its worker is dead.
    connection.execute(SQL("SELECT pg_advisory_lock(%s, %s)", LOCK_CLASS, group_id))
    rows = connection.execute(
        SQL(
            """WITH waiting AS (
                   SELECT id
                     FROM mass_sending_delivery
                    WHERE campaign_id = %(campaign)s
                      AND channel = %(channel)s
                      AND state = %(new)s
                      AND group_id IS NULL
                      AND documents_pending IS NOT TRUE
                      AND (next_try_at IS NULL
                           OR next_try_at <= now() AT TIME ZONE 'UTC')
                 ORDER BY id
                    LIMIT %(size)s
               FOR UPDATE SKIP LOCKED
               ), made AS (
                   INSERT INTO mass_sending_group (
                          id, campaign_id, channel, worker, claimed_at)
                   SELECT %(group)s, %(campaign)s, %(channel)s, %(worker)s,
                          now() AT TIME ZONE 'UTC'
                    WHERE EXISTS (SELECT FROM waiting)
               )
               UPDATE mass_sending_delivery d
                  SET group_id = %(group)s
                 FROM waiting
                WHERE d.id = waiting.id
            RETURNING d.id""",
            campaign=campaign_id,
            channel=channel,
            new=states.NEW,
            size=size,
            group=group_id,
            worker=worker_name(),
        )
    )
    if not rows:
        _unlock(connection, group_id)
        return None
    return Lease(group_id, sorted(row[0] for row in rows))


def open_group(connection, lease, first_lane, lanes, links=None):
    """Mark deliveries as being handed over, on disk, before the wire is touched.

    :param connection: QueueConnection
    :param Lease lease: the group
    :param int first_lane: number of the first of these lanes
    :param lanes: list of lists of delivery ids: one list per session to the far
        end, each in the order in which it will be handed over
    :param links: {delivery id: (`messages.Message`, Message-Id)} to note on them:
        with this statement it costs nothing, with one of its own as much again
    """
    with connection.durable():
        open_rows(connection, lease, first_lane, lanes, links)


def open_rows(connection, lease, first_lane, lanes, links=None):
    """As `open_group`, inside a durable transaction of the caller's."""
    placed = [
        (delivery_id, lane, position, *_flatten_link(links, delivery_id))
        for lane, delivery_ids in enumerate(lanes, first_lane)
        for position, delivery_id in enumerate(delivery_ids)
    ]
    if not placed:
        return
    connection.execute(
        SQL(
            """UPDATE mass_sending_delivery d
                  SET state = %(sending)s,
                      attempts = COALESCE(attempts, 0) + 1,
                      group_lane = placed.lane,
                      group_position = placed.position,
                      mail_message_id =
                          COALESCE(placed.message_id::int4, d.mail_message_id),
                      subject = COALESCE(placed.subject::varchar, d.subject),
                      message_uid = COALESCE(placed.uid::varchar, d.message_uid)
                 FROM (VALUES %(placed)s)
                      AS placed (id, lane, position, message_id, subject, uid)
                WHERE d.id = placed.id
                  -- found by their ids only: by these, the whole group or all that
                  -- wait would be looked through for each part
                  AND d.group_id IS NOT DISTINCT FROM %(group)s
                  AND COALESCE(d.state, '') = ANY(%(sources)s)""",
            sending=states.SENDING,
            placed=SQL(", ").join(SQL("%s", row) for row in placed),
            group=lease.id,
            sources=list(states.delivery_sources(states.SENDING)),
        )
    )
    connection.execute(
        SQL(
            "INSERT INTO mass_sending_group_witness VALUES (%s) ON CONFLICT DO NOTHING",
            lease.id,
        )
    )
    connection.execute(
        SQL(
            "UPDATE mass_sending_group SET opened_at = now() AT TIME ZONE 'UTC'"
            " WHERE id = %s",
            lease.id,
        )
    )


def _flatten_link(links, delivery_id):
    """Return (message id, subject, Message-Id) of a delivery, or three times None."""
    message, uid = (links or {}).get(delivery_id, (None, None))
    return (message.id, message.subject, uid) if message else (None, None, None)


def close_group(connection, lease):
    """Give back what was not handed over, and end the lease.

    :param connection: QueueConnection
    :param Lease lease: the group
    """
    _release(connection, lease.id)
    _unlock(connection, lease.id)


def recover(connection):
    """Settle the groups whose workers are dead.

    :param connection: QueueConnection
    :return: tuple (groups settled, deliveries that became uncertain)
    """
    groups = uncertain = 0
    for (group_id,) in connection.execute(
        SQL("SELECT id FROM mass_sending_group ORDER BY id")
    ):
        [(dead,)] = connection.execute(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, group_id)
        )
        if not dead:
            continue
        try:
            with connection.durable():
                uncertain += _settle(connection, group_id)
                _release(connection, group_id)
            groups += 1
        finally:
            _unlock(connection, group_id)
    return groups, uncertain


def _settle(connection, group_id):
    """Mark what may have been handed over as uncertain.

    Per lane that is the first row without an outcome: its successor's content is
    only sent after its own outcome is recorded. After a crash of PostgreSQL
    recorded outcomes may be missing, so every row without one is in doubt.
    """
    return len(
        connection.execute(
            SQL(
                """WITH updated AS (
                   UPDATE mass_sending_delivery d
                      SET state = %(uncertain)s,
                          failure_type = 'interrupted',
                          failure_reason = NULL,
                          group_id = NULL
                    WHERE d.group_id = %(group)s
                      AND d.state = %(sending)s
                      AND (NOT EXISTS (SELECT FROM mass_sending_group_witness w
                                        WHERE w.group_id = %(group)s)
                           OR NOT EXISTS (SELECT FROM mass_sending_delivery before
                                           WHERE before.group_id = %(group)s
                                             AND before.state = %(sending)s
                                             AND before.group_lane = d.group_lane
                                             AND before.group_position
                                                 < d.group_position))
                RETURNING d.id
                ), tick AS (
                   -- it may have been given to a limited server, so it counts
                   INSERT INTO mass_sending_server_tick (server_id, at)
                   SELECT g.server_id, now() AT TIME ZONE 'UTC'
                     FROM updated
                     JOIN mass_sending_group g ON g.id = %(group)s
                    WHERE g.server_id IS NOT NULL)
                SELECT id FROM updated""",
                uncertain=states.UNCERTAIN,
                sending=states.SENDING,
                group=group_id,
            )
        )
    )


def _release(connection, group_id):
    """Free the rows of a group: who has no outcome waits again."""
    connection.execute(
        SQL(
            """UPDATE mass_sending_delivery
                  SET state = CASE WHEN state = %(sending)s THEN %(new)s ELSE state END,
                      attempts = CASE WHEN state = %(sending)s
                                      THEN attempts - 1 ELSE attempts END,
                      group_id = NULL
                WHERE group_id = %(group)s""",
            sending=states.SENDING,
            new=states.NEW,
            group=group_id,
        )
    )
    connection.execute(
        SQL("DELETE FROM mass_sending_group_witness WHERE group_id = %s", group_id)
    )
    connection.execute(SQL("DELETE FROM mass_sending_group WHERE id = %s", group_id))


def _unlock(connection, group_id):
    connection.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, group_id))
