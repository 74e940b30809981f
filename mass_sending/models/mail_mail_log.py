# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo import models
from odoo.tools import SQL
from odoo.tools.mail import email_normalize, email_normalize_all

from .. import states

_logger = logging.getLogger(__name__)

# Odoo's reasons -> ours
FAILURES = {
    "mail_email_invalid": "email_invalid",
    "mail_email_missing": "email_missing",
    "mail_smtp": "connection",
    "mail_from_invalid": "sender_invalid",
    "mail_from_missing": "sender_invalid",
    "mail_bounce": "bounced",
}
LOG_OTHER_MAIL = "mass_sending.log_other_mail"


class MailMail(models.Model):
    """Writes down in the e-mail log what else customers were sent: that, not what."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # before super(), which deletes mails
        rows = self._prepare_log_rows(
            success_pids, success_emails, failure_reason, failure_type
        )
        if rows:
            self._log_other_mail(rows)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _prepare_log_rows(self, *outcome):
        """Return what to write down; nothing here may keep a mail from going."""
        try:
            if not self._is_other_mail_logged():
                return []
            return [
                row
                for mail in self.sudo()
                if not mail.mass_sending_delivery_id
                for row in mail._prepare_log_rows_of_one(*outcome)
            ]
        except Exception:
            _logger.exception("Mail %s cannot be logged", self.ids)
            return []

    def _is_other_mail_logged(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return get_param(LOG_OTHER_MAIL, "True") == "True"

    def _prepare_log_rows_of_one(
        self, success_pids, success_emails, failure_reason, failure_type
    ):
        """Yield (partner id, address, type, …), in the order of `LOG_COLUMNS`."""
        mail_type = self.env["mass.sending.mail.type"]._get_type(self.model)
        if not mail_type or not self.res_id:
            return
        addresses = {email_normalize(text) for text in success_emails or ()}
        company_id = self.record_company_id.id or self.env.company.id
        reason = str(failure_reason or self.failure_reason or "")[:1000] or None
        targets = [
            (partner.id, partner.email_normalized or partner.email or "")
            for partner in self.recipient_ids
        ]
        targets += [(None, email) for email in email_normalize_all(self.email_to or "")]
        for partner_id, address in targets:
            sent = not failure_type or (
                partner_id in success_pids if partner_id else address in addresses
            )
            yield (
                *(partner_id, address, mail_type, self.model, self.res_id),
                *(company_id, self.subject or None, self.message_id or None),
                states.SENT if sent else states.ERROR,
                None if sent else FAILURES.get(failure_type, "unknown"),
                None if sent else reason,
            )

    def _log_other_mail(self, rows):
        """Insert all rows with one statement. Errors end up in the log, no further."""
        # outside of the savepoint: what is flushed inside would be lost with it
        self.env["res.partner"].flush_model(
            ["commercial_partner_id", "customer_status", "email_normalized"]
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(self._get_log_query(rows))
        except Exception:
            _logger.exception("Mail %s could not be logged", self.ids)
        self.env["mass.sending.delivery"].invalidate_model(flush=False)

    def _get_log_query(self, rows):
        """SQL that writes down mail to customers and leads, and to nobody else.

        A mail that was tried before keeps its row.
        """
        return SQL(
            """WITH mail (partner_id, address, type, model, res_id, company_id,
                          subject, message_uid, state, failure_type, failure_reason)
                 AS (VALUES %(rows)s),
            person AS (
                SELECT mail.*,
                       p.id AS found_id,
                       CASE WHEN mail.model = 'crm.lead' THEN mail.res_id END AS lead_id
                  FROM mail
             LEFT JOIN LATERAL (
                       SELECT id, customer_status, commercial_partner_id
                         FROM res_partner
                        WHERE id = mail.partner_id
                    UNION ALL
                     (SELECT id, customer_status, commercial_partner_id
                         FROM res_partner
                        WHERE mail.partner_id IS NULL
                          AND email_normalized = mail.address
                          AND customer_status IS NOT NULL
                     ORDER BY id
                        LIMIT 1)) p ON TRUE
             LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
                 WHERE (c.customer_status IS NOT NULL
                        OR p.customer_status IS NOT NULL
                        OR mail.model = 'crm.lead')
                   AND NOT EXISTS (
                       SELECT FROM res_users u
                        WHERE u.partner_id = p.id AND u.share IS NOT TRUE)
                   AND NOT EXISTS (
                       SELECT FROM res_partner up
                         JOIN res_users u ON u.partner_id = up.id
                        WHERE up.email_normalized = mail.address
                          AND u.share IS NOT TRUE)
                   AND NOT EXISTS (
                       SELECT FROM res_company company WHERE company.partner_id = p.id)
            ), again AS (
                UPDATE mass_sending_delivery d
                   SET state = person.state,
                       failure_type = person.failure_type,
                       failure_reason = person.failure_reason,
                       sent_at = CASE WHEN person.state = 'sent'
                                      THEN now() AT TIME ZONE 'UTC' END,
                       attempts = d.attempts + 1
                  FROM person
                 WHERE d.message_uid = person.message_uid
                   AND d.address = person.address
                   AND d.type = person.type
             RETURNING d.message_uid, d.address
            )
            INSERT INTO mass_sending_delivery (
                   partner_id, lead_id, address, type, source_model, source_id,
                   company_id, subject, message_uid, state, failure_type,
                   failure_reason, channel, attempts, sent_at, create_uid,
                   create_date)
            SELECT DISTINCT ON (address, message_uid)
                   found_id, lead_id, address, type, model, res_id, company_id,
                   subject, message_uid, state, failure_type, failure_reason,
                   'email', 1,
                   CASE WHEN state = 'sent' THEN now() AT TIME ZONE 'UTC' END,
                   %(uid)s, now() AT TIME ZONE 'UTC'
              FROM person
             WHERE NOT EXISTS (SELECT FROM again
                                WHERE again.message_uid = person.message_uid
                                  AND again.address = person.address)""",
            rows=SQL(", ").join(
                SQL(
                    "(%s::int4, %s, %s, %s, %s::int4, %s::int4, %s::varchar,"
                    " %s::varchar, %s, %s::varchar, %s::text)",
                    *row,
                )
                for row in rows
            ),
            uid=self.env.uid,
        )
