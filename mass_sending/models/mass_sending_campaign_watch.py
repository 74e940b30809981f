# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import SQL, babel_locale_parse, format_datetime, get_lang

from .. import states
from .mass_sending_campaign_queue import QUEUE_CRON

# A campaign in which nothing moved for so long has a problem, and says which.
STALLED_AFTER = timedelta(minutes=10)
# The queue's scheduled action runs every ten minutes, if nothing calls it earlier.
CRON_LATE_AFTER = timedelta(minutes=20)
# Before that the rate says more about the start than about the sending.
RATE_AFTER = timedelta(seconds=5)


class MassSendingCampaign(models.Model):
    """Watching a campaign: how fast it is, why it stands still, how it ended."""

    _name = "mass.sending.campaign"
    _inherit = ["mass.sending.campaign", "mail.activity.mixin"]

    progress_at = fields.Datetime(string="Last movement", readonly=True, copy=False)
    rate_since = fields.Datetime(readonly=True, copy=False)
    rate_done = fields.Integer(readonly=True, copy=False, help="Done at that time.")
    rate = fields.Float(
        string="Per minute", compute="_compute_rate", digits=(16, 1), copy=False
    )
    time_left = fields.Char(compute="_compute_rate")
    stalled_reason = fields.Char(
        string="Why nothing moves", compute="_compute_stalled_reason"
    )

    # === Rate ===

    @api.depends("state", "is_paused", "rate_since", "delivery_count", "waiting_count")
    def _compute_rate(self):
        now = fields.Datetime.now()
        for campaign in self:
            campaign.rate = 0
            campaign.time_left = False
            if not campaign._is_running() or not campaign.rate_since:
                continue
            elapsed = now - campaign.rate_since
            done = campaign.delivery_count - campaign.waiting_count - campaign.rate_done
            if done <= 0 or elapsed < RATE_AFTER:
                continue
            left = elapsed * campaign.waiting_count / done
            campaign.rate = done / (elapsed / timedelta(minutes=1))
            campaign.time_left = campaign._format_duration(left)

    def _is_running(self):
        self.ensure_one()
        return self.state == states.PROCESSING and not self.is_paused

    @api.model
    def _format_duration(self, duration):
        locale = babel_locale_parse(get_lang(self.env).code)
        # "59 minutes" rather than "1 hour", "119 minutes" says nobody
        return format_timedelta(duration, threshold=1.5, locale=locale)

    def _begin_rate(self):
        """Measure the rate from now on."""
        counts = self._count_deliveries()
        for campaign in self:
            by_state = counts.get(campaign.id, {})
            campaign.write(
                {
                    "rate_since": fields.Datetime.now(),
                    "rate_done": self._count_done(by_state),
                    "progress_at": fields.Datetime.now(),
                }
            )

    @api.model
    def _count_done(self, by_state):
        waiting = sum(by_state.get(state, 0) for state in states.DELIVERY_OPEN)
        return sum(by_state.values()) - waiting

    def _start(self):
        result = super()._start()
        self._begin_rate()
        return result

    def _resume(self):
        result = super()._resume()
        self._begin_rate()
        return result

    def _restart(self):
        result = super()._restart()
        self._begin_rate()
        self._close_error_activity()
        return result

    # === Standing still ===

    @api.model
    def _finish_campaigns(self):
        self._note_progress()
        return super()._finish_campaigns()

    @api.model
    def _note_progress(self):
        """Note which campaigns moved since the queue's last turn."""
        running = self.search([("state", "=", states.PROCESSING)])
        counts = running._count_deliveries()
        for campaign_id in running.ids:
            self._commit_step()
            campaign = self.browse(campaign_id).try_lock_for_update()
            by_state = counts.get(campaign_id, {})
            if campaign and campaign.state_counts != by_state:
                campaign.write(
                    {"state_counts": by_state, "progress_at": fields.Datetime.now()}
                )
        self._commit_step()

    @api.depends(
        *("state", "confirmed_at", "start_at", "started_at", "progress_at"),
        *("is_paused", "pause_reason", "retry_at", "retry_reason"),
    )
    def _compute_stalled_reason(self):
        long_ago = fields.Datetime.now() - STALLED_AFTER
        for campaign in self:
            moved_at = campaign._get_moved_at()
            stalled = moved_at and moved_at < long_ago
            campaign.stalled_reason = stalled and campaign._get_stall_reason(moved_at)

    def _get_moved_at(self):
        """Return when something happened last in a campaign that should move."""
        self.ensure_one()
        if self.state == states.PROCESSING:
            return self.progress_at or self.started_at
        if self.state == states.NEW and self.confirmed_at:
            return self.start_at
        return None

    def _get_stall_reason(self, moved_at):
        """Return why nothing moves, and what can be done about it, as a sentence."""
        self.ensure_one()
        return (
            self._get_waiting_reason()
            or self._get_cron_reason()
            or self._get_deferred_reason()
            or self.env._(
                "Nothing has been handed over since %(time)s. An administrator finds "
                "the cause in the server's log.",
                time=format_datetime(self.env, moved_at),
            )
        )

    def _get_waiting_reason(self):
        """Return why the campaign itself waits, or None."""
        self.ensure_one()
        if self.is_paused:
            return self.pause_reason or self.env._("Paused.")
        return self.retry_reason or None

    @api.model
    def _get_cron_reason(self):
        """Return what is wrong with the scheduled action, or None."""
        # sudo: staff may not read scheduled actions
        cron = self.env.ref(QUEUE_CRON).sudo()
        if not cron.active:
            return self.env._(
                "The scheduled action “%(name)s” is switched off. An administrator "
                "can switch it on in Settings > Technical > Scheduled Actions.",
                name=cron.name,
            )
        late = fields.Datetime.now() - CRON_LATE_AFTER
        if not cron.lastcall or cron.lastcall < late:
            return self.env._(
                "Odoo's scheduler has not run “%(name)s” since %(time)s. An "
                "administrator should check that the server runs scheduled actions "
                "(max_cron_threads).",
                name=cron.name,
                time=format_datetime(self.env, cron.lastcall or cron.create_date),
            )
        return None

    def _get_deferred_reason(self):
        """Return when the next try is, if all that waits was refused for now."""
        self.ensure_one()
        if self.state != states.PROCESSING:
            return None
        [[waiting, next_try]] = self.env.execute_query(
            SQL(
                """SELECT count(*), min(COALESCE(next_try_at, '-infinity'))
                     FROM mass_sending_delivery
                    WHERE campaign_id = %s AND state = %s AND group_id IS NULL""",
                self.id,
                states.NEW,
            )
        )
        if not waiting or next_try <= fields.Datetime.now():
            return None
        return self.env._(
            "The servers of the %(number)s recipients who still wait refused the mail "
            "for now. The next try is at %(time)s.",
            number=waiting,
            time=format_datetime(self.env, next_try),
        )

    # === The end ===

    def _set_state(self, target, **values):
        """Tell the author when a campaign ends with errors, by an activity."""
        result = super()._set_state(target, **values)
        if target == states.ERROR:
            self._open_error_activity()
        elif target in (states.SENT, states.REMOVED):
            self._close_error_activity()
        return result

    def _open_error_activity(self):
        for campaign in self.filtered("user_id.active"):
            campaign._close_error_activity()
            counts = campaign.state_counts or {}
            failed = sum(counts.get(state, 0) for state in states.DELIVERY_FAILED)
            author = campaign.with_context(lang=campaign.user_id.lang)
            campaign.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=campaign.user_id.id,
                summary=author.env._(
                    "%(number)s of %(total)s not delivered",
                    number=failed,
                    total=sum(counts.values()),
                ),
                note=author.env._(
                    "Open the errors to see the reasons. You can retry the failed "
                    "ones, and decide about the uncertain ones."
                ),
            )

    def _close_error_activity(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])
