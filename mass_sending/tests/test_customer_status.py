# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools.convert import convert_file

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestCustomerStatus(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Prospect"})
        cls.product = cls.env["product.template"].create({"name": "Router"})

    def _confirm_order_of(self, partner, *products):
        self._create_order(partner, *(products or self.product)).with_user(
            self.salesman
        ).action_confirm()

    def _get_first_service(self, partner):
        return self.env["mass.sending.service"].create(
            {"partner_id": partner.id, "tariff_id": self.tariff.id}
        )

    def test_first_confirmed_order_makes_the_commercial_partner_new(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.partner.id}
        )
        self.partner.is_company = True
        order = self._create_order(contact, self.product)
        self.assertFalse(self.partner.customer_status)
        order.with_user(self.salesman).action_confirm()
        self.assertEqual(self.partner.customer_status, "new")
        self.assertTrue(self.partner.portal_login)
        self.assertFalse(contact.customer_status)

    def test_order_imported_as_confirmed_counts(self):
        self._create_order(self.partner, self.product, state="sale")
        self.assertEqual(self.partner.customer_status, "new")

    def test_first_active_service_makes_active(self):
        self._confirm_order_of(self.partner, self.tariff)
        self.assertEqual(self.partner.customer_status, "active")

    def test_pending_service_makes_nobody_active(self):
        service = self.env["mass.sending.service"].create(
            {
                "partner_id": self.partner.id,
                "tariff_id": self.tariff.id,
                "date_start": "2999-01-01",
            }
        )
        self.assertFalse(self.partner.customer_status)
        service.action_start()
        self.assertEqual(self.partner.customer_status, "active")

    def test_what_staff_have_set_stays(self):
        for status in ("inactive", "blocked"):
            self.partner.customer_status = status
            self._confirm_order_of(self.partner, self.tariff)
            self.assertEqual(self.partner.customer_status, status)

    def test_active_customer_does_not_become_new(self):
        self.partner.customer_status = "active"
        self._confirm_order_of(self.partner)
        self.assertEqual(self.partner.customer_status, "active")

    def test_never_touched(self):
        ex_employee = self._create_staff("gone", "base.group_user")
        ex_employee.active = False
        for partner in (
            self.employee.partner_id,
            ex_employee.partner_id,
            self.env.company.partner_id,
            self.env["res.company"].create({"name": "Sister"}).partner_id,
            self.env.ref("base.public_user").partner_id,
        ):
            with self.subTest(partner=partner.name):
                self._confirm_order_of(partner)
                self._get_first_service(partner)
                self.assertFalse(partner.customer_status)
                self.assertFalse(partner.portal_login)

    def test_portal_users_partner_is_an_ordinary_customer(self):
        self._create_portal_user(self.partner, "portal@x.example")
        self._confirm_order_of(self.partner)
        self.assertEqual(self.partner.customer_status, "new")

    def test_staff_make_an_employee_a_customer_by_hand(self):
        # Odoo lets nobody else change the contact of an internal user.
        self.contact_manager.group_ids += self.env.ref("base.group_erp_manager")
        partner = self.employee.partner_id
        partner.with_user(self.contact_manager).customer_status = "active"
        self.assertTrue(partner.portal_login)

    def test_automation_can_be_switched_off_and_on(self):
        self._set_automation(False)
        self._confirm_order_of(self.partner, self.tariff)
        self.assertFalse(self.partner.customer_status)
        self._set_automation(True)
        self._confirm_order_of(self.partner)
        self.assertEqual(self.partner.customer_status, "new")

    def _set_automation(self, value):
        settings = Form(self.env["res.config.settings"])
        settings.mass_sending_customer_status_automation = value
        settings.save().execute()

    def test_switched_off_survives_an_update_of_the_module(self):
        """The data record must not come back: it is what `forcecreate` is for."""
        parameter = self.env.ref(
            "mass_sending.ir_config_parameter_customer_status_automation"
        )
        self.assertEqual(parameter.value, "True")
        self._set_automation(False)
        self.assertFalse(parameter.exists())
        self.env["ir.model.data"]._process_end(["mass_sending"])
        self._convert_parameter_data(mode="update")
        self.assertFalse(self.partner._is_customer_status_automatic())

    def _convert_parameter_data(self, mode):
        convert_file(
            self.env,
            "mass_sending",
            "data/ir_config_parameter_data.xml",
            {},
            mode=mode,
            noupdate=True,
        )

    def test_import_by_the_words_on_the_screen(self):
        north = self.env["mass.sending.location"].create({"name": "North"})
        hill = north.create({"name": "Hill", "parent_id": north.id})
        fields = ["name", "portal_login", "customer_status", "billing_type"]
        fields += ["billing_email", "location_id", "service_provider_id"]
        rows = [
            ["One", " C-1 ", "Active", "Prepaid (Daily)", "b@x.example"],
            ["Two", "", "Blocked", "Recurring", ""],
        ]
        rows = [[*row, "North / Hill", "Prospect"] for row in rows]
        result = (
            self.env["res.partner"].with_user(self.contact_manager).load(fields, rows)
        )
        self.assertFalse(result["messages"])
        one, two = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(one.portal_login, "C-1")
        self.assertTrue(two.portal_login)
        self.assertEqual(one.billing_type, "prepaid_daily")
        self.assertEqual(two.customer_status, "blocked")
        self.assertEqual((one + two).location_id, hill)
        self.assertEqual((one + two).service_provider_id, self.partner)

    def test_many_orders_cost_no_query_each(self):
        def apply(count):
            partners = self.env["res.partner"].create([{"name": "x"}] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.with_context(tracking_disable=True)._apply_customer_status("new")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        apply(1)
        self.assertLessEqual(apply(60) - apply(10), 5)

    def test_status_is_tracked_in_the_chatter(self):
        self.env.cr.flush()  # creating suppresses the tracking of one transaction
        partner = self.partner.with_context(tracking_disable=False, mail_notrack=False)
        partner.customer_status = "new"
        self.env.cr.flush()
        values = partner.message_ids.tracking_value_ids
        self.assertEqual(values.filtered("new_value_char").new_value_char, "New")


@tagged("post_install", "-at_install")
class TestCustomerStatusOfInvoices(AccountTestInvoicingCommon):
    def _invoice(self, partner, move_type="out_invoice"):
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 10})],
            }
        )

    def test_posted_invoice_makes_the_commercial_partner_new(self):
        company = self.env["res.partner"].create({"name": "Co", "is_company": True})
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": company.id}
        )
        invoice = self._invoice(contact)
        self.assertFalse(company.customer_status)
        invoice.action_post()
        self.assertEqual(company.customer_status, "new")
        self.assertFalse(contact.customer_status)

    def test_bills_and_credit_notes_do_not(self):
        partner = self.env["res.partner"].create({"name": "Vendor"})
        self._invoice(partner, "in_invoice").action_post()
        self._invoice(partner, "out_refund").action_post()
        self.assertFalse(partner.customer_status)
