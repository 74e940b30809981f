# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states
from ..queue.connection import QueueConnection
from ..queue.worker import TURN_SECONDS, Worker

_logger = logging.getLogger(__name__)

QUEUE_CRON = "mass_sending.ir_cron_process_queue"
MAIL_CRON = "mail.ir_cron_mail_scheduler_action"
# How long a campaign waits when its server can't be reached, by number of tries.
CHANNEL_BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)]


class MassSendingCampaign(models.Model):
    """The queue's entry: working off and finishing campaigns."""

    _inherit = "mass.sending.campaign"

    retry_at = fields.Datetime(
        string="Next try", readonly=True, copy=False, help="The server is away."
    )
    retry_reason = fields.Char(readonly=True, copy=False)
    retry_count = fields.Integer(readonly=True, copy=False)

    @api.model
    def _cron_process_queue(self):
        """Start what is due, hand over for one turn, finish what is done.

        Commits often: each step is complete in itself, and a worker may die at
        any point. See `queue/groups.py` for what then happens.
        """
        half, end = (time.monotonic() + TURN_SECONDS * share for share in (0.5, 1))
        is_starting = self._start_campaigns(half)
        connection = self._open_queue_connection()
        try:
            # starting may take longer than it should; sending has its half anyway
            left = max(end - time.monotonic(), TURN_SECONDS / 2)
            Worker(self.env, connection, seconds=left).run()
        finally:
            # also after an error: this ends the leases, and the next run settles
            connection.close()
        self._expire_deliveries()
        self._finish_campaigns()
        self._trigger_next_turn(is_starting)

    @api.model
    def _commit_step(self):
        """A step is complete; what follows may fail, or the worker die."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    @api.model
    def _open_queue_connection(self):
        return self._connect_queue(self.env.cr.dbname)

    @classmethod
    def _connect_queue(cls, dbname):
        return QueueConnection(dbname)

    @api.model
    def _get_running_domain(self):
        """Campaigns that the queue works on now."""
        now = fields.Datetime.now()
        return (
            Domain("state", "=", states.PROCESSING)
            & Domain("is_paused", "=", False)
            & (Domain("retry_at", "=", False) | Domain("retry_at", "<=", now))
        )

    # === Waiting ===

    def _wait_for_channel(self, reason, retry_at=None):
        """Try again later: the far end can't be reached.

        :param str reason: shown to staff
        :param retry_at: when to try again (naive, UTC); by default after a back-off
        """
        self.ensure_one()
        step = min(self.retry_count, len(CHANNEL_BACK_OFF) - 1)
        retry_at = retry_at or fields.Datetime.now() + CHANNEL_BACK_OFF[step]
        self.write(
            {
                "retry_at": retry_at,
                "retry_reason": reason,
                "retry_count": self.retry_count + 1,
            }
        )
        _logger.warning("Campaign %s waits until %s: %s", self.id, retry_at, reason)

    def _end_waiting_for_channel(self):
        """The far end can be reached again."""
        self.write({"retry_at": False, "retry_reason": False, "retry_count": 0})

    @api.model
    def _expire_deliveries(self):
        """End what could not be delivered within the days allowed."""
        days = int(
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("mass_sending.expiration_days", 3)
        )
        self._commit_step()
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_delivery d
                      SET state = %(expired)s,
                          failure_type = COALESCE(d.failure_type, 'expired')
                     FROM mass_sending_campaign c
                    WHERE c.id = d.campaign_id
                      AND c.state = %(processing)s
                      AND NOT COALESCE(c.is_paused, FALSE)
                      AND d.state = %(new)s
                      AND d.group_id IS NULL
                      AND c.started_at < (now() AT TIME ZONE 'UTC')
                                         - make_interval(days => %(days)s)""",
                expired=states.EXPIRED,
                processing=states.PROCESSING,
                new=states.NEW,
                days=max(days, 1),
            )
        )
        self.env["mass.sending.delivery"].invalidate_model()
        self._commit_step()

    # === Finishing ===

    @api.model
    def _finish_campaigns(self):
        """Close the campaigns in which nothing waits any more."""
        for campaign_id in self.search([("state", "=", states.PROCESSING)]).ids:
            self._commit_step()
            campaign = self.browse(campaign_id).try_lock_for_update()
            if campaign.filtered(lambda c: c.state == states.PROCESSING):
                campaign._finish_if_done()
        self._commit_step()

    def _finish_if_done(self):
        """Finish the campaign if every kept recipient is accounted for."""
        self.ensure_one()
        if self.is_starting:
            return
        self.flush_recordset()
        counts = self._count_deliveries().get(self.id, {})
        if any(counts.get(state) for state in states.DELIVERY_OPEN):
            return
        if missing := self._create_deliveries():
            # can't be, but then it must not be called finished
            _logger.error("Campaign %s lacked %s deliveries", self.id, missing)
            return
        self._mark_skipped_while_sending()
        self._store_counts()
        self._store_recipient_counts()
        failed = any(counts.get(state) for state in states.DELIVERY_FAILED)
        self._set_state(
            states.ERROR if failed else states.SENT,
            finished_at=fields.Datetime.now(),
            retry_at=False,
            retry_reason=False,
            retry_count=0,
        )
        _logger.info("Campaign %s finished: %s", self.id, counts)

    def _mark_skipped_while_sending(self):
        """Who was blocked right before sending, on all channels, was skipped."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_recipient r
                      SET decision = %(skipped)s,
                          skip_reason = blocked.reason
                     FROM (SELECT recipient_id, min(failure_type) AS reason
                             FROM mass_sending_delivery
                            WHERE campaign_id = %(campaign)s
                         GROUP BY recipient_id
                           HAVING bool_and(state = %(cancelled)s
                                  AND failure_type <> 'campaign_cancelled')) blocked
                    WHERE r.id = blocked.recipient_id
                      AND r.decision = %(kept)s""",
                skipped=states.SKIPPED,
                campaign=self.id,
                cancelled=states.CANCELLED,
                kept=states.KEPT,
            )
        )
        self.env["mass.sending.recipient"].invalidate_model()

    # === Triggering ===

    def _trigger_queue(self, at=None):
        """Wake the queue, now or at a time."""
        self.env.ref(QUEUE_CRON).sudo()._trigger(at)

    @api.model
    def _trigger_next_turn(self, at_once):
        """Come back when there is something to do, and let Odoo's mail go first.

        :param bool at_once: it is known that there is something
        """
        self._trigger_other_mail()
        next_turn = fields.Datetime.now() if at_once else self._get_next_turn()
        if next_turn:
            self._trigger_queue(max(next_turn, fields.Datetime.now()))
        self._commit_step()

    @api.model
    def _get_next_turn(self):
        """Return when the next delivery may be tried; None when nothing waits."""
        [[next_turn]] = self.env.execute_query(
            SQL(
                """SELECT min(GREATEST(
                              COALESCE(d.next_try_at, '-infinity'::timestamp),
                              COALESCE(c.retry_at, '-infinity'::timestamp),
                              now() AT TIME ZONE 'UTC'))
                     FROM mass_sending_campaign c
               CROSS JOIN LATERAL (
                          SELECT min(COALESCE(next_try_at, '-infinity'::timestamp))
                                     AS next_try_at
                            FROM mass_sending_delivery
                           WHERE campaign_id = c.id
                             AND state = %(new)s
                             AND group_id IS NULL) d
                    WHERE c.state = %(processing)s
                      AND NOT COALESCE(c.is_paused, FALSE)
                      AND d.next_try_at IS NOT NULL""",
                new=states.NEW,
                processing=states.PROCESSING,
            )
        )
        return next_turn

    @api.model
    def _trigger_other_mail(self):
        """Odoo's own outgoing mail must not wait behind ours."""
        now = fields.Datetime.now()
        waiting = self.env["mail.mail"].search_count(
            [
                ("state", "=", "outgoing"),
                ("mass_sending_delivery_id", "=", False),
                "|",
                ("scheduled_date", "=", False),
                ("scheduled_date", "<=", now),
            ],
            limit=1,
        )
        if not waiting:
            return
        cron = self.env.ref(MAIL_CRON).sudo()
        due = [("cron_id", "=", cron.id), ("call_at", "<=", now)]
        # once is enough: each time leaves a row
        if not cron.env["ir.cron.trigger"].search_count(due, limit=1):
            cron._trigger()
