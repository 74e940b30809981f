# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "mass.sending.person.mixin"]

    def _compute_msg_identity(self):
        for partner in self:
            partner.msg_name = partner.name or partner.parent_id.name
            partner.msg_email = partner.email
            partner.msg_phone = partner.phone

    def _compute_msg_place(self):
        for partner in self:
            partner.msg_address = ", ".join(
                filter(None, [partner.street, partner.zip, partner.city])
            )
            partner.msg_location = partner.location_id.complete_name
            partner.msg_service_provider = partner.service_provider_id.name

    def _get_msg_customer(self):
        return self

    @api.model
    def _get_recipient_snapshot_columns(self, alias):
        def column(name):
            return SQL.identifier(alias, name)

        return {
            "partner_id": column("id"),
            "lead_id": self._null_column("int4"),
            "name": SQL("COALESCE(%s, '')", column("name")),
            "portal_login": column("portal_login"),
            "email": column("email"),
            "email_normalized": column("email_normalized"),
            "billing_email": self._billing_email_column(alias),
            "phone": column("phone"),
            "phone_sanitized": column("phone_sanitized"),
            "lang": column("lang"),
        }

    @api.model
    def _billing_email_column(self, alias):
        """The effective billing address, as `effective_billing_email` computes it."""
        return SQL(
            """COALESCE(
                NULLIF(%(own)s, ''),
                -- for many people EXISTS is looked up in a hash of all invoice
                -- addresses; few have one, and only theirs are looked for
                CASE WHEN EXISTS (
                    SELECT
                      FROM res_partner child
                     WHERE child.parent_id = %(id)s
                       AND %(has_address)s)
                THEN (SELECT child.email
                        FROM res_partner child
                       WHERE child.parent_id = %(id)s
                         AND %(has_address)s
                    ORDER BY child.id
                       LIMIT 1)
                END
            )""",
            own=SQL.identifier(alias, "billing_email"),
            id=SQL.identifier(alias, "id"),
            has_address=SQL(
                "child.type = 'invoice' AND child.active"
                " AND child.email_normalized IS NOT NULL"
            ),
        )
