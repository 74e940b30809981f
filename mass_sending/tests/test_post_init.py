# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from ..hooks import post_init_hook
from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestPostInit(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.env["res.partner"].create(
            [{"name": f"Old {n}", "customer_rank": 1} for n in range(3)]
        )

    def test_existing_customers_become_active(self):
        post_init_hook(self.env)
        self.assertEqual(set(self.before.mapped("customer_status")), {"active"})
        logins = self.before.mapped("portal_login")
        self.assertTrue(all(logins))
        self.assertEqual(logins, sorted(set(logins)))

    def test_others_are_left_alone(self):
        blocked = self._create_customer(customer_status="blocked", customer_rank=1)
        login = blocked.portal_login
        contact = self.env["res.partner"].create(
            {"name": "x", "parent_id": self.before[0].id, "customer_rank": 1}
        )
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        staff = self.employee.partner_id + self.env.company.partner_id
        staff.customer_rank = 1
        post_init_hook(self.env)
        self.assertEqual(blocked.customer_status, "blocked")
        self.assertEqual(blocked.portal_login, login)
        for partner in contact + vendor + staff:
            self.assertFalse(partner.customer_status)
            self.assertFalse(partner.portal_login)

    def test_existing_logins_are_neither_touched_nor_taken(self):
        self.env.ref("mass_sending.ir_sequence_portal_login").number_next_actual = 500
        self.before[0].portal_login = "MINE"
        user = self._create_portal_user(self._create_customer(), "000502")
        self.env.ref("mass_sending.ir_sequence_portal_login").number_next_actual = 502
        post_init_hook(self.env)
        self.assertEqual(self.before[0].portal_login, "MINE")
        self.assertNotIn("000502", self.before.mapped("portal_login"))
        self.assertEqual(user.login, "000502")

    def test_number_of_queries_does_not_grow(self):
        def run(count):
            self.env["res.partner"].create([{"name": "x", "customer_rank": 1}] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            post_init_hook(self.env)
            return self.env.cr.sql_log_count - before

        run(1)
        self.assertLessEqual(run(60) - run(10), 2)
