# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from .email_addresses import split_email_addresses
from .portal_login import PortalLoginError, normalize_portal_login

__all__ = ["PortalLoginError", "normalize_portal_login", "split_email_addresses"]
