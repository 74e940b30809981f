# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import states


class MassSendingCampaign(models.Model):
    """Trying again: the failed, the uncertain, and those who were skipped.

    Always the same rows, so that the log says how often a thing was tried, and
    nobody can become two.
    """

    _inherit = "mass.sending.campaign"

    @api.model
    def _get_fresh_columns(self):
        """Return what a delivery loses when it starts over, as columns of `d`.

        The number of attempts goes on being counted.
        """
        return {
            **dict.fromkeys(("failure_type", "failure_reason", "next_try_at")),
            **dict.fromkeys(("sent_at", "delivered_at", "bounced_at")),
            **dict.fromkeys(("sms_report", "sms_report_reason")),
            "sms_report_pending": False,
            # what failed for its documents has them made again
            "documents_pending": SQL(
                "d.documents_pending OR d.state = %s"
                " OR COALESCE(d.failure_type, '') = 'no_document'",
                states.ATTACHMENT_ERROR,
            ),
        }

    # === Failed ===

    def action_retry_failed(self):
        """Try the failed ones again; never the uncertain, who may have got it."""
        for campaign in self._begin_control():
            campaign._check_can_restart()
            moved = campaign.sudo()._change_deliveries(
                states.NEW, states.DELIVERY_RETRYABLE, **self._get_fresh_columns()
            )
            if not moved:
                raise UserError(self.env._("No delivery has failed."))
            campaign.sudo()._restart()
            campaign._log_control(
                self.env._(
                    "%(number)s failed deliveries are tried again",
                    number=moved[campaign.id],
                )
            )
        return True

    def _check_can_restart(self):
        self.ensure_one()
        if self.state not in (states.PROCESSING, states.SENT, states.ERROR):
            raise UserError(
                self.env._(
                    "This campaign sends nothing any more. Duplicate it to send anew."
                )
            )

    # === Uncertain ===

    def action_accept_uncertain(self):
        """Count the uncertain ones as sent: somebody knows that they arrived."""
        for campaign in self._begin_control():
            campaign._accept_uncertain()
        return True

    def action_resend_uncertain(self):
        """Send the uncertain ones again: some may get the message twice."""
        for campaign in self._begin_control():
            campaign._resend_uncertain()
        return True

    def _accept_uncertain(self, condition=None):
        moved = self.sudo()._change_deliveries(
            states.SENT,
            [states.UNCERTAIN],
            condition,
            failure_type=None,
            failure_reason=self.env._(
                "Accepted as sent by %(user)s.", user=self.env.user.name
            ),
            sent_at=self.env.cr.now(),
        )
        if not moved:
            raise UserError(self.env._("No delivery is uncertain any more."))
        self.sudo()._refresh_outcome()
        for campaign in self:
            campaign._log_control(
                self.env._(
                    "%(number)s uncertain deliveries were accepted as sent",
                    number=moved.get(campaign.id, 0),
                )
            )

    def _resend_uncertain(self, condition=None):
        for campaign in self:
            campaign._check_can_restart()
        moved = self.sudo()._change_deliveries(
            states.NEW, [states.UNCERTAIN], condition, **self._get_fresh_columns()
        )
        if not moved:
            raise UserError(self.env._("No delivery is uncertain any more."))
        self.sudo()._restart()
        for campaign in self:
            campaign._log_control(
                self.env._(
                    "%(number)s uncertain deliveries are sent again",
                    number=moved.get(campaign.id, 0),
                )
            )

    # === Skipped ===

    def action_send_to_fixed(self):
        """Send to those who were skipped and can be reached by now.

        :return: a notification that says how many they are
        """
        self.ensure_one()
        self._begin_control()
        self._check_can_restart()
        campaign = self.sudo()
        skipped = campaign.skipped_count
        fixed = campaign._reconsider_skipped()
        if fixed:
            campaign._restart()
            self._log_control(
                self.env._(
                    "%(number)s who were skipped can be reached now", number=fixed
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if fixed else "info",
                "message": self.env._(
                    "%(fixed)s of the %(skipped)s who were skipped can be reached now.",
                    fixed=fixed,
                    skipped=skipped,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _reconsider_skipped(self):
        """Look at the skipped people as they are now, and make their deliveries.

        :return: number of people who are kept now
        """
        self.ensure_one()
        self.env.flush_all()
        refreshed = self._refresh_snapshots()
        self._judge_again(refreshed)
        fixed = self._keep_reachable(refreshed)
        self._reopen_skipped_deliveries(fixed)
        self._create_deliveries(lambda column: SQL("%s = ANY(%s)", column, fixed))
        self._store_recipient_counts()
        return len(fixed)

    def _refresh_snapshots(self):
        """Read the skipped people's data again, with the author's rights.

        :return: ids of the recipients whose person is still there
        """
        model = self._get_author_env()[self.recipient_model]
        skipped = self.env.execute_query(
            SQL(
                "SELECT person_id FROM mass_sending_recipient"
                " WHERE campaign_id = %s AND decision = %s",
                self.id,
                states.SKIPPED,
            )
        )
        query = model._search([("id", "in", [person_id for (person_id,) in skipped])])
        if query.is_empty():
            return []
        names = self.env["mass.sending.recipient"]._snapshot_columns
        columns = model._get_recipient_snapshot_columns(query.table)
        rows = self.env.execute_query(
            SQL(
                """UPDATE mass_sending_recipient r
                      SET %(assignments)s
                     FROM (%(persons)s) AS person (id, %(names)s)
                    WHERE r.campaign_id = %(campaign)s
                      AND r.decision = %(skipped)s
                      AND r.person_id = person.id
                RETURNING r.id""",
                assignments=SQL(", ").join(
                    SQL("%s = person.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in names
                ),
                persons=query.select(
                    SQL.identifier(query.table, "id"),
                    *(columns[name] for name in names),
                ),
                names=SQL(", ").join(map(SQL.identifier, names)),
                campaign=self.id,
                skipped=states.SKIPPED,
            )
        )
        return [recipient_id for (recipient_id,) in rows]

    def _judge_again(self, recipient_ids):
        """Write down which channels still cannot reach these recipients."""
        self.env.cr.execute(
            SQL(
                "UPDATE mass_sending_recipient SET unreachable = '{}'::jsonb"
                " WHERE id = ANY(%s)",
                recipient_ids,
            )
        )
        for channel in self._get_channels():
            self.env.cr.execute(
                SQL(
                    """UPDATE mass_sending_recipient r
                          SET unreachable = r.unreachable
                                            || jsonb_build_object(%(code)s, a.reason),
                              skip_reason = a.reason
                         FROM (%(addresses)s) a
                        WHERE a.recipient_id = r.id
                          AND r.id = ANY(%(recipients)s)
                          AND a.reason IS NOT NULL
                          AND NOT EXISTS (SELECT FROM (%(addresses)s) good
                                           WHERE good.recipient_id = r.id
                                             AND good.reason IS NULL)""",
                    code=channel.code,
                    addresses=channel.addresses_sql(self),
                    recipients=recipient_ids,
                )
            )

    def _keep_reachable(self, recipient_ids):
        """Keep those whom at least one channel reaches.

        :return: their ids
        """
        rows = self.env.execute_query(
            SQL(
                """UPDATE mass_sending_recipient
                      SET decision = %s, skip_reason = NULL
                    WHERE id = ANY(%s)
                      AND NOT unreachable ?& %s
                RETURNING id""",
                states.KEPT,
                recipient_ids,
                [channel.code for channel in self._get_channels()],
            )
        )
        self.env["mass.sending.recipient"].invalidate_model(flush=False)
        return [recipient_id for (recipient_id,) in rows]

    def _reopen_skipped_deliveries(self, recipient_ids):
        """Who was skipped right before sending has a delivery already."""
        skip_reasons = [code for code, _label in states.SKIP_REASONS]
        self._change_deliveries(
            states.NEW,
            [states.CANCELLED],
            SQL(
                "d.recipient_id = ANY(%s) AND d.failure_type = ANY(%s)",
                recipient_ids,
                skip_reasons,
            ),
            **self._get_fresh_columns(),
        )
