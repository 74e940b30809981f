# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Accounting data to attach, and PDF files as they come out of a mail."""

import io
from unittest.mock import patch

from odoo import Command
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models.ir_actions_report import IrActionsReport

from .common_queue import QueueCase

DOCUMENTS_GROUP = "mass_sending.mass_sending_group_documents"


def make_move(partner, move_type="out_invoice", amount=100.0, post=True, **values):
    """Make an invoice or credit note of one line, without tax."""
    line = {"name": "Internet", "quantity": 1, "price_unit": amount, "tax_ids": []}
    move = partner.env["account.move"].create(
        {
            "move_type": move_type,
            "partner_id": partner.id,
            "invoice_date": "2026-01-15",
            "invoice_line_ids": [Command.create(line)],
            **values,
        }
    )
    if post:
        move.action_post()
    return move


def make_order(partner, state="sale", **values):
    """Make an order of one service, which is to be invoiced when confirmed."""
    product = partner.env["product.product"].create(
        {"name": "Set-up", "type": "service", "invoice_policy": "order", "taxes_id": []}
    )
    line = {"product_id": product.id, "product_uom_qty": 1, "price_unit": 50}
    order = partner.env["sale.order"].create(
        {
            "partner_id": partner.id,
            "date_order": "2026-01-15 12:00:00",
            "order_line": [Command.create(line)],
            **values,
        }
    )
    if state == "sent":
        order.action_quotation_sent()
    elif state == "sale":
        order.action_confirm()
        order.date_order = values.get("date_order", "2026-01-15 12:00:00")
    elif state == "cancel":
        order._action_cancel()
    return order


def make_payment(partner, post=True, **values):
    """Make a payment of a customer."""
    payment = partner.env["account.payment"].create(
        {
            "partner_id": partner.id,
            "payment_type": "inbound",
            "partner_type": "customer",
            "amount": 100,
            "date": "2026-01-15",
            **values,
        }
    )
    if post:
        payment.action_post()
    return payment


def line_commands(**by_kind):
    """Return the campaign's line of each kind, switched on; any date by default."""
    return [
        Command.create(
            {"kind": kind, "enabled": True, "date_range": "all", **(values or {})}
        )
        for kind, values in by_kind.items()
    ]


def pdf_text(content):
    """Return the text of a PDF, on one line."""
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def make_pdf(text="document"):
    """Return a PDF of one page that says `text`, without wkhtmltopdf."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(100, 700, text)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def fake_reports():
    """Patch printing: quick one-page files with the record's name, no wkhtmltopdf."""

    def pre_render(reports, report_ref, res_ids=None, data=None):
        report = reports._get_report(report_ref)
        records = reports.env[report.model].browse(res_ids)
        return {
            record.id: {
                "stream": io.BytesIO(
                    make_pdf(f"{record.partner_id.name} {record.name}")
                ),
                "attachment": None,
            }
            for record in records
        }, "pdf"

    return patch.object(IrActionsReport, "_pre_render_qweb_pdf", pre_render)


def real_reports():
    """Patch printing: with wkhtmltopdf, which Odoo leaves out of tests."""
    original = IrActionsReport._pre_render_qweb_pdf

    def pre_render(reports, *args, **kwargs):
        return original(
            reports.with_context(force_report_rendering=True), *args, **kwargs
        )

    return patch.object(IrActionsReport, "_pre_render_qweb_pdf", pre_render)


class DocumentsQueueCase(QueueCase):
    """The queue as it runs, with documents; cleans up after itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author.group_ids += cls.env.ref(DOCUMENTS_GROUP)
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", cls.company, install_demo=False
            )
        cls._commit()

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_accounting)

    def _delete_accounting(self):
        self.cr.rollback()
        self.env.invalidate_all()
        partners = self.env["res.partner"].search([("ref", "=", self.tag)])
        of_ours = [("partner_id", "child_of", partners.ids)]
        payments = self.env["account.payment"].search(of_ours)
        payments.action_draft()
        payments.unlink()
        moves = self.env["account.move"].search(of_ours)
        moves.filtered(lambda m: m.state == "posted").button_draft()
        moves.with_context(force_delete=True).unlink()
        orders = self.env["sale.order"].search(of_ours)
        orders._action_cancel()
        orders.unlink()
        self._commit()

    def _make_documents_campaign(self, lines, **values):
        self._commit()
        return self._make_campaign(document_line_ids=lines, **values)

    def _get_documents(self, campaign):
        return self.env["mass.sending.document"].search(
            [("campaign_id", "=", campaign.id)]
        )

    def _get_files(self, received):
        """Return the attachments of a received mail: {name: bytes}."""
        return {
            part.get_filename(): part.get_content()
            for part in received.message.iter_attachments()
        }

    def _get_files_by_address(self):
        return {
            received.recipients[0]: self._get_files(received)
            for received in self.smtp.received
        }
