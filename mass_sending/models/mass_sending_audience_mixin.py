# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import ast

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.text_values import split_values

RECIPIENT_TYPES = [("customer", "Customer"), ("lead", "Lead")]

# Up to so many values are searched as parts of names and addresses; a longer,
# pasted list is compared with whole ones, in one condition.
PARTS_LIMIT = 20

STATUS_FILTERS = {
    "filter_status_new": "new",
    "filter_status_active": "active",
    "filter_status_inactive": "inactive",
    "filter_status_blocked": "blocked",
}


class MassSendingAudienceMixin(models.AbstractModel):
    """Whom to write to: filters that compile to one Odoo domain.

    Filters combine with AND, the values inside one filter with OR. A filter is a
    field here and a method `_get_<name>_domain`, listed in
    `_get_audience_filter_names`; that is all a new one needs.
    """

    _name = "mass.sending.audience.mixin"
    _description = "Audience filters"

    recipient_type = fields.Selection(
        RECIPIENT_TYPES, required=True, default="customer", string="Recipient"
    )
    recipient_model = fields.Char(compute="_compute_recipient_model")
    filter_portal_login = fields.Text(
        string="Portal login",
        help="One or more portal logins, separated by comma or new line.",
    )
    filter_status_new = fields.Boolean(string="Status New")
    filter_status_active = fields.Boolean(string="Status Active")
    filter_status_inactive = fields.Boolean(string="Status Inactive")
    filter_status_blocked = fields.Boolean(string="Status Blocked")
    filter_name = fields.Text(
        string="Full name",
        help="One or more names or parts of names, separated by comma or new line.",
    )
    filter_category = fields.Selection(
        [("person", "Individual"), ("company", "Company")], string="Category"
    )
    filter_location_ids = fields.Many2many(
        "mass.sending.location",
        string="Locations",
        # deleting it must not turn the filter into "everybody"
        ondelete="restrict",
        help="Customers of these locations and of all places inside them.",
    )
    filter_domain = fields.Char(
        string="Additional conditions",
        default="[]",
        help="Further conditions, combined with the filters above by AND.",
    )
    audience_count = fields.Integer(
        string="Matching", compute="_compute_audience_count", compute_sudo=False
    )
    audience_domain = fields.Char(
        string="Domain", compute="_compute_audience_domain", compute_sudo=False
    )

    @api.model
    def _get_recipient_models(self):
        """Return recipient type -> model that inherits the person mixin."""
        return {"customer": "res.partner", "lead": "crm.lead"}

    @api.depends("recipient_type")
    def _compute_recipient_model(self):
        recipient_models = self._get_recipient_models()
        for record in self:
            record.recipient_model = recipient_models.get(record.recipient_type)

    @api.depends(lambda self: self._get_audience_field_names())
    def _compute_audience_count(self):
        for record in self:
            try:
                domain = record._get_audience_domain()
                model = self.env[record.recipient_model]
                record.audience_count = model.search_count(domain)
            except (AccessError, ValidationError):
                # nobody can be written to; why is said beside the live count
                record.audience_count = 0

    @api.depends(lambda self: self._get_audience_field_names())
    def _compute_audience_domain(self):
        for record in self:
            try:
                record.audience_domain = repr(list(record._get_audience_domain()))
            except (AccessError, ValidationError):
                record.audience_domain = False

    @api.constrains("filter_domain", "recipient_type")
    def _check_filter_domain(self):
        for record in self:
            record._get_extra_domain()

    # === Compiling the filters ===

    @api.model
    def _get_audience_field_names(self):
        """Return the names of the fields that make up an audience."""
        return [
            "recipient_type",
            *(name for name in self._fields if name.startswith("filter_")),
        ]

    @api.model
    def _get_audience_filter_names(self, recipient_type):
        """Return the filters that make sense for a recipient type.

        Each name stands for a method ``_get_<name>_domain``.
        """
        if recipient_type == "lead":
            return ["name", "category", "location"]
        return ["portal_login", "status", "name", "category", "location"]

    def _get_audience_domain(self):
        """Compile the filters.

        :return: Domain on `recipient_model`
        :raise ValidationError: the additional conditions cannot be read; the
            sentence names them
        """
        return Domain.AND(self._get_audience_parts().values())

    def _get_audience_parts(self):
        """Return what an audience is made of, as {name: Domain}: who counts at all
        (`base`), the company, each filter by its name, the additional conditions
        (`extra`).

        :raise ValidationError: see `_get_audience_domain`
        """
        self.ensure_one()
        return {
            "base": self._get_base_domain(),
            "company": self._get_company_domain(),
            **{
                name: getattr(self, f"_get_{name}_domain")()
                for name in self._get_audience_filter_names(self.recipient_type)
            },
            "extra": self._get_extra_domain(),
        }

    def _get_base_domain(self):
        """Who counts as a customer (or lead) at all."""
        if self.recipient_type == "customer":
            return Domain("customer_status", "!=", False)
        return Domain.TRUE

    def _get_company_domain(self):
        """Staff may work for several companies; a campaign is of one.

        Odoo's own record rule on contacts can be switched off, this cannot.
        """
        company = self.company_id or self.env.company
        return Domain("company_id", "in", [False, *company.ids])

    def _get_portal_login_domain(self):
        return self._get_text_domain(
            self.filter_portal_login,
            lambda values: Domain("portal_login_any", "in", values),
        )

    def _get_status_domain(self):
        return self._get_ticked_domain("customer_status", STATUS_FILTERS)

    def _get_name_domain(self):
        names = self.env[self.recipient_model]._get_full_name_fields()
        return self._get_text_domain(
            self.filter_name,
            lambda values: Domain("full_name_any", "in", values),
            lambda part: Domain.OR(
                Domain(name, "ilike", self._escape_like(part)) for name in names
            ),
        )

    def _get_category_domain(self):
        if not self.filter_category:
            return Domain.TRUE
        is_company = self.filter_category == "company"
        if self.recipient_type == "lead":
            # a lead has no such flag of its own: it is a company's when it names one
            named = Domain("partner_name", "not in", [False, ""])
            linked = Domain("partner_id.is_company", "=", True)
            return (named | linked) if is_company else ~(named | linked)
        return Domain("is_company", "=", is_company)

    def _get_location_domain(self):
        return self._get_choice_domain(
            "filter_location_ids",
            lambda ids: Domain("location_id", "child_of", ids),
        )

    def _get_extra_domain(self):
        """Read the additional conditions.

        :raise ValidationError: they are no domain on the recipient's model
        """
        self.ensure_one()
        if not self.filter_domain or self.filter_domain == "[]":
            return Domain.TRUE
        try:
            domain = Domain(ast.literal_eval(self.filter_domain))
            domain.validate(self.env[self.recipient_model])
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._(
                    "Additional conditions: they cannot be read (%(error)s). "
                    "Correct them in the editor, or clear them.",
                    error=error,
                )
            ) from error
        return domain

    # === Helpers for one filter ===

    def _get_text_domain(self, text, whole, part=None):
        """Compile what was typed or pasted into a text filter.

        What cannot be read matches nobody: a filter that is filled in never means
        everybody.

        :param str text: the filter's content
        :param whole: values -> Domain on those who have exactly one of the values
        :param part: value -> Domain on those of whom the value is a part; long
            lists are compared as a whole all the same
        """
        if not (text or "").strip():
            return Domain.TRUE
        values = split_values(text)
        if not values:
            return Domain.FALSE
        if part and len(values) <= PARTS_LIMIT:
            return Domain.OR(part(value) for value in values)
        return whole(values)

    def _get_choice_domain(self, name, chosen):
        """Compile a filter of chosen records.

        A record that was archived since, or that the author cannot see, still
        counts: without it the filter would mean everybody.

        :param str name: name of the Many2many field
        :param chosen: ids -> Domain
        """
        if not self.id:  # in the form, before it is saved
            ids = self.with_context(active_test=False)[name]._origin.ids
        else:
            self.flush_recordset([name])
            field = self._fields[name]
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s FROM %s WHERE %s = %s ORDER BY 1",
                    SQL.identifier(field.column2),
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                    self.id,
                )
            )
            ids = [row[0] for row in rows]
        return chosen(ids) if ids else Domain.TRUE

    def _get_ticked_domain(self, name, boxes):
        """Compile tick boxes: none ticked means all.

        :param str name: field on the recipient's model
        :param dict boxes: Boolean field here -> value there
        """
        values = [value for box, value in boxes.items() if self[box]]
        return Domain(name, "in", values) if values else Domain.TRUE

    @api.model
    def _escape_like(self, value):
        """Make %, _ and backslash mean themselves in a LIKE pattern."""
        return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

    # === Actions ===

    def _prepare_filter_values(self):
        """Return the filters as values for another record with the same filters."""
        self.ensure_one()
        return {
            name: [Command.set(self[name].ids)]
            if self._fields[name].type == "many2many"
            else self[name]
            for name in self._get_audience_field_names()
        }

    def _has_no_filter(self):
        """Whether everybody is meant: no filter that counts here is set."""
        self.ensure_one()
        compiled = [
            getattr(self, f"_get_{name}_domain")()
            for name in self._get_audience_filter_names(self.recipient_type)
        ]
        try:
            compiled.append(self._get_extra_domain())
        except ValidationError:
            return False
        return all(domain.is_true() for domain in compiled)

    def action_open_audience(self):
        """Open the people whom the filters match now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Matching recipients"),
            "res_model": self.recipient_model,
            "view_mode": "list,form",
            "domain": list(self._get_audience_domain()),
        }
