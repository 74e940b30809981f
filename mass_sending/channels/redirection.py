# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sending elsewhere: all mail to one address or all SMS to one number, for a trial;
or a copy of all mail to one address.

Whoever diverts does so lest customers get something. So a setting that cannot be
followed stops the channel: it never falls back to the customers.
"""

from dataclasses import dataclass, replace

from odoo.tools.mail import email_normalize_all

from .base import ChannelUnavailable

DIVERT_PARAMETER = "mass_sending.divert_to"
COPY_PARAMETER = "mass_sending.copy_to"
SMS_DIVERT_PARAMETER = "mass_sending.sms_divert_to"


class RedirectionError(ChannelUnavailable):
    """The settings say to send elsewhere, but not where; the sentence says so."""


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
        """Read the settings.

        :raise RedirectionError: mail is to be diverted, to what is no address
        """
        divert_to, copy_to = (
            env["ir.config_parameter"].sudo().get_param(name) or ""
            for name in (DIVERT_PARAMETER, COPY_PARAMETER)
        )
        redirection = cls(
            tuple(email_normalize_all(divert_to)), tuple(email_normalize_all(copy_to))
        )
        if divert_to and not redirection.divert_to:
            raise RedirectionError(
                env._(
                    "All e-mail is to be diverted to “%(address)s”, which is no "
                    "address. Correct it in the settings.",
                    address=divert_to,
                )
            )
        return redirection

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


def get_sms_divert_number(env):
    """Return the number that all SMS go to instead of the customers', or None.

    Mail that is diverted means that somebody tries things out: then SMS must not
    reach the customers either.

    :raise RedirectionError: SMS are to be diverted, but it is not known where to
    """
    get_param = env["ir.config_parameter"].sudo().get_param
    text = get_param(SMS_DIVERT_PARAMETER)
    if not text and get_param(DIVERT_PARAMETER):
        raise RedirectionError(
            env._(
                "All e-mail is diverted to one address: choose in the settings "
                "which number SMS are diverted to."
            )
        )
    number = env.user._phone_format(number=text) if text else None
    if text and not number:
        raise RedirectionError(
            env._(
                "All SMS are to be diverted to “%(number)s”, which is no phone "
                "number. Correct it in the settings.",
                number=text,
            )
        )
    return number


def describe_redirection(env, channel):
    """Return where a channel's messages go instead of the customers, as a sentence.

    :param str channel: code of the channel
    :return: None when they go to the customers
    """
    try:
        if channel == "sms":
            number = get_sms_divert_number(env)
            return number and env._(
                "All SMS are diverted to %(number)s: no customer gets them.",
                number=number,
            )
        addresses = Redirection.of(env).divert_to if channel == "email" else ()
    except RedirectionError as error:
        return str(error)
    return (
        env._(
            "All e-mail is diverted to %(addresses)s: no customer gets it.",
            addresses=", ".join(addresses),
        )
        if addresses
        else None
    )
