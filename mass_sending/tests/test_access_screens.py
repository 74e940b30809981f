# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from ast import literal_eval

from lxml import etree

from odoo.tests import tagged

from .common_access import INTERNAL, NOBODY, ROLES, SENDERS, AccessCommon

MANAGERS = {"manager", "stranger"}
EVERYBODY = set(ROLES)
# window action: who may open it
ACTIONS = {
    "mass_sending_campaign_action": SENDERS,
    "mass_sending_campaign_action_create": SENDERS,
    "mass_sending_template_action": SENDERS,
    "mass_sending_audience_action": SENDERS,
    "mass_sending_recipient_action": SENDERS,
    "mass_sending_delivery_action_campaign": SENDERS | {"portal"},
    "mass_sending_delivery_action_email": SENDERS | {"portal"},
    "mass_sending_delivery_action_sms": SENDERS | {"portal"},
    "mass_sending_hold_action": SENDERS,
    "mass_sending_report_action": SENDERS,
    "mass_sending_report_action_unreached": SENDERS,
    "mass_sending_mail_type_action": SENDERS,
    "mass_sending_sms_price_action": SENDERS,
    "mass_sending_sms_gateway_action": {"system"},
    "mass_sending_location_action": INTERNAL,
    "mass_sending_service_action": INTERNAL,
    "product_template_action_tariff_plans": INTERNAL,
    "res_partner_action_customers": EVERYBODY,
    "res_config_settings_action_mass_sending": {"system"},
}
# menu: who sees it
MENUS = {
    **dict.fromkeys(
        (
            *("mass_sending_menu_root", "mass_sending_menu_sending"),
            *("mass_sending_campaign_menu_create", "mass_sending_campaign_menu"),
            *("mass_sending_template_menu", "mass_sending_audience_menu"),
            *("mass_sending_menu_administration", "mass_sending_menu_logs"),
            *("mass_sending_delivery_menu_email", "mass_sending_delivery_menu_sms"),
            *("mass_sending_hold_menu", "mass_sending_report_menu"),
            "mass_sending_report_menu_unreached",
        ),
        SENDERS,
    ),
    **dict.fromkeys(
        (
            *("mass_sending_menu_configuration", "mass_sending_location_menu"),
            *("product_template_menu_tariff_plans", "mass_sending_service_menu"),
            *("mass_sending_mail_type_menu", "mass_sending_sms_price_menu"),
        ),
        MANAGERS,
    ),
    # settings are for who manages messages *and* the system
    "res_config_settings_menu_mass_sending": NOBODY,
    "mass_sending_sms_gateway_menu": NOBODY,
}


@tagged("post_install", "-at_install")
class TestAccessScreens(AccessCommon):
    """Each menu and window action, for each role."""

    def _get_xmlids(self, model):
        records = self.env["ir.model.data"].search(
            [("module", "=", "mass_sending"), ("model", "=", model)]
        )
        return set(records.mapped("name"))

    def test_every_screen_has_a_rule(self):
        self.assertEqual(self._get_xmlids("ir.actions.act_window"), ACTIONS.keys())
        self.assertEqual(self._get_xmlids("ir.ui.menu"), MENUS.keys())

    def test_who_opens_which_list(self):
        for xmlid, allowed in ACTIONS.items():
            model = self.env.ref(f"mass_sending.{xmlid}").res_model
            operation = "create" if model == "res.config.settings" else "read"
            may = {
                role
                for role, user in self.users.items()
                if self.env[model].with_user(user).has_access(operation)
            }
            with self.subTest(action=xmlid):
                self.assertEqual(may, set(allowed))

    def test_every_list_opens(self):
        """With all its columns, as who may open it."""
        opened = 0
        for xmlid, allowed in ACTIONS.items():
            action = self.env.ref(f"mass_sending.{xmlid}")
            if "list" not in action.view_mode.split(","):
                continue
            role = "manager" if "manager" in allowed else "system"
            env = self.env(user=self.users[role].id, su=False)
            model = env[action.res_model]
            views = {mode: id_ for id_, mode in action.sudo().read()[0]["views"]}
            view = model.get_view(views["list"], "list")
            names = {
                node.get("name")
                for node in etree.fromstring(view["arch"]).iter("field")
                if node.get("name") in model._fields
            }
            with self.subTest(action=xmlid):
                found = model.web_search_read(
                    literal_eval(action.domain or "[]"), dict.fromkeys(names, {})
                )
                self.assertGreaterEqual(found["length"], 0)
                opened += 1
        self.assertGreater(opened, 12)

    def _get_menus(self, user):
        """Return the menus that a user is shown: those whose parents are, too."""
        return self.env["ir.ui.menu"].with_user(user).load_menus(False)

    def test_who_sees_which_menu(self):
        for xmlid, allowed in MENUS.items():
            menu = self.env.ref(f"mass_sending.{xmlid}")
            seen = {
                role
                for role, user in self.users.items()
                if user._is_internal() and menu.id in self._get_menus(user)
            }
            with self.subTest(menu=xmlid):
                self.assertEqual(seen, set(allowed))

    def test_settings_are_for_who_manages_messages_and_the_system(self):
        user = self.users["manager"]
        user.group_ids += self.env.ref("base.group_system")
        menus = self._get_menus(user)
        for xmlid in MENUS:
            with self.subTest(menu=xmlid):
                self.assertIn(self.env.ref(f"mass_sending.{xmlid}").id, menus)
