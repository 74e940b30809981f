# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading what staff paste into a text filter."""

import re

_SEPARATORS = re.compile(r"[,;\n\r\t\v\f\x85\u2028\u2029]+")
# Marks without width that come along with text from chats and spreadsheets.
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"


def split_values(text):
    """Split pasted text into the distinct values it holds.

    Comma, semicolon, tab and new line separate, so that a column or a row of a
    spreadsheet can be pasted as it is.

    :param str text: what is in the filter; may be empty or False
    :return: list of trimmed values in their order, no empty one, none twice, and
        none that PostgreSQL cannot hold (it can match nothing)
    """
    values = (_trim(value) for value in _SEPARATORS.split(text or ""))
    return list(dict.fromkeys(v for v in values if v and _can_be_stored(v)))


def _trim(value):
    """Strip white space and invisible marks in any order."""
    trimmed = value.strip().strip(_INVISIBLE)
    return trimmed if trimmed == value else _trim(trimmed)


def _can_be_stored(value):
    """Tell whether it is proper Unicode without NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
