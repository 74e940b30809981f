# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Pro-forma invoices: of orders that were sent or confirmed."""

from odoo.fields import Domain

from . import register
from .base import DocumentKind

NOTHING_LEFT_TO_INVOICE = ("invoiced", "upselling")


@register
class ProformaInvoices(DocumentKind):
    code = "proforma"
    label = "Pro-forma invoices"
    model = "sale.order"
    date_field = "date_order"
    report_xmlid = "sale.action_report_pro_forma_invoice"

    def get_status_options(self):
        return [
            ("sent", self.env._("Quotation sent")),
            ("sale", self.env._("Confirmed, not fully invoiced")),
            ("invoiced", self.env._("Fully invoiced")),
        ]

    def get_base_domain(self):
        return Domain("state", "in", ("sent", "sale"))

    def get_status_domain(self, codes, today):
        invoiced = Domain("invoice_status", "in", NOTHING_LEFT_TO_INVOICE)
        by_code = {
            "sent": Domain("state", "=", "sent"),
            "sale": Domain("state", "=", "sale") & ~invoiced,
            "invoiced": invoiced,
        }
        # by default a pro-forma is about what is still to be invoiced
        return Domain.OR(by_code[code] for code in sorted(codes or {"sent", "sale"}))

    def get_number(self, record):
        return record.name
