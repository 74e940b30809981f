# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import hashlib
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.models.ir_actions_report import IrActionsReport

from ..documents.invoices import Invoices
from ..queue import document_maker
from ..queue import documents as phase
from .common_documents import (
    DOCUMENTS_GROUP,
    DocumentsQueueCase,
    fake_reports,
    line_commands,
    make_move,
    make_pdf,
    pdf_text,
)

WORKER_LOG = "odoo.addons.mass_sending.queue.worker"


@tagged("post_install", "-at_install")
class TestQueueDocuments(DocumentsQueueCase):
    """What becomes of documents in the queue; printed quickly."""

    def setUp(self):
        super().setUp()
        self.startPatcher(fake_reports())

    def _send_invoices(self, number=2, **values):
        customers = self._make_customers(number)
        self.invoices = [make_move(customer) for customer in customers]
        campaign = self._make_documents_campaign(line_commands(invoice={}), **values)
        self._send(campaign)
        return campaign

    # === On record ===

    def test_what_was_delivered_is_on_record(self):
        campaign = self._send_invoices(1)
        row = campaign.delivery_ids.document_ids
        [content] = self._get_files_by_address()["customer0@example.com"].values()
        self.assertEqual(row.source_model, "account.move")
        self.assertEqual(row.source_id, self.invoices[0].id)
        self.assertEqual(row.file_hash, hashlib.sha256(content).hexdigest())
        self.assertEqual(row.file_size, len(content))
        self.assertEqual(row.owner_id, self.invoices[0].commercial_partner_id)

    def test_the_documents_chatter_says_it_once(self):
        campaign = self._send_invoices(1, send_to="portal_email")
        notes = [
            body
            for body in self.invoices[0].message_ids.mapped("body")
            if campaign.display_name in body
        ]
        self.assertEqual(len(notes), 1)
        self.assertIn("Customer 0", notes[0])

    def test_portal_and_mail_share_one_file(self):
        campaign = self._send_invoices(1, send_to="portal_email")
        self.assertStates(campaign, {"sent": 2})
        rows = campaign.delivery_ids.document_ids
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows.document_id), 1)
        self.assertEqual(len(rows.attachment_id), 1)

    def test_stored_legal_pdf_is_sent_as_it_is(self):
        customer = self._make_customers(1)
        content = make_pdf("the legal one")
        invoice = make_move(customer)
        self.env["ir.attachment"].create(
            {
                "name": "legal.pdf",
                "raw": content,
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        with patch.object(Invoices, "render") as render:
            self._send(campaign)
        render.assert_not_called()
        self.assertEqual(
            self._get_files_by_address()[customer.email], {"legal.pdf": content}
        )

    def test_customers_without_documents_get_the_message_alone(self):
        customers = self._make_customers(2)
        make_move(customers[0])
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        self._send(campaign)
        self.assertStates(campaign, {"sent": 2})
        files = self._get_files_by_address()
        self.assertEqual(len(files[customers[0].email]), 1)
        self.assertFalse(files[customers[1].email])

    def test_document_that_went_away_skips_who_was_chosen_for_it(self):
        customers = self._make_customers(2)
        invoices = [make_move(customer) for customer in customers]
        campaign = self._make_documents_campaign(
            line_commands(invoice={}), only_with_document=True
        )
        self._confirm(campaign)
        invoices[0].button_draft()
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"cancelled": 1, "sent": 1})
        skipped = campaign.recipient_ids.filtered(lambda r: r.decision == "skipped")
        self.assertEqual(skipped.skip_reason, "no_document")
        self.assertReceivedOnce([customers[1].email])

    # === Failures: a clear reason, and the rest goes out ===

    def assertOneFailed(self, campaign, reason):
        self.assertStates(campaign, {"attachment_error": 1, "sent": 1})
        failed = campaign.delivery_ids.filtered(lambda d: d.state == "attachment_error")
        self.assertEqual(failed.failure_type, "attachment")
        self.assertRegex(failed.failure_reason, reason)
        self.assertEqual(campaign.state, "error")
        self.assertReceivedOnce(["customer1@example.com"])
        return failed

    def _break_first(self, error):
        """Patch printing so that the first customer's document fails."""
        pre_render = IrActionsReport._pre_render_qweb_pdf

        def broken(reports, report_ref, res_ids=None, data=None):
            model = reports._get_report(report_ref).model
            records = reports.env[model].browse(res_ids)
            if "Customer 0" in records.partner_id.mapped("name"):
                raise error
            return pre_render(reports, report_ref, res_ids, data)

        return patch.object(IrActionsReport, "_pre_render_qweb_pdf", broken)

    def test_broken_report(self):
        with self._break_first(ValueError("no such field")):
            campaign = self._send_invoices()
        failed = self.assertOneFailed(campaign, "no such field")
        self.assertIn(self.invoices[0].name, failed.failure_reason)
        self.assertFalse(self.invoices[0].is_move_sent)

    def test_retry_makes_what_failed(self):
        with self._break_first(UserError("no such field")):
            campaign = self._send_invoices()
        self.smtp.received.clear()
        campaign.action_retry_failed()
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 2})
        self.assertReceivedOnce(["customer0@example.com"])
        [content] = self._get_files_by_address()["customer0@example.com"].values()
        self.assertIn(self.invoices[0].name, pdf_text(content))

    def test_report_without_a_page(self):
        with patch.object(
            Invoices,
            "split_stored",
            lambda kind, records: {
                r.id: b"<html/>" if r.partner_id.name == "Customer 0" else make_pdf()
                for r in records
            },
        ):
            campaign = self._send_invoices()
        self.assertOneFailed(campaign, "no readable PDF")

    def test_without_wkhtmltopdf_only_stored_ones_go(self):
        customers = self._make_customers(2)
        make_move(customers[0])
        stored = make_move(customers[1])
        self.env["ir.attachment"].create(
            {
                "name": "legal.pdf",
                "raw": make_pdf(),
                "res_model": "account.move",
                "res_id": stored.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        missing = document_maker._wkhtml()._replace(state="install")
        with patch.object(document_maker, "_wkhtml", lambda: missing):
            self._send(campaign)
        self.assertOneFailed(campaign, "wkhtmltopdf, is missing")

    def _prepare_and_run(self, before_check):
        """Run the queue; do something between making files and handing over."""
        customers = self._make_customers(2)
        self.invoices = [make_move(customer) for customer in customers]
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        self._confirm(campaign)
        original = phase.DocumentPhase.run

        def run(this):
            result = original(this)
            if result:
                this.env.cr.commit()  # pylint: disable=invalid-commit
                before_check(this.env)
                this.env.cr.commit()  # pylint: disable=invalid-commit
            return result

        with patch.object(phase.DocumentPhase, "run", run):
            self._run_queue()
        return campaign

    def test_invoice_deleted_after_it_was_made(self):
        def delete(env):
            invoice = env["account.move"].browse(self.invoices[0].id)
            invoice.button_draft()
            invoice.with_context(force_delete=True).unlink()

        campaign = self._prepare_and_run(delete)
        self.assertOneFailed(campaign, "was deleted, or is no longer posted")

    def test_document_of_somebody_else_never_leaves(self):
        """Whatever went wrong before: it is asked once more at the door."""

        def give_away(env):
            rows = env["mass.sending.delivery.document"].search(
                [("source_id", "in", [i.id for i in self.invoices])], order="id"
            )
            [values] = rows[1].copy_data({"delivery_id": rows[0].delivery_id.id})
            rows[0].write(values)

        campaign = self._prepare_and_run(give_away)
        self.assertOneFailed(campaign, "does not belong to this recipient")

    def test_changed_file_never_leaves(self):
        def change(env):
            row = env["mass.sending.delivery.document"].search(
                [("source_id", "=", self.invoices[0].id)]
            )
            row.attachment_id.raw = make_pdf("forged")

        campaign = self._prepare_and_run(change)
        self.assertOneFailed(campaign, "missing or was changed")

    def test_customer_who_moved_to_another_company_meanwhile(self):
        def move(env):
            company = env["res.partner"].create(
                {"name": "Firm", "is_company": True, "ref": self.tag}
            )
            env["res.partner"].browse(
                self.invoices[0].partner_id.id
            ).parent_id = company

        campaign = self._prepare_and_run(move)
        self.assertOneFailed(campaign, "does not belong to this|changed hands")

    def test_author_who_lost_the_right_meanwhile(self):
        customers = self._make_customers(1)
        make_move(customers[0])
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        self._confirm(campaign)
        group = self.env.ref(DOCUMENTS_GROUP)
        self.author.group_ids -= group
        self._commit()
        self._run_queue()
        self.author.group_ids += group
        self._commit()
        self.assertStates(campaign, {"attachment_error": 1})
        self.assertIn("may not attach", campaign.delivery_ids.failure_reason)
        self.assertFalse(self.smtp.received)

    # === Too heavy ===

    def test_too_heavy_documents_become_links_at_the_top(self):
        self.mail_server.max_email_size = 0.012
        self.addCleanup(self.mail_server.write, {"max_email_size": 0})
        customers = self._make_customers(1)
        make_move(customers[0])
        campaign = self._make_documents_campaign(line_commands(invoice={}))
        content = make_pdf() + b"%" * 20000

        def split_stored(kind, records):
            return dict.fromkeys(records.ids, content)

        with patch.object(Invoices, "split_stored", split_stored):
            self._send(campaign)
        [received] = self.smtp.received
        self.assertFalse(self._get_files(received))
        portal = campaign.delivery_ids.filtered(lambda d: d.channel == "portal")
        self.assertEqual(portal.state, "sent")
        self.assertEqual(portal.document_ids.file_size, len(content))
        html = received.message.get_body(["html"]).get_content()
        link = f"/my/messages/{portal.id}"
        self.assertIn(link, html)
        self.assertLess(html.index(link), html.index("all is well"))

    # === Who can see them ===

    def test_employee_without_the_right_finds_them_nowhere(self):
        campaign = self._send_invoices(1, send_to="portal_email")
        customer = self.invoices[0].partner_id
        employee = new_test_user(
            self.env, login=f"{self.tag}_e", groups="base.group_user"
        )
        messages = customer.message_ids
        self.assertTrue(messages)
        self.assertFalse(messages.attachment_ids, "none in the chatter")
        rows = campaign.delivery_ids.document_ids
        files = rows.attachment_id | self.invoices[0].invoice_pdf_report_id
        self.assertTrue(files)
        attachments = self.env["ir.attachment"].with_user(employee)
        self.assertFalse(attachments.search([("id", "in", files.ids)]))
        self.assertFalse(
            attachments.search(
                [("res_field", "!=", False), ("mimetype", "=", "application/pdf")]
            )
            & files.with_user(employee)
        )
        for records in (rows, rows.document_id):
            with self.assertRaises(AccessError):
                records.with_user(employee).read(["file_name"])
        for file in files:
            with self.assertRaises(AccessError):
                file.with_user(employee).read(["raw"])
        binary = self.env["ir.binary"].with_user(employee)
        with self.assertRaises(AccessError):
            binary._find_record(
                res_model="mass.sending.document", res_id=rows.document_id[0].id
            )

    def test_purge_forgets_the_files(self):
        campaign = self._send_invoices(1)
        files = campaign.delivery_ids.document_ids.attachment_id
        campaign.action_remove()
        self._commit()
        self._run_queue()
        campaign.action_purge()
        self.assertFalse(files.exists())
        self.assertFalse(self._get_documents(campaign))
