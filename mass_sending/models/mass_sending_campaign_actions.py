# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain

from .. import states


class MassSendingCampaign(models.Model):
    """The buttons of the campaign form: preview, send, load, save, open lists."""

    _inherit = "mass.sending.campaign"

    is_unfiltered = fields.Boolean(compute="_compute_is_unfiltered")
    has_content = fields.Boolean(compute="_compute_has_content")
    audience_id = fields.Many2one(
        "mass.sending.audience",
        string="Saved audience",
        ondelete="set null",
        check_company=True,
        copy=False,
        help="Choosing one replaces the filters below.",
    )

    @api.depends(lambda self: self._get_audience_field_names())
    def _compute_is_unfiltered(self):
        for campaign in self:
            campaign.is_unfiltered = campaign._has_no_filter()

    @api.depends(lambda self: (*self._inline_content_fields, "body"))
    def _compute_has_content(self):
        for campaign in self:
            texts = [campaign[name] for name in self._inline_content_fields]
            campaign.has_content = any(texts) or not campaign._is_body_empty()

    def _get_readers_query(self):
        return self.env[self.recipient_model]._search(self._get_audience_domain())

    @api.onchange("audience_id")
    def _onchange_audience_id(self):
        if self.audience_id:
            self.update(self.audience_id._prepare_filter_values())

    # === What History shows ===

    @api.model
    def web_search_read(self, domain, *args, **kwargs):
        return super().web_search_read(self._hide_removed(domain), *args, **kwargs)

    @api.model
    def web_read_group(self, domain, *args, **kwargs):
        return super().web_read_group(self._hide_removed(domain), *args, **kwargs)

    @api.model
    def _hide_removed(self, domain):
        """Hide removed campaigns from lists on the screen that don't ask for a state.

        On the screen only: code that searches finds them.
        """
        domain = Domain(domain)
        asked = {condition.field_expr for condition in domain.iter_conditions()}
        if asked & {"state", "id"}:
            return domain
        return domain & Domain("state", "!=", states.REMOVED)

    # === Actions ===

    def action_preview(self):
        """Show what the first matching person would get."""
        self.ensure_one()
        self.check_access("write")
        self._check_people_access()
        return self.env["mass.sending.preview"]._open(campaign_id=self.id)

    def action_send(self):
        """Select the people, and ask to confirm.

        :raise UserError: something is missing; the sentences name it
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        self._check_ready()
        self._select_recipients()
        return self.env["mass.sending.confirm"]._open(self)

    def action_open_why(self):
        """Ask about somebody: whether he gets it, and why not."""
        self.ensure_one()
        self.check_access("read")
        return self.env["mass.sending.why"]._open(self)

    def action_load_template(self):
        """Copy the chosen template, in all its languages, over the content."""
        self.ensure_one()
        template = self.template_id
        self._copy_content_from(template)
        if template.purpose:
            self.purpose = template.purpose
        if template.audience_id:
            self.audience_id = template.audience_id
            self.write(template.audience_id._prepare_filter_values())
        return True

    def action_save_template(self):
        self.ensure_one()
        return self._open_save_dialog(
            "mass.sending.save.template", self.env._("Save as new template")
        )

    def action_save_audience(self):
        self.ensure_one()
        return self._open_save_dialog(
            "mass.sending.save.audience", self.env._("Save these filters")
        )

    def _open_save_dialog(self, model, title):
        self.check_access("read")
        wizard = self.env[model].create({"campaign_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # === Lists behind the figures ===

    def action_open_recipients(self):
        return self._open_recipients([("decision", "=", states.KEPT)])

    def action_open_skipped(self):
        return self._open_recipients([("decision", "=", states.SKIPPED)])

    def action_open_sent(self):
        return self._open_deliveries([("state", "=", states.SENT)])

    def action_open_waiting(self):
        return self._open_deliveries([("state", "in", states.DELIVERY_OPEN)])

    def action_open_errors(self):
        return self._open_deliveries([("state", "in", states.DELIVERY_FAILED)])

    def action_open_uncertain(self):
        return self._open_deliveries([("state", "=", states.UNCERTAIN)])

    def _open_recipients(self, domain):
        return self._open_of_campaign("mass_sending_recipient_action", domain)

    def _open_deliveries(self, domain):
        return self._open_of_campaign("mass_sending_delivery_action_campaign", domain)

    def _open_of_campaign(self, xmlid, domain):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(f"mass_sending.{xmlid}")
        action["domain"] = [("campaign_id", "=", self.id), *domain]
        return action
