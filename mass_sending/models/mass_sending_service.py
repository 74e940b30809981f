# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError

STATE_PENDING = "pending"
STATE_ACTIVE = "active"
STATE_STOPPED = "stopped"


class MassSendingService(models.Model):
    """What a customer has subscribed to.

    ======== ================================================================
    pending  starts on a later day
    active   runs; the end, if there is one, is its last day
    stopped  its end has passed, its order was cancelled, or staff stopped it
    ======== ================================================================

    The state follows the dates whenever these are written; stopping by hand wins
    until a date is written or the service is started again.
    """

    _name = "mass.sending.service"
    _description = "Service"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    location_id = fields.Many2one(related="partner_id.location_id")
    tariff_id = fields.Many2one(
        "product.template",
        string="Tariff Plan",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain=[("tariff_type", "!=", False)],
    )
    service_type = fields.Selection(
        related="tariff_id.tariff_type", store=True, index=True
    )
    state = fields.Selection(
        [
            (STATE_PENDING, "Pending"),
            (STATE_ACTIVE, "Active"),
            (STATE_STOPPED, "Stopped"),
        ],
        string="Status",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        default=STATE_PENDING,
    )
    date_start = fields.Date(
        string="Start", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="End", copy=False, help="The last day of the service."
    )

    # Where it comes from
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales Order Line",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )
    sale_order_id = fields.Many2one(related="sale_line_id.order_id")
    company_id = fields.Many2one(
        "res.company",
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
    )

    _sale_line_unique = models.UniqueIndex(
        "(sale_line_id) WHERE sale_line_id IS NOT NULL",
        "A sales order line has one service only.",
    )

    @api.depends("tariff_id", "partner_id")
    def _compute_display_name(self):
        for service in self:
            names = (service.tariff_id.display_name, service.partner_id.display_name)
            service.display_name = " – ".join(filter(None, names))

    @api.constrains("tariff_id")
    def _check_tariff_id(self):
        for service in self:
            if not service.tariff_id.sudo().tariff_type:
                raise ValidationError(
                    self.env._(
                        "“%(product)s” is not a tariff plan. Set its service type "
                        "first.",
                        product=service.tariff_id.sudo().display_name,
                    )
                )

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for service in self:
            if service.date_end and service.date_end < service.date_start:
                raise ValidationError(
                    self.env._(
                        "The service “%(service)s” ends before it starts. "
                        "Correct its start or its end.",
                        service=service.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        with_state = [bool(vals.get("state")) for vals in vals_list]
        services.browse(
            service.id
            for service, given in zip(services, with_state, strict=True)
            if not given
        )._update_states()
        services._activate_customers()
        return services

    def write(self, vals):
        result = super().write(vals)
        if "state" not in vals and not {"date_start", "date_end"}.isdisjoint(vals):
            self._update_states()
        if vals.get("state") == STATE_ACTIVE or "partner_id" in vals:
            self._activate_customers()
        return result

    # === Actions ===

    def action_start(self):
        self._start(fields.Date.context_today(self))

    def action_stop(self):
        self._stop()

    # === Life of a service ===

    def _start(self, date_start):
        """Start stopped or pending services on the day given, without an end."""
        self.write({"date_start": date_start, "date_end": False})

    def _stop(self):
        """Stop services today. One that never ran keeps its dates."""
        today = fields.Date.context_today(self)
        services = self.filtered(lambda service: service.state != STATE_STOPPED)
        running = services.filtered(
            lambda service: (
                service.date_start <= today
                and (not service.date_end or service.date_end > today)
            )
        )
        running.write({"state": STATE_STOPPED, "date_end": today})
        (services - running).write({"state": STATE_STOPPED})

    def _get_state_by_dates(self, today):
        self.ensure_one()
        if self.date_end and self.date_end < today:
            return STATE_STOPPED
        return STATE_PENDING if self.date_start > today else STATE_ACTIVE

    def _update_states(self):
        today = fields.Date.context_today(self)
        changed = self.filtered(
            lambda service: service.state != service._get_state_by_dates(today)
        )
        for state, services in changed.grouped(
            lambda service: service._get_state_by_dates(today)
        ).items():
            services.write({"state": state})

    def _activate_customers(self):
        self.filtered(
            lambda service: service.state == STATE_ACTIVE
        ).partner_id._apply_customer_status("active")

    @api.model
    def _cron_update_states(self):
        """Stop what has ended and start what is due. Once a day is enough."""
        today = fields.Date.context_today(self)
        self.search(
            [("state", "!=", STATE_STOPPED), ("date_end", "<", today)]
        )._update_states()
        self.search(
            [("state", "=", STATE_PENDING), ("date_start", "<=", today)]
        )._update_states()
