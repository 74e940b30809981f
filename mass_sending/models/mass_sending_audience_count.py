# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError


class MassSendingAudienceMixin(models.AbstractModel):
    """The live count, and what keeps people from being counted at all."""

    _inherit = "mass.sending.audience.mixin"

    @api.readonly
    def count_audience(self, values):
        """Count whom filters match that are being typed, for the screen.

        :param dict values: the filters on the screen, saved or not
        :return: dict with `count`, and `problem`: a sentence when they cannot be
            counted, else False
        """
        self.check_access("read")
        names = self._get_audience_field_names() + ["company_id"]
        values = {name: values[name] for name in names if name in values}
        audience = self.new(values, origin=self)
        if problem := audience._get_people_access_problem():
            return {"count": 0, "problem": problem}
        try:
            domain = audience._get_audience_domain()
            count = self.env[audience.recipient_model].search_count(domain)
        except (AccessError, ValidationError) as error:
            return {"count": 0, "problem": str(error)}
        return {"count": count, "problem": False}

    def _get_people_access_problem(self):
        """Return a sentence when the user may not see such people at all."""
        model = self.env[self.recipient_model]
        if model.has_access("read"):
            return False
        if self.recipient_type == "lead":
            return self.env._(
                "Leads cannot be chosen: %(user)s may not see them. An administrator "
                "can give a role in CRM.",
                user=self.env.user.name,
            )
        return self.env._(
            "These people cannot be chosen: %(user)s may not see “%(model)s”.",
            user=self.env.user.name,
            model=model._description,
        )

    def _check_people_access(self):
        """Check that there is somebody to choose from.

        :raise UserError: the user may not see such people; the sentence says so
        """
        if problem := self._get_people_access_problem():
            raise UserError(problem)

    def action_open_audience(self):
        self._check_people_access()
        return super().action_open_audience()
