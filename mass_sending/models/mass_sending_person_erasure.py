# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.tools import SQL

from .. import states


class MassSendingPersonMixin(models.AbstractModel):
    """What happens to the log when a person is deleted.

    Odoo deletes the texts, which were in his chatter. What is left of him in the
    log are addresses and answers that quote them; the lines stay, so that the
    figures of every campaign stay true.
    """

    _inherit = "mass.sending.person.mixin"

    def unlink(self):
        person_ids = self.ids
        other_mail_ids = self._get_other_mail_ids()
        result = super().unlink()
        self._forget_deleted(person_ids)
        self._forget_other_mail(other_mail_ids)
        return result

    def _get_other_mail_ids(self):
        """Return the ids of the log's lines on mail that is of no campaign."""
        if not self.ids:
            return []
        self.env["mass.sending.delivery"].flush_model()
        column = SQL("lead_id" if self._name == "crm.lead" else "partner_id")
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM mass_sending_delivery
                    WHERE %s = ANY(%s) AND recipient_id IS NULL""",
                column,
                self.ids,
            )
        )
        return [delivery_id for (delivery_id,) in rows]

    @api.model
    def _forget_other_mail(self, delivery_ids):
        if not delivery_ids:
            return
        forget = self.env["mass.sending.campaign"]._get_forget_deliveries_statement
        self.env.cr.execute(forget(SQL("id = ANY(%s)", delivery_ids)))
        self.env.invalidate_all(flush=False)

    @api.model
    def _forget_deleted(self, person_ids):
        """Make the log forget people who are deleted, not those who were merged.

        :param list person_ids: ids they had
        """
        if not person_ids:
            return
        self.env.flush_all()
        recipient_ids = self._get_orphaned_recipient_ids(person_ids)
        if not recipient_ids:
            return
        self._skip_deleted(recipient_ids)
        Campaign = self.env["mass.sending.campaign"]
        for statement in Campaign._get_forget_statements(
            SQL("id = ANY(%s)", recipient_ids),
            SQL("recipient_id = ANY(%s) AND group_id IS NULL", recipient_ids),
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all(flush=False)

    def _get_orphaned_recipient_ids(self, person_ids):
        # who was merged into somebody has his customer
        orphaned = SQL("partner_id IS NULL" if self._name != "crm.lead" else "TRUE")
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM mass_sending_recipient
                    WHERE person_model = %s AND person_id = ANY(%s) AND %s""",
                self._name,
                person_ids,
                orphaned,
            )
        )
        return [recipient_id for (recipient_id,) in rows]

    def _skip_deleted(self, recipient_ids):
        """Who still waits for his message is skipped: without address it could not
        be said any more what became of him."""
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_delivery
                      SET state = %s, failure_type = 'deleted', next_try_at = NULL
                    WHERE recipient_id = ANY(%s)
                      AND state = %s
                      AND group_id IS NULL""",
                states.CANCELLED,
                recipient_ids,
                states.NEW,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_recipient r
                      SET decision = %s, skip_reason = 'deleted'
                    WHERE r.id = ANY(%s)
                      AND r.decision = %s
                      AND NOT EXISTS (SELECT FROM mass_sending_delivery d
                                       WHERE d.recipient_id = r.id
                                         AND d.state <> %s)""",
                states.SKIPPED,
                recipient_ids,
                states.KEPT,
                states.CANCELLED,
            )
        )
