# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..documents import DOCUMENT_KINDS
from .common_documents import (
    DOCUMENTS_GROUP,
    line_commands,
)

USER_GROUP = "mass_sending.mass_sending_group_user"


@freeze_time("2026-02-10 12:00:00")
class DocumentsFindCase(AccountTestInvoicingCommon):
    """Real accounting data, and a campaign of somebody who is no accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the accountant of the data has no rights on campaigns
        cls.env = cls.env(su=True)
        cls.env["ir.mail_server"].search([]).active = False
        cls.company = cls.company_data["company"]
        cls.author = new_test_user(
            cls.env,
            login="documents",
            groups=f"{USER_GROUP},{DOCUMENTS_GROUP}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.anna, cls.bert = cls._make_customer("Anna"), cls._make_customer("Bert")

    @classmethod
    def _make_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "email": f"{name.lower().replace(' ', '.')}@example.com",
                "customer_status": "active",
                "ref": "documents",
                **values,
            }
        )

    def _make_campaign(self, lines, **values):
        return self.env["mass.sending.campaign"].create(
            {
                "subject": "Documents",
                "body": "<p>Here they are.</p>",
                "send_to": "email",
                "purpose": "service",
                "email_from": "support@example.com",
                "user_id": self.author.id,
                "company_id": self.company.id,
                "filter_domain": "[('ref', '=', 'documents')]",
                "document_line_ids": lines,
                **values,
            }
        )

    def _find(self, lines, **values):
        """Return {customer: his documents} as a campaign would find them."""
        campaign = self._make_campaign(lines, **values)
        campaign._select_recipients()
        found = campaign._find_documents(campaign.recipient_ids.ids)
        return {
            recipient.partner_id: [
                self.env[DOCUMENT_KINDS[kind].model].browse(source_id)
                for kind, source_id in found[recipient.id]
            ]
            for recipient in campaign.recipient_ids
            if recipient.id in found
        }

    def assertFound(self, lines, expected, **values):
        found = self._find(line_commands(**lines), **values)
        self.assertEqual(
            {partner.name: records for partner, records in found.items()},
            {partner.name: list(records) for partner, records in expected.items()},
        )
