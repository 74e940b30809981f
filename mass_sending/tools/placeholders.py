# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding the placeholders in a text, without running any of it."""

from lxml import etree, html

from odoo.tools.rendering_tools import parse_inline_template

_QWEB_PREFIX = "t-"


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


def html_expressions(body):
    """Return the expressions of an HTML body that Odoo's qweb would evaluate.

    :param str body: the HTML as the editor saved it
    :return: list of expressions, in document order
    """
    if not body:
        return []
    try:
        tree = html.fragment_fromstring(str(body), create_parent="div")
    except etree.ParserError:
        return []
    return [
        value.strip()
        for node in tree.iter(etree.Element)
        for name, value in node.attrib.items()
        if name.startswith(_QWEB_PREFIX) and name != "t-as"
    ]


def stray_inline_expressions(body):
    """Return ``{{ … }}`` found in an HTML body, which Odoo would print as text.

    :param str body: the HTML as the editor saved it
    :return: list of expressions
    """
    if not body or "{{" not in str(body):
        return []
    return inline_expressions(html.fromstring(f"<div>{body}</div>").text_content())
