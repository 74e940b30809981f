# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

"""The rules of a portal login that need no database."""

import unicodedata


class PortalLoginError(ValueError):
    """The text cannot be a portal login."""


def normalize_portal_login(text):
    """Return the portal login as it is stored, or False if there is none.

    Compatibility characters (full-width digits, ligatures) become the ordinary
    ones, so that two logins which look the same are the same; surrounding white
    space of any kind goes.

    :raise PortalLoginError: on a character that nobody can see or type
    """
    if not text:
        return False
    login = unicodedata.normalize("NFKC", text).strip()
    if any(unicodedata.category(char).startswith("C") for char in login):
        raise PortalLoginError(text)
    return login or False
