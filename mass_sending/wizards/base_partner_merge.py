# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.tools import SQL


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

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """The campaigns' recipients follow, where the target isn't one as well."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.flush_all()
        for source in src_partners:
            self.env.cr.execute(
                SQL(
                    """UPDATE mass_sending_recipient r
                          SET person_id = %(target)s
                        WHERE r.person_model = 'res.partner'
                          AND r.person_id = %(source)s
                          AND NOT EXISTS (
                              SELECT FROM mass_sending_recipient other
                               WHERE other.campaign_id = r.campaign_id
                                 AND other.person_model = 'res.partner'
                                 AND other.person_id = %(target)s)""",
                    target=dst_partner.id,
                    source=source.id,
                )
            )
        self.env["mass.sending.recipient"].invalidate_model(flush=False)
        return result
