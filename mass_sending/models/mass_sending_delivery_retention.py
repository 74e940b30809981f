# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo import api, fields, models
from odoo.tools import SQL

from .. import states

_logger = logging.getLogger(__name__)

RETENTION_PARAMETER = "mass_sending.retention_days"
BATCH = 5000
FINISHED = (states.SENT, states.ERROR, *states.CAMPAIGN_STOPPED)


class MassSendingDelivery(models.Model):
    """How long the log is kept: as many days as the settings say; 0 is for ever.

    Messages in the portal are the customers' own, and no log: they stay.
    """

    _inherit = "mass.sending.delivery"

    @api.autovacuum
    def _gc_old_deliveries(self):
        """Delete old lines of the log, some at a time.

        :return: tuple (number deleted, number that may be left)
        """
        days = self._get_retention_days()
        if not days:
            return 0, 0
        self.env.flush_all()
        self.env.cr.execute(self._get_old_deliveries_query(days))
        rows = self.env.cr.fetchall()
        campaign_ids = {campaign_id for (campaign_id,) in rows if campaign_id}
        self.env.invalidate_all(flush=False)
        campaigns = self.env["mass.sending.campaign"].browse(campaign_ids)
        campaigns.filtered(lambda c: not c.log_purged_at).write(
            {"log_purged_at": fields.Datetime.now()}
        )
        self._delete_lonely_recipients(days)
        if rows:
            _logger.info("Deleted %s old deliveries", len(rows))
        return len(rows), BATCH if len(rows) == BATCH else 0

    @api.model
    def _get_retention_days(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return max(0, int(get_param(RETENTION_PARAMETER) or 0))

    def _get_old_deliveries_query(self, days):
        return SQL(
            """DELETE FROM mass_sending_delivery
                WHERE id IN (
                      SELECT d.id
                        FROM mass_sending_delivery d
                   LEFT JOIN mass_sending_campaign c ON c.id = d.campaign_id
                       WHERE d.create_date < (now() AT TIME ZONE 'UTC')
                                             - make_interval(days => %s)
                         AND d.channel <> 'portal'
                         AND d.group_id IS NULL
                         AND (c.id IS NULL
                              OR c.state = ANY(%s)
                             AND c.is_settling IS NOT TRUE
                             AND c.state_counts IS NOT NULL)
                       LIMIT %s)
            RETURNING campaign_id""",
            days,
            list(FINISHED),
            BATCH,
        )

    def _delete_lonely_recipients(self, days):
        """Delete recipients of purged campaigns who have no delivery left."""
        self.env["mass.sending.campaign"].flush_model(["log_purged_at"])
        self.env.cr.execute(
            SQL(
                """DELETE FROM mass_sending_recipient
                    WHERE id IN (
                          SELECT r.id
                            FROM mass_sending_recipient r
                            JOIN mass_sending_campaign c ON c.id = r.campaign_id
                           WHERE c.log_purged_at IS NOT NULL
                             AND r.create_date < (now() AT TIME ZONE 'UTC')
                                                 - make_interval(days => %s)
                             AND NOT EXISTS (SELECT FROM mass_sending_delivery d
                                              WHERE d.recipient_id = r.id)
                           LIMIT %s)""",
                days,
                BATCH,
            )
        )
        self.env["mass.sending.recipient"].invalidate_model(flush=False)


class MassSendingCampaign(models.Model):
    _inherit = "mass.sending.campaign"

    log_purged_at = fields.Datetime(
        string="Log deleted on",
        readonly=True,
        copy=False,
        help="Its lines were older than the log is kept; the figures stay.",
    )

    def _store_counts(self):
        """The figures of a campaign without its log are those of before."""
        return super(
            MassSendingCampaign, self.filtered(lambda c: not c.log_purged_at)
        )._store_counts()

    def _store_recipient_counts(self):
        return super(
            MassSendingCampaign, self.filtered(lambda c: not c.log_purged_at)
        )._store_recipient_counts()
