# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import contextlib

from lxml import etree

from odoo import models
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mass_sending_campaign_access import KEEP
from .common_access import INTERNAL, OWNERS, ROLES, SENDERS, STAFF
from .common_access_records import AccessRecordsCommon

OURS = "odoo.addons.mass_sending."
# (model, method): (who may, what it is pressed on: a `_prepare_<name>`)
BUTTONS = {
    **{
        ("mass.sending.campaign", name): (OWNERS, "draft")
        for name in (
            *("action_preview", "action_open_test", "action_send", "action_confirm"),
            *("action_reset", "action_duplicate", "action_make_gsm"),
            *("action_load_template", "action_save_template", "action_save_audience"),
            *("action_open_audience", "action_view_message", "action_open_why"),
            *("action_languages_are_current", "count_audience"),
        )
    },
    **{
        ("mass.sending.campaign", name): (OWNERS, "failed")
        for name in (
            *("action_open_recipients", "action_open_skipped", "action_open_sent"),
            *("action_open_waiting", "action_open_errors", "action_open_uncertain"),
            *("action_open_read", "action_open_acknowledged"),
            *("action_retry_failed", "action_send_to_fixed"),
        )
    },
    ("mass.sending.campaign", "action_undo"): (OWNERS, "confirmed"),
    ("mass.sending.campaign", "action_pause"): (OWNERS, "running"),
    ("mass.sending.campaign", "action_cancel"): (OWNERS, "running"),
    ("mass.sending.campaign", "action_resume"): (OWNERS, "paused"),
    ("mass.sending.campaign", "action_accept_uncertain"): (OWNERS, "uncertain"),
    ("mass.sending.campaign", "action_resend_uncertain"): (OWNERS, "uncertain"),
    ("mass.sending.campaign", "action_remove"): ({"manager"}, "running"),
    ("mass.sending.campaign", "action_purge"): ({"manager"}, "removed"),
    ("mass.sending.recipient", "action_open_person"): (OWNERS, "recipient"),
    ("mass.sending.recipient", "action_keep"): (OWNERS, "recipient"),
    ("mass.sending.recipient", "action_leave_out"): (OWNERS, "recipient"),
    ("mass.sending.delivery", "action_retry"): (OWNERS, "failed_delivery"),
    ("mass.sending.delivery", "action_accept_uncertain"): (
        OWNERS,
        "uncertain_delivery",
    ),
    ("mass.sending.delivery", "action_resend_uncertain"): (
        OWNERS,
        "uncertain_delivery",
    ),
    ("mass.sending.delivery", "action_open_original"): (OWNERS, "other_mail"),
    ("mass.sending.delivery", "action_view_in_portal"): (
        OWNERS | {"portal"},
        "portal_message",
    ),
    ("mass.sending.delivery.document", "action_download"): ({"biller"}, "document"),
    ("mass.sending.report", "action_open_person"): (OWNERS, "report"),
    ("mass.sending.audience", "action_open_audience"): (STAFF, "audience"),
    ("mass.sending.audience", "count_audience"): (STAFF, "audience"),
    ("mass.sending.template", "action_preview"): (STAFF, "template"),
    ("mass.sending.template", "action_make_gsm"): (STAFF, "template"),
    ("mass.sending.template", "action_languages_are_current"): (STAFF, "template"),
    ("mass.sending.hold", "action_release"): (STAFF, "hold"),
    ("mass.sending.sms.gateway", "action_new_report_secret"): ({"system"}, "gateway"),
    ("mass.sending.location", "action_view_customers"): (INTERNAL, "location"),
    ("mass.sending.location", "action_send_message"): (SENDERS, "location"),
    ("product.template", "action_send_message"): (SENDERS, "tariff"),
    ("res.partner", "action_send_message"): (SENDERS, "customer"),
    ("res.partner", "action_open_messages"): (SENDERS, "customer"),
    ("crm.lead", "action_send_message"): (SENDERS, "lead"),
    ("mass.sending.service", "action_start"): ({"manager", "salesman"}, "service"),
    ("mass.sending.service", "action_stop"): ({"manager", "salesman"}, "service"),
    # dialogues: everybody makes his own, for somebody's campaign
    ("mass.sending.confirm", "action_confirm"): (OWNERS, "confirm"),
    ("mass.sending.confirm", "get_summary"): (OWNERS, "confirm"),
    ("mass.sending.confirm", "get_warnings"): (OWNERS, "confirm"),
    ("mass.sending.confirm", "get_notes"): (OWNERS, "confirm"),
    ("mass.sending.confirm", "set_no_access_mode"): (OWNERS, "confirm"),
    ("mass.sending.preview", "get_neighbour"): (OWNERS, "preview"),
    ("mass.sending.save.audience", "action_save"): (OWNERS, "save_audience"),
    ("mass.sending.save.template", "action_save"): (OWNERS, "save_template"),
    ("mass.sending.test", "action_send"): (OWNERS, "test"),
    ("mass.sending.why", "get_answer"): (OWNERS, "why"),
}
ARGUMENTS = {
    "count_audience": lambda test: ({},),
    "set_no_access_mode": lambda test: (KEEP,),
    "get_neighbour": lambda test: (test.customer.id, "next"),
    "get_answer": lambda test: (test.campaign.id, test.customer.id),
}


