# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import date_utils

from ..documents import DOCUMENT_KINDS, document_kind_selection

DATE_RANGES = [
    ("all", "Any date"),
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("last_7_days", "Last 7 days"),
    ("last_30_days", "Last 30 days"),
    ("last_90_days", "Last 90 days"),
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("this_year", "This year"),
    ("custom", "Custom range"),
]
# Ranges that end today, by their number of days.
ROLLING_DAYS = {
    "today": 1,
    "last_7_days": 7,
    "last_30_days": 30,
    "last_90_days": 90,
}


class MassSendingDocumentLine(models.Model):
    """One kind of financial document to attach, and which of them.

    Every campaign has a line per kind; it counts when it is switched on.
    """

    _name = "mass.sending.document.line"
    _description = "Financial documents to attach"
    _order = "campaign_id, id"
    _rec_name = "kind"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(lambda self: document_kind_selection(), required=True)
    enabled = fields.Boolean(string="Attach")
    date_range = fields.Selection(
        DATE_RANGES,
        string="Dated",
        required=True,
        default="last_month",
        help="By the date printed on the document. What is relative, like “last "
        "month”, is so to the day on which the sending starts.",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    status_filter = fields.Char(
        string="Status", help="Codes of what was chosen, comma-separated; empty is any."
    )
    status_options = fields.Json(compute="_compute_status_options", compute_sudo=True)

    _kind_uniq = models.Constraint(
        "unique(campaign_id, kind)", "Each kind of document can be chosen once."
    )

    @api.depends("kind", "campaign_id.company_id")
    @api.depends_context("lang", "company")
    def _compute_status_options(self):
        for line in self:
            company = line.campaign_id.company_id or self.env.company
            # sudo: names of payment methods, to staff who are no accountants
            env = line.with_context(allowed_company_ids=company.ids).sudo().env
            kind = DOCUMENT_KINDS.get(line.kind)
            line.status_options = kind and {
                "label": kind.status_label,
                "options": kind(env).get_status_options(),
            }

    @api.constrains("date_range", "date_from", "date_to")
    def _check_dates(self):
        for line in self.filtered(lambda line: line.date_range == "custom"):
            if line.date_from and line.date_to and line.date_from > line.date_to:
                raise ValidationError(
                    self.env._("Documents: “from” is later than “to”.")
                )

    @api.constrains("status_filter", "kind")
    def _check_status_filter(self):
        for line in self:
            known = {code for code, _label in line.status_options["options"]}
            if unknown := line._get_status_codes() - known:
                raise ValidationError(
                    self.env._(
                        "Documents: unknown status %(codes)s.",
                        codes=", ".join(sorted(unknown)),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_campaign_is_open()
        return lines

    def write(self, vals):
        self._check_campaign_is_open()
        result = super().write(vals)
        self._check_campaign_is_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_campaign_is_open()

    def _check_campaign_is_open(self):
        """The lines are content of the campaign, and frozen with it."""
        if any(line.campaign_id.confirmed_at for line in self):
            raise UserError(
                self.env._(
                    "This campaign is confirmed; the documents to attach can no "
                    "longer change."
                )
            )

    # === What it asks for ===

    def _get_status_codes(self):
        self.ensure_one()
        return {code for code in (self.status_filter or "").split(",") if code}

    def _get_timezone(self):
        """Return the time zone in which days begin: the author's."""
        return self.campaign_id.user_id.tz or "UTC"

    def _get_today(self):
        """Return the day that relative ranges are relative to.

        That on which the campaign started: it may run past midnight, and what is
        tried again must not slip into another month.
        """
        moment = self.campaign_id.started_at or fields.Datetime.now()
        timezone = pytz.timezone(self._get_timezone())
        return pytz.utc.localize(moment).astimezone(timezone).date()

    def _get_dates(self):
        """Return the first and last day, both included; None is open."""
        self.ensure_one()
        today = self._get_today()
        if self.date_range == "custom":
            return self.date_from or None, self.date_to or None
        if self.date_range in ROLLING_DAYS:
            return today - timedelta(days=ROLLING_DAYS[self.date_range] - 1), today
        if self.date_range == "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        if self.date_range == "this_month":
            return date_utils.get_month(today)
        if self.date_range == "last_month":
            return date_utils.get_month(today.replace(day=1) - timedelta(days=1))
        if self.date_range == "this_year":
            return today.replace(month=1, day=1), today.replace(month=12, day=31)
        return None, None
