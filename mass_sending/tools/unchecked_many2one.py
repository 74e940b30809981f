# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A relation that PostgreSQL does not check row by row."""

from odoo import fields
from odoo.tools import sql


class UncheckedMany2one(fields.Many2one):
    """A Many2one without a foreign key.

    PostgreSQL looks up the target of each row, also when a million rows have the same
    one: with a campaign's recipients that is a fifth of the time. Whoever uses this
    sees to it that rows are only made in a transaction that also writes on the target
    (so that nobody deletes it meanwhile), and that the target's `unlink` does what
    `ondelete` says.
    """

    def update_db_foreign_key(self, model, column):
        """Drop the foreign key, where an earlier version has made one."""
        target = model.env[self.comodel_name]._table
        names = sql.get_foreign_keys(
            model.env.cr, model._table, self.name, target, "id", self.ondelete
        )
        for name in names:
            sql.drop_constraint(model.env.cr, model._table, name)
