# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import states
from ..channels import channel_selection


class MassSendingReport(models.Model):
    """The dashboard: what was sent, failed, skipped and read.

    One row per delivery of a campaign, and one per person who was skipped: those
    have no delivery, but did not get the message either.
    """

    _name = "mass.sending.report"
    _description = "Mass sending analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "name"

    date = fields.Datetime(readonly=True)
    campaign_id = fields.Many2one("mass.sending.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Author", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    location_id = fields.Many2one("mass.sending.location", readonly=True)
    name = fields.Char(string="Full name", readonly=True)
    address = fields.Char(readonly=True)
    channel = fields.Selection(lambda self: channel_selection(), readonly=True)
    state = fields.Selection(
        [*states.DELIVERY_STATES, (states.SKIPPED, "Skipped")],
        string="Status",
        readonly=True,
    )
    reason = fields.Selection(states.FAILURE_TYPES, readonly=True)
    details = fields.Text(readonly=True)
    delivery_id = fields.Many2one("mass.sending.delivery", readonly=True)
    total = fields.Integer(readonly=True)
    sent = fields.Integer(readonly=True)
    failed = fields.Integer(readonly=True)
    skipped = fields.Integer(readonly=True)
    # not "read": that is what records are read with
    opened = fields.Integer(string="Read", readonly=True)

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._deliveries_sql(), self._skipped_sql())

    def _deliveries_sql(self):
        return SQL(
            """SELECT d.id AS id, d.create_date AS date, d.campaign_id, d.company_id,
                      d.user_id, d.partner_id, d.lead_id, p.location_id,
                      r.name AS name, d.address, d.channel, d.state AS state,
                      d.failure_type AS reason, d.failure_reason AS details,
                      d.id AS delivery_id, 1 AS total,
                      (d.state = %(sent)s)::int AS sent,
                      (d.state = ANY(%(failed)s))::int AS failed,
                      0 AS skipped,
                      (d.read_at IS NOT NULL)::int AS opened
                 FROM mass_sending_delivery d
            LEFT JOIN res_partner p ON p.id = d.partner_id
            LEFT JOIN mass_sending_recipient r ON r.id = d.recipient_id
                WHERE d.type = 'mass'""",
            sent=states.SENT,
            failed=list(states.DELIVERY_FAILED),
        )

    def _skipped_sql(self):
        # of drafts nobody knows yet who is skipped in the end
        return SQL(
            """SELECT -r.id, COALESCE(c.started_at, c.confirmed_at), r.campaign_id,
                      c.company_id, c.user_id, r.partner_id, r.lead_id, p.location_id,
                      r.name, COALESCE(r.email, r.phone), NULL, %(skipped)s,
                      r.skip_reason, NULL, NULL, 1, 0, 0, 1, 0
                 FROM mass_sending_recipient r
                 JOIN mass_sending_campaign c ON c.id = r.campaign_id
            LEFT JOIN res_partner p ON p.id = r.partner_id
                WHERE r.decision = %(skipped)s
                  AND c.state <> %(new)s
                  AND NOT EXISTS (SELECT FROM mass_sending_delivery d
                                   WHERE d.recipient_id = r.id)""",
            skipped=states.SKIPPED,
            new=states.NEW,
        )

    def action_open_person(self):
        """Open the customer or lead, to mend what keeps him from being reached."""
        self.ensure_one()
        person = self.partner_id or self.lead_id
        if not person:
            raise UserError(self.env._("This person has been deleted since."))
        return {
            "type": "ir.actions.act_window",
            "res_model": person._name,
            "res_id": person.id,
            "view_mode": "form",
        }
