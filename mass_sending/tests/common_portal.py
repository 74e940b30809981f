# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import re

from lxml import html

from odoo import http
from odoo.tests import HttpCase

from .. import states
from .common_customers import CustomersCommon


class PortalCommon(CustomersCommon, HttpCase):
    """Two customers with portal users, and a factory of sent portal messages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author = cls._create_staff("author", "mass_sending.mass_sending_group_user")
        cls.anna = cls._create_customer(
            name="Anna", email="anna@x.example", portal_login="CUST-1"
        )
        cls.bert = cls._create_customer(name="Bert", email="bert@x.example")
        cls.anna_user = cls._create_portal_user(cls.anna, "anna", name="Anna")
        cls.bert_user = cls._create_portal_user(cls.bert, "bert", name="Bert")

    @classmethod
    def _create_campaign(cls, **values):
        return cls.env["mass.sending.campaign"].create(
            {
                "subject": "Maintenance",
                "send_to": "portal",
                "state": states.SENT,
                "user_id": cls.author.id,
                **values,
            }
        )

    @classmethod
    def _create_message(cls, partner, subject="Maintenance", body="", **values):
        """Make a portal message as the queue leaves it.

        :param values: of the delivery; `campaign` to share one
        """
        campaign = values.pop("campaign", None) or cls._create_campaign(subject=subject)
        message = cls.env["mail.message"].create(
            {
                "model": partner._name,
                "res_id": partner.id,
                "message_type": "email_outgoing",
                "is_internal": True,
                "subject": subject,
                "body": body or "<p>We are working on the line.</p>",
                "attachment_ids": campaign.attachment_ids.ids,
            }
        )
        recipient = cls.env["mass.sending.recipient"].create(
            {
                "campaign_id": campaign.id,
                "company_id": campaign.company_id.id,
                "person_model": partner._name,
                "person_id": partner.id,
                "partner_id": partner.id,
                "name": partner.name,
                "mail_message_id": message.id,
            }
        )
        return cls.env["mass.sending.delivery"].create(
            {
                "campaign_id": campaign.id,
                "recipient_id": recipient.id,
                "company_id": campaign.company_id.id,
                "user_id": campaign.user_id.id,
                "partner_id": partner.id,
                "mail_message_id": message.id,
                "channel": "portal",
                "address": partner.portal_login or f"#{partner.id}",
                "subject": subject,
                "state": states.SENT,
                "sent_at": "2026-03-02 10:00:00",
                **values,
            }
        )

    @classmethod
    def _create_file(cls, name="terms.txt", raw=b"the terms", **values):
        return cls.env["ir.attachment"].create({"name": name, "raw": raw, **values})

    @classmethod
    def _create_document(cls, delivery, name, raw):
        document = cls.env["mass.sending.delivery.document"].create(
            {
                "delivery_id": delivery.id,
                "kind": "invoice",
                "owner_id": delivery.partner_id.commercial_partner_id.id,
                "file_name": name,
                "file_size": len(raw),
            }
        )
        document.attachment_id = cls._create_file(
            name, raw, res_model=document._name, res_id=document.id
        )
        return document

    def _get_page(self, url, status=200):
        """Open a page; return its tree."""
        response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, status, url)
        return html.fromstring(response.text)

    def _get_answer(self, url):
        """Return what tells answers apart: the page's token changes by the second."""
        response = self.url_open(url, allow_redirects=False)
        text = re.sub(r'csrf_token: "\w+"', "", response.text)
        # with several languages the page links to itself
        return response.status_code, text.replace(url, "")

    def _get_subjects(self, query=""):
        """Return the subjects on the list page, in their order."""
        page = self._get_page(f"/my/messages{query}")
        return page.xpath("//tr[contains(@class, 'o_mass_sending_message')]//a/text()")

    def _get_badge(self):
        """Return the number on the portal's home, "" without badge."""
        badge = self._get_page("/my").xpath(
            "//span[contains(@class, 'o_mass_sending_unread_badge')]"
        )
        return badge[0].text.strip() if badge else ""

    def _post(self, url, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, allow_redirects=False)
