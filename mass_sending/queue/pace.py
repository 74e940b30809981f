# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""E-mails per hour: an exact limit over any 60 minutes, for all workers together.

What was given to a server in the last hour is counted from rows (`ticks`), what is
being handed over by any worker counts as given. Counting and reserving happen under
a lock per server, so two workers can't both take the last place. Rows survive a
restart; nothing is kept in memory.
"""

from itertools import islice, zip_longest

from odoo.tools import SQL

from ..channels.base import ChannelUnavailable
from . import groups

# Namespace of the advisory locks; the second key is the server's id.
PACE_LOCK_CLASS = 0x6D737063  # "mspc"

# Counts each row of `updated` as given to the server that is the last parameter of
# the statement that it is part of (`outcomes`).
TICK = """INSERT INTO mass_sending_server_tick (server_id, at)
          SELECT $9, clock_timestamp() AT TIME ZONE 'UTC' FROM updated"""


class LimitReached(ChannelUnavailable):
    """The server takes no more campaign mail for now.

    :ivar retry_at: when the next place is free (naive, UTC)
    """

    def __init__(self, text, retry_at):
        super().__init__(text)
        self.retry_at = retry_at


def open_within_limit(connection, lease, first_lane, lanes, links, server_id, limit):
    """Open as many deliveries as the server's limit leaves place for.

    :param connection: QueueConnection
    :param lease: Lease that holds the deliveries
    :param int first_lane: number of the first of these lanes
    :param lanes, links: as for `groups.open_group`
    :param int server_id: id of the ir.mail_server
    :param int limit: campaign mails it may get in 60 minutes
    :return: the lanes, without the ids that were not opened
    """
    with connection.durable():
        connection.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", PACE_LOCK_CLASS, server_id)
        )
        connection.execute(
            SQL(
                "UPDATE mass_sending_group SET server_id = %s WHERE id = %s",
                server_id,
                lease.id,
            )
        )
        lease.server_id = server_id
        free = max(0, limit - _count(connection, server_id))
        opened = _share(free, lanes)
        groups.open_rows(connection, lease, first_lane, opened, links)
    return opened


def _share(free, lanes):
    """Return the lanes with so many ids in all, as evenly as can be."""
    opened = [[] for _lane in lanes]
    rounds = zip_longest(*lanes)
    places = ((lane, one) for ids in rounds for lane, one in enumerate(ids) if one)
    for lane, delivery_id in islice(places, free):
        opened[lane].append(delivery_id)
    return opened


def _count(connection, server_id):
    """Count what the server was given in the last hour, and what is under way."""
    [(number,)] = connection.execute(
        SQL(
            """SELECT (SELECT count(*)
                         FROM mass_sending_server_tick
                        WHERE server_id = %(server)s
                          AND at > (now() AT TIME ZONE 'UTC') - interval '1 hour')
                    + (SELECT count(*)
                         FROM mass_sending_delivery d
                         JOIN mass_sending_group g ON g.id = d.group_id
                        WHERE g.server_id = %(server)s
                          AND d.state = 'sending')""",
            server=server_id,
        )
    )
    return number


def next_place(connection, server_id, limit):
    """Return when one of the places is free again (naive, UTC).

    That is an hour after the `limit`-th youngest mail; when fewer are recorded, the
    rest are under way and will be soon.
    """
    rows = connection.execute(
        SQL(
            """SELECT at + interval '1 hour'
                 FROM mass_sending_server_tick
                WHERE server_id = %(server)s
                  AND at > (now() AT TIME ZONE 'UTC') - interval '1 hour'
             ORDER BY at DESC
               OFFSET %(before)s
                LIMIT 1""",
            server=server_id,
            before=limit - 1,
        )
    )
    if rows:
        return rows[0][0]
    [(soon,)] = connection.execute(
        SQL("SELECT (now() AT TIME ZONE 'UTC') + interval '1 minute'")
    )
    return soon


def forget_old_ticks(connection):
    """Delete what no 60 minutes reach any more."""
    connection.execute(
        SQL(
            "DELETE FROM mass_sending_server_tick"
            " WHERE at < (now() AT TIME ZONE 'UTC') - interval '2 hours'"
        )
    )
