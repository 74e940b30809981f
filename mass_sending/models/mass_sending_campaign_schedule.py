# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .. import states

_logger = logging.getLogger(__name__)

# A scheduled campaign that found more people than confirmed, by this share, asks.
GROWTH_ALLOWED = 0.1


class MassSendingCampaign(models.Model):
    """Sending later: to whom it then concerns, with a brake.

    Until it starts a campaign is `new` with `start_at`. When the people selected at
    the start are many more than were confirmed, or none, it stays `new` and is
    paused: staff let it go (`action_resume`) or take it back (`action_undo`).
    """

    _inherit = "mass.sending.campaign"

    schedule_at = fields.Datetime(
        string="Send at", copy=False, help="Empty: as soon as it is confirmed."
    )
    selection_time = fields.Selection(
        [
            ("start", "Selected anew when it starts"),
            ("now", "Those confirmed"),
        ],
        string="To whom",
        required=True,
        default="start",
        help="Who was left out by hand stays left out either way.",
    )
    confirmed_count = fields.Integer(
        readonly=True, copy=False, help="How many people were confirmed."
    )

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {"schedule_at", "selection_time"}

    def _get_problems(self):
        problems = super()._get_problems()
        if self.schedule_at and self.schedule_at < fields.Datetime.now():
            problems.append(
                self.env._(
                    "Send at: this time has passed. Choose a later one, or clear it."
                )
            )
        return problems

    # === Actions ===

    def action_confirm(self):
        result = super().action_confirm()
        # sudo: only the buttons write these
        for campaign_sudo in self.sudo():
            campaign_sudo.confirmed_count = campaign_sudo._count_kept_recipients()
            if (campaign_sudo.schedule_at or campaign_sudo.start_at) > (
                campaign_sudo.start_at
            ):
                campaign_sudo.start_at = campaign_sudo.schedule_at
                campaign_sudo._trigger_queue(campaign_sudo.start_at)
        return result

    def action_undo(self):
        result = super().action_undo()
        self.sudo().write(
            {"is_paused": False, "pause_reason": False, "confirmed_count": 0}
        )
        return result

    def action_reset(self):
        """Empty the form: as if the message had just been begun."""
        self.check_access("write")
        for campaign in self:
            if campaign.state != states.NEW or campaign.confirmed_at:
                raise UserError(
                    self.env._("This campaign is confirmed. Duplicate it instead.")
                )
            campaign.write(campaign._prepare_reset_values())
            # sudo: switching off needs no right to attach documents
            campaign.sudo().document_line_ids.write(self._prepare_line_reset_values())
            # sudo: who was left out by hand is forgotten, too
            campaign.sudo().recipient_ids.unlink()
        return True

    def _prepare_reset_values(self):
        names = self._get_content_field_names() | {"template_id"}
        names -= {"company_id", "user_id", "document_line_ids"}
        defaults = self.default_get(list(names))
        values = {}
        for name in names:
            field = self._fields[name]
            if field.type not in ("one2many", "many2many"):
                values[name] = defaults.get(name, False)
            elif self[name]:
                values[name] = [Command.clear()]
        return values

    @api.model
    def _prepare_line_reset_values(self):
        names = ["enabled", "date_range", "date_from", "date_to", "status_filter"]
        defaults = self.env["mass.sending.document.line"].default_get(names)
        return {name: defaults.get(name, False) for name in names}

    def action_duplicate(self):
        """Begin a new message with the same recipients' filters and content."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.copy().id,
            "view_mode": "form",
        }

    def copy(self, default=None):
        copies = super().copy(default)
        for original, duplicate in zip(self, copies, strict=True):
            # each campaign owns its files: they go when it is purged
            files_sudo = original.sudo().attachment_ids
            duplicate.sudo().attachment_ids = files_sudo.browse(
                files_sudo.copy({"res_model": self._name, "res_id": duplicate.id}).ids
            )
        return copies

    # === Starting ===

    def _start(self):
        """Select anew first, if that was wanted; ask when the number surprises."""
        self.ensure_one()
        if self.schedule_at and self.selection_time == "start":
            reason = self._select_at_start()
            if reason:
                self._ask_before_start(reason)
                return
        super()._start()

    def _select_at_start(self):
        """Select the recipients anew.

        :return: why staff must be asked before it is sent, or None
        """
        try:
            with self.env.cr.savepoint():
                self._select_recipients()
        except UserError as error:
            return self.env._("The recipients cannot be selected: %s", error)
        found = self._count_kept_recipients()
        if not found:
            return self.env._("Nobody matches the filters any more.")
        if found > self.confirmed_count * (1 + GROWTH_ALLOWED):
            return self.env._(
                "It would now go to %(found)s recipients; "
                "%(confirmed)s were confirmed.",
                found=found,
                confirmed=self.confirmed_count,
            )
        return None

    def _ask_before_start(self, reason):
        self.write({"is_paused": True, "pause_reason": reason})
        self._store_recipient_counts()
        _logger.info("Campaign %s asks before it starts: %s", self.id, reason)
        self.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=self.env._("“%s” waits for you", self.display_name),
            body=reason
            + " "
            + self.env._("Open it to send it all the same, or to take it back."),
        )

    def _resume(self):
        """Let a campaign that asked go: the number it asked about is confirmed."""
        if self.state == states.NEW:
            self.confirmed_count = self._count_kept_recipients()
        return super()._resume()

    def _count_kept_recipients(self):
        return self.env["mass.sending.recipient"].search_count(
            [("campaign_id", "=", self.id), ("decision", "=", states.KEPT)]
        )
