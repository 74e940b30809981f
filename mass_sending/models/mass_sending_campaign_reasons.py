# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.tools import SQL

from .. import states
from ..tools.large_joins import large_joins


class MassSendingCampaign(models.Model):
    """Judging: which channels cannot reach a person, and why.

    A channel reaches a person when it can use one of his addresses; he is skipped
    when no channel of the campaign reaches him.
    """

    _inherit = "mass.sending.campaign"

    def _judges_one_by_one(self):
        """Return whether a person's reasons do not depend on the other people."""
        self.ensure_one()
        return self.dedupe_mode != "address"

    def _judge_recipients(self):
        """Judge the people just selected, as far as that was not done on the way."""
        if not self._judges_one_by_one():
            self._mark_unreachable()

    def _judged_sql(self, people, columns):
        """Judge people while they are selected, which is quicker than afterwards.

        :param SQL people: SELECT of them, with the columns of recipients
        :param columns: names of the columns that are wanted besides the judgement
        :return: SQL of a SELECT of the same, with `decision`, `unreachable` and
            `skip_reason`
        """
        channels = self._get_channels()
        reasons = [SQL.identifier(f"reason_{channel.code}") for channel in channels]
        return SQL(
            """SELECT %(columns)s,
                      CASE WHEN %(is_skipped)s THEN %(skipped)s ELSE decision END
                          AS decision,
                      CASE WHEN %(is_missed)s
                           THEN jsonb_strip_nulls(jsonb_build_object(%(pairs)s)) END
                          AS unreachable,
                      -- the last channel is the one with an address that staff can mend
                      CASE WHEN %(is_skipped)s THEN %(last)s END AS skip_reason
                      -- OFFSET 0: a reason is found out once, not for each use
                 FROM (SELECT person.*, %(reasons)s
                         FROM (%(people)s) person
                              %(judgements)s
                     ORDER BY person_id
                       OFFSET 0) judged""",
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            is_skipped=SQL(
                "(decision = %s AND %s)",
                states.KEPT,
                SQL(" AND ").join(SQL("%s IS NOT NULL", name) for name in reasons),
            ),
            is_missed=SQL(" OR ").join(SQL("%s IS NOT NULL", name) for name in reasons),
            skipped=states.SKIPPED,
            pairs=SQL(", ").join(
                SQL("%s, %s", channel.code, name)
                for channel, name in zip(channels, reasons, strict=True)
            ),
            last=reasons[-1],
            reasons=SQL(", ").join(
                SQL("%s.reason AS %s", name, name) for name in reasons
            ),
            people=people,
            judgements=SQL(" ").join(
                SQL("CROSS JOIN LATERAL (%s) %s", self._reason_sql(channel), name)
                for channel, name in zip(channels, reasons, strict=True)
            ),
        )

    def _reason_sql(self, channel):
        """SELECT of why a channel cannot reach `person`: one row."""
        addresses = channel.addresses_sql(
            self, SQL("(SELECT person.*, person.person_id AS id)")
        )
        if channel.has_one_address_each(self):
            return SQL("SELECT reason FROM (%s) address", addresses)
        return SQL(
            # one good address is enough
            """SELECT CASE WHEN bool_and(reason IS NOT NULL) THEN min(reason) END
                          AS reason
                 FROM (SELECT * FROM (%s) each_address OFFSET 0) address""",
            addresses,
        )

    def _mark_unreachable(self):
        """Write down who of the recipients cannot be reached, and why."""
        self.env.flush_all()
        channels = self._get_channels()
        with large_joins(self.env.cr):
            self.env.cr.execute(
                SQL(
                    """UPDATE mass_sending_recipient r
                          SET unreachable = a.reasons,
                              decision = CASE WHEN %(is_skipped)s
                                              THEN %(skipped)s ELSE r.decision END,
                              skip_reason = CASE WHEN %(is_skipped)s
                                                 THEN a.reasons ->> %(first)s END
                         FROM (SELECT recipient_id,
                                      jsonb_object_agg(code, reason) AS reasons
                                 FROM (%(unreachable)s) unreachable
                             GROUP BY recipient_id) a
                        WHERE r.campaign_id = %(campaign)s
                          AND r.id = a.recipient_id""",
                    is_skipped=SQL(
                        "r.decision = %s AND a.reasons ?& %s",
                        states.KEPT,
                        [channel.code for channel in channels],
                    ),
                    skipped=states.SKIPPED,
                    # the last channel is the one with an address that staff can mend
                    first=channels[-1].code,
                    unreachable=SQL(" UNION ALL ").join(
                        self._unreachable_sql(channel) for channel in channels
                    ),
                    campaign=self.id,
                )
            )
        self.env["mass.sending.recipient"].invalidate_model()

    def _unreachable_sql(self, channel, addresses=None):
        """SELECT of those whom a channel cannot reach: recipient, code, reason.

        :param SQL addresses: as the channel's `addresses_sql`, which is the default
        """
        addresses = addresses or channel.addresses_sql(self)
        if channel.has_one_address_each(self):
            return SQL(
                "SELECT recipient_id, %s AS code, reason"
                " FROM (%s) address WHERE reason IS NOT NULL",
                channel.code,
                addresses,
            )
        return SQL(
            """SELECT recipient_id, %s AS code, min(reason) AS reason
                      -- OFFSET 0: the reason is found out once, not for each use
                 FROM (SELECT * FROM (%s) each_address OFFSET 0) address
             GROUP BY recipient_id
               -- one good address is enough
               HAVING bool_and(reason IS NOT NULL)""",
            channel.code,
            addresses,
        )
