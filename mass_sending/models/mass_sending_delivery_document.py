# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from urllib.parse import quote as url_quote

from odoo import api, fields, models


class MassSendingDeliveryDocument(models.Model):
    """One financial document that was delivered, exactly as it was sent."""

    _name = "mass.sending.delivery.document"
    _description = "Delivered document"
    _order = "delivery_id, id"
    _rec_name = "file_name"

    delivery_id = fields.Many2one(
        "mass.sending.delivery", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="delivery_id.company_id", store=True, index=True
    )
    document_id = fields.Many2one(
        "mass.sending.document",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    owner_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The commercial partner whose document it is.",
    )
    kind = fields.Char(required=True, readonly=True)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    file_name = fields.Char(required=True, readonly=True)
    file_size = fields.Integer(readonly=True, help="In bytes.")
    file_hash = fields.Char(string="SHA-256", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", ondelete="set null", readonly=True)

    # What a customer has received already
    _source_idx = models.Index("(source_model, source_id)")

    def action_download(self):
        """Let staff have the file as it was delivered."""
        self.ensure_one()
        self.check_access("read")
        # Odoo's own route, which asks for the rights on the record
        name = url_quote(self.file_name, safe="")
        path = f"/web/content/mass.sending.document/{self.document_id.id}/file/{name}"
        return {
            "type": "ir.actions.act_url",
            "url": f"{path}?download=true",
            "target": "download",
        }

    @api.model
    def _write_down(self, carried):
        """Write down which documents deliveries carry, in place of what was.

        :param dict carried: {delivery id: [id of mass.sending.document]}
        """
        self.search([("delivery_id", "in", list(carried))]).unlink()
        documents = self.env["mass.sending.document"].browse(
            {document_id for ids in carried.values() for document_id in ids}
        )
        attachments = documents._get_attachments()
        common = {
            document.id: {
                "document_id": document.id,
                "owner_id": document.owner_id.id,
                "kind": document.kind,
                "source_model": document.source_model,
                "source_id": document.source_id,
                "file_name": document.file_name,
                "file_size": document.file_size,
                "file_hash": document.file_hash,
                "attachment_id": attachments[document.id].id,
            }
            for document in documents
        }
        return self.create(
            [
                {"delivery_id": delivery_id, **common[document_id]}
                for delivery_id, document_ids in carried.items()
                for document_id in document_ids
            ]
        )
