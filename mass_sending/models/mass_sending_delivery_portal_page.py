# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.tools import format_date, format_time, human_size
from odoo.tools.mail import html_sanitize


class MassSendingDelivery(models.Model):
    """What the pages under /my/messages show of a delivery.

    The pages get these values and no record, so that nothing else of the row can
    slip into them. All methods are for sudo, after the check; the user is the reader.
    """

    _inherit = "mass.sending.delivery"

    def _prepare_portal_row(self):
        """Return what the list shows of a message."""
        self.ensure_one()
        sent_at = self.sent_at or self.create_date
        return {
            "id": self.id,
            "url": self._get_portal_path(),
            "subject": self.subject or self.env._("(no subject)"),
            "sent_at": sent_at,
            "sent_at_text": self._format_portal_time(sent_at),
            "sent_on_text": format_date(self.env, self._get_portal_time(sent_at)),
            "is_unread": not self.read_at,
            "has_files": bool(
                self.mail_message_id.attachment_ids
                or self._get_readable_documents(self.env.user)
            ),
        }

    def _prepare_portal_page(self):
        """Return what the page of a message shows."""
        return {
            **self._prepare_portal_row(),
            "sender": self.company_id.name,
            "body": self._prepare_portal_body(),
            "lang": self._get_portal_body_lang(),
            "files": self._prepare_portal_files(),
            "documents": self._prepare_portal_documents(),
            "asks_acknowledgement": self.campaign_id.ask_acknowledgement,
            "acknowledged_at_text": self._format_portal_time(self.acknowledged_at),
            "acknowledged_by": self.acknowledged_by_id.name,
        }

    def _get_portal_path(self, *parts):
        return "/".join(map(str, ["/my/messages", self.id, *parts]))

    def _get_portal_time(self, moment):
        return fields.Datetime.context_timestamp(self, moment)

    def _format_portal_time(self, moment):
        """Return date and time as the reader's clock and language have them."""
        if not moment:
            return ""
        local = self._get_portal_time(moment)
        day = format_date(self.env, local)
        return f"{day} {format_time(self.env, local.time(), time_format='short')}"

    def _prepare_portal_body(self):
        """Return the text as it was sent.

        It was cleaned when it was stored. Here a stranger's browser shows it, so it
        is cleaned again, whoever wrote the row.
        """
        return html_sanitize(
            self.mail_message_id.body or "",
            sanitize_attributes=True,
            sanitize_style=True,
        )

    def _get_portal_body_lang(self):
        """Return the language of the text, for screen readers."""
        lang = self.campaign_id._get_known_lang(self.recipient_id.lang)
        return lang.partition("@")[0].replace("_", "-")

    def _prepare_portal_files(self):
        """Return the files that everybody got with this message."""
        return [
            {
                "name": attachment.name,
                "size": human_size(attachment.file_size),
                "url": self._get_portal_path("attachment", attachment.id),
            }
            for attachment in self.mail_message_id.attachment_ids
        ]

    def _prepare_portal_documents(self):
        """Return the financial documents that only this customer got."""
        return [
            {
                "name": document.file_name,
                "size": human_size(document.file_size),
                "url": self._get_portal_path("document", document.id),
            }
            for document in self._get_readable_documents(self.env.user)
            if document.attachment_id
        ]
