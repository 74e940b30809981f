# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One worker's turn: it takes group after group and hands them over."""

import logging
import time

import psycopg2

from odoo import fields

from .. import states
from ..channels.base import ChannelUnavailable, describe_error
from ..tools.quick_compression import use_quick_compression
from . import bounces, groups, outcomes, pace
from .document_checks import check_deliveries
from .documents import DocumentPhase
from .hand_over import HandOver

_logger = logging.getLogger(__name__)

# A worker gives its cron thread back after so many seconds: bulk never starves
# other jobs, and Odoo's limit for a cron job (120 s) is far away.
TURN_SECONDS = 20
# How often to look whether other mail of Odoo waits, during a turn: its table is not
# made for being asked that often.
OTHER_MAIL_SECONDS = 5
# How long a group may take for the next one to be larger, and how small one gets.
GROUP_SECONDS = 1.5
SMALLEST_GROUP = 50


class Worker:
    """Works off the campaigns that are being processed, a group of each in turn."""

    def __init__(self, env, connection, seconds=TURN_SECONDS):
        """
        :param env: Environment of the queue (superuser); it is committed often
        :param connection: QueueConnection, for claims and outcomes
        :param float seconds: length of the turn
        """
        self.env = env
        self.connection = connection
        self._until = time.monotonic() + seconds
        self._looked_for_mail_at = time.monotonic()
        self._sizes = {}
        self._bounce_limit = env["mass.sending.hold"]._get_bounce_limit()

    def is_time_up(self):
        """Tell whether the turn is over."""
        return time.monotonic() >= self._until

    def _commit(self):
        """End the ORM's transaction: a step is complete, and the next must see what
        others, and the queue's own connection, have written."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def run(self):
        """Work until nothing waits or the turn is over.

        :return: number of deliveries worked on
        """
        settled, uncertain = groups.recover(self.connection)
        if settled:
            _logger.warning(
                "Settled %s groups of workers that died; %s deliveries are uncertain",
                settled,
                uncertain,
            )
        bounces.count(self.connection, self._bounce_limit)
        pace.forget_old_ticks(self.connection)
        done = 0
        campaigns = self._get_campaigns()
        while campaigns and not self.is_time_up():
            for campaign in campaigns:
                worked = self._work_campaign(campaign)
                done += worked
                if not worked:
                    campaigns -= campaign
                self._let_other_mail_go()
                if self.is_time_up():
                    break
        return done

    def _let_other_mail_go(self):
        """Wake Odoo's mail job, now and then: nobody else does, and with two cron
        threads the other one is free for it."""
        if time.monotonic() - self._looked_for_mail_at < OTHER_MAIL_SECONDS:
            return
        self._looked_for_mail_at = time.monotonic()
        self.env["mass.sending.campaign"]._trigger_other_mail()
        self._commit()

    def _get_campaigns(self):
        return self.env["mass.sending.campaign"].search(
            self.env["mass.sending.campaign"]._get_running_domain(), order="id"
        )

    def _work_campaign(self, campaign):
        """Hand over one group of a campaign.

        :return: number of deliveries worked on; 0 when the campaign has to wait
        """
        # the ORM's view must be younger than the claim, and hold no locks during it
        self._commit()
        if not campaign.exists().filtered_domain(campaign._get_running_domain()):
            return 0
        made = DocumentPhase(self, campaign).run()
        for channel in campaign._get_channels():
            most = channel.get_group_size(campaign)
            size = min(self._sizes.get(channel.code, most), most)
            lease = groups.claim(self.connection, campaign.id, channel.code, size)
            if lease:
                self._commit()
                start = time.monotonic()
                worked = self._work_group(campaign, channel, lease)
                self._adapt_size(channel, size, most, time.monotonic() - start)
                return worked
        return made

    def _adapt_size(self, channel, size, most, seconds):
        """Take more at once while that is quick: much of preparing is the same for
        all of a group. Take less where the far end is slow, so that a turn's end, a
        pause or a death finds little that was prepared in vain."""
        if seconds < GROUP_SECONDS:
            size = min(2 * size, most)
        elif seconds > 3 * GROUP_SECONDS:
            size = max(size // 2, min(SMALLEST_GROUP, most))
        self._sizes[channel.code] = size

    def _work_group(self, campaign, channel, lease):
        """Prepare and hand over one claimed group.

        An exception that is not expected here leaves the group open on purpose: we
        can't know what was handed over. It is settled like that of a dead worker.
        """
        deliveries = self.env["mass.sending.delivery"].browse(lease.delivery_ids)
        session = HandOver(self, campaign, lease)
        try:
            ready = self._prepare(campaign, channel, deliveries, session)
            self._commit()
        except psycopg2.errors.SerializationFailure:
            # another worker wrote to the campaign meanwhile: take the group again
            self.env.cr.rollback()
            groups.close_group(self.connection, lease)
            return len(deliveries)
        except Exception as error:
            # nothing has left the house, and other campaigns must not wait for this
            _logger.exception("Campaign %s could not be prepared", campaign.id)
            self.env.cr.rollback()
            groups.close_group(self.connection, lease)
            self._note_availability(campaign, ChannelUnavailable(describe_error(error)))
            return 0
        unavailable = None
        try:
            if ready:
                channel.hand_over(campaign, ready, session)
        except ChannelUnavailable as error:
            unavailable = error
        self._commit()
        groups.close_group(self.connection, lease)
        bounces.count(self.connection, self._bounce_limit)
        deliveries.invalidate_recordset()
        channel.clean_up(campaign, deliveries)
        self.env["mass.sending.document"]._note_sent(campaign)
        self._commit()
        self._note_availability(campaign, unavailable)
        return 0 if unavailable else len(deliveries)

    def _note_availability(self, campaign, unavailable):
        """Write on the campaign whether it has to wait for the far end.

        :param unavailable: ChannelUnavailable, or None
        """
        try:
            if unavailable:
                campaign._wait_for_channel(str(unavailable), unavailable.retry_at)
            elif campaign.retry_at and campaign.retry_at <= fields.Datetime.now():
                # not if another worker has just found out that it must wait
                campaign._end_waiting_for_channel()
            self._commit()
        except psycopg2.errors.SerializationFailure:
            # Another worker, or somebody at a button, wrote on the campaign just
            # now. If it still has to wait, the next group will say so.
            self.env.cr.rollback()

    def _prepare(self, campaign, channel, deliveries, session):
        """Recheck and prepare; who fails gets his outcome at once.

        :return: the deliveries that can be handed over
        """
        use_quick_compression(self.env.cr)
        blocked = channel.find_blocked(campaign, deliveries.ids)
        for delivery_id, reason in blocked.items():
            session.record(
                [delivery_id],
                outcomes.Outcome.failed(reason, state=states.CANCELLED),
            )
        ready = deliveries.filtered(lambda d: d.id not in blocked)
        failures = check_deliveries(campaign, ready)
        ready = ready.filtered(lambda d: d.id not in failures)
        failures |= channel.prepare(campaign, ready)
        for delivery_id, outcome in failures.items():
            session.record([delivery_id], outcome)
        return ready.filtered(lambda d: d.id not in failures)
