# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .. import states


class MassSendingCampaign(models.Model):
    """What may be written, when and by whom.

    A client can write any field and call any public method, so what keeps a campaign
    from being released past its checks stands here, not on the screens.
    """

    _inherit = "mass.sending.campaign"

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        campaigns._check_created()
        return campaigns

    def write(self, vals):
        self._check_write(vals)
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # another way to write, which does not pass by write()
        self._check_write({field_name: translations})
        return super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )

    def _check_write(self, vals):
        """What was confirmed is what is sent: the content is frozen from then on."""
        if not self.env.su:
            self._check_written_by_staff(vals)
        frozen = self._get_content_field_names() & vals.keys()
        if frozen and any(c.confirmed_at for c in self):
            raise UserError(
                self.env._(
                    "This campaign is confirmed; its recipients and content can no "
                    "longer change. Undo it while it waits, or duplicate it."
                )
            )

    @api.model
    def _get_machine_field_names(self):
        """Return the fields that only buttons and the queue write, in sudo.

        A client could write them directly, past the checks and the confirmation.
        """
        return {
            *("state", "start_at", "confirmed_at", "started_at", "finished_at"),
            *("is_paused", "pause_reason", "retry_at", "retry_reason", "retry_count"),
            *("state_counts", "recipient_count", "skipped_count"),
        }

    def _check_written_by_staff(self, vals):
        if self._get_machine_field_names() & vals.keys():
            raise AccessError(
                self.env._("The state of a campaign changes by its buttons only.")
            )
        if vals.get("user_id", self.env.uid) != self.env.uid:
            raise AccessError(
                self.env._(
                    "A campaign is sent with its author's rights; nobody can make "
                    "somebody else its author."
                )
            )

    def _check_created(self):
        """As `_check_written_by_staff`, defaults included."""
        if self.env.su:
            return
        for campaign in self:
            self._check_written_by_staff({"user_id": campaign.user_id.id})
            if campaign.state != states.NEW or campaign.confirmed_at:
                self._check_written_by_staff({"state": campaign.state})
