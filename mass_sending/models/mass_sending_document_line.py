# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models

from ..documents import document_kind_selection

DATE_RANGES = [
    ("all", "Any date"),
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("last_30_days", "Last 30 days"),
    ("last_90_days", "Last 90 days"),
    ("this_year", "This year"),
    ("custom", "Custom range"),
]


class MassSendingDocumentLine(models.Model):
    """One kind of financial document to attach, and which of them."""

    _name = "mass.sending.document.line"
    _description = "Financial documents to attach"
    _order = "campaign_id, id"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(lambda self: document_kind_selection(), required=True)
    date_range = fields.Selection(DATE_RANGES, required=True, default="last_month")
    date_from = fields.Date()
    date_to = fields.Date()
    status_filter = fields.Char(help="Codes of the chosen statuses, comma-separated.")

    _kind_uniq = models.Constraint(
        "unique(campaign_id, kind)", "Each kind of document can be chosen once."
    )
