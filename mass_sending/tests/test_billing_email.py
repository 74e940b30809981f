# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..tools import split_email_addresses
from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestBillingEmail(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls._create_customer(name="Plain", email="plain@x.example")
        cls.own = cls._create_customer(name="Own", billing_email="own@x.example")
        cls.fallback = cls._create_customer(name="Fallback", is_company=True)
        cls.first, cls.second = cls.env["res.partner"].create(
            [
                {
                    "name": "Accounts",
                    "type": "invoice",
                    "parent_id": cls.fallback.id,
                    "email": email,
                }
                for email in ("first@x.example", "second@x.example")
            ]
        )
        cls.customers = cls.plain + cls.own + cls.fallback

    def assertEffective(self, *emails):
        self.assertEqual(self.customers.mapped("effective_billing_email"), list(emails))

    def test_own_then_first_invoice_address_then_none(self):
        self.assertEffective(False, "own@x.example", "first@x.example")
        self.fallback.billing_email = "mine@x.example"
        self.assertEffective(False, "own@x.example", "mine@x.example")

    def test_follows_the_invoice_addresses(self):
        self.assertEffective(False, "own@x.example", "first@x.example")
        self.first.email = False
        self.assertEffective(False, "own@x.example", "second@x.example")
        self.second.active = False
        self.assertEffective(False, "own@x.example", False)

    def test_other_addresses_do_not_count(self):
        (self.first + self.second).type = "delivery"
        self.assertEffective(False, "own@x.example", False)

    def test_many_customers_cost_one_query(self):
        customers = self.customers.browse(self.customers.ids)
        customers.mapped("billing_email")
        self.env.flush_all()
        with self.assertQueryCount(1):
            customers.mapped("effective_billing_email")

    def _search(self, *condition):
        return self.env["res.partner"].search(
            [("effective_billing_email", *condition), ("id", "in", self.customers.ids)]
        )

    def test_search_agrees_with_the_field(self):
        for condition, expected in [
            (("=", "own@x.example"), self.own),
            (("ilike", "FIRST@"), self.fallback),
            (("ilike", "second@"), self.env["res.partner"]),
            (("ilike", "x.example"), self.own + self.fallback),
            (("=", False), self.plain),
            (("!=", False), self.own + self.fallback),
            (("not ilike", "first"), self.plain + self.own),
            (("in", ["own@x.example", "first@x.example"]), self.own + self.fallback),
            (("in", ["own@x.example", False]), self.own + self.plain),
        ]:
            with self.subTest(condition=condition):
                self.assertEqual(self._search(*condition), expected.sorted())

    def test_several_addresses(self):
        self.own.billing_email = "a@x.example, b@x.example;c@x.example"
        addresses, rejected = split_email_addresses(self.own.billing_email)
        self.assertEqual(addresses, ["a@x.example", "b@x.example", "c@x.example"])
        self.assertFalse(rejected)

    def test_splitting_drops_repetitions_and_reports_the_rest(self):
        self.assertEqual(
            split_email_addresses("A@x.example\na@x.example, nobody"),
            (["a@x.example"], ["nobody"]),
        )
        self.assertEqual(split_email_addresses(False), ([], []))

    def test_bad_address_is_named(self):
        with self.assertRaisesRegex(ValidationError, "“nobody”.*Billing Email"):
            self.own.billing_email = "a@x.example, nobody"

    def test_form_shows_the_fallback_as_placeholder(self):
        partner = self.fallback.with_user(self.contact_manager)
        with Form(partner) as form:
            self.assertFalse(form.billing_email)
            self.assertEqual(form.effective_billing_email, "first@x.example")
            form.billing_email = "mine@x.example"
        self.assertEqual(self.fallback.billing_email, "mine@x.example")
