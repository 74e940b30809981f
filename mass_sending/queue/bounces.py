# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Counting hard bounces: which addresses are to be left alone.

Each failed try of a delivery counts once: the delivery remembers the number of the
try that was counted last, so that counting can be repeated at any time.
"""

from odoo.tools import SQL

from .. import states

LIMIT_PARAMETER = "mass_sending.bounce_limit"
LIMIT_DEFAULT = 3

# The server of the address refused it (RCPT), for another reason than what it
# thinks of us: 5.7.x is policy. (RFC 3463)
_REFUSED_ADDRESS = r"^RCPT: 5\d\d(?!.*\m5\.7\.\d)"
# The address does not exist: no second try is needed. 5.1.7 and 5.1.8 are about
# the sender's address.
_NO_SUCH_ADDRESS = r"(^|[\s#])5\.1\.(?:[0-6]|9|10)(?!\d)"


def count(connection, limit):
    """Count the bounces that were not counted yet, and put addresses on hold.

    :param connection: QueueConnection, or whatever has `execute(SQL)`; in READ
        COMMITTED, since several workers may count the same address
    :param int limit: number of bounces after which an address goes on hold
    """
    connection.execute(
        SQL(
            r"""WITH counted AS (
                   UPDATE mass_sending_delivery
                      SET bounce_counted = attempts
                    WHERE state = %(error)s
                      AND failure_type IN ('refused', 'bounced')
                      AND attempts > COALESCE(bounce_counted, 0)
                RETURNING id, company_id, channel, lower(address) AS address, type,
                          failure_type, COALESCE(failure_reason, '') AS reason
               ), hard AS (
                   SELECT *, reason ~ %(no_such)s AS at_once
                     FROM counted
                    WHERE type = 'mass'
                      AND (failure_type = 'bounced' OR reason ~ %(refused)s)
               )
               INSERT INTO mass_sending_hold AS hold (
                      company_id, channel, address, bounce_count, reason, is_on_hold,
                      since, last_bounce_at, create_date, write_date)
               SELECT company_id, channel, address, count(*),
                      (array_agg(reason ORDER BY id DESC))[1],
                      bool_or(at_once) OR count(*) >= %(limit)s,
                      CASE WHEN bool_or(at_once) OR count(*) >= %(limit)s
                           THEN now() AT TIME ZONE 'UTC' END,
                      now() AT TIME ZONE 'UTC',
                      now() AT TIME ZONE 'UTC',
                      now() AT TIME ZONE 'UTC'
                 FROM hard
             GROUP BY company_id, channel, address
             -- in one order, so that two workers cannot block each other
             ORDER BY company_id, channel, address
          ON CONFLICT (company_id, channel, address) DO UPDATE
                  SET bounce_count = hold.bounce_count + excluded.bounce_count,
                      reason = excluded.reason,
                      is_on_hold = hold.is_on_hold OR excluded.is_on_hold
                          OR hold.bounce_count + excluded.bounce_count >= %(limit)s,
                      since = CASE
                          WHEN hold.is_on_hold THEN hold.since
                          WHEN excluded.is_on_hold
                            OR hold.bounce_count + excluded.bounce_count >= %(limit)s
                          THEN excluded.last_bounce_at END,
                      last_bounce_at = excluded.last_bounce_at,
                      write_date = excluded.write_date""",
            error=states.ERROR,
            no_such=_NO_SUCH_ADDRESS,
            refused=_REFUSED_ADDRESS,
            limit=limit,
        )
    )
