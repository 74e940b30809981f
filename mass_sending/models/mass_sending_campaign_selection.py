# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states
from ..tools.large_joins import large_joins, use_ample_memory


class MassSendingCampaign(models.Model):
    """Selecting: from the filters to recipients, and from those to deliveries.

    Both are one statement for any number of people.
    """

    _inherit = "mass.sending.campaign"

    def _select_recipients(self):
        """Make the recipients anew from the filters, with the author's rights.

        Who was left out by hand stays left out.

        :return: number of people selected, skipped ones included
        """
        self.ensure_one()
        use_ample_memory(self.env.cr)
        left_out_ids = self._drop_recipients()
        self._insert_recipients()
        self._leave_out(left_out_ids)
        self._mark_unreachable()
        Recipient = self.env["mass.sending.recipient"].sudo()
        return Recipient.search_count([("campaign_id", "=", self.id)])

    def _insert_recipients(self, among=Domain.TRUE):
        """Make recipients of those whom the filters match, with the author's rights.

        :param among: Domain on the people, to select among some of them only
        """
        author = self._get_author_env()
        model = author[self.recipient_model]
        domain = author[self._name].browse(self.id)._get_audience_domain()
        query = model._search(domain & among, bypass_access=False)
        if not query.is_empty():
            Recipient = self.env["mass.sending.recipient"].sudo()
            Recipient._insert_from_query(self, model, query, query.table, is_first=True)

    def _drop_recipients(self):
        """Forget the selection made so far.

        :return: ids of the people who were left out by hand
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH dropped AS (
                       DELETE FROM mass_sending_recipient
                        WHERE campaign_id = %s
                    RETURNING decision, person_model, person_id)
                   SELECT person_id FROM dropped
                    WHERE decision = %s AND person_model = %s""",
                self.id,
                states.LEFT_OUT,
                self.recipient_model,
            )
        )
        left_out_ids = [person_id for (person_id,) in self.env.cr.fetchall()]
        self.env["mass.sending.recipient"].invalidate_model()
        return left_out_ids

    def _leave_out(self, person_ids):
        """Leave people out again who were selected again."""
        if not person_ids:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_recipient
                      SET decision = %s
                    WHERE campaign_id = %s
                      AND decision = %s
                      AND person_id = ANY(%s)""",
                states.LEFT_OUT,
                self.id,
                states.KEPT,
                person_ids,
            )
        )
        self.env["mass.sending.recipient"].invalidate_model()

    def _mark_unreachable(self):
        """Write down who cannot be reached, by channel and with the reason.

        A channel reaches a person when it can use one of his addresses; he is
        skipped when no channel of the campaign reaches him.
        """
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

    def _unreachable_sql(self, channel):
        """SELECT of those whom a channel cannot reach: recipient, code, reason."""
        if channel.has_one_address_each(self):
            return SQL(
                "SELECT recipient_id, %s AS code, reason"
                " FROM (%s) address WHERE reason IS NOT NULL",
                channel.code,
                channel.addresses_sql(self),
            )
        return SQL(
            """SELECT recipient_id, %s AS code, min(reason) AS reason
                      -- OFFSET 0: the reason is found out once, not for each use
                 FROM (SELECT * FROM (%s) each_address OFFSET 0) address
             GROUP BY recipient_id
               -- one good address is enough
               HAVING bool_and(reason IS NOT NULL)""",
            channel.code,
            channel.addresses_sql(self),
        )

    def _create_deliveries(self, among=lambda column: SQL("TRUE")):
        """Make one delivery per kept recipient, channel and address.

        Idempotent: what exists already is left as it is.

        :param among: function that makes of a column with recipients' ids (SQL) the
            condition on whose deliveries are made; by default everybody's
        :return: number of deliveries made
        """
        self.ensure_one()
        self.env.flush_all()
        with large_joins(self.env.cr):
            created = sum(
                self._create_deliveries_by(channel, among)
                for channel in self._get_channels()
            )
        self.env["mass.sending.delivery"].invalidate_model()
        return created

    def _create_deliveries_by(self, channel, among):
        self.env.cr.execute(
            SQL(
                """INSERT INTO mass_sending_delivery (
                       campaign_id, recipient_id, company_id, user_id, partner_id,
                       lead_id, type, channel, address, subject, state, attempts,
                       documents_pending, create_date)
                   SELECT r.campaign_id, r.id, %(company)s, %(author)s,
                          r.partner_id, r.lead_id, %(type)s, %(code)s, a.address,
                          %(subject)s, %(new)s, 0,
                          %(documents)s, now() AT TIME ZONE 'UTC'
                     FROM mass_sending_recipient r
                     JOIN (%(addresses)s) a ON a.recipient_id = r.id
                    WHERE r.campaign_id = %(campaign)s
                      AND r.decision = %(kept)s
                      AND a.reason IS NULL
                      -- on each of them, so that each is looked up by its index;
                      -- who shares an address is still found among all
                      AND %(among_recipients)s
                      AND %(among_addresses)s
                      -- first of all: a row that something else is just
                      -- changing would be a serialisation error below
                      AND NOT EXISTS (
                          SELECT FROM mass_sending_delivery made
                           WHERE made.campaign_id = %(campaign)s
                             AND made.recipient_id = r.id
                             AND made.channel = %(code)s
                             AND made.address = a.address
                             AND %(among_made)s)
                 ORDER BY r.id
                   ON CONFLICT DO NOTHING""",
                company=self.company_id.id,
                author=self.user_id.id,
                type="test" if self.is_test else "mass",
                code=channel.code,
                subject=self._mark_subject(self.subject) or None,
                new=states.NEW,
                documents=channel.carries_documents and self._uses_documents(),
                addresses=channel.addresses_sql(self),
                campaign=self.id,
                kept=states.KEPT,
                among_recipients=among(SQL("r.id")),
                among_addresses=among(SQL("a.recipient_id")),
                among_made=among(SQL("made.recipient_id")),
            ),
            log_exceptions=False,
        )
        return self.env.cr.rowcount
