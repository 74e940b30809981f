# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Calling back what a stopped campaign has not handed over yet."""

from odoo.tools import SQL

from .. import states


def cancel_waiting(connection, campaign_ids):
    """Cancel what waits in stopped campaigns.

    Over the queue's connection, because the workers change the same rows: in Odoo's
    isolation level one of the two would fail. What a worker holds (`group_id`) is
    the worker's; it gives back within a second what it has not handed over.

    :param connection: QueueConnection
    :param list[int] campaign_ids: campaigns that are cancelled or removed
    :return: number of deliveries cancelled
    """
    rows = connection.execute(
        SQL(
            """UPDATE mass_sending_delivery d
                  SET state = %(cancelled)s,
                      failure_type = 'campaign_cancelled',
                      failure_reason = NULL,
                      next_try_at = NULL
                 FROM mass_sending_campaign c
                WHERE c.id = d.campaign_id
                  AND c.id = ANY(%(campaigns)s)
                  AND c.state = ANY(%(stopped)s)
                  AND d.state = ANY(%(sources)s)
                  AND d.group_id IS NULL
            RETURNING d.id""",
            cancelled=states.CANCELLED,
            campaigns=list(campaign_ids),
            stopped=list(states.CAMPAIGN_STOPPED),
            sources=list(states.delivery_sources(states.CANCELLED)),
        )
    )
    return len(rows)
