# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_customers import CustomersCommon


@tagged("post_install", "-at_install")
class TestLocation(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "location_manager",
            groups="mass_sending.mass_sending_group_manager",
        )
        Location = cls.env["mass.sending.location"]
        cls.region = Location.create({"name": "North"})
        cls.city = Location.create({"name": "Hill", "parent_id": cls.region.id})
        cls.site = Location.create({"name": "Mast 3", "parent_id": cls.city.id})
        cls.in_city = cls._create_customer(location_id=cls.city.id)
        cls.in_site = cls._create_customer(location_id=cls.site.id)

    def test_full_name_follows_the_tree(self):
        self.assertEqual(self.site.display_name, "North / Hill / Mast 3")
        self.region.with_user(self.manager).name = "South"
        self.assertEqual(self.site.display_name, "South / Hill / Mast 3")

    def test_search_by_location_includes_the_places_inside(self):
        partners = self.env["res.partner"].with_user(self.employee)
        for location, expected in [
            (self.region, self.in_city + self.in_site),
            (self.site, self.in_site),
        ]:
            found = partners.search([("location_id", "child_of", location.id)])
            self.assertEqual(set(found.ids), set(expected.ids))

    def test_customer_count_includes_the_places_inside(self):
        # No customer, so not counted.
        self.env["res.partner"].create({"name": "x", "location_id": self.site.id})
        locations = self.region + self.city + self.site
        self.assertEqual(locations.mapped("customer_count"), [2, 2, 1])

    def test_customer_count_agrees_with_the_list_behind_it(self):
        for location in (self.region, self.city, self.site):
            action = location.with_user(self.manager).action_view_customers()
            customers = self.env["res.partner"].search(action["domain"])
            self.assertEqual(len(customers), location.customer_count)

    def test_cycle_is_refused(self):
        with self.assertRaisesRegex(UserError, "Recursion"):
            self.region.parent_id = self.site

    def test_location_in_use_cannot_be_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as raised:
            self.site.unlink()
        self.assertIn("res_partner", str(raised.exception))

    def test_managers_change_and_others_read(self):
        self.site.with_user(self.manager).name = "Mast 4"
        self.assertEqual(self.site.with_user(self.employee).name, "Mast 4")
        with self.assertRaises(AccessError):
            self.site.with_user(self.salesman).name = "Mast 5"

    def test_lead_hands_location_and_provider_to_the_customer(self):
        provider = self.env["res.partner"].create({"name": "Reseller"})
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "contact_name": "Berta",
                "location_id": self.city.id,
                "service_provider_id": provider.id,
            }
        )
        partner = lead.with_user(self.salesman)._create_customer()
        self.assertEqual(partner.location_id, self.city)
        self.assertEqual(partner.service_provider_id, provider)
