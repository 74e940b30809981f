# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_WORKERS = 16


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mass_sending_workers = fields.Integer(string="Workers")

    @api.constrains("mass_sending_workers")
    def _check_mass_sending_workers(self):
        for settings in self:
            if not 1 <= settings.mass_sending_workers <= MOST_WORKERS:
                raise ValidationError(
                    self.env._(
                        "Workers: from 1 to %(most)s are possible.", most=MOST_WORKERS
                    )
                )

    @api.model
    def get_values(self):
        crons = self.env["mass.sending.campaign"]._get_queue_crons()
        return {**super().get_values(), "mass_sending_workers": len(crons)}

    def set_values(self):
        result = super().set_values()
        self.env["mass.sending.campaign"]._set_worker_count(self.mass_sending_workers)
        return result
