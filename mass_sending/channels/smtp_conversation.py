# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is said in an SMTP session, and what the server's answers mean.

One mail after the other, in this order (RFC 5321, section 3.3; RFC 2920 for saying
several commands at once, where the server offers it):

    MAIL, RCPT, DATA of the first mail
    content n, and with it MAIL, RCPT, DATA of mail n+1
    answer to content n  →  recorded
    answers to MAIL, RCPT, DATA  →  content n+1 …

So a mail costs one round trip, and the content of a mail is never sent before the
outcome of the one before it is recorded. What fails before the content goes out
was provably not handed over; what fails between the content and its answer is in
doubt.
"""

import logging
import re
import smtplib

from ..queue.outcomes import Outcome
from .base import describe_error

_LEADING_PERIOD = re.compile(rb"^\.", re.MULTILINE)
_logger = logging.getLogger(__name__)

# Answers with which the conversation goes on
_ALLOWED = {"MAIL": (250,), "RCPT": (250, 251), "copy": (250, 251), "DATA": (354,)}
_BROKEN = (smtplib.SMTPException, OSError)


class _Refusal(Exception):
    """The server answered a command with an error."""

    def __init__(self, command, code, answer):
        super().__init__(command, code, answer)
        self.command = command
        self.code = code
        self.answer = answer.decode("utf-8", "replace").strip()

    def as_outcome(self):
        """Turn the answer into an outcome. (RFC 5321, section 4.2.1)"""
        reason = f"{self.command}: {self.code} {self.answer}"
        if self.code < 500:
            return Outcome.later("refused_temporarily", reason)
        if self.code == 552 or self.answer.startswith("5.3.4"):
            return Outcome.failed("too_large", reason)
        if self.command == "MAIL":
            return Outcome.failed("sender_invalid", reason)
        return Outcome.failed("refused", reason)


class SmtpConversation:
    """Sends mails until the first trouble, after which the session is in order
    again or closed."""

    def __init__(self, session):
        """
        :param session: open `smtplib.SMTP`
        """
        self._session = session
        self._pipelining = session.does_esmtp and session.has_extn("pipelining")

    def run(self, envelope, envelopes, record, stopped):
        """Send mails until one is refused, the session breaks, or all are sent.

        :param envelope: the first Envelope
        :param envelopes: iterator of those after it
        :param record: function (delivery ids, Outcome)
        :param stopped: function that tells whether to send nothing more
        :return: the Envelope to go on with in another conversation, or None
        """
        announced = False
        while envelope:
            try:
                if not announced:
                    self._announce(envelope)
                self._read_announcement(envelope)
            except _Refusal as refusal:
                self._tidy_up(refusal)
                record([envelope.delivery_id], refusal.as_outcome())
                return next(envelopes, None)
            except _BROKEN as error:
                self._session.close()
                reason = describe_error(error)
                record([envelope.delivery_id], Outcome.later("connection", reason))
                return next(envelopes, None)
            # built now, so that it can be announced together with this content
            following = next(envelopes, None)
            announced = self._can_announce(following) and not stopped()
            outcome = self._say_content(envelope, following if announced else None)
            record([envelope.delivery_id], outcome)
            if self._session.sock is None:
                return following
            if stopped():
                if announced:
                    self._withdraw()
                return None
            if following and following.outcome:
                return following
            envelope = following
        return None

    def _can_announce(self, envelope):
        return self._pipelining and envelope and not envelope.outcome

    # === Announcing: MAIL, RCPT, DATA ===

    def _commands(self, envelope):
        options = list(envelope.options)
        if self._session.does_esmtp and self._session.has_extn("size"):
            options.insert(0, f"size={len(envelope.content)}")
        yield "MAIL", " ".join(["MAIL FROM:" + _quote(envelope.sender), *options])
        for address in envelope.recipients:
            yield "RCPT", "RCPT TO:" + _quote(address)
        for address in envelope.copies:
            yield "copy", "RCPT TO:" + _quote(address)
        yield "DATA", "DATA"

    def _encode(self, envelope):
        encoding = "utf-8" if "SMTPUTF8" in envelope.options else "ascii"
        lines = (line for _command, line in self._commands(envelope))
        return b"".join(line.encode(encoding) + b"\r\n" for line in lines)

    def _announce(self, envelope):
        """Say MAIL, RCPT and DATA at once, where that is allowed."""
        if self._pipelining:
            self._session.sock.sendall(self._encode(envelope))

    def _read_announcement(self, envelope):
        """Read the answers, all of them; say the commands one by one before, where
        they may not be said at once.

        :raise _Refusal: the first command that was refused
        """
        refusal = None
        for command, line in self._commands(envelope):
            if not self._pipelining:
                self._session.sock.sendall(line.encode() + b"\r\n")
            code, answer = self._session.getreply()
            allowed = _ALLOWED[command]
            if command == "copy" and code not in allowed and code != 421:
                _logger.warning("The copy was refused: %s %s", code, answer)
            elif code not in allowed:
                refusal = refusal or _Refusal(command, code, answer)
                if not self._pipelining or code == 421:
                    raise refusal
            elif refusal and command == "DATA" and envelope.copies:
                # it waits for a content for the copy alone: hang up
                self._session.close()
            elif refusal and command == "DATA":
                # it waits for a content that has no recipient: give it none
                self._session.sock.sendall(b".\r\n")
                self._session.getreply()
        if refusal:
            raise refusal

    # === Content ===

    def _say_content(self, envelope, following):
        """Send a content, and announce the mail after it.

        :return: Outcome; the session is closed when it is broken
        """
        content = _LEADING_PERIOD.sub(b"..", envelope.content)
        content += b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        if following:
            content += self._encode(following)
        try:
            self._session.sock.sendall(content)
            code, answer = self._session.getreply()
        except _BROKEN as error:
            self._session.close()
            return Outcome.in_doubt(describe_error(error))
        if code == 250:
            return Outcome.sent()
        refusal = _Refusal("content", code, answer)
        if code == 421:
            self._session.close()
        return refusal.as_outcome()

    # === Order ===

    def _withdraw(self):
        """Take back the mail that was announced and will not be sent: hang up,
        since the server may be waiting for its content by now."""
        self._session.close()

    def _tidy_up(self, refusal):
        """Make the session ready for the next mail."""
        if refusal.code == 421:  # the server closes the connection
            self._session.close()
            return
        try:
            self._session.rset()
        except _BROKEN:
            self._session.close()


def _quote(address):
    return smtplib.quoteaddr(address)
