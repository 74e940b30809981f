# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sending elsewhere: all mail to one address, or a copy of all mail to one."""

from dataclasses import dataclass, replace

from odoo.tools.mail import email_normalize_all

DIVERT_PARAMETER = "mass_sending.divert_to"
COPY_PARAMETER = "mass_sending.copy_to"


@dataclass(frozen=True)
class Redirection:
    """Where mails go instead, or as well; what is written in them stays the same.

    :ivar tuple divert_to: instead of the customer
    :ivar tuple copy_to: as well; who is refused there is no error
    """

    divert_to: tuple = ()
    copy_to: tuple = ()

    @classmethod
    def of(cls, env):
        """Read the settings."""
        get_param = env["ir.config_parameter"].sudo().get_param
        return cls(
            tuple(email_normalize_all(get_param(DIVERT_PARAMETER) or "")),
            tuple(email_normalize_all(get_param(COPY_PARAMETER) or "")),
        )

    def apply(self, envelopes):
        """Yield the envelopes with other recipients.

        :param envelopes: iterable of `mail_builder.Envelope`
        """
        for envelope in envelopes:
            if envelope.outcome:
                yield envelope
            elif self.divert_to:
                yield replace(envelope, recipients=self.divert_to)
            elif self.copy_to:
                yield replace(envelope, copies=self.copy_to)
            else:
                yield envelope
