# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests.common import new_test_user

from odoo.addons.base.tests.common import BaseCommon

BODY = '<p>Dear <t t-out="object.msg_name">customer</t>, all is well.</p>'


class CampaignCommon(BaseCommon):
    """A staff member who may write to customers, and a few of those."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.email = "support@example.com"
        cls.agent = new_test_user(
            cls.env,
            "mass_sending_agent",
            "base.group_user,mass_sending.mass_sending_group_user",
            email="agent@example.com",
        )
        cls.manager = new_test_user(
            cls.env,
            "mass_sending_manager",
            "base.group_user,mass_sending.mass_sending_group_manager",
            email="manager@example.com",
        )
        cls.anna = cls._create_customer("Anna Alder", email="anna@example.com")
        cls.bert = cls._create_customer("Bert Birch", email="bert@example.com")
        cls.customers = cls.anna + cls.bert

    @classmethod
    def _create_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "customer_status": "active", **values}
        )

    @classmethod
    def _create_campaign(cls, user=None, **values):
        """Make a campaign of a user's (the agent's by default) to the customers."""
        user = user or cls.agent
        return (
            cls.env["mass.sending.campaign"]
            .with_user(user)
            .create(
                {
                    "subject": "News",
                    "body": BODY,
                    "send_to": "email",
                    "purpose": "service",
                    "email_from": "support@example.com",
                    "filter_domain": f"[('id', 'in', {cls.customers.ids})]",
                    **values,
                }
            )
        )

    def _select(self, campaign):
        """Select the recipients.

        :return: mass.sending.recipient, as superuser
        """
        campaign.sudo()._select_recipients()
        return campaign.sudo().recipient_ids.sorted("id")
