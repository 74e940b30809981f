# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import placeholders, sms_segments

# Placeholders that make no sense, or a piece of HTML, in an SMS.
NOT_IN_SMS = {"object.msg_portal_link"}


class MassSendingContentMixin(models.AbstractModel):
    """What an SMS says: plain text with placeholders in double braces."""

    _inherit = "mass.sending.content.mixin"

    _inline_content_fields = ("subject", "sms_body")

    sms_body = fields.Text(
        string="SMS text",
        translate=True,
        help="Plain text. {{ object.msg_name }} stands for the customer's name.",
    )

    def _is_sms(self):
        """Whether it is an SMS that is said here."""
        return False

    def _get_sms_text_problems(self):
        """Return what is missing or wrong in the SMS text, as sentences."""
        self.ensure_one()
        if not (self.sms_body or "").strip():
            return [self.env._("SMS text: please write something.")]
        where = self.env._("SMS text")
        expressions = placeholders.inline_expressions(self.sms_body)
        problems = [
            problem
            for expression in expressions
            if (problem := self._get_placeholder_problem(where, expression))
        ]
        problems += [
            self.env._(
                "SMS text: there is no “%(expression)s” in an SMS.",
                expression=expression,
            )
            for expression in expressions
            if expression in NOT_IN_SMS
        ]
        return problems

    def _render_sms(self, res_ids, lang):
        """Render the SMS for some people of one language.

        :param list[int] res_ids: ids on the recipient's model
        :param str lang: language code, or False for the author's
        :return: tuple ({res_id: text}, {res_id: reason})
        """
        self.ensure_one()
        content = self.with_context(lang=lang) if lang else self
        return content._render_safely(content._render_sms_batch, res_ids)

    def _render_sms_batch(self, res_ids):
        texts = self._render_template(
            self.sms_body or "", self._get_content_model(), res_ids
        )
        texts = {
            res_id: "\n".join(line.rstrip() for line in text.strip().splitlines())
            for res_id, text in texts.items()
        }
        if not all(texts.values()):
            raise UserError(self.env._("The text is empty."))
        return texts

    def action_make_gsm(self):
        """Replace what forces UCS-2 where it can be, in all languages."""
        for content in self:
            for lang, _name in self.env["res.lang"].get_installed():
                translated = content.with_context(lang=lang)
                text = translated.sms_body or ""
                if (replaced := sms_segments.to_gsm(text)) != text:
                    translated.sms_body = replaced
        return True
