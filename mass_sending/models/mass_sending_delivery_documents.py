# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import fields, models

from .. import states
from .mass_sending_campaign_documents import DOCUMENTS_GROUP


class MassSendingDelivery(models.Model):
    """The financial documents that a delivery carries."""

    _inherit = "mass.sending.delivery"

    documents_pending = fields.Boolean(
        readonly=True, help="Its documents must be made before it may be sent."
    )
    documents_as_links = fields.Boolean(
        readonly=True,
        help="The documents are too heavy for the mail server: the mail links to the "
        "message in the portal.",
    )

    _documents_idx = models.Index(
        "(campaign_id, id) WHERE state = 'new' AND documents_pending"
    )

    def _get_document_files(self):
        """Return the documents that go with the mail: [(name, bytes, type)]."""
        if self.documents_as_links:
            return []
        files = [
            (document.file_name, document.attachment_id.raw, "application/pdf")
            for document in self.document_ids
        ]
        # hundreds of mails are built in one transaction
        self.document_ids.attachment_id.invalidate_recordset(
            ["raw", "datas"], flush=False
        )
        return files

    def _link_heavy_documents(self, max_size):
        """Where the documents are too heavy for the mail server, link to them.

        The mail then links to the message in the portal; who would have none there
        gets his copy.

        :param int max_size: what a mail can carry, in bytes
        """
        for delivery in self.filtered("document_ids"):
            size = sum(delivery.document_ids.mapped("file_size"))
            delivery.documents_as_links = size > max_size
            if delivery.documents_as_links and not delivery._get_portal_delivery():
                delivery._create_portal_delivery()

    def _get_portal_delivery(self):
        """Return the same message to the same person in the portal, if there is."""
        return self.search(
            [
                ("recipient_id", "=", self.recipient_id.id),
                ("channel", "=", "portal"),
                ("type", "=", self.type),
            ],
            limit=1,
        )

    def _create_portal_delivery(self):
        recipient = self.recipient_id
        copy = self.create(
            {
                "campaign_id": self.campaign_id.id,
                "recipient_id": recipient.id,
                "company_id": self.company_id.id,
                "user_id": self.user_id.id,
                "partner_id": self.partner_id.id,
                "mail_message_id": recipient.mail_message_id.id,
                "type": self.type,
                "channel": "portal",
                "address": recipient.portal_login or f"#{self.partner_id.id}",
                "subject": recipient.mail_message_id.subject,
                "state": states.SENT,
                "sent_at": fields.Datetime.now(),
            }
        )
        self.document_ids._write_down({copy.id: self.document_ids.document_id.ids})

    def _get_documents_link_html(self):
        """Return what a mail says at the top instead of carrying documents."""
        if not self.documents_as_links:
            return Markup("")
        return Markup('<p><a href="{}">{}</a></p>').format(
            f"/my/messages/{self._get_portal_delivery().id}",
            self.env._(
                "Your documents are too large for an e-mail: download them in the "
                "customer portal."
            ),
        )

    def _get_readable_documents(self, user):
        """Return the documents that a user may have, of deliveries he may read.

        Customers their own, whoever the recipient belongs to now; staff only with
        the right to attach them.

        :param user: res.users
        :return: mass.sending.delivery.document, in sudo
        """
        documents_sudo = self.sudo().document_ids
        if user._is_internal():
            allowed = user.has_group(DOCUMENTS_GROUP)
            return documents_sudo if allowed else documents_sudo.browse()
        return documents_sudo.filtered(
            lambda document: (
                document.owner_id and document.owner_id == user.commercial_partner_id
            )
        )
