# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models

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
