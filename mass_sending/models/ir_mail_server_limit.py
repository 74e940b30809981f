# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

import psycopg2

from odoo import fields, models

_logger = logging.getLogger(__name__)


class IrMailServer(models.Model):
    """Limits that a mail provider sets. Only campaigns wait for them, but all of
    Odoo's mail through the server counts."""

    _inherit = "ir.mail_server"

    mass_sending_hourly_limit = fields.Integer(
        string="E-mails per Hour",
        help="How many e-mails this server takes in any 60 minutes; 0: no limit. "
        "Campaigns wait when it is reached, other mail never does.",
    )
    mass_sending_free_share = fields.Integer(
        string="Kept Free for Other Mail",
        default=10,
        help="Share of the limit, in percent, that campaigns leave to invoices, "
        "tickets, passwords and all other mail.",
    )

    mass_sending_sessions = fields.Integer(
        string="Parallel Sessions",
        default=1,
        help="How many connections a campaign opens to this server at once. One is "
        "best for a server nearby. When each answer takes long (10 ms and more), "
        "several are quicker; ask your provider how many he allows.",
    )

    _mass_sending_sessions_range = models.Constraint(
        "CHECK (mass_sending_sessions BETWEEN 1 AND 20)",
        "Parallel sessions: please enter a number from 1 to 20.",
    )
    _mass_sending_limit_not_negative = models.Constraint(
        "CHECK (mass_sending_hourly_limit >= 0)",
        "E-mails per hour: please enter 0 (no limit) or a positive number.",
    )
    _mass_sending_share_percent = models.Constraint(
        "CHECK (mass_sending_free_share BETWEEN 0 AND 90)",
        "Kept free for other mail: please enter a percentage from 0 to 90.",
    )

    def _get_bulk_limit(self):
        """Return how many e-mails campaigns may send in 60 minutes; 0: no limit."""
        if not self.mass_sending_hourly_limit:
            return 0
        free = self.mass_sending_hourly_limit * self.mass_sending_free_share // 100
        return max(1, self.mass_sending_hourly_limit - free)

    def _connect__(self, *args, **kwargs):  # noqa: PLW3201 (Odoo's name)
        """Note on the session which server it is with, where that server is limited."""
        session = super()._connect__(*args, **kwargs)
        server = self.browse(kwargs.get("mail_server_id") or [])
        if session and not server and not (args or kwargs.get("host")):
            server = self.sudo()._find_mail_server(kwargs.get("smtp_from"))[0]
        if session and server and server.sudo().mass_sending_hourly_limit:
            session.mass_sending_server_id = server.id
        return session

    def send_email(self, message, *args, **kwargs):
        """Count other mail through a limited server. It never waits, and counting
        can never stop it."""
        result = super().send_email(message, *args, **kwargs)
        server_id = getattr(
            kwargs.get("smtp_session"), "mass_sending_server_id", None
        ) or kwargs.get("mail_server_id")
        if server_id and self.sudo().browse(server_id)._get_bulk_limit():
            self._count_other_mail(server_id)
        return result

    def _count_other_mail(self, server_id):
        try:
            with self.env.cr.savepoint():
                self.env["mass.sending.server.tick"].sudo().create(
                    {"server_id": server_id, "at": fields.Datetime.now()}
                )
        except psycopg2.Error as error:
            _logger.warning("A mail was sent but not counted: %s", error)
