# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_documents import (
    line_commands,
    make_move,
    make_order,
    make_payment,
)
from .common_documents_find import DocumentsFindCase


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
