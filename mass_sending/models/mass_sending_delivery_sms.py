# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from odoo import api, fields, models

from .. import states
from .mass_sending_delivery import STAFF

REPORTS = [
    ("accepted", "Accepted"),
    ("delivered", "Delivered"),
    ("failed", "Not delivered"),
]
# A report on a finished campaign is drawn conclusions from within this time.
REPORT_DELAY = timedelta(seconds=30)
REPORT_BATCH = 1000
# Nothing is to be concluded about these any more.
DECIDED = (states.ERROR, states.CANCELLED, states.EXPIRED)


class MassSendingDelivery(models.Model):
    """What an SMS has in its row of the log, and what is reported of it later.

    A report may come before the outcome of its delivery is recorded. It is therefore
    only noted, and the queue's next turn draws the conclusions: reports never wait
    for the queue, nor it for them.
    """

    _inherit = "mass.sending.delivery"

    sms_text = fields.Text(string="SMS", readonly=True, groups=STAFF)
    sms_segments = fields.Integer(string="Segments", readonly=True, groups=STAFF)
    sms_price = fields.Float(
        string="Price", digits=(12, 5), readonly=True, groups=STAFF
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    sms_report = fields.Selection(
        REPORTS, string="Report", readonly=True, groups=STAFF, copy=False
    )
    sms_report_reason = fields.Char(readonly=True, groups=STAFF, copy=False)
    sms_report_pending = fields.Boolean(readonly=True, groups=STAFF, copy=False)

    _sms_report_pending_idx = models.Index("(id) WHERE sms_report_pending IS TRUE")

    def _note_sms_report(self, report, reason=None):
        """Note what a provider reports.

        Idempotent, and in any order: who has it, has it.

        :param str report: one of `REPORTS`
        :param str reason: what the provider says of it
        """
        for delivery in self:
            if delivery.sms_report == "delivered" or delivery.sms_report == report:
                continue
            if report == "accepted" and delivery.sms_report:
                continue
            values = {
                "sms_report": report,
                "sms_report_reason": reason or False,
                "sms_report_pending": True,
            }
            if report == "delivered":
                values["delivered_at"] = fields.Datetime.now()
            if delivery.state in DECIDED or (
                report != "failed" and delivery.state == states.SENT
            ):
                values["sms_report_pending"] = False
            delivery.write(values)
            if values["sms_report_pending"]:
                self._trigger_reports()

    @api.model
    def _trigger_reports(self):
        """Wake the queue soon; once for many reports."""
        cron = self.env.ref("mass_sending.ir_cron_process_queue").sudo()
        now = fields.Datetime.now()
        soon = [
            ("cron_id", "=", cron.id),
            ("call_at", ">", now),
            ("call_at", "<=", now + REPORT_DELAY),
        ]
        if not self.env["ir.cron.trigger"].sudo().search_count(soon, limit=1):
            cron._trigger(now + REPORT_DELAY)

    @api.model
    def _apply_sms_reports(self):
        """Draw the conclusions from the reports that were noted.

        What was in doubt was accepted, whatever is reported of it.
        """
        self.env.cr.commit()  # pylint: disable=invalid-commit # see what others noted
        pending = self.search(
            [
                ("sms_report_pending", "=", True),
                ("group_id", "=", False),
                ("state", "in", (states.SENT, states.UNCERTAIN)),
            ],
            limit=REPORT_BATCH,
            order="id",
        ).try_lock_for_update()
        if not pending:
            return
        pending.filtered(lambda d: d.state == states.UNCERTAIN)._set_state(
            states.SENT,
            sent_at=fields.Datetime.now(),
            failure_type=False,
            failure_reason=False,
        )
        failed = pending.filtered(lambda d: d.sms_report == "failed")
        for reason, deliveries in failed.grouped("sms_report_reason").items():
            deliveries._set_state(
                states.ERROR, failure_type="not_delivered", failure_reason=reason
            )
        pending.sms_report_pending = False
        pending.campaign_id._refresh_outcome()
        if len(pending) == REPORT_BATCH:
            self._trigger_reports()
