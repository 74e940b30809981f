# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.tools import SQL

from ..channels.email import EmailChannel

# What an invoice of a page takes, more or less.
DOCUMENT_SIZE = 60 * 1024


class MassSendingCampaign(models.Model):
    """How many documents a campaign takes along, and how large they are."""

    _inherit = "mass.sending.campaign"

    def _count_documents(self):
        """Count what the kept recipients would get.

        :return: None without documents, else a dict with `documents`, `by_kind`
            ({kind code: number}), `recipients` (with documents), `without`, `size` (in
            bytes), `is_estimate` (not all files are made yet), `too_heavy` (recipients
            whose files exceed what the mail server takes)
        """
        self.ensure_one()
        if not self._uses_documents():
            return None
        self.env.flush_all()
        row = self.env.execute_query_dict(self._count_documents_sql())[0]
        return {**row, "by_kind": row["by_kind"] or {}}

    def _count_documents_sql(self):
        return SQL(
            """WITH document AS (%(documents)s),
                    per_recipient AS (
                        SELECT recipient_id,
                               sum(COALESCE(size, %(guess)s)) AS size,
                               count(*) AS number,
                               count(*) FILTER (WHERE size IS NULL) AS unmade
                          FROM document
                      GROUP BY recipient_id)
               SELECT COALESCE(sum(number), 0)::int AS documents,
                      (SELECT json_object_agg(kind, number)
                         FROM (SELECT kind, count(*) AS number
                                 FROM document GROUP BY kind) AS kinds) AS by_kind,
                      count(*)::int AS recipients,
                      ((SELECT count(*) FROM (%(kept)s) kept) - count(*))::int
                          AS without,
                      COALESCE(sum(size), 0)::bigint AS size,
                      COALESCE(sum(unmade), 0) > 0 AS is_estimate,
                      count(*) FILTER (WHERE size > %(max)s)::int AS too_heavy
                 FROM per_recipient""",
            documents=self._documents_sql(self._get_kept_sql()),
            kept=self._get_kept_sql(),
            guess=self._guess_document_size(),
            max=self._get_max_documents_size(),
        )

    @api.model
    def _guess_document_size(self):
        """Return the usual size of a document, for those that aren't made yet."""
        [[size]] = self.env.execute_query(
            SQL(
                """SELECT avg(file_size)::int
                     FROM (SELECT file_size FROM mass_sending_document
                         ORDER BY id DESC LIMIT 1000) AS latest"""
            )
        )
        return size or DOCUMENT_SIZE

    def _get_max_documents_size(self):
        """Return how many bytes of documents a mail can carry."""
        if "email" not in [channel.code for channel in self._get_channels()]:
            return 2**62
        server, _smtp_from = EmailChannel(self.env)._find_server(self)
        common = sum(self.attachment_ids.sudo().mapped("file_size"))
        # as mail.mail._estimate_email_size: base64, and 10 KB for safety
        total = server._get_max_email_size() * 1024 * 1024 - 10 * 1024
        return int((total - self._get_mail_body_size()) * 6 / 8) - common

    def _get_mail_body_size(self):
        """Return the size of the text in a mail: as HTML, and as plain text."""
        return 2 * len((self.body or "").encode())
