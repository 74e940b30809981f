# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class MassSendingServerTick(models.Model):
    """One mail that a limited server was given, by whomever, and when.

    Kept for somewhat more than an hour, see `queue/pace.py`.
    """

    _name = "mass.sending.server.tick"
    _description = "Mail given to a limited server"
    _log_access = False

    server_id = fields.Many2one("ir.mail_server", required=True, ondelete="cascade")
    at = fields.Datetime(required=True)

    _server_at_idx = models.Index("(server_id, at)")
