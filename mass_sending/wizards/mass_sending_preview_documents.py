# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.tools import SQL


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

    def _get_awkward_searches(self, people):
        searches = super()._get_awkward_searches(people)
        campaign = self.campaign_id
        if campaign.can_attach_documents and campaign._uses_documents():
            documents = campaign._documents_sql(
                SQL("SELECT id AS recipient_id, id AS partner_id FROM (%s) p", people)
            )
            most = SQL(
                """SELECT recipient_id FROM (%s) document GROUP BY recipient_id
                 ORDER BY count(*) DESC, recipient_id LIMIT 1""",
                documents,
            )
            searches.append((self.env._("Most documents"), most))
        return searches
