# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading what staff paste into a text filter."""

import re

_SEPARATORS = re.compile(r"[,;\n\r\t]+")


def split_values(text):
    """Split pasted text into the distinct values it holds.

    Comma, semicolon, tab and new line separate, so that a column or a row of a
    spreadsheet can be pasted as it is.

    :param str text: what is in the filter; may be empty or False
    :return: list of trimmed values in their order, no empty one, none twice
    """
    values = (value.strip() for value in _SEPARATORS.split(text or ""))
    return list(dict.fromkeys(value for value in values if value))
