# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import models
from odoo.tools.mail import append_content_to_html

INVITATION = "auth_signup.portal_set_password_email"


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template(self, res_ids, render_fields, *args, **kwargs):
        """Name the portal login in the invitation to the portal.

        Added to what the template gives rather than written into it, so that a template
        edited by staff stays theirs. One which names the portal login itself is left
        alone.
        """
        values = super()._generate_template(res_ids, render_fields, *args, **kwargs)
        if "body_html" in render_fields and self == self.env.ref(
            INVITATION, raise_if_not_found=False
        ):
            for user_sudo in self.env["res.users"].sudo().browse(res_ids):
                user_sudo._add_portal_login_to_invitation(values[user_sudo.id])
        return values


class ResUsers(models.Model):
    _inherit = "res.users"

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
