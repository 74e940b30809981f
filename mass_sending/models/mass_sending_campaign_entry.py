# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models


class MassSendingCampaign(models.Model):
    """Starting a campaign from elsewhere: from people, a tariff plan, a location."""

    _inherit = "mass.sending.campaign"

    @api.model
    def _open_new(self, **values):
        """Make a draft for an audience and open it.

        :param values: of the audience's filters
        """
        return self.create(values).action_view_message()

    def action_view_message(self):
        """Open the campaign, with its message."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_sending.mass_sending_campaign_action"
        )
        return {**action, "res_id": self.id, "views": [(False, "form")]}

    @api.model
    def _get_machine_field_names(self):
        return super()._get_machine_field_names() | {
            *("is_settling", "paused_at", "removed_at", "removed_by_id", "purged_at"),
            *("progress_at", "rate_since", "rate_done", "log_purged_at"),
        }


class MassSendingPersonMixin(models.AbstractModel):
    _inherit = "mass.sending.person.mixin"

    def action_send_message(self):
        """Write to these people: a draft with them as its audience."""
        Campaign = self.env["mass.sending.campaign"]
        [recipient_type] = (
            key
            for key, model in Campaign._get_recipient_models().items()
            if model == self._name
        )
        return Campaign._open_new(
            recipient_type=recipient_type,
            filter_domain=repr([("id", "in", self.ids)]),
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def action_send_message(self):
        """Write to the customers with an active service on these tariff plans."""
        return self.env["mass.sending.campaign"]._open_new(
            filter_tariff_ids=[(6, 0, self.ids)]
        )


class MassSendingLocation(models.Model):
    _inherit = "mass.sending.location"

    def action_send_message(self):
        """Write to the customers of these locations and of all places inside."""
        return self.env["mass.sending.campaign"]._open_new(
            filter_location_ids=[(6, 0, self.ids)]
        )
