# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Filling in an HTTP request, and finding one's way in a JSON answer."""

import re

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(text):
    """Return the names of the placeholders of a text."""
    return _PLACEHOLDER.findall(text or "")


def fill(text, values):
    """Replace the placeholders of a text; unknown ones stay."""
    return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text or "")


def fill_json(node, values):
    """Replace the placeholders in all texts of parsed JSON, which keeps it valid.

    A text that is nothing but a placeholder takes its value's type.
    """
    if isinstance(node, dict):
        return {key: fill_json(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [fill_json(value, values) for value in node]
    if not isinstance(node, str):
        return node
    whole = _PLACEHOLDER.fullmatch(node)
    if whole and whole[1] in values:
        return values[whole[1]]
    return fill(node, values)


def parse_lines(text, separator):
    """Return [(name, value)] of lines like ``name=value``.

    :raise ValueError: the first line that isn't
    """
    pairs = []
    for line in (text or "").splitlines():
        if not line.strip():
            continue
        name, found, value = line.partition(separator)
        if not found or not name.strip():
            raise ValueError(line)
        pairs.append((name.strip(), value.strip()))
    return pairs


def find(node, path):
    """Return what is at a dotted path of parsed JSON, or None.

    :param str path: e.g. ``messages.0.id``; empty for the whole
    """
    for name in (path or "").split(".") if path else []:
        if isinstance(node, dict):
            node = node.get(name)
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            return None
    return node


def find_text(node, path):
    """Return what is at a dotted path as text; empty when there is nothing."""
    found = find(node, path) if path else None
    if found is None or isinstance(found, (dict, list)):
        return ""
    if isinstance(found, bool):
        return str(found).lower()
    return str(found)