class _PressedError(Exception):
    """Nothing went wrong: undo what was done."""


@tagged("post_install", "-at_install")
class TestAccessButtons(AccessRecordsCommon):
    """Each button, pressed by each role: who may, and who may not."""

    # === What there is to press ===

    def _get_public_methods(self):
        """Return what a client can call of our models, as (model, method)."""
        found = set()
        for name, Model in self.registry.items():
            if Model._abstract:
                continue
            ours = [c for c in Model.mro() if c.__module__.startswith(OURS)]
            others = [c for c in Model.mro() if not c.__module__.startswith(OURS)]
            methods = {m for c in ours for m, f in vars(c).items() if callable(f)}
            found |= {
                (name, method)
                for method in methods
                if not method.startswith("_")
                and not any(method in vars(c) for c in others if c is not Model)
                and not hasattr(models.BaseModel, method)
            }
        return found

    def _get_buttons(self):
        """Return the buttons of our views, as (model, method)."""
        views = self.env["ir.ui.view"].search(
            [("model_data_id.module", "=", "mass_sending"), ("model", "!=", False)]
        )
        found = set()
        for view in views:
            for node in etree.fromstring(view.arch_db).iter("button"):
                if node.get("type") == "object":
                    found.add((self._get_model(view, node), node.get("name")))
        return found

    def _get_model(self, view, button):
        """Return the model of a button, which may be in a list inside a form."""
        Model = self.env[view.model]
        for node in reversed(list(button.iterancestors())):
            field = Model._fields.get(node.get("name")) if node.tag == "field" else None
            if field is not None and field.relational:
                Model = self.env[field.comodel_name]
        return Model._name

    def test_every_button_has_a_rule(self):
        buttons = self._get_buttons()
        self.assertGreater(len(buttons), 30)
        self.assertFalse(buttons - BUTTONS.keys(), "buttons without a rule")

    def test_every_callable_method_has_a_rule(self):
        methods = self._get_public_methods()
        self.assertFalse(methods - BUTTONS.keys(), "public methods without a rule")
        self.assertFalse(BUTTONS.keys() - methods, "rules for what is no more")

    # === Pressing ===

    def _press(self, button, role):
        """Press a button as somebody, and undo it.

        :raise AccessError: he may not
        """
        model, method = button
        user = self.users[role]
        arguments = ARGUMENTS.get(method, lambda test: ())(self)
        with contextlib.suppress(_PressedError), self.cr.savepoint():
            record = getattr(self, f"_prepare_{BUTTONS[button][1]}")(user)
            self.assertEqual(record._name, model)
            self.env.flush_all()
            self.env.invalidate_all()
            record = record.with_user(user).with_company(user.company_id)
            getattr(record, method)(*arguments)
            self.env.flush_all()
            raise _PressedError
        self.env.invalidate_all()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_who_may_and_who_may_not(self):
        for button, (allowed, _kind) in BUTTONS.items():
            for role in ROLES:
                with self.subTest(button=button, role=role):
                    if role in allowed:
                        self._press(button, role)
                    else:
                        with self.assertRaises(AccessError):
                            self._press(button, role)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_actions_menu_is_for_who_sends(self):
        """“Send message” of customers, leads, plans and places."""
        actions = self.env["ir.actions.server"].search(
            [("binding_model_id", "!=", False)]
        )
        ours = actions.filtered(
            lambda a: a.get_external_id()[a.id].startswith("mass_sending.")
        )
        records = {
            record._name: record
            for record in (
                *(self.customer, self.tariff, self.location),
                self._prepare_lead(None),
            )
        }
        self.assertEqual(len(ours), len(records))
        for action in ours:
            for role, user in self.users.items():
                record = records[action.binding_model_id.model]
                context = {"active_model": record._name, "active_ids": record.ids}
                pressed = action.with_user(user).with_context(**context)
                with self.subTest(action=action.name, role=role):
                    if role in SENDERS:
                        pressed.run()
                    else:
                        with self.assertRaises(AccessError):
                            pressed.run()
