# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from ast import literal_eval

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.models import BaseModel
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_access import (
    INTERNAL,
    NOBODY,
    OWNERS,
    ROLES,
    SENDERS,
    STAFF,
    AccessCommon,
)

MANAGERS = {"manager", "stranger"}
EVERYBODY = set(ROLES)
# model: who sees the one of this company; who sees the other company's
VISIBLE = {
    "mass.sending.campaign": (OWNERS, {"stranger"}),
    "mass.sending.recipient": (OWNERS, {"stranger"}),
    # the customer sees it once it is sent through the portal: see below
    "mass.sending.delivery": (OWNERS, {"stranger"}),
    "mass.sending.report": (OWNERS, {"stranger"}),
    "mass.sending.audience": (STAFF, {"stranger"}),
    "mass.sending.template": (STAFF, {"stranger"}),
    "mass.sending.hold": (STAFF, {"stranger"}),
    "mass.sending.document.line": (OWNERS, {"stranger"}),
    "mass.sending.document": ({"biller"}, NOBODY),
    "mass.sending.delivery.document": ({"biller"}, NOBODY),
    "mass.sending.sms.price": (STAFF, {"stranger"}),
    "mass.sending.service": (INTERNAL - {"stranger"}, {"stranger"}),
    # of no company
    "mass.sending.location": (INTERNAL, None),
    "mass.sending.mail.type": (SENDERS, None),
    "mass.sending.sms.gateway": ({"system"}, None),
    "mass.sending.group": (NOBODY, None),
    "mass.sending.server.tick": (NOBODY, None),
}
# model: who may create, write and delete the one of this company
CHANGE = {
    "mass.sending.campaign": (SENDERS, OWNERS, OWNERS),
    # only the tick box, and by the queue
    "mass.sending.recipient": (NOBODY, NOBODY, NOBODY),
    "mass.sending.delivery": (NOBODY, NOBODY, NOBODY),
    "mass.sending.audience": (SENDERS, STAFF, STAFF),
    "mass.sending.template": (SENDERS, STAFF, {"manager"}),
    "mass.sending.hold": (NOBODY, NOBODY, {"manager"}),
    "mass.sending.document": (NOBODY, NOBODY, NOBODY),
    "mass.sending.delivery.document": (NOBODY, NOBODY, NOBODY),
    "mass.sending.sms.price": (MANAGERS, {"manager"}, {"manager"}),
    "mass.sending.location": (MANAGERS, MANAGERS, MANAGERS),
    "mass.sending.service": (
        MANAGERS | {"salesman"},
        {"manager", "salesman"},
        {"manager"},
    ),
    "mass.sending.mail.type": (MANAGERS, MANAGERS, MANAGERS),
    "mass.sending.sms.gateway": ({"system"}, {"system"}, {"system"}),
}
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
class TestAccessLists(AccessCommon):
    """Each list, menu and record, seen and changed by each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.flush_all()
        cls.records = {
            "mass.sending.campaign": (cls.campaign, cls.foreign),
            "mass.sending.recipient": (cls.recipient, cls.foreign.recipient_ids),
            "mass.sending.delivery": (cls.delivery, cls.foreign.delivery_ids),
            "mass.sending.report": tuple(
                cls.env["mass.sending.report"].browse(delivery.id)
                for delivery in (cls.delivery, cls.foreign.delivery_ids)
            ),
            "mass.sending.location": (cls.location, None),
            "mass.sending.document.line": tuple(
                campaign.document_line_ids[0]
                for campaign in (cls.campaign, cls.foreign)
            ),
            **{
                model: cls._create_pair(model, values)
                for model, values in cls._prepare_values().items()
            },
        }

    @classmethod
    def _prepare_values(cls):
        return {
            "mass.sending.audience": {"name": "All"},
            "mass.sending.template": {"name": "Hello", "channel": "email"},
            "mass.sending.hold": {"channel": "email", "address": "gone@example.com"},
            "mass.sending.document": {
                "kind": "invoice",
                "source_model": "account.move",
                "source_id": 1,
                "file_name": "INV.pdf",
            },
            "mass.sending.delivery.document": {"kind": "invoice", "file_name": "I.pdf"},
            "mass.sending.sms.price": {"prefix": "+4999", "price": 0.1},
            "mass.sending.service": {
                "partner_id": cls.customer.id,
                "tariff_id": cls.tariff.id,
                "state": "active",
            },
            "mass.sending.mail.type": {"model": "res.country", "type": "other"},
            "mass.sending.sms.gateway": {"name": "Ours", "url": "https://x.example"},
            "mass.sending.group": {
                "campaign_id": cls.campaign.id,
                "channel": "email",
            },
            "mass.sending.server.tick": {
                "server_id": cls._create_server().id,
                "at": "2026-01-01",
            },
        }

    @classmethod
    def _create_server(cls):
        return cls.env["ir.mail_server"].create({"name": "x", "smtp_host": "x.invalid"})

    @classmethod
    def _create_pair(cls, model, values):
        """Make a record of this company, and one of the other, if it has any."""
        if VISIBLE[model][1] is None:
            return cls.env[model].create(values), None
        return tuple(
            cls._create_of(model, campaign, company, dict(values))
            for campaign, company in (
                (cls.campaign, cls.company),
                (cls.foreign, cls.other_company),
            )
        )

    @classmethod
    def _create_of(cls, model, campaign, company, values):
        fields = cls.env[model]._fields
        if "company_id" in fields and not fields["company_id"].related:
            values["company_id"] = company.id
        if "campaign_id" in fields:
            values["campaign_id"] = campaign.id
        if "delivery_id" in fields:
            values["delivery_id"] = campaign.delivery_ids.id
        return cls.env[model].create(values)

    def _get_own_models(self):
        return {
            name
            for name, Model in self.registry.items()
            if name.startswith("mass.sending.")
            and not (Model._abstract or Model._transient)
        }

    def _get_xmlids(self, model):
        records = self.env["ir.model.data"].search(
            [("module", "=", "mass_sending"), ("model", "=", model)]
        )
        return set(records.mapped("name"))

    # === Reading ===

    def test_every_model_has_a_rule(self):
        self.assertEqual(self._get_own_models(), VISIBLE.keys())

    def _sees(self, user, record):
        records = record.with_user(user).with_company(user.company_id)
        try:
            found = records.search([("id", "=", record.id)])
            readable = records.has_access("read")
        except AccessError:
            return False
        self.assertEqual(bool(found), readable)
        return readable

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_sees_which_record(self):
        for model, expected in VISIBLE.items():
            for record, allowed in zip(self.records[model], expected, strict=True):
                if record is None:
                    continue
                seen = {
                    role
                    for role, user in self.users.items()
                    if self._sees(user, record)
                }
                with self.subTest(
                    model=model, company=record == self.records[model][0]
                ):
                    self.assertEqual(seen, set(allowed))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_what_is_seen_can_be_exported_and_no_more(self):
        for user in self.users.values():
            if user._is_internal():  # Odoo's own right to export, for everybody
                user.group_ids += self.env.ref("base.group_allow_export")
        for model in ("mass.sending.campaign", "mass.sending.delivery"):
            own, foreign = self.records[model]
            for role, user in self.users.items():
                records = own.with_user(user).with_company(user.company_id)
                with self.subTest(model=model, role=role):
                    if role in OWNERS:
                        rows = records.export_data(["id", "company_id/name"])["datas"]
                        self.assertEqual(len(rows), 1)
                        with self.assertRaises(AccessError):
                            foreign.with_user(user).export_data(["display_name"])
                    else:
                        # AccessError, or that he may not export at all
                        with self.assertRaises(UserError):
                            records.export_data(["display_name"])

    def test_customer_sees_his_own_once_it_is_sent_to_the_portal(self):
        for channel, state, visible in (
            ("portal", "sent", True),
            ("portal", "new", False),
            ("email", "sent", False),
        ):
            self.delivery.write({"channel": channel, "state": state})
            self.env.flush_all()
            seen = {r for r, u in self.users.items() if self._sees(u, self.delivery)}
            self.assertEqual(seen, OWNERS | ({"portal"} if visible else set()))
        stranger = self.env["res.partner"].create({"name": "Somebody else"})
        self.delivery.write(
            {"channel": "portal", "state": "sent", "partner_id": stranger.id}
        )
        self.assertFalse(self._sees(self.users["portal"], self.delivery))

    # === Changing ===

    def _may(self, role, operation, model):
        record = self.records[model][0]
        user = self.users[role]
        if operation == "create":
            record = record.browse()
        return (
            record.with_user(user).with_company(user.company_id).has_access(operation)
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_may_change_which_record(self):
        for model, expected in CHANGE.items():
            for operation, allowed in zip(
                ("create", "write", "unlink"), expected, strict=True
            ):
                may = {role for role in ROLES if self._may(role, operation, model)}
                if (model, operation) == ("mass.sending.recipient", "write"):
                    # the tick box; all else is refused, see below
                    may -= OWNERS
                with self.subTest(model=model, operation=operation):
                    self.assertEqual(may, set(allowed))

    def test_nobody_writes_what_the_machine_decides(self):
        for role in OWNERS:
            user = self.users[role]
            for record, values in (
                (self.recipient, {"email": "mine@example.com"}),
                (self.campaign, {"state": "sent"}),
                (self.campaign, {"user_id": self.users["employee"].id}),
                (self.delivery, {"state": "sent"}),
                (self.delivery, {"address": "mine@example.com"}),
            ):
                with (
                    self.subTest(role=role, values=values),
                    self.assertRaises(AccessError),
                ):
                    record.with_user(user).write(values)

    # === Screens ===

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

    def test_no_field_hides_what_records_can_do(self):
        for name in self._get_own_models():
            hidden = {
                field for field in self.env[name]._fields if hasattr(BaseModel, field)
            } - {"id", "display_name"}
            self.assertFalse(hidden, name)

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
