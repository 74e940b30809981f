# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import email.policy

from odoo import models

UNSUBSCRIBE = "List-Unsubscribe"
_no_fold_policy = email.policy.SMTP.clone(max_line_length=None)


class _UnsubscribePolicy(type(email.policy.SMTP)):
    """Keeps the address in List-Unsubscribe in one piece.

    Python turns a word that is longer than a line into encoded words, which RFC 2047
    (section 5) forbids there: mail programs would not find the address.
    """

    def _fold(self, name, value, *args, **kwargs):
        if name.lower() == UNSUBSCRIBE.lower():
            return _no_fold_policy._fold(name, value, *args, **kwargs)
        return super()._fold(name, value, *args, **kwargs)


_unsubscribe_policy = _UnsubscribePolicy(linesep=email.policy.SMTP.linesep)


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _build_email__(self, *args, **kwargs):
        message = super()._build_email__(*args, **kwargs)
        if UNSUBSCRIBE in message:
            message.policy = _unsubscribe_policy
        return message
