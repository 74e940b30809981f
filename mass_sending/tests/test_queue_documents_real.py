# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_documents import (
    DocumentsQueueCase,
    line_commands,
    make_move,
    make_order,
    make_payment,
    pdf_text,
    real_reports,
)
from .worker_process import WorkerProcess

WORKER_LOG = "odoo.addons.mass_sending.queue.worker"


class RealReportsCase(DocumentsQueueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # without style sheets: wkhtmltopdf with unpatched Qt draws web fonts as
        # curves, and a test could not read them
        cls._make("ir.config_parameter", key="report.url", value="http://127.0.0.1:9")
        cls._commit()


@tagged("post_install", "-at_install")
class TestQueueDocumentsReal(RealReportsCase):
    """Real reports through wkhtmltopdf, into a real mailbox."""

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
            # the legal PDF is Odoo's from now on
            self.assertEqual(invoice.invoice_pdf_report_id.raw, content)
            self.assertTrue(invoice.is_move_sent)

    def test_every_kind_in_one_mail(self):
        customer = self._make_customers(1)
        records = [
            make_move(customer, "out_refund"),
            make_order(customer),
            make_payment(customer),
        ]
        campaign = self._make_documents_campaign(
            line_commands(credit_note={}, proforma={}, payment={})
        )
        with real_reports():
            self._send(campaign)
        self.assertStates(campaign, {"sent": 1})
        files = self._get_files_by_address()[customer.email]
        texts = [pdf_text(content) for content in files.values()]
        self.assertEqual(len(texts), 3)
        for record in records:
            [text] = [text for text in texts if record.name in text]
            self.assertIn(customer.name, text)
        [proforma] = [name for name in files if name.startswith("PRO-FORMA")]
        self.assertIn(records[1].name, proforma)

    def test_killed_worker_leaves_files_to_go_on_with(self):
        customers = self._make_customers(4)
        for customer in customers:
            make_move(customer)
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        self._confirm(campaign)
        worker = WorkerProcess(self.cr.dbname)
        kept = self._wait_for_first_file(campaign)
        worker.kill()
        worker.wait()
        self.assertFalse(self.smtp.received)
        with real_reports(), mute_logger(WORKER_LOG):
            self._run_queue()
        self.assertReceivedOnce(customers.mapped("email"))
        self.assertStates(campaign, {"sent": 4})
        documents = self._get_documents(campaign)
        self.assertEqual(len(documents), 4, "none was made twice")
        self.assertLessEqual(set(kept), set(documents.ids), "they were reused")

    def _wait_for_first_file(self, campaign):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            self.cr.rollback()
            self.env.invalidate_all()
            if found := self._get_documents(campaign):
                return found.ids
            time.sleep(0.05)
        return self.fail("no document was made in two minutes")
