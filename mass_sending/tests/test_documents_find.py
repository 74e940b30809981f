# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..documents import DOCUMENT_KINDS
from .common_documents import (
    DOCUMENTS_GROUP,
    line_commands,
    make_move,
    make_order,
    make_payment,
)

USER_GROUP = "mass_sending.mass_sending_group_user"


@freeze_time("2026-02-10 12:00:00")
class DocumentsFindCase(AccountTestInvoicingCommon):
    """Real accounting data, and a campaign of somebody who is no accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the accountant of the data has no rights on campaigns
        cls.env = cls.env(su=True)
        cls.env["ir.mail_server"].search([]).active = False
        cls.company = cls.company_data["company"]
        cls.author = new_test_user(
            cls.env,
            login="documents",
            groups=f"{USER_GROUP},{DOCUMENTS_GROUP}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.anna, cls.bert = cls._make_customer("Anna"), cls._make_customer("Bert")

    @classmethod
    def _make_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "email": f"{name.lower().replace(' ', '.')}@example.com",
                "customer_status": "active",
                "ref": "documents",
                **values,
            }
        )

    def _make_campaign(self, lines, **values):
        return self.env["mass.sending.campaign"].create(
            {
                "subject": "Documents",
                "body": "<p>Here they are.</p>",
                "send_to": "email",
                "purpose": "service",
                "email_from": "support@example.com",
                "user_id": self.author.id,
                "company_id": self.company.id,
                "filter_domain": "[('ref', '=', 'documents')]",
                "document_line_ids": lines,
                **values,
            }
        )

    def _find(self, lines, **values):
        """Return {customer: his documents} as a campaign would find them."""
        campaign = self._make_campaign(lines, **values)
        campaign._select_recipients()
        found = campaign._find_documents(campaign.recipient_ids.ids)
        return {
            recipient.partner_id: [
                self.env[DOCUMENT_KINDS[kind].model].browse(source_id)
                for kind, source_id in found[recipient.id]
            ]
            for recipient in campaign.recipient_ids
            if recipient.id in found
        }

    def assertFound(self, lines, expected, **values):
        found = self._find(line_commands(**lines), **values)
        self.assertEqual(
            {partner.name: records for partner, records in found.items()},
            {partner.name: list(records) for partner, records in expected.items()},
        )


@tagged("post_install", "-at_install")
class TestDocumentsWhich(DocumentsFindCase):
    """Each filter of each kind."""

    def test_invoices_are_posted_ones(self):
        posted = make_move(self.anna)
        make_move(self.anna, post=False)
        make_move(self.anna).button_cancel()
        make_move(self.anna).button_draft()
        make_move(self.anna, "out_refund")
        make_move(self.anna, "in_invoice")
        make_move(self.anna, "out_receipt")
        self.assertFound({"invoice": {}}, {self.anna: posted})

    def test_credit_notes_are_posted_ones(self):
        make_move(self.anna)
        make_move(self.anna, "out_refund", post=False)
        posted = make_move(self.anna, "out_refund")
        self.assertFound({"credit_note": {}}, {self.anna: posted})

    def _pay(self, move, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({"amount": amount})._create_payments()

    def test_invoices_by_payment_state(self):
        due = {"invoice_date_due": "2026-02-01"}
        unpaid = make_move(self.anna, invoice_date_due="2026-03-01")
        overdue = make_move(self.anna, **due)
        partial = make_move(self.anna, **due)
        self._pay(partial, 40)
        paid = make_move(self.anna, **due)
        self._pay(paid, 100)
        reversed_ = make_move(self.anna, **due)
        self.env["account.move.reversal"].create(
            {"move_ids": reversed_.ids, "journal_id": reversed_.journal_id.id}
        ).modify_moves()
        draft = self.env["account.move"].search(
            [("partner_id", "=", self.anna.id), ("state", "=", "draft")]
        )
        draft.unlink()
        self.assertEqual(reversed_.payment_state, "reversed")
        self.assertEqual(partial.payment_state, "partial")
        self.assertIn(paid.payment_state, ("paid", "in_payment"))

        def found(codes, *moves):
            expected = {self.anna: moves} if moves else {}
            self.assertFound({"invoice": {"status_filter": codes}}, expected)

        found("not_paid", unpaid, overdue)
        found("partial", partial)
        found(paid.payment_state, paid)
        found("reversed", reversed_)
        found("overdue", overdue, partial)
        found("overdue,reversed", overdue, partial, reversed_)
        found("blocked")
        found("", unpaid, overdue, partial, paid, reversed_)

    def test_dates_are_those_on_the_document(self):
        january = make_move(self.anna, invoice_date="2026-01-31")
        february = make_move(self.anna, invoice_date="2026-02-01")
        today = make_move(self.anna, invoice_date="2026-02-10")
        old = make_move(self.anna, invoice_date="2025-12-31")

        def found(*moves, **line):
            self.assertFound({"invoice": line}, {self.anna: moves})

        found(january, date_range="last_month")
        found(february, today, date_range="this_month")
        found(january, february, today, date_range="this_year")
        found(today, date_range="today")
        found(january, february, today, date_range="last_30_days")
        found(old, january, february, today, date_range="last_90_days")
        found(old, january, date_range="custom", date_to="2026-01-31")
        found(january, february, date_range="custom", date_from="2026-01-31",
              date_to="2026-02-01")  # fmt: skip
        found(old, january, february, today, date_range="custom")

    def test_relative_dates_stay_when_the_campaign_runs_past_midnight(self):
        campaign = self._make_campaign(
            line_commands(invoice={"date_range": "last_month"}),
            started_at="2026-02-28 23:59:00",
        )
        line = campaign.document_line_ids.filtered("enabled")
        with freeze_time("2026-03-01 00:10:00"):
            self.assertEqual(line._get_dates(), (date(2026, 1, 1), date(2026, 1, 31)))

    def test_days_begin_where_the_author_is(self):
        self.author.tz = "America/Los_Angeles"
        values = {"state": "sent", "date_order": "2026-02-01 05:00:00"}
        order = make_order(self.anna, **values)  # 31 January, 21:00 there
        january = {"date_range": "last_month"}
        self.assertFound({"proforma": january}, {self.anna: order})
        self.assertFound({"proforma": {"date_range": "this_month"}}, {})

    def test_proforma_are_orders_not_fully_invoiced(self):
        make_order(self.anna, "draft")
        make_order(self.anna, "cancel")
        sent = make_order(self.anna, "sent")
        confirmed = make_order(self.anna, "sale")
        invoiced = make_order(self.anna, "sale")
        invoiced._create_invoices().action_post()
        self.assertEqual(invoiced.invoice_status, "invoiced")
        self.assertFound({"proforma": {}}, {self.anna: sent | confirmed})
        self.assertFound({"proforma": {"status_filter": "sent"}}, {self.anna: sent})
        self.assertFound(
            {"proforma": {"status_filter": "sale"}}, {self.anna: confirmed}
        )
        self.assertFound(
            {"proforma": {"status_filter": "invoiced"}}, {self.anna: invoiced}
        )

    def test_payments_are_inbound_and_in_process_or_paid(self):
        make_payment(self.anna, post=False)
        make_payment(self.anna, payment_type="outbound")
        make_payment(self.anna, partner_type="supplier")
        make_payment(self.anna).action_cancel()
        make_payment(self.anna).action_reject()
        received = make_payment(self.anna)
        self.assertIn(received.state, ("in_process", "paid"))
        self.assertFound({"payment": {}}, {self.anna: received})

    def test_payments_by_method(self):
        bank = make_payment(self.anna)
        cash = make_payment(
            self.anna, journal_id=self.company_data["default_journal_cash"].id
        )
        self.assertNotEqual(bank.payment_method_line_id, cash.payment_method_line_id)
        codes = str(cash.payment_method_line_id.id)
        self.assertFound({"payment": {"status_filter": codes}}, {self.anna: cash})

    def test_foreign_currency(self):
        currency = self.setup_other_currency("EUR")
        invoice = make_move(self.anna, currency_id=currency.id)
        payment = make_payment(self.anna, currency_id=currency.id)
        self.assertFound(
            {"invoice": {}, "payment": {}}, {self.anna: [invoice, payment]}
        )

    def test_several_kinds_are_in_the_order_of_their_dates(self):
        invoice = make_move(self.anna, invoice_date="2026-01-20")
        payment = make_payment(self.anna, date="2026-01-10")
        order = make_order(self.anna, date_order="2026-01-15 10:00:00")
        self.assertFound(
            {"invoice": {}, "payment": {}, "proforma": {}},
            {self.anna: [payment, order, invoice]},
        )

    def test_switched_off_line_finds_nothing(self):
        make_move(self.anna)
        self.assertFound({"invoice": {"enabled": False}}, {})

    def test_unknown_status_and_dates_the_wrong_way_round_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "unknown status"):
            self._make_campaign(line_commands(invoice={"status_filter": "x"}))
        wrong = {"date_range": "custom", "date_from": "2026-02-01"}
        with self.assertRaisesRegex(ValidationError, "later than"):
            self._make_campaign(
                line_commands(invoice={**wrong, "date_to": "2026-01-01"})
            )

    def test_what_was_received_is_left_out(self):
        received, new = make_move(self.anna), make_move(self.anna)
        earlier = self._make_campaign(line_commands(invoice={}))
        earlier._select_recipients()
        earlier._create_deliveries()
        delivery = earlier.delivery_ids.filtered(lambda d: d.partner_id == self.anna)
        self.env["mass.sending.delivery.document"].create(
            {
                "delivery_id": delivery.id,
                "kind": "invoice",
                "source_model": "account.move",
                "source_id": received.id,
                "file_name": "x.pdf",
            }
        )
        lines, option = {"invoice": {}}, {"without_received_documents": True}
        self.assertFound(lines, {self.anna: received | new}, **option)
        delivery.write({"state": "sent", "sent_at": "2026-02-01 00:00:00"})
        self.assertFound(lines, {self.anna: new}, **option)
        self.assertFound(lines, {self.anna: received | new})


@tagged("post_install", "-at_install")
class TestDocumentsWhose(DocumentsFindCase):
    """Nobody gets another's."""

    ALL = {"invoice": {}, "credit_note": {}, "proforma": {}, "payment": {}}

    def _copy_move_to(self, move, customers):
        """Give each customer a posted invoice like `move`, in one statement: Odoo
        takes minutes to post hundreds."""
        self.env.flush_all()
        self.env.cr.execute(
            """INSERT INTO account_move
               SELECT (jsonb_populate_record(m, jsonb_build_object(
                          'id', nextval('account_move_id_seq'),
                          'name', m.name || '/' || customer.place,
                          'partner_id', customer.id,
                          'commercial_partner_id', customer.id))).*
                 FROM account_move m,
                      unnest(%s) WITH ORDINALITY AS customer (id, place)
                WHERE m.id = %s
            RETURNING id""",
            [customers.ids * 2, move.id],
        )
        return move.browse(row[0] for row in self.env.cr.fetchall())

    def test_hundreds_of_customers_get_their_own_with_a_few_queries(self):
        customers = self.env["res.partner"].concat(
            *(self._make_customer(f"Customer {number}") for number in range(300))
        )
        moves = self._copy_move_to(make_move(self.anna), customers)
        campaign = self._make_campaign(line_commands(**self.ALL))
        campaign._select_recipients()
        self.assertEqual(len(campaign.recipient_ids), 302)
        recipient_ids = campaign.recipient_ids.ids
        campaign._find_documents(recipient_ids[:1])
        self.env.flush_all()
        with self.assertQueryCount(12):
            found = campaign._find_documents(recipient_ids)
        self.assertEqual(len(found), 301)
        owners = {move.id: move.commercial_partner_id for move in moves}
        partners = {r.id: r.partner_id for r in campaign.recipient_ids}
        seen = []
        for recipient_id, documents in found.items():
            if partners[recipient_id] == self.anna:
                continue
            self.assertEqual(len(documents), 2)
            for _kind, source_id in documents:
                self.assertEqual(owners[source_id], partners[recipient_id])
                seen.append(source_id)
        self.assertEqual(sorted(seen), sorted(moves.ids))

    def test_contacts_of_one_company_share_its_documents(self):
        company = self._make_customer("Firm", is_company=True)
        contact = self._make_customer("Contact", parent_id=company.id)
        stranger = self._make_customer("Stranger", parent_id=self.bert.id)
        of_company, of_contact = make_move(company), make_move(contact)
        make_move(stranger)
        found = self._find(line_commands(invoice={}))
        expected = [of_company, of_contact]
        self.assertEqual(found[company], expected)
        self.assertEqual(found[contact], expected)
        self.assertNotIn(of_company, found[stranger])
        self.assertEqual(found[stranger], found[self.bert])

    def test_contact_who_moves_on_leaves_the_invoices_behind(self):
        first = self._make_customer("First", is_company=True)
        second = self._make_customer("Second", is_company=True)
        contact = self._make_customer("Contact", parent_id=first.id)
        invoice = make_move(contact)
        contact.parent_id = second
        self.assertFound({"invoice": {}}, {first: invoice})

    def test_other_company_keeps_its_own(self):
        other = self.setup_other_company()["company"]
        (self.anna | self.bert).company_id = False
        mine = make_move(self.anna)
        anna = self.anna.with_company(other).with_context(allowed_company_ids=other.ids)
        theirs = make_move(anna)
        make_payment(anna)
        make_order(anna, company_id=other.id)
        self.assertEqual(theirs.company_id, other)
        self.assertFound(self.ALL, {self.anna: mine})

    def test_leads_get_none(self):
        self.author.group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.anna.id, "email_from": "x@example.com"}
        )
        make_move(self.anna)
        campaign = self._make_campaign(
            line_commands(invoice={}),
            recipient_type="lead",
            filter_domain=f"[('id', '=', {lead.id})]",
        )
        campaign._select_recipients()
        self.assertTrue(campaign.recipient_ids.partner_id)
        self.assertFalse(campaign._uses_documents())
        self.assertFalse(campaign._find_documents(campaign.recipient_ids.ids))

    def test_who_has_none_is_skipped_when_asked(self):
        make_move(self.anna)
        campaign = self._make_campaign(
            line_commands(invoice={}), only_with_document=True
        )
        campaign._select_recipients()
        decisions = {
            r.partner_id: (r.decision, r.skip_reason) for r in campaign.recipient_ids
        }
        self.assertEqual(decisions[self.anna], ("kept", False))
        self.assertEqual(decisions[self.bert], ("skipped", "no_document"))

    def test_only_with_document_needs_a_kind(self):
        campaign = self._make_campaign([], only_with_document=True)
        self.assertIn("at least one kind", "\n".join(campaign._get_problems()))


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
