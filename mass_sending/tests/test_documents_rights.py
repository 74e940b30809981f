# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_documents import (
    DOCUMENTS_GROUP,
    line_commands,
    make_move,
    make_payment,
)
from .common_documents_find import USER_GROUP, DocumentsFindCase


@tagged("post_install", "-at_install")
class TestDocumentsRights(DocumentsFindCase):
    """Who may attach them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = new_test_user(
            cls.env,
            login="plain",
            groups=USER_GROUP,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _create_as(self, user, **values):
        campaigns = self.env["mass.sending.campaign"].with_user(user)
        return campaigns.create({"subject": "x", "body": "<p>x</p>", **values})

    def test_every_campaign_shows_all_lines_switched_off(self):
        for user in (self.author, self.plain):
            lines = self._create_as(user).document_line_ids
            kinds = ["invoice", "credit_note", "proforma", "payment"]
            self.assertEqual(lines.mapped("kind"), kinds)
            self.assertFalse(any(lines.mapped("enabled")))

    def test_without_the_right_lines_are_read_only(self):
        campaign = self._create_as(
            self.plain, document_line_ids=line_commands(invoice={})
        )
        self.assertFalse(campaign.can_attach_documents)
        self.assertFalse(campaign.document_line_ids.filtered("enabled"))
        with self.assertRaises(AccessError):
            campaign.document_line_ids[0].enabled = True
        with self.assertRaises(AccessError):
            campaign.document_line_ids = line_commands(invoice={})

    def test_copy_of_a_colleagues_campaign_has_them_switched_off(self):
        original = self._create_as(
            self.author, document_line_ids=line_commands(invoice={})
        )
        manager_group = self.env.ref("mass_sending.mass_sending_group_manager")
        self.plain.group_ids += manager_group
        copy = original.with_user(self.plain).copy()
        self.assertEqual(len(copy.document_line_ids), 4)
        self.assertFalse(copy.document_line_ids.filtered("enabled"))
        own_copy = original.copy()
        self.assertEqual(own_copy.document_line_ids.filtered("enabled").kind, "invoice")

    def test_author_who_lost_the_right_cannot_confirm(self):
        campaign = self._make_campaign(line_commands(invoice={}))
        self.assertFalse(campaign._get_document_problems())
        self.author.group_ids -= self.env.ref(DOCUMENTS_GROUP)
        [problem] = campaign._get_document_problems()
        self.assertIn(self.author.name, problem)

    def test_confirmed_lines_are_frozen(self):
        campaign = self._make_campaign(line_commands(invoice={}))
        campaign.confirmed_at = "2026-02-01 00:00:00"
        with self.assertRaises(UserError):
            campaign.document_line_ids[0].enabled = False
        with self.assertRaises(UserError):
            campaign.document_line_ids[0].unlink()
        with self.assertRaises(UserError):
            campaign.only_with_document = True

    def test_author_needs_no_right_on_accounting(self):
        invoice = make_move(self.anna)
        with self.assertRaises(AccessError):
            invoice.with_user(self.author).read(["name"])
        campaign = self._make_campaign(line_commands(invoice={})).with_user(self.author)
        options = campaign.document_line_ids.filtered("enabled").status_options
        self.assertIn("Overdue", [label for _code, label in options["options"]])
        self.assertEqual(
            campaign._find_documents_of_partner(self.anna), [("invoice", invoice.id)]
        )


@tagged("post_install", "-at_install")
class TestDocumentsShown(DocumentsFindCase):
    """What staff see before they send."""

    def test_confirmation_counts_documents(self):
        make_move(self.anna)
        make_move(self.anna)
        make_payment(self.anna)
        campaign = self._make_campaign(line_commands(invoice={}, payment={}))
        campaign._select_recipients()
        wizard = self.env["mass.sending.confirm"].create({"campaign_id": campaign.id})
        documents = wizard.get_summary()["documents"]
        self.assertEqual(documents["documents"], 3)
        self.assertEqual(documents["by_kind"], {"invoice": 2, "payment": 1})
        self.assertEqual(documents["recipients"], 1)
        self.assertEqual(documents["without"], 1)
        self.assertTrue(documents["is_estimate"])
        self.assertFalse(documents["too_heavy"])
        self.assertIn("3 for 1 recipients", documents["text"])

    def test_confirmation_says_who_gets_links(self):
        for partner, size in ((self.anna, 9_000_000), (self.bert, 100)):
            move = make_move(partner)
            self.env["ir.attachment"].create(
                {
                    "name": "x.pdf",
                    "raw": b"x" * size,
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
        campaign = self._make_campaign(line_commands(invoice={}))
        campaign._select_recipients()
        documents = campaign._count_documents()
        self.assertEqual(documents["too_heavy"], 1)
        self.assertEqual(documents["size"], 9_000_100)
        self.assertFalse(documents["is_estimate"])

    def test_without_documents_the_confirmation_is_silent(self):
        campaign = self._make_campaign([])
        campaign._select_recipients()
        wizard = self.env["mass.sending.confirm"].create({"campaign_id": campaign.id})
        self.assertFalse(wizard.get_summary()["documents"])

    def test_preview_names_the_documents_of_whom_it_shows(self):
        invoice = make_move(self.anna)
        campaign = self._make_campaign(line_commands(invoice={}))
        preview = (
            self.env["mass.sending.preview"]
            .with_user(self.author)
            .create({"campaign_id": campaign.id, "partner_id": self.anna.id})
        )
        self.assertEqual(preview.document_names, invoice._get_invoice_report_filename())
        preview.partner_id = self.bert
        self.assertFalse(preview.document_names)

    def test_preview_shows_first_who_has_most_documents(self):
        make_move(self.anna)
        for _number in range(2):
            make_move(self.bert)
        campaign = self._make_campaign(line_commands(invoice={}))
        action = campaign.with_user(self.author).action_preview()
        preview = self.env["mass.sending.preview"].browse(action["res_id"])
        self.assertIn([self.bert.id, ["Most documents"]], preview.awkward)
        self.author.group_ids -= self.env.ref(DOCUMENTS_GROUP)
        action = campaign.with_user(self.author).action_preview()
        preview = self.env["mass.sending.preview"].browse(action["res_id"])
        self.assertNotIn("Most documents", str(preview.awkward))
