# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models


class MassSendingRecipient(models.Model):
    _inherit = "mass.sending.recipient"

    def _get_portal_paths(self):
        """Return {recipient id: local address of his message in the portal}."""
        return {
            delivery.recipient_id.id: delivery._get_portal_path()
            for delivery in self.env["mass.sending.delivery"].search(
                [
                    ("recipient_id", "in", self.ids),
                    ("channel", "=", "portal"),
                    ("type", "=", "mass"),
                ]
            )
        }
