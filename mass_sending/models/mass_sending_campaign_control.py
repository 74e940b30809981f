# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import states
from ..queue.stopping import cancel_waiting

_logger = logging.getLogger(__name__)


class MassSendingCampaign(models.Model):
    """What people do to a running campaign: pause, resume, cancel.

    The author and the managers of the company may: who may write the campaign.
    A worker asks at least once a second whether to go on, so each of these acts
    after the mail that is on the wire.
    """

    _inherit = "mass.sending.campaign"

    is_settling = fields.Boolean(
        readonly=True,
        copy=False,
        help="Stopped, but a worker may still hold some deliveries.",
    )
    paused_at = fields.Datetime(string="Paused since", readonly=True, copy=False)

    _settling_idx = models.Index("(id) WHERE is_settling")

    # === Actions ===

    def action_pause(self):
        """Stand still after the mail in flight; nothing expires meanwhile."""
        for campaign in self._begin_control():
            if campaign.state != states.PROCESSING or campaign.is_paused:
                raise UserError(
                    self.env._("Only a campaign that is sending can pause.")
                )
            campaign.sudo().write(
                {
                    "is_paused": True,
                    "paused_at": fields.Datetime.now(),
                    "pause_reason": self.env._(
                        "Paused by %(user)s.", user=self.env.user.name
                    ),
                }
            )
            campaign._log_control(self.env._("Paused"))
        return True

    def action_resume(self):
        """Go on where it stood still."""
        for campaign in self._begin_control():
            if not campaign.is_paused:
                raise UserError(self.env._("This campaign is not paused."))
            campaign.sudo()._resume()
            campaign._log_control(self.env._("Resumed"))
        return True

    def action_cancel(self):
        """Send nothing more. What was sent stays sent, and visible in the portal.

        :raise UserError: it was never confirmed, or is finished
        """
        campaigns = self._begin_control()
        for campaign in campaigns:
            if not campaign.confirmed_at:
                raise UserError(
                    self.env._("This is a draft: nothing is sent. You can delete it.")
                )
        campaigns.sudo()._stop(states.CANCELLED)
        return True

    # === Doing it ===

    def _begin_control(self):
        """Check the right to decide about these campaigns, and lock them.

        :return: the campaigns
        """
        self.check_access("write")
        self._lock()
        return self

    def _log_control(self, text):
        self.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)

    def _resume(self):
        """Take the pause out of the time that deliveries have until they expire."""
        self.ensure_one()
        now = fields.Datetime.now()
        values = {"is_paused": False, "pause_reason": False, "paused_at": False}
        if self.started_at and self.paused_at:
            values["started_at"] = self.started_at + (now - self.paused_at)
        self.write(values)
        self._trigger_queue()

    def _restart(self):
        """Let the queue work again on deliveries that were made `new`.

        The days until expiration start again, or they would expire at once.
        """
        for campaign in self:
            values = {"started_at": fields.Datetime.now(), "finished_at": False}
            if campaign.state == states.PROCESSING:
                campaign.write(values)
            else:
                campaign._set_state(states.PROCESSING, **values)
        self._trigger_queue()

    # === Stopping ===

    def _stop(self, target):
        """Go to a state in which nothing more is handed over.

        The deliveries follow once that is committed, when every worker can see it.
        """
        for campaign in self:
            campaign._set_state(
                target,
                is_settling=True,
                # whose delivery is not made yet needs none
                is_starting=False,
                is_paused=False,
                pause_reason=False,
                paused_at=False,
                finished_at=campaign.finished_at or fields.Datetime.now(),
                retry_at=False,
                retry_reason=False,
            )
        self._trigger_queue()
        campaign_ids, dbname = self.ids, self.env.cr.dbname
        Campaign = type(self)

        @self.env.cr.postcommit.add
        def call_back():
            # the cron does it again, and finishes it: here it is only sooner
            try:
                Campaign._cancel_waiting_now(dbname, campaign_ids)
            except Exception:
                _logger.exception("Could not call back deliveries; the cron will")

    @classmethod
    def _cancel_waiting_now(cls, dbname, campaign_ids):
        connection = cls._connect_queue(dbname)
        try:
            cancel_waiting(connection, campaign_ids)
        finally:
            connection.close()

    @api.model
    def _finish_campaigns(self):
        result = super()._finish_campaigns()
        self._settle_stopped_campaigns()
        return result

    @api.model
    def _settle_stopped_campaigns(self):
        """Bring the deliveries of stopped campaigns to rest, and count them."""
        campaign_ids = self.search([("is_settling", "=", True)]).ids
        if not campaign_ids:
            return
        self._commit_step()
        self._cancel_waiting_now(self.env.cr.dbname, campaign_ids)
        for campaign_id in campaign_ids:
            self._commit_step()
            campaign = self.browse(campaign_id).try_lock_for_update()
            campaign._settle_if_quiet()
        self._commit_step()

    def _settle_if_quiet(self):
        """Take the final figures when no worker holds anything any more."""
        for campaign in self:
            counts = campaign._count_deliveries().get(campaign.id, {})
            if any(counts.get(state) for state in states.DELIVERY_OPEN):
                continue
            campaign._drop_prepared_mails()
            campaign._store_counts()
            campaign.is_settling = False
            _logger.info("Campaign %s was stopped: %s", campaign.id, counts)

    def _drop_prepared_mails(self):
        """Delete the mails that were made and will not be sent."""
        self.env["mail.mail"].sudo().search(
            [("mass_sending_delivery_id.campaign_id", "in", self.ids)]
        ).unlink()

    def _is_moving(self):
        return super()._is_moving() or self.is_settling

    # === Outcome ===

    def _refresh_outcome(self):
        """Count again after deliveries changed behind the queue's back, and say
        "sent" or "sent with error" accordingly."""
        for campaign in self:
            if campaign.state == states.PROCESSING:
                continue  # counted live, and judged when it finishes
            campaign._store_counts()
            failed = any(
                campaign.state_counts.get(state) for state in states.DELIVERY_FAILED
            )
            target = states.ERROR if failed else states.SENT
            if campaign.state in (states.SENT, states.ERROR) and (
                campaign.state != target
            ):
                campaign._set_state(target)

    def _change_deliveries(self, target, sources, condition=None, **columns):
        """Move deliveries of these campaigns that no worker holds, in one statement.

        :param str target: the state to go to
        :param sources: states to come from; those the table doesn't allow are
            left alone
        :param SQL condition: on `d` (delivery), to take only some of them
        :param columns: values of further columns
        :return: {campaign id: number of deliveries moved}
        """
        self.env["mass.sending.delivery"].flush_model()
        allowed = set(sources) & set(states.delivery_sources(target))
        assignments = [
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in {**columns, "state": target}.items()
        ]
        rows = self.env.execute_query(
            SQL(
                """WITH moved AS (
                       UPDATE mass_sending_delivery d
                          SET %s
                        WHERE d.campaign_id = ANY(%s)
                          AND d.type = 'mass'
                          AND d.state = ANY(%s)
                          AND d.group_id IS NULL
                          AND %s
                    RETURNING d.campaign_id)
                   SELECT campaign_id, count(*) FROM moved GROUP BY campaign_id""",
                SQL(", ").join(assignments),
                self.ids,
                list(allowed),
                condition or SQL("TRUE"),
            )
        )
        self.env["mass.sending.delivery"].invalidate_model(flush=False)
        return dict(rows)
