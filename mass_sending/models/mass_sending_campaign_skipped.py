# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.tools import SQL

from .. import states


class MassSendingCampaign(models.Model):
    """Those who were skipped, and can be reached by now."""

    _inherit = "mass.sending.campaign"

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
        """Write down which channels still cannot reach these recipients.

        They are kept from here on: who shares an address is found among the kept.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE mass_sending_recipient SET unreachable = '{}'::jsonb,"
                " decision = %s WHERE id = ANY(%s)",
                states.KEPT,
                recipient_ids,
            )
        )
        for channel in self._get_channels():
            self.env.cr.execute(
                SQL(
                    """WITH a AS MATERIALIZED (%(unreachable)s)
                       UPDATE mass_sending_recipient r
                          SET unreachable = r.unreachable
                                            || jsonb_build_object(a.code, a.reason),
                              skip_reason = a.reason
                         FROM a
                        WHERE a.recipient_id = r.id
                          AND r.id = ANY(%(recipients)s)""",
                    unreachable=self._unreachable_sql(
                        channel, self._still_free_sql(channel)
                    ),
                    recipients=recipient_ids,
                )
            )

    def _still_free_sql(self, channel):
        """As the channel's `addresses_sql`; where each address gets one message in
        all, those that have got theirs through somebody else are duplicates."""
        addresses = channel.addresses_sql(self)
        if self._judges_one_by_one():
            return addresses
        return SQL(
            """SELECT a.recipient_id, a.address,
                      CASE WHEN a.reason IS NULL
                            AND (taken.first_id <> a.recipient_id
                                 OR taken.last_id <> a.recipient_id)
                           THEN 'duplicate' ELSE a.reason END AS reason
                 FROM (%(addresses)s) a
            LEFT JOIN (SELECT address,
                              min(recipient_id) AS first_id,
                              max(recipient_id) AS last_id
                         FROM mass_sending_delivery
                        WHERE campaign_id = %(campaign)s
                          AND channel = %(code)s
                     GROUP BY address) taken ON taken.address = a.address""",
            addresses=addresses,
            campaign=self.id,
            code=channel.code,
        )

    def _keep_reachable(self, recipient_ids):
        """Keep those whom at least one channel reaches, skip the others again.

        :return: ids of those kept
        """
        rows = self.env.execute_query(
            SQL(
                """UPDATE mass_sending_recipient
                      SET decision = CASE WHEN %(is_missed)s THEN %(skipped)s
                                          ELSE decision END,
                          skip_reason = CASE WHEN %(is_missed)s THEN skip_reason END
                    WHERE id = ANY(%(recipients)s)
                RETURNING id, decision""",
                is_missed=SQL(
                    "unreachable ?& %s",
                    [channel.code for channel in self._get_channels()],
                ),
                skipped=states.SKIPPED,
                recipients=recipient_ids,
            )
        )
        self.env["mass.sending.recipient"].invalidate_model(flush=False)
        return [row_id for row_id, decision in rows if decision == states.KEPT]

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
