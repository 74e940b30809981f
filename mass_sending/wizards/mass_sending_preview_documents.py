# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class MassSendingPreview(models.TransientModel):
    """The documents that the person shown would get."""

    _inherit = "mass.sending.preview"

    document_names = fields.Text(
        string="Financial documents", compute="_compute_document_names"
    )

    @api.depends("campaign_id", "partner_id")
    def _compute_document_names(self):
        for preview in self:
            campaign = preview.campaign_id
            names = []
            if campaign and campaign.can_attach_documents:
                names = campaign._get_document_names(preview.partner_id)
            preview.document_names = "\n".join(names)
