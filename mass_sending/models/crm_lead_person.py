# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "mass.sending.person.mixin"]

    def _compute_msg_identity(self):
        for lead in self:
            lead.msg_name = lead.contact_name or lead.partner_name or lead.name
            lead.msg_email = lead.email_from
            lead.msg_phone = lead.phone

    def _compute_msg_place(self):
        for lead in self:
            lead.msg_address = ", ".join(
                filter(None, [lead.street, lead.zip, lead.city])
            )
            lead.msg_location = lead.location_id.complete_name
            lead.msg_service_provider = lead.service_provider_id.name

    def _get_msg_customer(self):
        return self.partner_id

    @api.model
    def _search_display_name(self, operator, value):
        """Find a lead by the person or firm wherever one is chosen.

        The list of recipients names those, not the title.
        """
        domain = super()._search_display_name(operator, value)
        if operator != "ilike" or not value:
            return domain
        names = ("contact_name", "partner_name", "email_from")
        return Domain.OR([domain, *(Domain(name, "ilike", value) for name in names)])

    @api.model
    def _get_full_name_fields(self):
        return ["contact_name", "partner_name", "name"]

    @api.model
    def _get_archived_sql(self, campaign, alias):
        archived = super()._get_archived_sql(campaign, alias)
        if not campaign.filter_lead_lost:
            return archived
        # who wants to write to lost leads means archived ones
        return SQL(
            "(%s AND %s IS DISTINCT FROM 'lost')",
            archived,
            SQL.identifier(alias, "won_status"),
        )

    @api.model
    def _get_recipient_snapshot_columns(self, alias):
        def column(name):
            return SQL.identifier(alias, name)

        def customer(name):
            return SQL(
                "(SELECT p.%s FROM res_partner p WHERE p.id = %s)",
                SQL.identifier(name),
                column("partner_id"),
            )

        return {
            "partner_id": column("partner_id"),
            "lead_id": column("id"),
            "name": SQL(
                "COALESCE(NULLIF(%s, ''), NULLIF(%s, ''), %s, '')",
                column("contact_name"),
                column("partner_name"),
                column("name"),
            ),
            "portal_login": customer("portal_login"),
            "email": column("email_from"),
            "email_normalized": column("email_normalized"),
            "billing_email": self._null_column(),
            "phone": column("phone"),
            "phone_sanitized": column("phone_sanitized"),
            "lang": SQL(
                "COALESCE((SELECT l.code FROM res_lang l WHERE l.id = %s), %s)",
                column("lang_id"),
                customer("lang"),
            ),
        }
