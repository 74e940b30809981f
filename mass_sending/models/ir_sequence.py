# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

PORTAL_LOGIN_CODE = "mass_sending.portal_login"


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model
    def _next_portal_logins(self, count):
        """Return the next `count` portal logins, in one query if the sequence can."""
        sequence = self.sudo().search([("code", "=", PORTAL_LOGIN_CODE)], limit=1)
        if not sequence:
            raise UserError(
                self.env._(
                    "The sequence with the code %(code)s, which numbers the portal "
                    "logins, is missing. Create it under Settings > Technical > "
                    "Sequences.",
                    code=PORTAL_LOGIN_CODE,
                )
            )
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        prefix, suffix = sequence._get_prefix_suffix()
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [f"{prefix}{n:0{sequence.padding}d}{suffix}" for (n,) in rows]
