# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import UserError


class MailMail(models.Model):
    _inherit = "mail.mail"

    mass_sending_delivery_id = fields.Many2one(
        "mass.sending.delivery",
        string="Delivery",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
        help="Mail of a campaign: only the mass sending queue may send it.",
    )

    @api.model
    def process_email_queue(self, email_ids=(), batch_size=1000):
        """Leave campaign mail alone: it may be on the wire already."""
        ours = [("mass_sending_delivery_id", "=", False)]
        filters = [*self.env.context.get("filters", []), *ours]
        return super(MailMail, self.with_context(filters=filters)).process_email_queue(
            email_ids=email_ids, batch_size=batch_size
        )

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        self._refuse_campaign_mail()
        return super().send(auto_commit, raise_exception, post_send_callback)

    def mark_outgoing(self):
        self._refuse_campaign_mail()
        return super().mark_outgoing()

    def cancel(self):
        self._refuse_campaign_mail()
        return super().cancel()

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Append the financial documents, which are on the way only: they are never
        among the attachments of a message that staff can read."""
        emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        files = self.mass_sending_delivery_id._get_document_files()
        for email in emails:
            email["attachments"] = [*email["attachments"], *files]
        return emails

    def _refuse_campaign_mail(self):
        """Campaign mail is sent through its delivery's claim, or not at all."""
        if self.mass_sending_delivery_id:
            raise UserError(
                self.env._(
                    "This is mail of a campaign. Its own queue sends it; retry or "
                    "cancel it in Messages > Mass sending > History."
                )
            )
