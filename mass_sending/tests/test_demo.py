# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The story that the demo data tells; `dev/test --full` installs it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        module = cls.env["ir.module.module"]._get("mass_sending")
        if not module.demo:
            cls.skipTest(cls, "installed without demo data: run dev/test --full")
        cls.customers = cls._get_demo_records("res.partner").filtered("portal_login")

    @classmethod
    def _get_demo_records(cls, model):
        data = cls.env["ir.model.data"].search(
            [
                ("module", "=", "mass_sending"),
                ("model", "=", model),
                ("name", "=like", "%\\_demo"),
            ]
        )
        return cls.env[model].browse(data.mapped("res_id"))

    def _get_customer(self, login):
        return self.env.ref(f"mass_sending.customer_{login}_demo")

    def _get_invoices(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["account.move"].search(
            [("partner_id", "in", self.customers.ids), *domain]
        )

    def test_customers_by_status(self):
        by_status = self.customers.grouped("customer_status")
        self.assertEqual(
            {status: len(customers) for status, customers in by_status.items()},
            {"active": 43, "new": 6, "inactive": 6, "blocked": 5},
        )

    def test_customers_who_are_hard_to_reach(self):
        self.assertEqual(len(self.customers.filtered(lambda c: not c.email)), 5)
        invalid = self.customers.filtered(lambda c: c.email and not c.email_normalized)
        self.assertEqual(invalid.mapped("name"), ["Sam Tolliver"])
        family = self.customers.filtered(lambda c: "ferris" in (c.email or ""))
        self.assertEqual(len(family), 2)
        self.assertEqual(len(set(family.mapped("email"))), 1)

    def test_billing_email_falls_back_to_first_invoice_address(self):
        self.assertEqual(
            self._get_customer("000053").effective_billing_email,
            "ap@school-district.example.com",
        )

    def test_locations_tariffs_and_services(self):
        self.assertEqual(len(self._get_demo_records("mass.sending.location")), 13)
        tariffs = self._get_demo_records("product.template")
        self.assertEqual(
            set(tariffs.mapped("tariff_type")),
            {"internet", "voice", "recurring", "bundle"},
        )
        services = self._get_demo_records("mass.sending.service")
        self.assertEqual(
            set(services.mapped("state")), {"active", "pending", "stopped"}
        )

    def test_portal_login_signs_in(self):
        user = self.env["res.users"].search(
            self.env["res.users"]._get_login_domain("000040")
        )
        self.assertEqual(user, self.env.ref("mass_sending.user_000040_demo"))
        self.assertTrue(user.share)

    def test_agent_has_no_further_rights(self):
        agent = self.env.ref("mass_sending.user_agent_demo")
        self.assertTrue(agent.has_group("mass_sending.mass_sending_group_user"))
        for group in (
            "mass_sending.mass_sending_group_manager",
            "mass_sending.mass_sending_group_documents",
            "account.group_account_invoice",
        ):
            self.assertFalse(agent.has_group(group), group)

    def test_templates_can_be_used_by_ordinary_staff(self):
        staff = new_test_user(
            self.env, "demo_staff", "mass_sending.mass_sending_group_user"
        )
        templates = self._get_demo_records("mass.sending.template").with_user(staff)
        self.assertEqual(len(templates), 3)
        for template in templates:
            self.assertEqual(template._get_placeholder_problems(), [], template.name)
            rendered, failures = template._render_content(self.customers.ids, "en_US")
            self.assertFalse(failures)
            self.assertEqual(len(rendered), len(self.customers))

    def test_audiences_match_somebody(self):
        audiences = self._get_demo_records("mass.sending.audience")
        self.assertEqual(len(audiences), 2)
        for audience in audiences:
            found = self.env["res.partner"].search(audience._get_audience_domain())
            self.assertTrue(found & self.customers, audience.name)

    def test_leads(self):
        self.assertEqual(len(self._get_demo_records("crm.lead")), 8)

    def test_orders_end_in_every_way(self):
        orders = self.env["sale.order"].search(
            [("partner_id", "in", self.customers.ids)]
        )
        self.assertEqual(set(orders.mapped("state")), {"sent", "sale", "cancel"})

    def test_invoices_of_every_kind(self):
        posted = self._get_invoices(move_type="out_invoice", state="posted")
        self.assertEqual(len(posted), 12)
        self.assertLessEqual(
            {"not_paid", "partial", "reversed"}, set(posted.mapped("payment_state"))
        )
        self.assertTrue({"paid", "in_payment"} & set(posted.mapped("payment_state")))
        self.assertEqual(
            len(self._get_invoices(move_type="out_refund", state="posted")), 1
        )
        self.assertEqual(len(self._get_invoices(state="draft")), 1)
        payments = self.env["account.payment"].search(
            [("partner_id", "in", self.customers.ids)]
        )
        self.assertEqual(len(payments), 5)

    def test_no_invoices_without_accounts(self):
        company = self.env["res.company"].create({"name": "Nothing set up"})
        before = self.env["account.move"].search_count([])
        self.env["mass.sending.demo"].with_company(company)._create_invoices()
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_languages_are_used_once_installed(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["mass.sending.demo"]._use_installed_languages()
        self.assertEqual(self._get_customer("000047").lang, "fr_FR")
        self.assertEqual(self._get_customer("000049").lang, "en_US")
