# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools import PortalLoginError, normalize_portal_login
from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestPortalLoginSequence(CustomersCommon):
    def test_new_customers_get_consecutive_padded_logins(self):
        self.env.ref("mass_sending.ir_sequence_portal_login").number_next_actual = 940
        customers = self.env["res.partner"].create(
            [{"name": str(n), "customer_status": "new"} for n in range(3)]
        )
        self.assertEqual(
            customers.mapped("portal_login"), ["000940", "000941", "000942"]
        )

    def test_login_comes_with_the_first_status_only(self):
        partner = self.env["res.partner"].create({"name": "Contact"})
        self.assertFalse(partner.portal_login)
        partner.customer_status = "new"
        self.assertTrue(partner.portal_login)
        partner.portal_login = False
        partner.customer_status = "blocked"
        self.assertFalse(partner.portal_login)

    def test_given_login_is_kept(self):
        self.assertEqual(
            self._create_customer(portal_login="MINE").portal_login, "MINE"
        )

    def test_sequence_skips_logins_in_use(self):
        self.env.ref("mass_sending.ir_sequence_portal_login").number_next_actual = 970
        self._create_customer(portal_login="000970")
        new_test_user(self.env, login="000971", groups="base.group_portal")
        self.assertEqual(self._create_customer().portal_login, "000972")

    def test_sequence_with_prefix_and_no_gap(self):
        sequence = self.env.ref("mass_sending.ir_sequence_portal_login")
        sequence.write({"prefix": "C-", "implementation": "no_gap", "number_next": 7})
        customers = self._create_customer() + self._create_customer()
        self.assertEqual(customers.mapped("portal_login"), ["C-000007", "C-000008"])

    def test_many_customers_cost_no_query_each(self):
        def create(count):
            values = [{"name": str(n), "customer_status": "new"} for n in range(count)]
            before = self.env.cr.sql_log_count
            self.env["res.partner"].with_context(tracking_disable=True).create(values)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(1)
        self.assertLessEqual(create(60) - create(10), 5)

    def test_status_for_many_costs_no_query_each(self):
        def set_status(count):
            partners = self.env["res.partner"].create([{"name": "x"}] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.with_context(tracking_disable=True).customer_status = "new"
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        set_status(1)
        self.assertLessEqual(set_status(60) - set_status(10), 5)

    def test_copy_gets_a_login_of_its_own(self):
        customer = self._create_customer()
        copy = customer.copy()
        self.assertTrue(copy.portal_login)
        self.assertNotEqual(copy.portal_login, customer.portal_login)

    def test_contacts_of_a_customer_are_no_customers(self):
        company = self._create_customer(is_company=True)
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": company.id}
        )
        self.assertFalse(contact.customer_status)
        self.assertFalse(contact.portal_login)


