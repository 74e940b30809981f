# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Customer invoices: posted ones, as the legal PDF that Odoo keeps of them."""

from odoo.fields import Domain
from odoo.tools import SQL

from . import register
from .base import DocumentKind

# `payment_state` by which invoices and credit notes can be chosen; the rest
# ("Invoicing App Legacy") means nothing to staff.
PAYMENT_STATES = ("not_paid", "partial", "in_payment", "paid", "reversed", "blocked")


@register
class Invoices(DocumentKind):
    code = "invoice"
    label = "Invoices"
    model = "account.move"
    date_field = "invoice_date"
    report_xmlid = "account.account_invoices"
    move_type = "out_invoice"

    def get_status_options(self):
        labels = dict(
            self.env[self.model]
            ._fields["payment_state"]
            ._description_selection(self.env)
        )
        options = [(code, labels[code]) for code in PAYMENT_STATES]
        return [*options, ("overdue", self.env._("Overdue"))]

    def get_base_domain(self):
        return Domain("move_type", "=", self.move_type) & Domain("state", "=", "posted")

    def get_status_domain(self, codes, today):
        if not codes:
            return Domain.TRUE
        domain = Domain("payment_state", "in", list(codes - {"overdue"}))
        if "overdue" in codes:
            domain |= Domain("payment_state", "in", ("not_paid", "partial")) & Domain(
                "invoice_date_due", "<", today
            )
        return domain

    def owner_sql(self, alias):
        # what the invoice itself says: it stays with whom it was made out to when
        # the contact moves to another company
        return SQL.identifier(alias, "commercial_partner_id")

    def get_number(self, record):
        return record.name

    def get_file_name(self, record):
        stored = record.invoice_pdf_report_id
        return stored.name if stored else record._get_invoice_report_filename()

    def stored_size_sql(self, alias):
        return SQL(
            """(SELECT max(a.file_size)
                  FROM ir_attachment a
                 WHERE a.res_model = 'account.move'
                   AND a.res_field = 'invoice_pdf_report_file'
                   AND a.res_id = %s)""",
            SQL.identifier(alias, "source_id"),
        )

    def split_stored(self, records):
        return {
            record.id: record.invoice_pdf_report_id.raw
            for record in records
            if record.invoice_pdf_report_id.raw
        }

    def render(self, records):
        """Have Odoo make, keep and mark the legal PDF, as its Send button does.

        Never the fallback, which is a pro-forma of the invoice.
        """
        self.env["account.move.send"]._generate_and_send_invoices(
            records, sending_methods=[], allow_raising=True, allow_fallback_pdf=False
        )
        return self.split_stored(records)
