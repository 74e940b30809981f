# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Everybody who may meet a campaign, in two companies, and one of each record."""

from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

USER = "mass_sending.mass_sending_group_user"
MANAGER = "mass_sending.mass_sending_group_manager"

# role: its groups. The stranger is manager in another company.
ROLES = {
    "author": USER,
    "colleague": USER,
    "manager": MANAGER,
    "stranger": MANAGER,
    "system": "base.group_system",
    "biller": "account.group_account_invoice",
    "salesman": "sales_team.group_sale_salesman",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
INTERNAL = set(ROLES) - {"portal", "public"}
# who has the campaign; who sends messages here; who does anywhere
OWNERS = {"author", "manager"}
STAFF = OWNERS | {"colleague"}
SENDERS = STAFF | {"stranger"}
NOBODY = frozenset()


class AccessCommon(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Cara",
                "email": "cara@example.com",
                "customer_status": "active",
                "portal_login": "ACCESS-1",
            }
        )
        cls.users = {role: cls._create_user(role) for role in ROLES}
        cls.location = cls.env["mass.sending.location"].create({"name": "Hill"})
        cls.tariff = cls.env["product.template"].create(
            {"name": "Fibre", "type": "service", "tariff_type": "internet"}
        )
        cls.template = cls.env["mass.sending.template"].create(
            {
                "name": "Greeting",
                "channel": "email",
                "subject": "Hello",
                "body": "<p>Hello</p>",
                "purpose": "service",
                "company_id": cls.company.id,
            }
        )
        cls.campaign = cls._create_campaign("author", cls.company)
        cls.foreign = cls._create_campaign("stranger", cls.other_company)
        cls.delivery = cls.campaign.delivery_ids
        cls.recipient = cls.campaign.recipient_ids

    @classmethod
    def _create_user(cls, role):
        values = {}
        if role == "stranger":
            values.update(
                company_id=cls.other_company.id,
                company_ids=[(6, 0, cls.other_company.ids)],
            )
        if role == "portal":
            values["partner_id"] = cls.customer.id
        return new_test_user(
            cls.env,
            login=f"access_{role}",
            groups=ROLES[role],
            email=f"{role}@example.com",
            **values,
        )

    @classmethod
    def _create_campaign(cls, role, company):
        """Make a started campaign with one recipient and one delivery."""
        campaign = cls.env["mass.sending.campaign"].create(
            {
                "subject": f"News of {company.name}",
                "body": "<p>All is well.</p>",
                "purpose": "service",
                "email_from": "support@example.com",
                "company_id": company.id,
                "user_id": cls.users[role].id,
                "template_id": cls.template.id if company == cls.company else False,
                "filter_domain": f"[('id', '=', {cls.customer.id})]",
            }
        )
        campaign._select_recipients()
        campaign.action_confirm()
        campaign._start()
        return campaign

    def _set(self, state, delivery_state="new", **values):
        """Bring the campaign and its delivery into a state, past the table."""
        self.env.flush_all()
        self.campaign.write(
            {
                "state": state,
                "is_paused": False,
                "is_settling": False,
                "removed_at": False,
                "purged_at": False,
                "confirmed_at": "2026-01-01",
                **values,
            }
        )
        self.delivery.write({"state": delivery_state, "group_id": False})
        self.env.flush_all()
        self.env.invalidate_all()
