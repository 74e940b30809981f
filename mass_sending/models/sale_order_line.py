# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models

from .mass_sending_service import STATE_STOPPED


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "sale")._sync_services()
        return lines

    def write(self, vals):
        if {"product_id", "product_uom_qty"}.isdisjoint(vals):
            return super().write(vals)
        before = {line: line._get_service_tariff() for line in self}
        result = super().write(vals)
        self.filtered(
            lambda line: line._get_service_tariff() != before[line]
        )._sync_services()
        return result

    def unlink(self):
        self._filter_own_services()._get_services_sudo()._stop()
        return super().unlink()

    def _mass_sending_creates_services(self):
        """Hook: whether the service of this line is made and stopped here."""
        self.ensure_one()
        return self.order_id._mass_sending_creates_services()

    def _prepare_service_values(self):
        self.ensure_one()
        return {
            "partner_id": self.order_id.partner_id.commercial_partner_id.id,
            "tariff_id": self._get_service_tariff().id,
            "date_start": self.order_id._get_service_date_start(),
            "sale_line_id": self.id,
            "company_id": self.company_id.id,
        }

    def _get_service_tariff(self):
        """The tariff plan this line gives the customer now; none if it gives none."""
        self.ensure_one()
        tariff = self.product_id.product_tmpl_id
        gives = (
            self.state == "sale"
            and tariff.tariff_type
            and self.product_uom_qty > 0
            and not self.is_downpayment
        )
        return tariff if gives else tariff.browse()

    def _filter_own_services(self):
        return self.filtered(lambda line: line._mass_sending_creates_services())

    def _get_services_sudo(self):
        return (
            self.env["mass.sending.service"]
            .sudo()
            .search([("sale_line_id", "in", self.ids)])
        )

    def _sync_services(self):
        """Make the services agree with the lines: create, restart, change or stop.

        Runs with full rights: whoever may confirm an order (a customer in the portal,
        too) needs no rights on services.
        """
        lines_sudo = self.sudo()._filter_own_services()
        services_sudo = lines_sudo._get_services_sudo().grouped("sale_line_id")
        to_create, to_stop = [], self.env["mass.sending.service"].sudo()
        for line_sudo in lines_sudo:
            service_sudo = services_sudo.get(line_sudo)
            tariff_sudo = line_sudo._get_service_tariff()
            if not tariff_sudo:
                to_stop |= service_sudo or to_stop
            elif not service_sudo:
                to_create.append(line_sudo._prepare_service_values())
            else:
                line_sudo._update_service(service_sudo)
        to_stop._stop()
        self.env["mass.sending.service"].sudo().create(to_create)

    def _update_service(self, service):
        self.ensure_one()
        tariff = self._get_service_tariff()
        if service.tariff_id != tariff:
            service.tariff_id = tariff
        if service.state == STATE_STOPPED:
            service._start(self.order_id._get_service_date_start())
