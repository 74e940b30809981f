# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from .. import states


class MassSendingRecipient(models.Model):
    """Making recipients of a million people, and deleting them."""

    _inherit = "mass.sending.recipient"

    @api.model
    def _insert_from_query(
        self,
        campaign,
        model,
        query,
        alias,
        is_first=False,
        left_out_ids=(),
        is_judged=False,
    ):
        """Insert the people a query finds, in one statement.

        :param campaign: mass.sending.campaign they become recipients of
        :param model: model of the people, with the person mixin
        :param query: `Query` on that model, made with the author's rights
        :param str alias: alias of the model's table in `query`
        :param bool is_first: the campaign has no recipients yet: looking for each of
            a million costs two seconds
        :param left_out_ids: ids of people who are left out by hand
        :param bool is_judged: whether to find out at once who cannot be reached
        :return: number of rows inserted; who is in the campaign already is left
            as he is
        :raise ConcurrencyError: somebody else selects at the same moment; Odoo tries
            again
        """
        self.env.flush_all()
        columns = ["campaign_id", "person_model", "person_id", "create_date"]
        columns += self._snapshot_columns
        people = self._get_people_sql(campaign, model, query, alias, left_out_ids)
        if is_judged:
            people = campaign._judged_sql(people, columns)
            columns += ["unreachable", "skip_reason"]
        insert = SQL(
            """INSERT INTO mass_sending_recipient (%(columns)s)
               SELECT %(columns)s FROM (%(people)s) person
                   -- so that the rows' ids follow the people's ids
             ORDER BY person_id
               %(conflict)s""",
            columns=SQL(", ").join(map(SQL.identifier, [*columns, "decision"])),
            people=people,
            conflict=SQL(
                "" if is_first else "ON CONFLICT (campaign_id, person_id) DO NOTHING"
            ),
        )
        try:
            self.env.cr.execute(insert, log_exceptions=not is_first)
        except UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error
        inserted = self.env.cr.rowcount
        self.invalidate_model()
        return inserted

    @api.model
    def _get_people_sql(self, campaign, model, query, alias, left_out_ids):
        """Return the SELECT of the people a query finds, with our columns."""
        columns = model._get_recipient_snapshot_columns(alias)
        person_id = SQL.identifier(alias, "id")
        query.order = person_id
        return query.select(
            SQL("%s AS campaign_id", campaign.id),
            SQL("%s AS person_model", model._name),
            SQL("%s AS person_id", person_id),
            SQL(
                "CASE WHEN %s = ANY(%s) THEN %s ELSE %s END AS decision",
                person_id,
                list(left_out_ids),
                states.LEFT_OUT,
                states.KEPT,
            ),
            *(
                SQL("%s AS %s", columns[name], SQL.identifier(name))
                for name in self._snapshot_columns
            ),
            SQL("now() AT TIME ZONE 'UTC' AS create_date"),
        )

    @api.model
    def _delete_of_campaigns(self, campaign_ids):
        """Delete the recipients of campaigns that are deleted, by one statement."""
        if campaign_ids:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM mass_sending_recipient WHERE campaign_id = ANY(%s)",
                    campaign_ids,
                )
            )
            self.invalidate_model(flush=False)
