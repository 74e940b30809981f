# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class ResPartner(models.Model):
    """What a customer was sent."""

    _inherit = "res.partner"

    mass_sending_delivery_count = fields.Integer(
        string="Messages sent",
        compute="_compute_mass_sending_delivery_count",
        groups="mass_sending.mass_sending_group_user",
    )

    # from an address to the customer; see `mail.mail._get_log_query`
    _customer_email_idx = models.Index(
        "(email_normalized) WHERE customer_status IS NOT NULL"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_mass_sending_delivery_count(self):
        Delivery = self.env["mass.sending.delivery"]
        counts = dict(
            Delivery._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.mass_sending_delivery_count = counts.get(partner, 0)

    def action_open_messages(self):
        """Open what these customers were sent, as far as the user may see it."""
        self.env["mass.sending.campaign"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_sending.mass_sending_delivery_action_campaign"
        )
        action["name"] = self.env._("Messages")
        action["domain"] = [("partner_id", "in", self.ids)]
        return action
