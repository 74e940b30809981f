# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


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
