# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# Odoo keeps the text that others fall back to under this language.
FALLBACK_LANG = "en_US"


class MassSendingContentMixin(models.AbstractModel):
    """In which languages it is said, and which of them lag behind.

    Odoo keeps a translation without knowing whether it still says the same. Here,
    changing a text that is up to date marks all its translations as not updated;
    changing one of those brings it up to date again.
    """

    _inherit = "mass.sending.content.mixin"

    content_langs = fields.Json(
        readonly=True, help="Language -> whether its text is up to date."
    )
    language_note = fields.Char(
        string="Languages", compute="_compute_languages", compute_sudo=False
    )
    has_outdated_langs = fields.Boolean(
        compute="_compute_languages", compute_sudo=False
    )

    @api.depends("content_langs", "recipient_type")
    def _compute_languages(self):
        """Say which languages there are, and how many people have another one.

        On purpose it does not depend on the filters: they are counted as one types,
        and this need not be.
        """
        installed = dict(self.env["res.lang"].get_installed())
        for content in self:
            states = content._get_lang_states()
            content.has_outdated_langs = not all(states.values())
            content.language_note = (
                content._describe_languages(states, installed)
                if states and len(installed) > 1
                else False
            )

    @api.model_create_multi
    def create(self, vals_list):
        contents = super().create(vals_list)
        for content in contents:
            if not content.content_langs and content._has_text():
                content.content_langs = {self._get_edited_lang(): True}
        return contents

    def write(self, vals):
        if self._get_text_field_names().isdisjoint(vals):
            return super().write(vals)
        self._note_content_langs()
        before = [content._get_texts() for content in self]
        result = super().write(vals)
        for content, texts in zip(self, before, strict=True):
            if content._get_texts() != texts:
                content._mark_edited([self._get_edited_lang()])
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        is_text = field_name in self._get_text_field_names()
        if is_text:
            self._note_content_langs()
        before = self._get_content_translations(field_name) if is_text else {}
        result = super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )
        if is_text:
            after = self._get_content_translations(field_name)
            langs = [x for x in translations if before.get(x) != after.get(x)]
            self._mark_edited(langs)
        return result

    # === Which are there, which are up to date ===

    @api.model
    def _get_text_field_names(self):
        return {*self._inline_content_fields, "body"}

    @api.model
    def _get_edited_lang(self):
        return self.env.lang or FALLBACK_LANG

    def _get_texts(self):
        return [str(self[name] or "") for name in sorted(self._get_text_field_names())]

    def _get_lang_states(self):
        """Return {language: whether its text is up to date}, of installed ones."""
        self.ensure_one()
        known = dict(self.content_langs or {})
        if self._origin:
            for name in self._get_text_field_names():
                # translations that were imported, say
                for lang in self._origin._get_content_translations(name):
                    if lang != FALLBACK_LANG or not known:
                        known.setdefault(lang, True)
        installed = dict(self.env["res.lang"].get_installed())
        langs = sorted(known, key=lambda lang: (lang != FALLBACK_LANG, lang))
        return {lang: known[lang] for lang in langs if lang in installed}

    def _note_content_langs(self):
        """Note the languages of texts that came by another way than this."""
        for content in self:
            if not content.content_langs and content._has_text():
                content.content_langs = content._get_lang_states()

    def _mark_edited(self, langs):
        """Note that the texts of some languages were changed."""
        self.ensure_one()
        states = dict(self.content_langs or {})
        if not langs:
            return
        if not self._has_text() and not any(
            self.with_context(lang=lang)._has_text() for lang in states
        ):
            self.content_langs = False
            return
        if any(states.get(lang) for lang in langs):
            # it was up to date: the others said the same, and do no more
            states = dict.fromkeys(states, False)
        self.content_langs = {**states, **dict.fromkeys(langs, True)}

    def _has_text(self):
        return any(self._get_texts())

    def action_languages_are_current(self):
        """Say that the translations need no change: a typo was corrected, say."""
        for content in self:
            content.content_langs = dict.fromkeys(content._get_lang_states(), True)
        return True

    # === Who falls back ===

    def _describe_languages(self, states, installed):
        names = [
            installed[lang]
            if is_current
            else self.env._("%(language)s (not updated)", language=installed[lang])
            for lang, is_current in states.items()
        ]
        note = self.env._("Written in %(languages)s.", languages=", ".join(names))
        number = self._count_falling_back(list(states))
        if not number:
            return note
        fallback = FALLBACK_LANG if FALLBACK_LANG in states else next(iter(states))
        more = self.env._(
            "Recipients with another language, who get %(language)s: %(number)s.",
            number=number,
            language=installed[fallback],
        )
        return f"{note} {more}"

    def _count_falling_back(self, langs):
        """Count the people whose own language is none of some languages.

        :return: their number; 0 when people cannot be selected
        """
        try:
            query = self._get_readers_query()
        except (AccessError, ValidationError):
            return 0
        model = self.env[self._get_content_model()]
        lang = model._get_recipient_snapshot_columns(query.table)["lang"]
        query.add_where(SQL("NOT %s = ANY(%s)", lang, langs))
        [[number]] = self.env.execute_query(query.select(SQL("count(*)")))
        return number

    def _get_readers_query(self):
        """Return the query of the people that may get this, as the user sees them.

        :raise ValidationError: the filters cannot be read
        :raise AccessError: the user may not read these people
        """
        model = self.env[self._get_content_model()]
        is_customer = model._name == "res.partner"
        domain = Domain("customer_status", "!=", False) if is_customer else Domain.TRUE
        return model._search(domain)
