# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .common_documents import (
    DocumentsQueueCase,
    line_commands,
    make_move,
    pdf_text,
    real_reports,
)


@tagged("post_install", "-at_install")
class TestQueueDocumentsReal(DocumentsQueueCase):
    """Real reports through wkhtmltopdf, into a real mailbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # without style sheets: wkhtmltopdf with unpatched Qt draws web fonts as
        # curves, and a test could not read them
        cls._make("ir.config_parameter", key="report.url", value="http://127.0.0.1:9")
        cls._commit()

    def test_each_mailbox_gets_its_own_invoice(self):
        customers = self._make_customers(2)
        invoices = [make_move(customer) for customer in customers]
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        with real_reports():
            deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["sent", "sent"])
        by_address = self._get_files_by_address()
        for customer, invoice in zip(customers, invoices, strict=True):
            [(name, content)] = by_address[customer.email].items()
            self.assertEqual(name, invoice._get_invoice_report_filename())
            text = pdf_text(content)
            self.assertIn(customer.name, text)
            self.assertIn(invoice.name, text)
            for other in set(invoices) - {invoice}:
                self.assertNotIn(other.name, text)
