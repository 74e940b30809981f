# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import base64
import json

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_access import OWNERS, AccessCommon

TERMS = b"the terms, word for word"
INVOICE = b"%PDF-1.4 invoice of Cara"


@tagged("post_install", "-at_install")
class TestAccessFiles(AccessCommon, HttpCase):
    """Each file of a campaign, asked for by each role at each address it has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role, user in cls.users.items():
            if role != "public":
                user.password = user.login
            if user._is_internal():
                # Odoo's own right to export, for everybody
                user.group_ids += cls.env.ref("base.group_allow_export")
        cls.terms = cls.env["ir.attachment"].create({"name": "t.txt", "raw": TERMS})
        cls.campaign.sudo().write({"confirmed_at": False, "state": "new"})
        cls.campaign.attachment_ids = cls.terms
        message = cls.env["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": cls.customer.id,
                "message_type": "email_outgoing",
                "is_internal": True,
                "body": "<p>All is well.</p>",
                "attachment_ids": cls.terms.ids,
            }
        )
        cls.campaign.write({"confirmed_at": "2026-01-01", "state": "sent"})
        cls.delivery.write(
            {"channel": "portal", "state": "sent", "mail_message_id": message.id}
        )
        cls.document = cls.env["mass.sending.document"].create(
            {
                "campaign_id": cls.campaign.id,
                "kind": "invoice",
                "source_model": "account.move",
                "source_id": 1,
                "owner_id": cls.customer.id,
                "file_name": "INV.pdf",
                "file": base64.b64encode(INVOICE),
            }
        )
        cls.delivered = cls.env["mass.sending.delivery.document"].create(
            {
                "delivery_id": cls.delivery.id,
                "document_id": cls.document.id,
                "attachment_id": cls.document._get_attachments()[cls.document.id].id,
                "owner_id": cls.customer.id,
                "kind": "invoice",
                "file_name": "INV.pdf",
            }
        )

    def _get_roles(self, ask):
        """Return the roles for which `ask` is true."""
        allowed = set()
        for role, user in self.users.items():
            login = None if role == "public" else user.login
            self.authenticate(login, login)
            if ask():
                allowed.add(role)
        return allowed

    def _get_roles_for_file(self, url, content):
        return self._get_roles(lambda: content in self.url_open(url).content)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_attachment(self):
        attachment = f"/web/content/{self.terms.id}"
        self.assertEqual(self._get_roles_for_file(attachment, TERMS), OWNERS)
        portal = f"/my/messages/{self.delivery.id}/attachment/{self.terms.id}"
        self.assertEqual(self._get_roles_for_file(portal, TERMS), OWNERS | {"portal"})

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_document(self):
        file = self.delivered.attachment_id
        for url in (
            f"/web/content/mass.sending.document/{self.document.id}/file",
            f"/web/content/{file.id}",
        ):
            with self.subTest(url=url):
                self.assertLessEqual(
                    self._get_roles_for_file(url, INVOICE), {"biller", "system"}
                )
        self.assertEqual(
            self._get_roles_for_file(
                f"/web/content/mass.sending.document/{self.document.id}/file", INVOICE
            ),
            {"biller"},
        )
        portal = f"/my/messages/{self.delivery.id}/document/{self.delivered.id}"
        self.assertEqual(self._get_roles_for_file(portal, INVOICE), {"portal"})
        # who has the message and the right on documents has the document
        documents = self.env.ref("mass_sending.mass_sending_group_documents")
        for role in OWNERS | {"stranger", "colleague"}:
            self.users[role].group_ids += documents
        self.assertEqual(self._get_roles_for_file(portal, INVOICE), OWNERS | {"portal"})

    def _export(self, model, kind):
        """Ask Odoo for an export of a whole list."""
        data = {
            "model": model,
            "fields": [{"name": "display_name", "label": "Name", "type": "char"}],
            "ids": False,
            "domain": [("id", "in", self._get_exported(model).ids)],
            "groupby": [],
            "import_compat": False,
        }
        return self.url_open(
            f"/web/export/{kind}",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )

    def _get_exported(self, model):
        return {
            "mass.sending.campaign": self.campaign,
            "mass.sending.delivery": self.delivery,
            "mass.sending.recipient": self.recipient,
        }[model]

    @mute_logger("odoo.http", "odoo.addons.web.controllers.export")
    def test_exports(self):
        self.delivery.channel = "email"  # not the customer's to see
        for model in (
            *("mass.sending.campaign", "mass.sending.delivery"),
            "mass.sending.recipient",
        ):
            expected = self._get_exported(model).display_name.encode()
            with self.subTest(model=model):
                self.assertEqual(
                    self._get_roles(
                        lambda model=model, expected=expected: (
                            expected in self._export(model, "csv").content
                        )
                    ),
                    OWNERS,
                )

    @mute_logger("odoo.http", "odoo.addons.web.controllers.export")
    def test_export_to_a_spreadsheet(self):
        self.authenticate(*[self.users["author"].login] * 2)
        content = self._export("mass.sending.delivery", "xlsx").content
        self.assertEqual(content[:2], b"PK", "a zip file")
