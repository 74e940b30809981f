# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How the headers of mails are folded."""

import email.policy
from functools import lru_cache

UNSUBSCRIBE = "List-Unsubscribe"


@lru_cache(maxsize=1)
def unsubscribe_policy():
    """Return the policy that keeps the address in List-Unsubscribe in one piece.

    Python turns a word that is longer than a line into encoded words, which RFC 2047
    (section 5) forbids there: mail programs would not find the address. All other
    headers are folded as Odoo's policy does it.

    :return: `email.policy.EmailPolicy`
    """
    # looked up when first used: Odoo replaces the module's policy
    standard = email.policy.SMTP
    no_fold = standard.clone(max_line_length=None)

    class UnsubscribePolicy(type(standard)):
        def _fold(self, name, value, *args, **kwargs):
            if name.lower() == UNSUBSCRIBE.lower():
                return no_fold._fold(name, value, *args, **kwargs)
            return super()._fold(name, value, *args, **kwargs)

    return UnsubscribePolicy(linesep=standard.linesep)
