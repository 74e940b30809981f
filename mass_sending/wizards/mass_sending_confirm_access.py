# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models
from odoo.exceptions import UserError

from ..models.mass_sending_campaign_access import INVITE


class MassSendingConfirm(models.TransientModel):
    """What the confirmation offers for customers without access to the portal."""

    _inherit = "mass.sending.confirm"

    def get_summary(self):
        return {**super().get_summary(), "access": self._summarise_access()}

    def _summarise_access(self):
        """Return the figures and the choices; None when all of them have access."""
        campaign = self.campaign_id
        if "portal" not in [channel.code for channel in campaign._get_channels()]:
            return None
        count, invitable = campaign.sudo()._count_without_access()
        if not count:
            return None
        field = campaign._fields["no_access_mode"]
        may_invite = campaign._may_invite()
        return {
            "count": count,
            "mode": campaign.no_access_mode,
            "choices": [
                {
                    "value": value,
                    "label": label,
                    "disabled": value == INVITE and not may_invite,
                    "hint": self._get_invite_hint(may_invite, count - invitable)
                    if value == INVITE
                    else "",
                }
                for value, label in field._description_selection(self.env)
            ],
        }

    def _get_invite_hint(self, may_invite, missing):
        if not may_invite:
            return self.env._("needs the right to create contacts")
        if missing:
            return self.env._(
                "%s of them have no e-mail address of their own and cannot be invited",
                missing,
            )
        return ""

    def set_no_access_mode(self, mode):
        """Decide about the customers without access, and select anew.

        :param str mode: value of the campaign's `no_access_mode`
        :raise UserError: inviting needs a right that the author lacks
        """
        self.ensure_one()
        campaign = self.campaign_id
        campaign.check_access("write")
        campaign._lock()
        campaign.no_access_mode = mode
        if campaign._invites_to_portal() and not campaign._may_invite():
            raise UserError("\n".join(campaign._get_problems()))
        campaign._select_recipients()
        return True