@tagged("post_install", "-at_install")
class TestPortalLoginRules(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer(portal_login="Alpha")
        cls.other = cls._create_customer(portal_login="Beta")

    def test_pure_normalization(self):
        for text, expected in [
            ("  000040\t", "000040"),
            ("\u00a0a b\u3000", "a b"),
            ("００００４０", "000040"),
            ("   ", False),
            (False, False),
        ]:
            with self.subTest(text=text):
                self.assertEqual(normalize_portal_login(text), expected)
        for text in ("a\x00b", "a\u200bb", "a\u202eb", "a\nb"):
            with self.subTest(text=text), self.assertRaises(PortalLoginError):
                normalize_portal_login(text)

    def test_login_is_trimmed(self):
        self.customer.portal_login = "  Gamma "
        self.assertEqual(self.customer.portal_login, "Gamma")
        self.assertEqual(
            self._create_customer(portal_login="\u00a0Delta\t").portal_login, "Delta"
        )

    def test_unseen_characters_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "cannot be seen"):
            self.customer.portal_login = "Al\u200bpha"

    def test_two_contacts_cannot_share_a_login_whatever_the_case(self):
        for login in ("alpha", "ALPHA", " Alpha ", "Ａlpha"):
            with self.subTest(login=login):
                with self.assertRaisesRegex(ValidationError, "another contact"):
                    self.other.portal_login = login
                with self.assertRaisesRegex(ValidationError, "another contact"):
                    self._create_customer(portal_login=login)

    def test_archived_contact_keeps_its_login(self):
        self.customer.active = False
        with self.assertRaisesRegex(ValidationError, "another contact"):
            self.other.portal_login = "alpha"

    def test_wildcards_are_ordinary_characters(self):
        self.other.portal_login = "Al%"
        self.other.portal_login = "Alph_"
        self.assertEqual(self.other.portal_login, "Alph_")

    def test_one_login_for_several_contacts_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "several contacts"):
            (self.customer + self.other).portal_login = "Gamma"
        with self.assertRaisesRegex(ValidationError, "several contacts"):
            self.env["res.partner"].create(
                [
                    {"name": "1", "portal_login": "Gamma"},
                    {"name": "2", "portal_login": "gamma"},
                ]
            )

    def test_database_refuses_what_a_race_lets_through(self):
        rules = patch.object(
            self.env.registry["res.partner"],
            "_check_portal_logins",
            lambda *a, **k: None,
        )
        with rules, mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._create_customer(portal_login="aLPHA")

    def test_another_users_login_or_email_is_refused(self):
        new_test_user(
            self.env, login="Boss", groups="base.group_user", email="Boss <B@x.example>"
        )
        for login, text in [("bOSS", "login of"), ("b@X.example", "e-mail address of")]:
            with (
                self.subTest(login=login),
                self.assertRaisesRegex(ValidationError, text),
            ):
                self.customer.portal_login = login

    def test_archived_users_login_is_refused(self):
        user = new_test_user(self.env, login="gone", groups="base.group_portal")
        user.active = False
        with self.assertRaisesRegex(ValidationError, "login of another user"):
            self.customer.portal_login = "gone"

    def test_own_users_login_and_email_are_allowed(self):
        self._create_portal_user(self.customer, "own", email="own@x.example")
        self.customer.portal_login = "OWN"
        self.customer.portal_login = "own@x.example"
        self.assertEqual(self.customer.portal_login, "own@x.example")

    def test_no_user_takes_a_portal_login_as_login(self):
        with self.assertRaisesRegex(ValidationError, "portal login of another contact"):
            new_test_user(self.env, login="ALPHA", groups="base.group_user")
        user = new_test_user(self.env, login="innocent", groups="base.group_portal")
        with self.assertRaisesRegex(ValidationError, "portal login of another contact"):
            user.login = "alpha"

    def test_no_user_takes_a_portal_login_as_email(self):
        self.customer.portal_login = "a@x.example"
        user = new_test_user(self.env, login="innocent", groups="base.group_user")
        for email in ("A@x.example", "Innocent <a@X.example>"):
            with self.assertRaisesRegex(ValidationError, "portal login of another"):
                user.partner_id.email = email
            with self.assertRaisesRegex(ValidationError, "portal login of another"):
                user.email = email
        # A contact without a user may have that address.
        self.other.email = "a@x.example"

    def test_who_may_edit(self):
        self.customer.with_user(self.contact_manager).portal_login = "Gamma"
        self.assertEqual(self.customer.portal_login, "Gamma")
        with self.assertRaisesRegex(AccessError, "manage contacts"):
            self.customer.with_user(self.salesman).portal_login = "Delta"
        partners = self.env["res.partner"].with_user(self.salesman)
        with self.assertRaisesRegex(AccessError, "manage contacts"):
            partners.create({"name": "x", "portal_login": "Delta"})

    def test_salesman_makes_a_customer_and_the_login_comes(self):
        partner = (
            self.env["res.partner"]
            .with_user(self.salesman)
            .create({"name": "x", "customer_status": "new"})
        )
        self.assertTrue(partner.portal_login)

    def test_merge_keeps_one_login(self):
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer + self.other).ids, self.other)
        self.assertFalse(self.customer.exists())
        self.assertEqual(self.other.portal_login, "Beta")

    def test_merge_hands_over_login_and_services(self):
        contact = self.env["res.partner"].create({"name": "Same person"})
        service = self.env["mass.sending.service"].create(
            {"partner_id": self.customer.id, "tariff_id": self.tariff.id}
        )
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer + contact).ids, contact)
        self.assertEqual(contact.portal_login, "Alpha")
        self.assertEqual(contact.customer_status, "active")
        self.assertEqual(service.partner_id, contact)
