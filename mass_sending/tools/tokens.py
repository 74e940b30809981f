# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Opaque words in a rendered message, replaced by what differs by message.

They are local paths, so that they survive being an href and HTML sanitising.
"""

PORTAL_LINK_TOKEN = "/mass_sending/token/portal_link"
UNSUBSCRIBE_TOKEN = "/mass_sending/token/unsubscribe"
