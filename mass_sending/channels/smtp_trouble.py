# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Why no session with an outgoing mail server can be opened, as a sentence."""

import re
import smtplib
import ssl

from .base import describe_error

# "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"
_SOURCE_OF_PYTHON = re.compile(r"^\[\w+(: \w+)?\] | ?\(_ssl\.c:\d+\)")


def describe_trouble(env, server, error):
    """Say what is wrong and where it can be mended.

    :param str server: what to call the server
    :param Exception error: what opening the session has raised
    :return: translated text
    """
    values = {"server": server, "error": _describe(error).rstrip(".")}
    if _is_about_login(error):
        return env._(
            "The outgoing mail server %(server)s refuses the login: %(error)s. Check "
            "Username and Password in Settings > Technical > Outgoing Mail Servers.",
            **values,
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return env._(
            "The certificate of the outgoing mail server %(server)s is not trusted: "
            "%(error)s. Check its certificate, or Connection Encryption in Settings > "
            "Technical > Outgoing Mail Servers.",
            **values,
        )
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return env._(
            "The connection to the outgoing mail server %(server)s cannot be "
            "encrypted: %(error)s. Check Connection Encryption and Port in Settings > "
            "Technical > Outgoing Mail Servers.",
            **values,
        )
    return env._(
        "The outgoing mail server %(server)s cannot be reached: %(error)s. Check it "
        "in Settings > Technical > Outgoing Mail Servers.",
        **values,
    )


def _is_about_login(error):
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return True
    # smtplib finds no way to log in
    return isinstance(error, smtplib.SMTPException) and "AUTH" in str(error)


def _describe(error):
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        if isinstance(answer, bytes):
            answer = answer.decode("utf-8", "replace")
        return f"{error.smtp_code} {answer}".strip()
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return _SOURCE_OF_PYTHON.sub("", describe_error(error))
