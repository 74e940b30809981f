# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states


class MassSendingPersonMixin(models.AbstractModel):
    """What the filters ask of a person, whatever his model is."""

    _inherit = "mass.sending.person.mixin"

    full_name_any = fields.Char(
        string="Full Name Is One Of",
        store=False,
        search="_search_full_name_any",
        help="For searching many whole names at once, regardless of upper and lower "
        "case.",
    )

    got_campaign_ids = fields.Many2many(
        "mass.sending.campaign",
        store=False,
        search="_search_got_campaign_ids",
        groups="mass_sending.mass_sending_group_user",
        help="For searching: whom a campaign has reached, may have reached, or is "
        "about to reach.",
    )
    missed_campaign_ids = fields.Many2many(
        "mass.sending.campaign",
        store=False,
        search="_search_missed_campaign_ids",
        groups="mass_sending.mass_sending_group_user",
        help="For searching: who was chosen for a campaign that did not reach him.",
    )

    def _search_got_campaign_ids(self, operator, value):
        return self._search_campaign(operator, value, reached=True)

    def _search_missed_campaign_ids(self, operator, value):
        return self._search_campaign(operator, value, reached=False)

    @api.model
    def _search_campaign(self, operator, campaign_ids, reached):
        """Search those whom campaigns reached, or missed.

        Who is in doubt, or still waiting, counts as reached: he must not get it
        twice. Who was left out by hand was not missed.
        """
        if operator != "in":
            return NotImplemented
        # the field's groups do not hold for searching
        self.env["mass.sending.recipient"].check_access("read")
        self.env["mass.sending.recipient"].flush_model()
        self.env["mass.sending.delivery"].flush_model()
        self.env["mass.sending.campaign"].flush_model(["is_starting", "started_until"])
        # Not the plain column: of a campaign that has just started PostgreSQL has no
        # statistics, and would look through the index of the states for each person.
        delivered = SQL(
            """EXISTS (SELECT FROM mass_sending_delivery d
                        WHERE d.recipient_id = r.id
                          AND d.state || '' = ANY(%s)
                       OFFSET 0)""",
            [states.SENT, states.UNCERTAIN, *states.DELIVERY_OPEN],
        )
        # whose delivery is still to be made, see `_campaign_start`
        is_next = SQL(
            """r.decision = %s
               AND EXISTS (SELECT FROM mass_sending_campaign c
                            WHERE c.id = r.campaign_id
                              AND c.is_starting
                              AND r.id > c.started_until)""",
            states.KEPT,
        )
        delivered = SQL("(%s OR %s)", delivered, is_next)
        missed = SQL("NOT %s AND r.decision <> %s", delivered, states.LEFT_OUT)
        # OFFSET 0: looked up for each person by index. As a join PostgreSQL may
        # compare everybody with everybody while it has no statistics of a campaign.
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                """EXISTS (SELECT FROM mass_sending_recipient r
                            WHERE r.campaign_id = ANY(%s)
                              AND r.person_model = %s
                              AND r.person_id = %s
                              AND %s
                           OFFSET 0)""",
                [int(campaign_id) for campaign_id in campaign_ids if campaign_id],
                model._name,
                SQL.identifier(alias, "id"),
                delivered if reached else missed,
            )
        )

    def _search_full_name_any(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = [str(name) for name in value if name]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s)",
                SQL(" OR ").join(
                    SQL(
                        "lower(%s) IN"
                        " (SELECT lower(wanted) FROM unnest(%s::varchar[]) wanted)",
                        model._field_to_sql(alias, name, query),
                        wanted,
                    )
                    for name in model._get_full_name_fields()
                ),
            )
        )

    # === What a model overrides ===

    @api.model
    def _get_full_name_fields(self):
        """Return the fields in which a full name is looked for."""
        return ["name"]

    @api.model
    def _get_archived_sql(self, campaign, alias):
        """Return an SQL condition: the person was archived since the selection.

        :param campaign: mass.sending.campaign that selected him
        :param str alias: alias of this model's table
        """
        return SQL("%s IS NOT TRUE", SQL.identifier(alias, "active"))
