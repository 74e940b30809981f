# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.tools import SQL


class MassSendingGroup(models.Model):
    """Some deliveries that one worker has taken to hand over: its lease.

    The lease is an advisory lock with the group's id, held by the worker's own
    database connection: it ends with the worker, whatever it dies of. The rows
    are written by `queue/` only.

    `mass_sending_group_witness` is a table that PostgreSQL does not log: it is
    empty after a crash of the server, but not after a clean stop. An open group
    without its witness was open when the server crashed, and outcomes that were
    recorded without waiting for the disk may be lost with it.
    """

    _name = "mass.sending.group"
    _description = "Deliveries being handed over"
    _log_access = False

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, index=True, ondelete="cascade"
    )
    channel = fields.Char(required=True)
    server_id = fields.Many2one(
        "ir.mail_server",
        index="btree_not_null",
        ondelete="set null",
        help="Limited server that it is being handed over to.",
    )
    worker = fields.Char(help="Host and process of the worker that holds it.")
    claimed_at = fields.Datetime()
    opened_at = fields.Datetime(help="From then on deliveries may be on the wire.")

    def init(self):
        self.env.cr.execute(
            SQL(
                """CREATE UNLOGGED TABLE IF NOT EXISTS mass_sending_group_witness (
                       group_id int4 PRIMARY KEY)"""
            )
        )
