# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Comparing phone numbers in whatever notation they are written."""

from functools import lru_cache

from odoo.addons.phone_validation.tools.phone_validation import phone_format


def normalize_phone(text, country):
    """Return a phone number as Odoo's `phone_sanitized` holds it.

    :param str text: a number in any notation
    :param country: res.country whose numbers may be written without its code
    :return: E.164 notation, or None if it is no phone number
    """
    return _normalize(text, country.code or None, country.phone_code or None)


@lru_cache(maxsize=20_000)  # the live count compiles a pasted column again and again
def _normalize(text, country_code, phone_code):
    number = phone_format(
        text, country_code, phone_code, force_format="E164", raise_exception=False
    )
    # what cannot be formatted is given back as it was
    return number if number.startswith("+") and number[1:].isdigit() else None
