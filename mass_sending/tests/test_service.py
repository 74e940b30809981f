# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestService(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()
        cls.today = fields.Date.today()

    def _create_service(self, **values):
        return self.env["mass.sending.service"].create(
            {"partner_id": self.customer.id, "tariff_id": self.tariff.id, **values}
        )

    def _in_days(self, days):
        return self.today + timedelta(days=days)

    def test_state_follows_the_dates(self):
        for start, end, state in [
            (0, None, "active"),
            (-9, 0, "active"),
            (1, None, "pending"),
            (-9, -1, "stopped"),
        ]:
            with self.subTest(start=start, end=end):
                service = self._create_service(
                    date_start=self._in_days(start),
                    date_end=end is not None and self._in_days(end),
                )
                self.assertEqual(service.state, state)
        service.date_end = False
        self.assertEqual(service.state, "active")

    def test_end_before_start_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "ends before it starts"):
            self._create_service(date_end=self._in_days(-1))

    def test_product_without_service_type_is_refused(self):
        self.tariff.tariff_type = False
        with self.assertRaisesRegex(ValidationError, "not a tariff plan"):
            self._create_service()

    def test_service_type_is_that_of_the_plan(self):
        service = self._create_service()
        self.assertEqual(service.service_type, "internet")
        self.tariff.tariff_type = "voice"
        self.assertEqual(service.service_type, "voice")

    def test_stop_and_start_by_hand(self):
        service = self._create_service(date_start=self._in_days(-9))
        service.with_user(self.salesman).action_stop()
        self.assertEqual((service.state, service.date_end), ("stopped", self.today))
        service.with_user(self.salesman).action_start()
        self.assertEqual((service.state, service.date_end), ("active", False))

    def test_stopping_what_never_ran(self):
        service = self._create_service(date_start=self._in_days(5))
        service.action_stop()
        self.assertEqual((service.state, service.date_end), ("stopped", False))

    def test_cron_starts_and_stops(self):
        with freeze_time(date(2026, 3, 1)):
            ending = self._create_service(date_end="2026-03-09")
            starting = self._create_service(date_start="2026-03-10")
            stopped = self._create_service()
            stopped.action_stop()
            missed = self._create_service(
                date_start="2026-03-05", date_end="2026-03-06"
            )
        services = ending + starting + stopped + missed
        cron = self.env["mass.sending.service"]._cron_update_states
        with freeze_time(date(2026, 3, 9)):
            cron()
        self.assertEqual(
            services.mapped("state"), ["active", "pending", "stopped", "stopped"]
        )
        with freeze_time(date(2026, 3, 10)):
            cron()
        self.assertEqual(
            services.mapped("state"), ["stopped", "active", "stopped", "stopped"]
        )

    def test_cron_costs_no_query_per_service(self):
        def run(count):
            with freeze_time(date(2026, 3, 1)):
                for _number in range(count):
                    self._create_service(date_start="2026-03-10")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(date(2026, 3, 10)):
                self.env["mass.sending.service"]._cron_update_states()
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        run(1)
        self.assertLessEqual(run(40) - run(5), 3)

    def test_cron_record_runs(self):
        cron = self.env.ref("mass_sending.ir_cron_update_service_states")
        with freeze_time(date(2026, 3, 1)):
            service = self._create_service(date_start="2026-03-10")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(service.state, "active")

    def test_rights(self):
        service = self._create_service()
        self.assertEqual(service.with_user(self.employee).state, "active")
        with self.assertRaises(AccessError):
            service.with_user(self.employee).date_end = self.today
        service.with_user(self.salesman).date_end = self.today
        with self.assertRaises(AccessError):
            service.with_user(self.salesman).unlink()
        portal = self._create_portal_user(self.customer, "portal@x.example")
        with self.assertRaises(AccessError):
            service.with_user(portal).read(["state"])

    def test_services_of_other_companies_are_not_seen(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self._create_service(company_id=sister.id)
        own = self._create_service()
        self.assertEqual(self.customer.with_user(self.employee).service_ids, own)


@tagged("post_install", "-at_install")
class TestServiceOfOrder(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.voice = cls._create_tariff("Voice", "voice")
        cls.router = cls.env["product.template"].create({"name": "Router"})
        cls.company_partner = cls._create_customer(is_company=True)
        cls.contact = cls.env["res.partner"].create(
            {"name": "Contact", "parent_id": cls.company_partner.id}
        )
        cls.order = cls._create_order(cls.contact, cls.tariff, cls.router, cls.voice)
        cls.order = cls.order.with_user(cls.salesman)
        cls.today = fields.Date.today()

    @property
    def services(self):
        return self.env["mass.sending.service"].search(
            [("sale_line_id", "in", self.order.order_line.ids)]
        )

    def assertStates(self, *states):
        tariffs = [self.tariff, self.voice]
        self.assertServices(self.services, list(zip(tariffs, states, strict=True)))

    def test_confirming_makes_a_service_per_tariff_plan(self):
        self.assertFalse(self.services)
        self.order.action_confirm()
        self.assertStates("active", "active")
        self.assertEqual(self.services.partner_id, self.company_partner)
        self.assertEqual(self.services.company_id, self.order.company_id)
        self.assertEqual(set(self.services.mapped("date_start")), {self.today})

    def test_later_delivery_date_makes_it_pending(self):
        self.order.commitment_date = fields.Datetime.now() + timedelta(days=10)
        self.order.action_confirm()
        self.assertStates("pending", "pending")
        self.assertGreater(self.services[0].date_start, self.today)

    def test_past_delivery_date_starts_today(self):
        self.order.commitment_date = fields.Datetime.now() - timedelta(days=10)
        self.order.action_confirm()
        self.assertEqual(self.services[0].date_start, self.today)

    def test_cancelling_stops_and_confirming_again_restarts(self):
        self.order.action_confirm()
        services = self.services
        self.order._action_cancel()
        self.assertStates("stopped", "stopped")
        self.order.action_draft()
        self.assertStates("stopped", "stopped")
        self.order.action_confirm()
        self.assertStates("active", "active")
        self.assertEqual(self.services, services)

    def test_quantity_zero_stops_and_a_quantity_restarts(self):
        self.order.action_confirm()
        line = self.order.order_line[0]
        line.product_uom_qty = 0
        self.assertStates("stopped", "active")
        line.product_uom_qty = 2
        self.assertStates("active", "active")

    def test_quantity_change_does_not_restart_what_staff_stopped(self):
        self.order.action_confirm()
        self.services.filtered(lambda s: s.tariff_id == self.tariff).action_stop()
        self.order.order_line[0].product_uom_qty = 2
        self.assertStates("stopped", "active")

    def test_removed_line_stops(self):
        self.order.action_confirm()
        services = self.services
        self.order.sudo().write({"state": "draft"})
        self.order.order_line[0].unlink()
        self.assertServices(
            services, [(self.tariff, "stopped"), (self.voice, "active")]
        )

    def test_added_line_and_changed_plan(self):
        self.order.action_confirm()
        product = self._create_tariff("Fibre 500").product_variant_id
        self.order.order_line[0].product_id = product
        self.order.order_line = [(0, 0, {"product_id": product.id})]
        self.assertServices(
            self.services,
            [
                (product.product_tmpl_id, "active"),
                (self.voice, "active"),
                (product.product_tmpl_id, "active"),
            ],
        )

    def test_confirming_is_idempotent(self):
        self.order.action_confirm()
        services = self.services
        self.order.order_line._sync_services()
        self.assertEqual(self.services, services)

    def test_database_allows_one_service_per_line(self):
        self.order.action_confirm()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.services[0].copy({"sale_line_id": self.services[0].sale_line_id.id})

    def test_hook_hands_the_services_to_another_addon(self):
        self.order.action_confirm()
        with patch.object(
            self.env.registry["sale.order"],
            "_mass_sending_creates_services",
            lambda order: False,
        ):
            self.order._action_cancel()
            self.assertStates("active", "active")
            other = self._create_order(self.contact, self.tariff)
            other.action_confirm()
        self.assertFalse(
            self.env["mass.sending.service"].search_count(
                [("sale_line_id", "in", other.order_line.ids)]
            )
        )

    def test_confirming_needs_no_rights_on_services(self):
        """A customer confirms in the portal; staff of sales may not delete services."""
        portal = new_test_user(
            self.env,
            login="signer",
            groups="base.group_portal",
            partner_id=self.contact.id,
        )
        self.order.with_user(portal).sudo().action_confirm()
        self.assertStates("active", "active")

    def test_many_lines_cost_no_query_each(self):
        def confirm(count):
            order = self._create_order(self.contact, *[self.tariff] * count)
            order.state = "sale"
            self.env.flush_all()
            order.order_line._sync_services()  # warms what the order needs
            order.order_line._get_services_sudo().unlink()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            order.order_line._sync_services()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        confirm(1)
        self.assertLessEqual(confirm(40) - confirm(5), 5)
