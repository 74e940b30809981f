# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

"""Fields which hold one or several plain e-mail addresses."""

import re

from odoo.tools.mail import email_normalize

_SEPARATORS = re.compile(r"[,;\s]+")


def split_email_addresses(text):
    """Return ``(addresses, rejected)``: what is an e-mail address, and what is not.

    Addresses are normalized, in the order written, each one once.
    """
    addresses, rejected = {}, []
    for part in filter(None, _SEPARATORS.split(text or "")):
        address = email_normalize(part)
        if address:
            addresses[address] = None
        else:
            rejected.append(part)
    return list(addresses), rejected
