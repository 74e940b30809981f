# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding the placeholders in a text, without running any of it."""

import re

from lxml import etree, html

from odoo.tools.rendering_tools import parse_inline_template

_QWEB_PREFIX = "t-"
# {{ object.field ||| default }} in the text of HTML: not inside a tag
_INLINE_IN_HTML = re.compile(
    r"\{\{\s*(?P<path>object(?:\.[A-Za-z_]\w*)+)\s*"
    r"(?:\|\|\|\s*(?P<default>[^{}<>]*?)\s*)?\}\}(?![^<]*>)"
)

_FIELD_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")


def inline_expressions(text):
    """Return the expressions between ``{{`` and ``}}`` of a subject.

    :param str text: a subject or another plain text
    :return: list of expressions, e.g. ``["object.name"]``
    """
    return [
        expression.strip()
        for _literal, expression, _default in parse_inline_template(str(text or ""))
        if expression
    ]


def make_readable(text, labels):
    """Return a subject with its placeholders as words: ``Works at [Location]``.

    :param dict labels: {expression: label}; others are shown as they are
    """
    words = []
    for literal, expression, _default in parse_inline_template(str(text or "")):
        words.append(literal)
        if expression := (expression or "").strip():
            words.append(f"[{labels.get(expression, expression)}]")
    return "".join(words)


def html_expressions(body):
    """Return the expressions of an HTML body that Odoo's qweb would evaluate.

    :param str body: the HTML as the editor saved it
    :return: list of expressions, in document order
    """
    return [value.strip() for name, value in _directives(body) if name != "t-as"]


def _directives(body):
    """Return [(name, value)] of the qweb attributes in an HTML body."""
    if not body:
        return []
    try:
        tree = html.fragment_fromstring(str(body), create_parent="div")
    except etree.ParserError:
        return []
    return [
        (name, value)
        for node in tree.iter(etree.Element)
        for name, value in node.attrib.items()
        if name.startswith(_QWEB_PREFIX)
    ]


def find_code(texts, body):
    """Return the first thing that is more than printing a field, else None.

    :param texts: plain texts with ``{{ … }}``
    :param str body: HTML with qweb
    """
    for text in texts:
        for expression in inline_expressions(text):
            if not _FIELD_PATH.fullmatch(expression):
                return expression
    for name, value in _directives(body):
        if name != "t-out" or not _FIELD_PATH.fullmatch(value.strip()):
            return f'{name}="{value}"'
    return None


def stray_inline_expressions(body):
    """Return ``{{ … }}`` found in an HTML body, which Odoo would print as text.

    :param str body: the HTML as the editor saved it
    :return: list of expressions
    """
    if not body or "{{" not in str(body):
        return []
    return inline_expressions(html.fromstring(f"<div>{body}</div>").text_content())


def inline_to_qweb(body):
    """Turn ``{{ object.field }}`` in the text of a body into what its qweb prints.

    Only plain fields, with or without a default; anything else stays as it is and
    is reported by `stray_inline_expressions`.

    :param str body: HTML
    :return: the HTML, of the same type as `body`
    """

    def to_qweb(match):
        default = match["default"] or ""
        return f'<t t-out="{match["path"]}">{default}</t>'

    converted = _INLINE_IN_HTML.sub(to_qweb, str(body))
    return type(body)(converted)
