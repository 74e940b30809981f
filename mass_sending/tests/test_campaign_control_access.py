# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

USER = "mass_sending.mass_sending_group_user"
MANAGER = "mass_sending.mass_sending_group_manager"

AUTHORS_ACTIONS = (
    "action_pause",
    "action_resume",
    "action_cancel",
    "action_retry_failed",
    "action_accept_uncertain",
    "action_resend_uncertain",
    "action_send_to_fixed",
)
MANAGERS_ACTIONS = ("action_remove", "action_purge")
DELIVERY_ACTIONS = (
    "action_retry",
    "action_accept_uncertain",
    "action_resend_uncertain",
)


class TestCampaignControlAccess(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.author = cls._make_user("author", USER)
        cls.colleague = cls._make_user("colleague", USER)
        cls.manager = cls._make_user("manager", MANAGER)
        cls.stranger = cls._make_user(
            "stranger",
            MANAGER,
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )
        cls.employee = cls._make_user("employee", "base.group_user")
        cls.portal = cls._make_user("portal_customer", "base.group_portal")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Cara", "email": "cara@example.com", "customer_status": "active"}
        )
        cls.campaign = cls.env["mass.sending.campaign"].create(
            {
                "subject": "News",
                "body": "<p>All is well.</p>",
                "purpose": "service",
                "user_id": cls.author.id,
                "filter_domain": f"[('id', '=', {cls.customer.id})]",
            }
        )
        cls.campaign._select_recipients()
        cls.campaign.action_confirm()
        cls.campaign._start()

    @classmethod
    def _make_user(cls, login, groups, **values):
        return new_test_user(
            cls.env, login=login, groups=groups, email=f"{login}@example.com", **values
        )

    def _set(self, state, delivery_state="sent", **values):
        self.env.flush_all()
        self.campaign.write({"state": state, **values})
        self.campaign.delivery_ids.write({"state": delivery_state, "group_id": False})
        self.env.flush_all()

    def _prepare_for(self, action):
        """Bring the campaign where the action makes sense."""
        self._set("processing", is_paused=False, removed_at=False, is_settling=False)
        if action == "action_resume":
            self._set("processing", is_paused=True)
        elif "uncertain" in action:
            self._set("error", "uncertain")
        elif "retry" in action:
            self._set("error", "error")
        elif action == "action_purge":
            self._set("removed", removed_at="2026-01-01", purged_at=False)

    def _press(self, action, user, record=None):
        self._prepare_for(action)
        record = record or self.campaign
        record = record.with_user(user)
        record.env.invalidate_all()
        getattr(record, action)()

    def test_author_and_manager_may(self):
        for action in AUTHORS_ACTIONS:
            for user in (self.author, self.manager):
                with self.subTest(action=action, user=user.login):
                    self._press(action, user)

    def test_manager_may_remove_and_purge(self):
        for action in MANAGERS_ACTIONS:
            with self.subTest(action=action):
                self._press(action, self.manager)

    def test_author_may_not_remove_and_purge(self):
        for action in MANAGERS_ACTIONS:
            with self.subTest(action=action), self.assertRaises(AccessError):
                self._press(action, self.author)

    def test_others_may_not(self):
        others = self.colleague + self.stranger + self.employee + self.portal
        for action in AUTHORS_ACTIONS + MANAGERS_ACTIONS:
            for user in others:
                with (
                    self.subTest(action=action, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    self._press(action, user)

    def test_single_deliveries(self):
        delivery = self.campaign.delivery_ids
        for action in DELIVERY_ACTIONS:
            for user in (self.author, self.manager):
                with self.subTest(action=action, user=user.login):
                    self._press(action, user, delivery)
            for user in self.colleague + self.stranger + self.employee + self.portal:
                with (
                    self.subTest(action=action, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    self._press(action, user, delivery)

    def test_log_of_a_removed_campaign_is_for_managers(self):
        def count(user):
            Delivery = self.env["mass.sending.delivery"].with_user(user)
            return Delivery.search_count([("campaign_id", "=", self.campaign.id)])

        self._set("sent")
        self.assertEqual((count(self.author), count(self.manager)), (1, 1))
        self._set("removed")
        self.assertEqual((count(self.author), count(self.manager)), (0, 1))
        self.assertEqual(count(self.stranger), 0)

    def test_log_is_nobodys_to_write(self):
        for user in (self.author, self.manager):
            delivery = self.campaign.delivery_ids.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                delivery.write({"state": "new"})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                delivery.unlink()
