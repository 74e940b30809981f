# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import hashlib

from odoo import api, fields, models


class MassSendingDocument(models.Model):
    """A financial document as a campaign sends it: the file, kept once.

    All deliveries of the campaign that carry it (portal, several addresses,
    retries) share it. The file is a field of this model, so that it can only be
    read by who may read this record: it is never among the attachments of a
    customer, which every employee sees.
    """

    _name = "mass.sending.document"
    _description = "Financial document of a campaign"
    _rec_name = "file_name"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True
    )
    kind = fields.Char(required=True, readonly=True)
    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(
        model_field="source_model", required=True, readonly=True
    )
    source_write_date = fields.Datetime(
        readonly=True, help="State of the document that the file shows."
    )
    owner_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The commercial partner whose document it is.",
    )
    file_name = fields.Char(required=True, readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    file_size = fields.Integer(readonly=True, help="In bytes.")
    file_hash = fields.Char(string="SHA-256", readonly=True)
    is_noted = fields.Boolean(
        readonly=True, help="The document's chatter says that it was sent."
    )

    _source_idx = models.Index("(campaign_id, source_model, source_id)")
    _unnoted_idx = models.Index("(campaign_id) WHERE is_noted IS NOT TRUE")

    @api.model
    def _find_usable(self, campaign, source_model, source_ids):
        """Return the files that the campaign has already: {source id: record}.

        Not those of documents that have changed since.
        """
        found = self.search(
            [
                ("campaign_id", "=", campaign.id),
                ("source_model", "=", source_model),
                ("source_id", "in", list(source_ids)),
            ],
            order="id",
        )
        sources = self.env[source_model].browse(found.mapped("source_id")).exists()
        write_dates = {source.id: source.write_date for source in sources}
        return {
            document.source_id: document
            for document in found
            if document.source_write_date == write_dates.get(document.source_id)
        }

    @api.model
    def _store(self, campaign, kind, source, content):
        """Keep a document's file; one that is kept already is not kept twice.

        :param campaign: mass.sending.campaign
        :param kind: `documents.base.DocumentKind`
        :param source: the document's record, after its file was made
        :param bytes content: the file, checked
        """
        file_hash = hashlib.sha256(content).hexdigest()
        known = self.search(
            [
                ("campaign_id", "=", campaign.id),
                ("source_model", "=", source._name),
                ("source_id", "=", source.id),
                ("file_hash", "=", file_hash),
            ],
            limit=1,
        )
        source.flush_recordset()
        if known:
            known.source_write_date = source.write_date
            return known
        document = self.create(
            {
                "campaign_id": campaign.id,
                "kind": kind.code,
                "source_model": source._name,
                "source_id": source.id,
                "source_write_date": source.write_date,
                "owner_id": kind.get_owners(source.ids).get(source.id),
                "file_name": kind.get_file_name(source),
                "file_size": len(content),
                "file_hash": file_hash,
            }
        )
        document._create_file(content)
        return document

    def _create_file(self, content):
        """Write the file straight into the attachment behind the field: the field
        itself wants it in base64, which takes another copy in memory."""
        self.env["ir.attachment"].create(
            {
                "name": self.file_name,
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "file",
            }
        )

    def _get_attachments(self):
        """Return {document id: ir.attachment} of the files."""
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "in", self.ids),
            ]
        )
        return {attachment.res_id: attachment for attachment in attachments}

    # === Chatter ===

    @api.model
    def _note_sent(self, campaign):
        """Say in the chatter of documents that customers have got them.

        Whatever a worker did not come to, the next one says.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT doc.id, min(d.recipient_id)
                 FROM mass_sending_document doc
                 JOIN mass_sending_delivery_document dd ON dd.document_id = doc.id
                 JOIN mass_sending_delivery d ON d.id = dd.delivery_id
                WHERE doc.campaign_id = %s
                  AND doc.is_noted IS NOT TRUE
                  AND d.sent_at IS NOT NULL
                  AND d.type = 'mass'
             GROUP BY doc.id""",
            [campaign.id],
        )
        recipient_by_document = dict(self.env.cr.fetchall())
        documents = self.browse(recipient_by_document)
        for model, of_model in documents.grouped("source_model").items():
            of_model._note_sent_on(model, campaign, recipient_by_document)
        documents.is_noted = True

    def _note_sent_on(self, model, campaign, recipient_by_document):
        names = {
            recipient.id: recipient.name
            for recipient in self.env["mass.sending.recipient"].browse(
                recipient_by_document.values()
            )
        }
        sources = self.env[model].browse(self.mapped("source_id")).exists()
        existing = set(sources.ids)
        bodies = {
            document.source_id: self.env._(
                "Sent to %(customer)s with the message “%(subject)s”.",
                customer=names[recipient_by_document[document.id]],
                subject=campaign.display_name,
            )
            for document in self
            if document.source_id in existing
        }
        if bodies:
            sources._message_log_batch(
                bodies=bodies, author_id=campaign.user_id.partner_id.id
            )
