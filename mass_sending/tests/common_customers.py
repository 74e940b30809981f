# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class CustomersCommon(BaseCommon):
    """Staff with narrow rights, and factories for customers and tariff plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact_manager = cls._create_staff(
            "contacts", "base.group_user,base.group_partner_manager"
        )
        cls.salesman = cls._create_staff(
            "salesman", "sales_team.group_sale_salesman_all_leads"
        )
        cls.employee = cls._create_staff("employee", "base.group_user")
        cls.biller = cls._create_staff("biller", "account.group_account_invoice")
        cls.tariff = cls._create_tariff("Fibre 100")

    @classmethod
    def _create_staff(cls, login, groups):
        return new_test_user(cls.env, login=login, groups=groups)

    @classmethod
    def _create_customer(cls, **values):
        values = {"name": "Customer", "customer_status": "active", **values}
        return cls.env["res.partner"].create(values)

    @classmethod
    def _create_portal_user(cls, partner, login, **values):
        return new_test_user(
            cls.env,
            login=login,
            password=values.pop("password", login),
            groups="base.group_portal",
            partner_id=partner.id,
            email=values.pop("email", partner.email or f"{login}@example.com"),
            **values,
        )

    @classmethod
    def _create_tariff(cls, name, tariff_type="internet"):
        return cls.env["product.template"].create(
            {"name": name, "type": "service", "tariff_type": tariff_type}
        )

    @classmethod
    def _create_order(cls, partner, *tariffs, **values):
        lines = [
            (0, 0, {"product_id": tariff.product_variant_id.id}) for tariff in tariffs
        ]
        return cls.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": lines, **values}
        )

    def assertServices(self, services, expected):
        """Compare services with a list of ``(tariff, state)``, oldest first."""
        self.assertEqual(
            [(service.tariff_id, service.state) for service in services.sorted("id")],
            expected,
        )
