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
    if not partners:
        return
    # One update for both fields: it is writing the rows that takes the time.
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner p
               SET customer_status = 'active',
                   portal_login = COALESCE(p.portal_login, given.login)
              FROM unnest(%s, %s) AS given (id, login)
             WHERE p.id = given.id
            """,
            partners.ids,
            partners._get_free_portal_logins(len(partners)),
        )
    )
    partners.invalidate_recordset(["customer_status", "portal_login"], flush=False)


def uninstall_hook(env):
    _cancel_unsent_mail(env)
    _release_locations(env)
    env.cr.execute("DROP TABLE IF EXISTS mass_sending_group_witness")


def _cancel_unsent_mail(env):
    """Without this addon nothing would keep Odoo from sending the campaigns' mail."""
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE mail_mail SET state = 'cancel'"
            " WHERE mass_sending_delivery_id IS NOT NULL AND state = 'outgoing'"
        )
    )
    env["mail.mail"].invalidate_model(["state"], flush=False)


def _release_locations(env):
    """Let Odoo delete the locations: their columns go only afterwards."""
    for table in ("res_partner", "crm_lead"):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                SQL.identifier(table),
                SQL.identifier(f"{table}_location_id_fkey"),
            )
        )
