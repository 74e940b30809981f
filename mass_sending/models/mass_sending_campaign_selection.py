# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states
from ..channels.base import RECIPIENTS
from ..tools.large_joins import keys_by_index, large_joins, use_ample_memory


class MassSendingCampaign(models.Model):
    """Selecting: from the filters to recipients, and from those to deliveries.

    Both are one statement for any number of people.
    """

    _inherit = "mass.sending.campaign"

    selected_at = fields.Datetime(
        string="Selected", readonly=True, copy=False, help="The recipients, last time."
    )

    def unlink(self):
        """Delete the recipients, too: `UncheckedMany2one` says why the database
        does not."""
        campaign_ids = self.ids
        result = super().unlink()
        self.env["mass.sending.recipient"]._delete_of_campaigns(campaign_ids)
        return result

    def _select_recipients(self):
        """Make the recipients anew from the filters, with the author's rights.

        Who was left out by hand stays left out.

        :return: number of people selected, skipped ones included
        """
        self.ensure_one()
        use_ample_memory(self.env.cr)
        self._note_selection()
        left_out_ids = self._drop_recipients()
        self._insert_recipients(left_out_ids)
        self._judge_recipients()
        Recipient = self.env["mass.sending.recipient"].sudo()
        return Recipient.search_count([("campaign_id", "=", self.id)])

    def _note_selection(self):
        """Write on the campaign: who deletes it at the same time, or selects for it,
        has to wait, and then begin anew.

        By SQL, which writes whatever the ORM thinks: twice in one second and
        transaction it found nothing to write.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mass_sending_campaign"
                " SET selected_at = date_trunc('second', now() AT TIME ZONE 'UTC')"
                " WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["selected_at"], flush=False)

    def _insert_recipients(self, left_out_ids, among=Domain.TRUE):
        """Make recipients of those whom the filters match, with the author's rights.

        :param left_out_ids: ids of people who are left out by hand
        :param among: Domain on the people, to select among some of them only
        """
        author = self._get_author_env()
        model = author[self.recipient_model]
        domain = author[self._name].browse(self.id)._get_audience_domain()
        query = model._search(domain & among, bypass_access=False)
        if not query.is_empty():
            Recipient = self.env["mass.sending.recipient"].sudo()
            Recipient._insert_from_query(
                self,
                model,
                query,
                query.table,
                is_first=True,
                left_out_ids=left_out_ids,
                is_judged=self._judges_one_by_one(),
            )

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

    def _create_deliveries(
        self, among=lambda column: SQL("TRUE"), recipients=RECIPIENTS
    ):
        """Make one delivery per kept recipient, channel and address.

        Idempotent: what exists already is left as it is.

        :param among: function that makes of a column with recipients' ids (SQL) the
            condition on whose deliveries are made; by default everybody's
        :param SQL recipients: where to look for who shares an address with them, see
            `Channel.addresses_sql`
        :return: number of deliveries made
        """
        self.ensure_one()
        self.env.flush_all()
        with large_joins(self.env.cr), keys_by_index(self.env.cr):
            created = sum(
                self._create_deliveries_by(channel, among, recipients)
                for channel in self._get_channels()
            )
        self.env["mass.sending.delivery"].invalidate_model()
        return created

    def _create_deliveries_by(self, channel, among, recipients):
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
                      -- who shares an address is still found among the others
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
                addresses=channel.addresses_sql(self, recipients),
                campaign=self.id,
                kept=states.KEPT,
                among_recipients=among(SQL("r.id")),
                among_addresses=among(SQL("a.recipient_id")),
                among_made=among(SQL("made.recipient_id")),
            ),
            log_exceptions=False,
        )
        return self.env.cr.rowcount
