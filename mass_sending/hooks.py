# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tools import SQL


def post_init_hook(env):
    _make_existing_customers_active(env)


def _make_existing_customers_active(env):
    """Partners who were customers before the installation become active customers.

    Set-based: takes seconds with 200,000 partners.
    """
    rows = env.execute_query(
        SQL(
            "SELECT id FROM res_partner WHERE customer_rank > 0"
            " AND commercial_partner_id = id AND customer_status IS NULL ORDER BY id"
        )
    )
    partners = env["res.partner"].browse(partner_id for (partner_id,) in rows)
    partners -= partners._filter_never_customers()
    env.cr.execute(
        SQL(
            "UPDATE res_partner SET customer_status = 'active' WHERE id = ANY(%s)",
            partners.ids,
        )
    )
    partners.invalidate_recordset(["customer_status"], flush=False)
    partners._assign_portal_logins()
