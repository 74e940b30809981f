# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models, tools

from .mass_sending_delivery import OTHER_MAIL_TYPES

# What is about signing in is nobody's business, whoever may read the log.
NEVER_LOGGED = ("res.users", "auth", "portal.wizard")


class MassSendingMailType(models.Model):
    """Which kind of mail a document's mail is, in the e-mail log."""

    _name = "mass.sending.mail.type"
    _description = "Type of other mail"
    _order = "model, id"
    _rec_name = "model"

    model = fields.Char(
        string="Document model", required=True, help="Technical name, e.g. sale.order"
    )
    type = fields.Selection(OTHER_MAIL_TYPES, required=True, default="notification")
    active = fields.Boolean(
        string="Logged",
        default=True,
        help="Mail about documents of an archived line is not logged.",
    )

    _model_uniq = models.UniqueIndex(
        "(model)", "There is a line for this document model already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _get_type(self, model):
        """Return the type of mail about a document, None if it is not to be logged.

        :param str model: model of the document, or False
        """
        if not model or model not in self.env or self.env[model]._transient:
            return None
        if model.startswith(NEVER_LOGGED):
            return None
        return self._get_types().get(model, "notification")

    @tools.ormcache()
    def _get_types(self):
        return {
            line.model: line.type if line.active else None
            for line in self.sudo().with_context(active_test=False).search([])
        }
