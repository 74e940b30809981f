# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain


class MassSendingLocation(models.Model):
    """A place in the tree of places an operator serves: region, city, site …"""

    _name = "mass.sending.location"
    _description = "Location"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name, id"

    name = fields.Char(required=True)
    complete_name = fields.Char(
        string="Full Name", compute="_compute_complete_name", recursive=True, store=True
    )
    active = fields.Boolean(default=True)

    # Tree
    parent_id = fields.Many2one(
        "mass.sending.location",
        string="Parent Location",
        ondelete="restrict",
        index="btree_not_null",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        "mass.sending.location", "parent_id", string="Locations Inside"
    )

    customer_count = fields.Integer(
        string="Customers",
        compute="_compute_customer_count",
        help="Customers at this location and at the locations inside it.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for location in self:
            names = (location.parent_id.complete_name, location.name)
            location.complete_name = " / ".join(filter(None, names))

    def _compute_customer_count(self):
        groups = self.env["res.partner"]._read_group(
            self._get_customers_domain(), ["location_id"], ["__count"]
        )
        counts = dict.fromkeys(self.ids, 0)
        for location, count in groups:
            for ancestor_id in map(int, location.parent_path.split("/")[:-1]):
                if ancestor_id in counts:
                    counts[ancestor_id] += count
        for location in self:
            location.customer_count = counts.get(location._origin.id, 0)

    def action_view_customers(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_sending.res_partner_action_customers"
        )
        action["domain"] = list(self._get_customers_domain())
        action["context"] = {}
        return action

    def _get_customers_domain(self):
        return Domain("location_id", "child_of", self.ids) & Domain(
            "customer_status", "!=", False
        )
