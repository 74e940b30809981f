# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

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


@tagged("post_install", "-at_install")
class TestAccessLists(AccessCommon):
    """Each record, seen, exported and changed by each role."""

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

    def test_no_field_hides_what_records_can_do(self):
        for name in self._get_own_models():
            hidden = {
                field for field in self.env[name]._fields if hasattr(BaseModel, field)
            } - {"id", "display_name"}
            self.assertFalse(hidden, name)
