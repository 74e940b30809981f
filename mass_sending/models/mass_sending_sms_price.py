# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class MassSendingSmsPrice(models.Model):
    """What one SMS segment to a country or network costs."""

    _name = "mass.sending.sms.price"
    _description = "Price of an SMS"
    _order = "prefix, id"
    _rec_name = "prefix"

    prefix = fields.Char(
        required=True,
        help="How the numbers begin, e.g. +49 or +4915. The longest that fits counts.",
    )
    price = fields.Float(required=True, digits=(12, 5), string="Price per segment")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _prefix_uniq = models.Constraint(
        "unique (company_id, prefix)", "There is a price for this prefix already."
    )

    @api.constrains("prefix", "price")
    def _check_prefix(self):
        for price in self:
            if not re.fullmatch(r"\+\d{1,14}", price.prefix or ""):
                raise ValidationError(
                    self.env._("A prefix is a plus and digits, for example +49.")
                )
            if price.price < 0:
                raise ValidationError(self.env._("A price is not below zero."))

    @api.model
    def _price_sql(self, company, number):
        """SQL expression: price of a segment to a number; NULL where none is set.

        :param company: res.company
        :param SQL number: E.164
        """
        self.flush_model()
        return SQL(
            """(SELECT p.price FROM mass_sending_sms_price p
                 WHERE p.company_id = %s AND starts_with(%s, p.prefix)
              ORDER BY length(p.prefix) DESC LIMIT 1)""",
            company.id,
            number,
        )
