# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import contextlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import PortalLoginError, normalize_portal_login


class ResPartner(models.Model):
    """Fields to search many values in at once: one condition, however many they are.

    They hold nothing. An OR of 10,000 `=ilike` would take PostgreSQL minutes.
    """

    _inherit = "res.partner"

    portal_login_any = fields.Char(
        string="Portal Login Is One Of",
        store=False,
        search="_search_portal_login_any",
        help="For searching: regardless of upper and lower case.",
    )
    billing_email_any = fields.Char(
        string="Billing Email Is One Of",
        store=False,
        search="_search_billing_email_any",
        help="For searching: one of the addresses billing correspondence goes to.",
    )

    @api.model
    def _search_display_name(self, operator, value):
        """Find a customer by his whole portal login wherever one is chosen."""
        domain = super()._search_display_name(operator, value)
        if (
            operator == "ilike"
            and isinstance(value, str)
            and _normalize_logins([value])
        ):
            domain = Domain(domain) | Domain("portal_login_any", "in", [value])
        return domain

    def _search_portal_login_any(self, operator, value):
        if operator != "in":
            return NotImplemented
        logins = _normalize_logins(value)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%(login)s IS NOT NULL AND lower(%(login)s) IN"
                " (SELECT lower(wanted) FROM unnest(%(logins)s::varchar[]) wanted))",
                login=model._field_to_sql(alias, "portal_login", query),
                logins=logins,
            )
        )

    def _search_billing_email_any(self, operator, value):
        if operator != "in":
            return NotImplemented
        addresses = [str(address).lower() for address in value if address]
        self.flush_model(
            ["billing_email", "parent_id", "type", "active", "email_normalized"]
        )
        # those with an address of their own, and the first invoice addresses of the
        # others; each is found in one go, instead of looked up for each partner
        found = SQL(
            r"""SELECT p.id
                  FROM res_partner p
                 CROSS JOIN LATERAL regexp_matches(p.billing_email, %(address)s, 'g') f
                 WHERE p.billing_email LIKE '%%@%%'
                   AND lower(f[1]) = ANY(%(wanted)s::varchar[])
                 UNION ALL
                SELECT p.id
                  FROM (SELECT DISTINCT ON (parent_id) parent_id, email
                          FROM res_partner
                         WHERE type = 'invoice'
                           AND active
                           AND parent_id IS NOT NULL
                           AND email_normalized IS NOT NULL
                      ORDER BY parent_id, id) child
                  JOIN res_partner p ON p.id = child.parent_id
                 CROSS JOIN LATERAL regexp_matches(child.email, %(address)s, 'g') f
                 WHERE COALESCE(p.billing_email, '') = ''
                   AND lower(f[1]) = ANY(%(wanted)s::varchar[])""",
            address=r'[^\s<>,;"]+@[^\s<>,;"]+',
            wanted=addresses,
        )
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), found
            )
        )


def _normalize_logins(values):
    """Return portal logins as they are stored; what cannot be one is left out."""
    logins = {}
    for value in filter(None, values):
        with contextlib.suppress(PortalLoginError):
            logins[normalize_portal_login(str(value))] = None
    return [login for login in logins if login]
