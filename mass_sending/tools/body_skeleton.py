# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A message body with its placeholders taken out, ready to be filled many times.

Odoo's restricted rendering normalises the whole body anew for each record, and
saving a message sanitises it anew. Both are done once here, with words in place of
the placeholders; filling only escapes the values. Held to Odoo's own result by
`tests/test_bulk_rendering.py`.
"""

import re
import secrets

from markupsafe import Markup, escape

# What Odoo's regular-expression mode replaces: mail.render.mixin,
# `_render_template_qweb_regex`
_PLACEHOLDER = re.compile(
    r"""<(?P<tag>\w+)[\s|\n]+t-out=[\s|\n]*('|")(?P<path>(\w|\.)+)(\2)"""
    r"""[\s|\n]*((\/>)|(>[\s|\n]*(?P<default>[^<>]*?))[\s|\n]*<\/\1>)""",
    re.DOTALL,
)


class BodySkeleton:
    """The body of a campaign in one language."""

    def __init__(self, source, clean):
        """
        :param str source: normalised body, in which every placeholder is allowed
        :param clean: function that makes links absolute and sanitises HTML, once
        """
        word = secrets.token_hex(8)
        self._places = []

        def take_out(match):
            tag = match["tag"]
            self._places.append((match["path"].split(".")[1:], match["default"]))
            mark = f"{word}-{len(self._places) - 1}-"
            return mark if tag.lower() == "t" else f"<{tag}>{mark}</{tag}>"

        cleaned = str(clean(_PLACEHOLDER.sub(take_out, source)))
        pieces = re.split(f"{word}-(\\d+)-", cleaned)
        self._literals = pieces[::2]
        self._order = [int(number) for number in pieces[1::2]]

    def fill(self, record):
        """Fill in the placeholders.

        :param record: a record of the recipient's model
        :return: Markup
        """
        body = [self._literals[0]]
        for number, literal in zip(self._order, self._literals[1:], strict=True):
            path, default = self._places[number]
            body.append(str(escape(self._get_value(record, path) or default or "")))
            body.append(literal)
        return Markup("".join(body))

    def _get_value(self, record, path):
        value = record
        for name in path:
            if name not in value._fields:
                return None
            value = value[name]
        return value
