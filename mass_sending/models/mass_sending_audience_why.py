# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# What a filter looks at: by recipient type, filter -> field of the person. A filter
# that is missing here is named without it.
LOOKED_AT = {
    "customer": {
        "portal_login": "portal_login",
        "status": "customer_status",
        "name": "name",
        "location": "location_id",
        "email": "email",
        "billing_email": "effective_billing_email",
        "phone": "phone",
        "billing_type": "billing_type",
        "service_provider": "service_provider_id",
        "tariff": "msg_tariff_plans",
        "service_type": "msg_tariff_plans",
    },
    "lead": {
        "name": "msg_name",
        "location": "location_id",
        "email": "email_from",
        "phone": "phone",
        "service_provider": "service_provider_id",
        "stage": "stage_id",
        "won_status": "won_status",
        "salesperson": "user_id",
    },
}
ANY_ACTIVE = Domain("active", "in", [True, False])


class MassSendingAudienceMixin(models.AbstractModel):
    """Why the filters leave somebody out: each part asked by itself.

    The parts are those that the audience is compiled from, so this cannot disagree.
    """

    _inherit = "mass.sending.audience.mixin"

    def _explain_audience(self, person_id):
        """Return why a person is not in the audience, as sentences.

        To be called in the environment in which the audience is selected.

        :param int person_id: id on `recipient_model`
        :return: list of sentences; empty when the audience has him
        :raise ValidationError: the additional conditions cannot be read
        """
        self.ensure_one()
        parts = self._get_audience_parts()
        one = Domain("id", "=", person_id)
        model = self.env[self.recipient_model]
        try:
            if model.search_count(Domain.AND(parts.values()) & one, limit=1):
                return []
        except AccessError:
            return [self._explain_no_access()]
        if not model.search_count(one & ANY_ACTIVE, limit=1):
            return [self._explain_invisible(one, parts)]
        person = model.browse(person_id)
        reasons = [
            self._explain_part(name, person)
            for name, domain in parts.items()
            # naming the field lets archived people be found, here and only here
            if not model.search_count(domain & one & ANY_ACTIVE, limit=1)
        ]
        if self._hides_archived(parts) and not person.active:
            reasons.append(self.env._("Archived."))
        return reasons

    def _hides_archived(self, parts):
        """Whether Odoo leaves out archived people: no part asks for them."""
        conditions = Domain.AND(parts.values()).iter_conditions()
        return all(condition.field_expr != "active" for condition in conditions)

    def _explain_no_access(self):
        return self.env._(
            "%(author)s, in whose name people are chosen, has no access.",
            author=self.env.user.name,
        )

    def _explain_invisible(self, one, parts):
        # sudo: tells only whether it is the company
        model_sudo = self.env[self.recipient_model].sudo()
        if not model_sudo.search_count(parts["company"] & one & ANY_ACTIVE, limit=1):
            return self.env._("Belongs to another company than this message.")
        return self._explain_no_access()

    def _explain_part(self, name, person):
        fixed = {
            "base": self.env._("Not a customer: the customer status is empty."),
            "company": self.env._("Belongs to another company than this message."),
            "extra": self.env._("The additional conditions do not match."),
        }
        if name in fixed:
            return fixed[name]
        label = self._get_audience_filter_label(name)
        field_name = LOOKED_AT.get(self.recipient_type, {}).get(name)
        if not field_name:
            return self.env._("Filter “%(filter)s” does not match.", filter=label)
        value = self._describe_value(person, field_name)
        return self.env._(
            "Filter “%(filter)s” does not match: here it is %(value)s.",
            filter=label,
            value=f"“{value}”" if value else self.env._("empty"),
        )

    def _get_audience_filter_label(self, name):
        """Return what the form calls a filter."""
        labels = {
            "status": self.env._("Status"),
            "billing_type": self.env._("Billing type"),
            "service_type": self.env._("Service"),
            "won_status": self.env._("Outcome"),
            "campaign": self.env._("Earlier messages"),
        }
        if name in labels:
            return labels[name]
        names = [f"filter_{name}", f"filter_{name}_ids"]
        found = self.fields_get([n for n in names if n in self._fields], ["string"])
        return next((field["string"] for field in found.values()), name)

    def _describe_value(self, person, field_name):
        """Return a value of the person as people read it."""
        field, value = person._fields[field_name], person[field_name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value)
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name"))
        return value
