# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.exceptions import AccessError

from ..tools import placeholders


class MassSendingContentMixin(models.AbstractModel):
    """What may be stored as content: words and placeholders, but no code.

    Content is rendered with the rights of whoever previews or sends it, who need not
    be the one who wrote it.
    """

    _inherit = "mass.sending.content.mixin"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._convert_placeholders(vals)
        contents = super().create(vals_list)
        contents._check_no_code()
        return contents

    def write(self, vals):
        result = super().write(self._convert_placeholders(dict(vals)))
        if not {*self._inline_content_fields, "body"}.isdisjoint(vals):
            self._check_no_code()
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )
        for lang in translations:
            self.with_context(lang=lang)._check_no_code()
        return result

    def _check_no_code(self):
        """Let only template editors store more than names of fields.

        Else their preview of a colleague's text would run it with their rights.

        :raise AccessError: there is an expression that is no path of fields
        """
        if not self._is_restricted_user():
            return
        for content in self:
            texts = [content[name] for name in self._inline_content_fields]
            code = placeholders.find_code(texts, content.body)
            if code:
                raise AccessError(
                    self.env._(
                        "“%(code)s” may only be used by template editors. Choose a "
                        "placeholder from the list.",
                        code=code,
                    )
                )

    @api.model
    def _convert_placeholders(self, vals):
        """Let people type ``{{ object.msg_name }}`` in the message, too.

        Odoo knows two notations, one for lines of text and one for HTML; nobody
        but Odoo should have to care.
        """
        if vals.get("body"):
            vals["body"] = placeholders.inline_to_qweb(vals["body"])
        return vals
