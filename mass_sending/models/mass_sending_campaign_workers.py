# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models

from .mass_sending_campaign_queue import QUEUE_CRON


class MassSendingCampaign(models.Model):
    """Several workers: Odoo runs a scheduled action only once at a time, on one of its
    servers. So each worker is a scheduled action; the additional ones are copies."""

    _inherit = "mass.sending.campaign"

    @api.model
    def _get_queue_crons(self):
        """Return the scheduled actions that work off the queue (sudo), also those that
        are switched off; the addon's own comes first."""
        first = self.env.ref(QUEUE_CRON).sudo()
        crons = first.with_context(active_test=False).search(
            [("model_id", "=", first.model_id.id), ("code", "=", first.code)],
            order="id",
        )
        return first + (crons - first)

    def _trigger_queue(self, at=None):
        for cron in self._get_queue_crons():
            cron._trigger(at)

    def _start(self):
        result = super()._start()
        if len(self._get_queue_crons()) > 1:
            # the others may have looked for work a moment too early
            self._trigger_queue()
        return result

    @api.model
    def _set_worker_count(self, number):
        """Let so many workers send at once, on all servers together.

        :param int number: at least 1
        :raise UserError: one that is too many is working right now
        """
        crons = self._get_queue_crons()
        crons[number:].unlink()
        for index in range(len(crons) + 1, number + 1):
            copy = crons[0].copy({"name": f"{crons[0].name} ({index})", "active": True})
            # removed together with the addon
            self.env["ir.model.data"].sudo()._update_xmlids(
                [
                    {
                        "xml_id": f"{QUEUE_CRON}_{copy.id}",
                        "record": copy,
                        "noupdate": True,
                    }
                ]
            )
