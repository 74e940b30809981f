# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.tools import SQL

from ..channels import channel_selection
from ..queue import bounces


class MassSendingHold(models.Model):
    """An address that hard-bounced: how often, and whether it is left alone now.

    Rows are counted by `queue.bounces`, in SQL. An address on hold is skipped with
    that reason by every campaign of its company, whatever the purpose, until staff
    release it.
    """

    _name = "mass.sending.hold"
    _description = "Address on hold"
    _order = "since desc, id desc"
    _rec_name = "address"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    channel = fields.Selection(
        lambda self: channel_selection(), required=True, readonly=True
    )
    address = fields.Char(required=True, readonly=True)
    bounce_count = fields.Integer(
        string="Bounces", readonly=True, help="Since the address was released last."
    )
    reason = fields.Text(readonly=True, help="What the receiving server said last.")
    is_on_hold = fields.Boolean(string="On hold", readonly=True)
    since = fields.Datetime(string="On hold since", readonly=True)
    last_bounce_at = fields.Datetime(string="Last bounce", readonly=True)
    released_at = fields.Datetime(string="Released", readonly=True)
    released_by_id = fields.Many2one(
        "res.users", string="Released by", readonly=True, ondelete="set null"
    )

    _address_uniq = models.UniqueIndex("(company_id, channel, address)")

    def action_release(self):
        """Write to these addresses again, and count their bounces anew.

        Whoever sees an address on hold may release it.
        """
        self.check_access("read")
        self.sudo().write(
            {
                "is_on_hold": False,
                "bounce_count": 0,
                "since": False,
                "released_at": fields.Datetime.now(),
                "released_by_id": self.env.uid,
            }
        )
        return True

    @api.model
    def _is_on_hold_sql(self, company_id, channel, address):
        """Return an SQL condition: an address is on hold.

        :param int company_id: id of the company that wants to write
        :param str channel: code of the channel
        :param SQL address: the address, in lower case
        """
        return SQL(
            """EXISTS (SELECT FROM mass_sending_hold hold
                        WHERE hold.company_id = %s
                          AND hold.channel = %s
                          AND hold.address = %s
                          AND hold.is_on_hold)""",
            company_id,
            channel,
            address,
        )

    @api.model
    def _get_bounce_limit(self):
        """Return after how many hard bounces an address goes on hold."""
        parameter = self.env["ir.config_parameter"].sudo()
        value = parameter.get_param(bounces.LIMIT_PARAMETER, bounces.LIMIT_DEFAULT)
        return max(1, int(value))
