# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Hand over the portal login: no two contacts may have it at the same time."""
        partners_sudo = (dst_partner + src_partners).sudo()
        logins = [login for login in partners_sudo.mapped("portal_login") if login]
        src_partners.sudo().write({"portal_login": False})
        if logins:
            dst_partner.sudo().portal_login = logins[0]
        return super()._update_values(src_partners, dst_partner)
