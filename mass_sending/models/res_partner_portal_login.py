# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..tools import PortalLoginError, normalize_portal_login


class ResPartner(models.Model):
    """The additional name with which a customer signs in to the portal."""

    _inherit = "res.partner"

    portal_login = fields.Char(
        copy=False,
        index="btree_not_null",
        help="The name with which the customer signs in to the portal, besides the "
        "login of his user. Given automatically to each new customer.",
    )

    _portal_login_unique = models.UniqueIndex(
        "(lower(portal_login)) WHERE portal_login IS NOT NULL",
        "This portal login already belongs to another contact. Choose another one.",
    )

    @api.constrains("email")
    def _check_email_is_no_portal_login(self):
        self.env["res.users"].sudo().with_context(active_test=False).search(
            [("partner_id", "in", self.ids)]
        )._check_names_are_no_portal_logins()

    @api.model_create_multi
    def create(self, vals_list):
        given = [vals for vals in vals_list if vals.get("portal_login")]
        if given:
            self._check_may_edit_portal_login()
        for vals in given:
            vals["portal_login"] = self._clean_portal_login(vals["portal_login"])
        self._check_portal_logins([vals["portal_login"] for vals in given])
        return super().create(vals_list)

    def write(self, vals):
        if "portal_login" in vals:
            vals = dict(
                vals, portal_login=self._clean_portal_login(vals["portal_login"])
            )
            self._check_portal_login_change(vals["portal_login"])
        return super().write(vals)

    # === Rules ===

    @api.model
    def _clean_portal_login(self, text):
        try:
            return normalize_portal_login(text)
        except PortalLoginError as error:
            raise ValidationError(
                self.env._(
                    "The portal login “%(login)s” contains a character that cannot be "
                    "seen or typed. Type it anew.",
                    login=text,
                )
            ) from error

    def _check_portal_login_change(self, login):
        changed = self.filtered(lambda partner: partner.portal_login != login)
        if not changed:
            return
        changed._check_may_edit_portal_login()
        if login:
            self._check_portal_logins([login] * len(self), allowed_on=self)

    @api.model
    def _check_may_edit_portal_login(self):
        if self.env.su or self.env.user.has_group("base.group_partner_manager"):
            return
        raise AccessError(
            self.env._(
                "Only users who may manage contacts can change the field Portal Login. "
                "Ask your administrator for the right “Contact / Creation”."
            )
        )

    @api.model
    def _check_portal_logins(self, logins, allowed_on=None):
        """Check that nobody else uses any of the names to sign in.

        :param logins: the new portal logins, cleaned
        :param allowed_on: the partner who may have the name on himself
        """
        twice = [name for name, n in Counter(map(str.lower, logins)).items() if n > 1]
        if twice:
            raise ValidationError(
                self.env._(
                    "The portal login “%(login)s” is given to several contacts. Each "
                    "contact needs a portal login of its own.",
                    login=twice[0],
                )
            )
        for login, used_as in self._find_taken_portal_logins(logins, allowed_on):
            messages = {
                "contact": self.env._(
                    "The portal login “%(login)s” already belongs to another contact. "
                    "Choose another portal login.",
                    login=login,
                ),
                "login": self.env._(
                    "The portal login “%(login)s” is the login of another user. Choose "
                    "another portal login.",
                    login=login,
                ),
                "email": self.env._(
                    "The portal login “%(login)s” is the e-mail address of another "
                    "user. Choose another portal login.",
                    login=login,
                ),
            }
            raise ValidationError(messages[used_as])

    @api.model
    def _find_taken_portal_logins(self, logins, allowed_on=None):
        """Return ``[(login, "contact" | "login" | "email")]`` for those in use.

        One query for any number of logins; it sees archived records and all companies.
        """
        if not logins:
            return []
        self.flush_model(["portal_login", "email", "email_normalized"])
        self.env["res.users"].flush_model(["login", "partner_id"])
        return self.env.execute_query(
            SQL(
                """
                WITH wanted AS (
                    SELECT login, lower(login) AS name FROM unnest(%(logins)s) login
                ), address AS (
                    SELECT wanted.login, wanted.name FROM wanted
                     WHERE wanted.name LIKE '%%@%%'
                )
                SELECT wanted.login, 'contact' FROM wanted
                  JOIN res_partner p ON lower(p.portal_login) = wanted.name
                 WHERE p.portal_login IS NOT NULL AND p.id != %(allowed_on)s
                UNION ALL
                SELECT wanted.login, 'login' FROM wanted
                  JOIN res_users u ON lower(u.login) = wanted.name
                 WHERE u.partner_id != %(allowed_on)s
                UNION ALL
                SELECT address.login, 'email' FROM address
                  JOIN res_partner p ON lower(trim(p.email)) = address.name
                  JOIN res_users u ON u.partner_id = p.id
                 WHERE p.id != %(allowed_on)s
                UNION ALL
                SELECT address.login, 'email' FROM address
                  JOIN res_partner p ON p.email_normalized = address.name
                  JOIN res_users u ON u.partner_id = p.id
                 WHERE p.id != %(allowed_on)s
                """,
                logins=list(logins),
                allowed_on=allowed_on.id if allowed_on else 0,
            )
        )

    # === Numbers from the sequence ===

    def _assign_portal_logins(self):
        """Give a portal login to each of the partners who has none.

        Set-based and past the ORM: a handful of queries for any number of partners,
        and 200,000 of them in seconds.
        """
        if not self:
            return
        self.flush_recordset(["portal_login"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE id = ANY(%s)"
                " AND portal_login IS NULL ORDER BY id",
                self.ids,
            )
        )
        partner_ids = [partner_id for (partner_id,) in rows]
        if not partner_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p SET portal_login = given.login
                  FROM unnest(%s, %s) AS given (id, login)
                 WHERE p.id = given.id
                """,
                partner_ids,
                self._get_free_portal_logins(len(partner_ids)),
            )
        )
        self.browse(partner_ids).invalidate_recordset(["portal_login"], flush=False)

    @api.model
    def _get_free_portal_logins(self, count):
        """Return the next `count` portal logins of the sequence which nobody uses."""
        logins = []
        while len(logins) < count:
            numbers = self.env["ir.sequence"]._next_portal_logins(count - len(logins))
            taken = {login for login, _used in self._find_taken_portal_logins(numbers)}
            logins += [number for number in numbers if number not in taken]
        return logins
