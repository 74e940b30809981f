# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One SMTP session with an outgoing mail server, opened and filled by Odoo.

What is said in it is in `smtp_conversation`.
"""

import ast
import smtplib

from odoo.tools import mail as mail_tools

from ..queue.outcomes import Outcome
from .base import ChannelUnavailable
from .smtp_conversation import Outbox, SmtpConversation
from .smtp_trouble import describe_trouble


class _Flattener:
    """Takes smtplib's place to catch what it would send.

    `smtplib.SMTP.send_message` turns a message into bytes and options and gives
    them to `sendmail`.
    """

    def __init__(self, session):
        self._session = session
        self.caught = None

    def __getattr__(self, name):
        return getattr(self._session, name)

    def sendmail(self, from_addr, to_addrs, msg, mail_options=(), rcpt_options=()):
        self.caught = (from_addr, to_addrs, msg, tuple(mail_options))


class SmtpSession:
    """An open session with an outgoing mail server."""

    def __init__(self, env, server, alias_domain, smtp_from):
        self.env = env
        self.server = server
        self.alias_domain = alias_domain
        self.smtp_from = smtp_from
        self._session = None
        self._headers_read = None, {}

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
            trouble = describe_trouble(self.env, self._describe(), error)
            raise ChannelUnavailable(trouble) from error
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

    def is_open(self):
        """Tell whether mails can be sent without opening it again."""
        return self._session.sock is not None

    def connect_again(self):
        """Open another session like this one.

        :raise ChannelUnavailable: the server can't be reached, or refuses us
        """
        other = SmtpSession(self.env, self.server, self.alias_domain, self.smtp_from)
        other._open()
        return other

    def send_all(self, envelopes, session):
        """Send mails one after the other; each outcome is recorded before the next
        one's content goes out.

        :param envelopes: iterable of `mail_builder.Envelope`
        :param session: `queue.hand_over.HandOver`
        :raise ChannelUnavailable: the session had to be opened again, and couldn't
        """
        self.send_outbox(Outbox(envelopes), session)

    def send_outbox(self, outbox, session):
        """As `send_all`.

        :param Outbox outbox: mails to send
        """
        while outbox.get(0) and not session.stopped():
            if not self.is_open():
                self._open()
            self.send_while_open(outbox, session)

    def send_while_open(self, outbox, session):
        """As `send_outbox`, until the session is closed; never opens one."""
        SmtpConversation(self._session).run(outbox, session)

    def build(self, mail, message_uid):
        """Let Odoo build a mail.

        :param mail: mail.mail with one address
        :param str message_uid: its Message-Id
        :return: tuple (envelope sender, envelope recipients, bytes, MAIL options)
        :raise AssertionError: an address is missing or bad
        """
        smtp_from, smtp_to, message = self._build(mail, message_uid)
        flattener = _Flattener(self._session)
        smtplib.SMTP.send_message(flattener, message, smtp_from, smtp_to)
        return flattener.caught

    def get_own_headers(self, text):
        """Return the headers that only one mail asks for.

        :param str text: `mail.mail.headers`
        :return: dict
        """
        if text != self._headers_read[0]:
            self._headers_read = text, ast.literal_eval(text or "{}")
        return self._headers_read[1]

    def _build(self, mail, message_uid):
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
            message_id=message_uid,
            references=email["references"],
            object_id=email["object_id"],
            subtype="html",
            subtype_alternative="plain",
            headers=email["headers"],
        )
        return servers._prepare_email_message__(message, self._session)

    def describe_bad_address(self, error):
        """Return the Outcome for Odoo's complaint about an address."""
        servers = self.env["ir.mail_server"]
        if error.args and error.args[0] == servers.NO_VALID_RECIPIENT:
            return Outcome.failed("email_invalid", str(error.args[0]))
        return Outcome.failed(
            "sender_invalid", str(error.args[-1] if error.args else "")
        )
