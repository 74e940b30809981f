# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import split_email_addresses

INVOICE_ADDRESS_WITH_EMAIL = [
    ("active", "=", True),
    ("type", "=", "invoice"),
    ("email", "not in", (False, "")),
]


class ResPartner(models.Model):
    """Where billing correspondence goes."""

    _inherit = "res.partner"

    billing_email = fields.Char(
        help="For billing correspondence; several addresses are separated by commas. "
        "If empty, the e-mail of the first invoice address is used.",
    )
    effective_billing_email = fields.Char(
        compute="_compute_effective_billing_email",
        search="_search_effective_billing_email",
        help="The billing email, else the e-mail of the first active invoice address.",
    )

    @api.depends(
        "billing_email", "child_ids.active", "child_ids.email", "child_ids.type"
    )
    def _compute_effective_billing_email(self):
        fallbacks = self.filtered(
            lambda partner: not partner.billing_email
        )._get_invoice_address_emails()
        for partner in self:
            partner.effective_billing_email = (
                partner.billing_email or fallbacks.get(partner._origin.id) or False
            )

    def _search_effective_billing_email(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        has_none = Domain("billing_email", "=", False)
        children = Domain(INVOICE_ADDRESS_WITH_EMAIL)
        if operator == "in" and False in value:
            values = [text for text in value if text]
            found = self._search_effective_billing_email("in", values)
            return found | has_none & ~Domain("child_ids", "any", children)
        children &= Domain("id", "any", self._get_first_invoice_addresses())
        children &= Domain("email", operator, value)
        found = Domain("billing_email", operator, value)
        return found | has_none & Domain("child_ids", "any", children)

    @api.constrains("billing_email")
    def _check_billing_email(self):
        for partner in self:
            rejected = split_email_addresses(partner.billing_email)[1]
            if rejected:
                raise ValidationError(
                    self.env._(
                        "“%(text)s” in the field Billing Email of %(partner)s is not "
                        "an e-mail address. Write one or several addresses, separated "
                        "by commas.",
                        text=rejected[0],
                        partner=partner.display_name,
                    )
                )

    def _get_invoice_address_emails(self):
        """``{partner id: e-mail of the first active invoice address}``"""
        children = self.env["res.partner"].search_fetch(
            Domain("parent_id", "in", self._origin.ids)
            & Domain(INVOICE_ADDRESS_WITH_EMAIL),
            ["parent_id", "email"],
            order="id desc",
        )
        return {child.parent_id.id: child.email for child in children}

    @api.model
    def _get_first_invoice_addresses(self):
        """A query for the first invoice address of every partner."""
        children = self.env["res.partner"]._search(
            Domain("parent_id", "!=", False) & Domain(INVOICE_ADDRESS_WITH_EMAIL)
        )
        return SQL(
            "(SELECT min(id) FROM res_partner WHERE id IN %s GROUP BY parent_id)",
            children.subselect(),
        )
