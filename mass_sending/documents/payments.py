# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Payment receipts: of what customers paid.

A payment is an `account.payment`. A bank statement line that was reconciled with
an invoice directly has no receipt.
"""

from odoo.fields import Domain

from . import register
from .base import DocumentKind


@register
class Payments(DocumentKind):
    code = "payment"
    label = "Payments"
    model = "account.payment"
    date_field = "date"
    report_xmlid = "account.action_report_payment_receipt"
    status_label = "Payment method"

    def get_status_options(self):
        methods = self.env["account.payment.method.line"].search(
            [
                ("journal_id.company_id", "=", self.env.company.id),
                ("payment_type", "=", "inbound"),
            ]
        )
        return [(str(method.id), method.display_name) for method in methods]

    def get_base_domain(self):
        return (
            Domain("payment_type", "=", "inbound")
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", ("in_process", "paid"))
        )

    def get_status_domain(self, codes, today):
        if not codes:
            return Domain.TRUE
        ids = [int(code) for code in codes if code.isdecimal()]
        return Domain("payment_method_line_id", "in", ids)

    def get_number(self, record):
        return record.name or str(record.id)
