# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One SMTP session, and what the server's answers mean.

The mail is built by Odoo, as its own queue does it. The conversation is smtplib's,
split where it matters: what fails before the content goes out was provably not
handed over; what fails between the content and the answer to it is in doubt.
"""

import re
import smtplib

from odoo.tools import mail as mail_tools

from ..queue.outcomes import Outcome
from .base import ChannelUnavailable

_LEADING_PERIOD = re.compile(rb"^\.", re.MULTILINE)


class _Refused(Exception):
    """The server answered a command with an error."""

    def __init__(self, command, code, answer):
        super().__init__(command, code, answer)
        self.command = command
        self.code = code
        self.answer = answer.decode("utf-8", "replace").strip()


class _Conversation:
    """Takes smtplib's place while it flattens a message, and then says it.

    `smtplib.SMTP.send_message` turns a message into bytes and options and gives
    them to `sendmail`; this is a `sendmail` that knows how far it came.
    """

    def __init__(self, session):
        self._session = session
        self.content_is_out = False

    def __getattr__(self, name):
        return getattr(self._session, name)

    def sendmail(self, from_addr, to_addrs, msg, mail_options=(), rcpt_options=()):
        """Say one message. (RFC 5321, section 3.3)

        :raise _Refused: the server refused it
        :raise OSError: the connection broke; `content_is_out` tells when
        """
        session = self._session
        options = list(mail_options)
        if session.does_esmtp and session.has_extn("size"):
            options.insert(0, f"size={len(msg)}")
        self._expect("MAIL", session.mail(from_addr, options), 250)
        for address in to_addrs:
            self._expect("RCPT", session.rcpt(address, rcpt_options), 250, 251)
        session.putcmd("data")
        self._expect("DATA", session.getreply(), 354)
        quoted = _LEADING_PERIOD.sub(b"..", msg)  # RFC 5321, section 4.5.2
        self.content_is_out = True
        session.send(quoted + (b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n"))
        self._expect("content", session.getreply(), 250)

    def _expect(self, command, reply, *codes):
        code, answer = reply
        if code not in codes:
            raise _Refused(command, code, answer)


class SmtpSession:
    """An open session with an outgoing mail server."""

    def __init__(self, env, server, alias_domain, smtp_from):
        self.env = env
        self.server = server
        self.alias_domain = alias_domain
        self.smtp_from = smtp_from
        self._session = None

    @classmethod
    def connect(cls, env, server, alias_domain_id, smtp_from):
        """Open a session.

        :param server: ir.mail_server; empty for the one of Odoo's command line
        :param alias_domain_id: id of the mail.alias.domain of the mails, or False
        :param str smtp_from: sender, as `_split_by_mail_configuration` gives it
        :raise ChannelUnavailable: the server can't be reached, or refuses us
        """
        alias_domain = env["mail.alias.domain"].sudo().browse(alias_domain_id or [])
        session = cls(env, server.sudo(), alias_domain, smtp_from)
        session._open()
        return session

    def _open(self):
        try:
            self._session = self.env["ir.mail_server"]._connect__(
                mail_server_id=self.server.id, smtp_from=self.smtp_from
            )
        except Exception as error:  # whatever Odoo, ssl and smtplib may raise
            raise ChannelUnavailable(
                self.env._(
                    "The outgoing mail server %(server)s cannot be reached: "
                    "%(error)s. Check it in Settings > Technical > Outgoing Mail "
                    "Servers.",
                    server=self._describe(),
                    error=describe_error(error),
                )
            ) from error
        if self._session is None:
            raise ChannelUnavailable(
                self.env._("Sending e-mail is switched off while Odoo runs tests.")
            )

    def _describe(self):
        server = self.server
        if server:
            return f"“{server.name}” ({server.smtp_host}:{server.smtp_port})"
        return self.env._("of Odoo's configuration file")

    def close(self):
        """Hang up without a word: the conversation is in an unknown state."""
        self._session.close()

    def quit(self):
        """Say goodbye; that this fails is no error."""
        if self._session.sock is None:
            return
        try:
            self._session.quit()
        except (smtplib.SMTPException, OSError):
            self._session.close()

    def send(self, mail):
        """Send one mail.

        :param mail: mail.mail with one address
        :return: Outcome
        :raise ChannelUnavailable: the session had to be opened again, and couldn't
        """
        try:
            smtp_from, smtp_to, message = self._build(mail)
        except AssertionError as error:  # Odoo's way to say that an address is bad
            return self._describe_bad_address(error)
        if self._session.sock is None:
            self._open()
        conversation = _Conversation(self._session)
        try:
            smtplib.SMTP.send_message(conversation, message, smtp_from, smtp_to)
        except _Refused as refusal:
            self._after_refusal(refusal)
            return _interpret(refusal)
        except (smtplib.SMTPException, OSError) as error:
            self._session.close()
            if conversation.content_is_out:
                return Outcome.in_doubt(describe_error(error))
            return Outcome.later("connection", describe_error(error))
        return Outcome.sent()

    def _build(self, mail):
        """Build the message as `mail.mail._send` does it.

        :return: tuple (envelope sender, envelope recipients, EmailMessage)
        :raise AssertionError: an address is missing or bad
        """
        [email] = mail._prepare_outgoing_list(
            mail_server=self.server or mail.mail_server_id, doc_to_followers={}
        )
        context = {"send_validated_to": email["email_to_normalized"]}
        if self.alias_domain:
            context["domain_notifications_email"] = self.alias_domain.default_from_email
            context["domain_bounce_address"] = (
                email["headers"].get("Return-Path") or self.alias_domain.bounce_email
            )
        servers = self.env["ir.mail_server"].with_context(**context)
        emails_from = mail_tools.email_split_and_format_normalize(mail.email_from)
        message = servers._build_email__(
            email_from=emails_from[0] if emails_from else mail.email_from,
            email_to=email["email_to"],
            subject=email["subject"],
            body=email["body"],
            body_alternative=email["body_alternative"],
            email_cc=email["email_cc"],
            reply_to=email["reply_to"],
            attachments=email["attachments"],
            message_id=mail.mass_sending_delivery_id.message_uid or email["message_id"],
            references=email["references"],
            object_id=email["object_id"],
            subtype="html",
            subtype_alternative="plain",
            headers=email["headers"],
        )
        return servers._prepare_email_message__(message, self._session)

    def _describe_bad_address(self, error):
        servers = self.env["ir.mail_server"]
        if error.args and error.args[0] == servers.NO_VALID_RECIPIENT:
            return Outcome.failed("email_invalid", str(error.args[0]))
        return Outcome.failed(
            "sender_invalid", str(error.args[-1] if error.args else "")
        )

    def _after_refusal(self, refusal):
        """Make the session ready for the next mail."""
        if refusal.code == 421:  # the server closes the connection
            self._session.close()
            return
        try:
            self._session.rset()
        except (smtplib.SMTPException, OSError):
            self._session.close()


def _interpret(refusal):
    """Turn an answer into an outcome. (RFC 5321, section 4.2.1)"""
    reason = f"{refusal.command}: {refusal.code} {refusal.answer}"
    if refusal.code < 500:
        return Outcome.later("refused_temporarily", reason)
    if refusal.code == 552 or refusal.answer.startswith("5.3.4"):
        return Outcome.failed("too_large", reason)
    if refusal.command == "MAIL":
        return Outcome.failed("sender_invalid", reason)
    return Outcome.failed("refused", reason)


def describe_error(error):
    """Return an exception's text, or its kind where it has none."""
    return str(error).strip() or type(error).__name__
