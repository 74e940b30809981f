# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mail import append_content_to_html

from ..tools import PortalLoginError, normalize_portal_login


class ResUsers(models.Model):
    _inherit = "res.users"

    _login_lower_index = models.Index("(lower(login))")
    # staff are few among many portal users; see `mail.mail._get_log_query`
    _internal_idx = models.Index("(partner_id) WHERE share IS NOT TRUE")

    @api.constrains("login", "partner_id")
    def _check_names_are_no_portal_logins(self):
        """No other contact's portal login may be a user's login or e-mail."""
        self.flush_model(["login", "partner_id"])
        self.env["res.partner"].flush_model(
            ["portal_login", "email", "email_normalized"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT taken.name FROM res_users u
                  JOIN res_partner own ON own.id = u.partner_id
                 CROSS JOIN LATERAL unnest(
                    ARRAY[u.login, trim(own.email), own.email_normalized]
                 ) AS taken(name)
                  JOIN res_partner p ON lower(p.portal_login) = lower(taken.name)
                 WHERE u.id = ANY(%s)
                   AND p.portal_login IS NOT NULL AND p.id != u.partner_id
                 LIMIT 1
                """,
                self.ids,
            )
        )
        if rows:
            raise ValidationError(
                self.env._(
                    "The login or e-mail “%(name)s” is the portal login of another "
                    "contact. Choose another one, or change that portal login first.",
                    name=rows[0][0],
                )
            )

    @api.model
    def _get_login_domain(self, login):
        """Accept a customer's portal login, too; a login of one's own comes first."""
        domain = super()._get_login_domain(login)
        user_sudo = self._find_by_portal_login_sudo(login)
        if not user_sudo:
            return domain
        if self.sudo().with_context(active_test=False).search_count(domain, limit=1):
            return domain
        return domain | Domain("id", "=", user_sudo.id)

    @api.model
    def _find_by_portal_login_sudo(self, text):
        """The oldest active portal user of the partner with this portal login.

        Internal users are never found, whatever their partner's portal login.
        """
        users_sudo = self.sudo().browse()
        try:
            login = normalize_portal_login(text)
        except (PortalLoginError, TypeError):
            return users_sudo
        if not login:
            return users_sudo
        self.env["res.partner"].flush_model(["portal_login"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE lower(portal_login) = lower(%s)"
                " AND portal_login IS NOT NULL",
                login,
            )
        )
        if not rows:
            return users_sudo
        return users_sudo.with_context(active_test=True).search(
            [
                ("partner_id", "=", rows[0][0]),
                ("share", "=", True),
                ("all_group_ids", "in", self.env.ref("base.group_portal").ids),
            ],
            order="id",
            limit=1,
        )

    def _add_portal_login_to_invitation(self, mail_values):
        login = self._get_own_portal_login()
        body = mail_values.get("body_html") or ""
        if not login or login in body:
            return
        sentence = self.with_context(lang=self.lang).env._(
            "You can also sign in with your customer number: %(login)s",
            login=Markup("<strong>%s</strong>") % login,
        )
        mail_values["body_html"] = append_content_to_html(
            body,
            Markup(
                '<p style="text-align: center; font-family: Verdana, Arial, sans-serif;'
                ' font-size: 13px; color: #454748;">%s</p>'
            )
            % sentence,
            plaintext=False,
        )

    def _get_own_portal_login(self):
        """The portal login with which this user would sign in, if there is one."""
        self.ensure_one()
        login = self.partner_id.portal_login
        return login if self._find_by_portal_login_sudo(login) == self else False
