# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._welcome_new_customers()
        return orders

    def _action_confirm(self):
        result = super()._action_confirm()
        self._welcome_new_customers()
        self.order_line._sync_services()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self.order_line._sync_services()
        return result

    def _mass_sending_creates_services(self):
        """Hook: whether the services of this order are made and stopped here.

        An addon which manages contracts or subscriptions returns False and owns the
        services of the order; they are not touched then.
        """
        self.ensure_one()
        return True

    def _get_service_date_start(self):
        """The day on which the services of the order start: today or later."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not self.commitment_date:
            return today
        return max(
            today, fields.Datetime.context_timestamp(self, self.commitment_date).date()
        )

    def _welcome_new_customers(self):
        self.filtered(
            lambda order: order.state == "sale"
        ).partner_id.commercial_partner_id._apply_customer_status("new")
