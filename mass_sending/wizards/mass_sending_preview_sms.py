# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models

from ..tools import sms_segments


class MassSendingPreview(models.TransientModel):
    """The preview of an SMS: its text, its number, its length."""

    _inherit = "mass.sending.preview"

    shows_sms = fields.Boolean(compute="_compute_shown")
    sms_number = fields.Char(string="Phone number", compute="_compute_content")
    sms_text = fields.Text(compute="_compute_content")
    sms_length = fields.Char(string="Length", compute="_compute_content")

    @api.depends("campaign_id", "template_id")
    def _compute_shown(self):
        result = super()._compute_shown()
        for preview in self:
            content = preview.campaign_id or preview.template_id
            preview.shows_sms = content._is_sms()
        return result

    def _prepare_content_values(self):
        nothing = dict.fromkeys(("sms_number", "sms_text", "sms_length"), False)
        if not self._get_content()._is_sms():
            return {**super()._prepare_content_values(), **nothing}
        values = {
            **dict.fromkeys(
                ("error", "subject", "email_to", "email_body", "portal_body", "lang"),
                False,
            ),
            **self._prepare_sender_values(),
            **nothing,
        }
        snapshot = self._get_snapshot()
        if not snapshot:
            values["error"] = self.env._("The filters match nobody to show this for.")
            return values
        return {**values, **self._prepare_sms_values(snapshot)}

    def _prepare_sms_values(self, snapshot):
        content, person_id = self._get_content(), snapshot["id"]
        lang = self._get_known_lang(snapshot["lang"])
        author = self._get_people().env[content._name].browse(content.id)
        texts, errors = author._render_sms([person_id], lang)
        if errors:
            return {"error": errors[person_id]}
        measure = sms_segments.measure(texts[person_id])
        return {
            "lang": dict(self.env["res.lang"].get_installed()).get(lang),
            "sms_number": snapshot["phone_sanitized"] or snapshot["phone"],
            "sms_text": texts[person_id],
            "sms_length": self.env._(
                "%(segments)s SMS, %(units)s characters of %(encoding)s",
                segments=measure.segments,
                units=measure.units,
                encoding=measure.encoding,
            ),
        }
