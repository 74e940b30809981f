# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.tools import str2bool

AUTOMATION_PARAMETER = "mass_sending.customer_status_automation"

# What the automation may replace by a status. What staff have set stays.
STATUS_REPLACES = {"new": (False,), "active": (False, "new")}


class ResPartner(models.Model):
    """A partner with a customer status is a customer."""

    _inherit = "res.partner"

    customer_status = fields.Selection(
        [
            ("new", "New"),
            ("active", "Active"),
            ("inactive", "Inactive"),
            ("blocked", "Blocked"),
        ],
        index="btree_not_null",
        tracking=True,
        help="Whoever has a status is a customer. New comes with the first confirmed "
        "order or posted invoice, Active with the first active service; Inactive and "
        "Blocked are set by hand.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("customer_status")._assign_portal_logins()
        return partners

    def write(self, vals):
        if not vals.get("customer_status"):
            return super().write(vals)
        new_customers = self.filtered(lambda partner: not partner.customer_status)
        result = super().write(vals)
        new_customers._assign_portal_logins()
        return result

    def _apply_customer_status(self, status):
        """Set a status by the automation, unless it is switched off.

        Leaves alone whoever is no customer by nature and whatever staff have set.
        """
        partners_sudo = self.sudo().filtered(
            lambda partner: partner.customer_status in STATUS_REPLACES[status]
        )
        if not partners_sudo or not self._is_customer_status_automatic():
            return
        (partners_sudo - partners_sudo._filter_never_customers()).write(
            {"customer_status": status}
        )

    @api.model
    def _is_customer_status_automatic(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return str2bool(get_param(AUTOMATION_PARAMETER), False)

    def _filter_never_customers(self):
        """Partners whom no automation makes customers: those of internal users, our
        own companies and the public user."""
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "in", self.ids),
                    "|",
                    ("share", "=", False),
                    ("all_group_ids", "in", self.env.ref("base.group_public").ids),
                ]
            )
        )
        companies_sudo = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.ids)])
        )
        ids = {*users_sudo.partner_id.ids, *companies_sudo.partner_id.ids}
        return self.filtered(lambda partner: partner.id in ids)
