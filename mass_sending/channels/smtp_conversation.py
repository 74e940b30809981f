# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is said in an SMTP session, and what the server's answers mean.

One mail after the other, in this order (RFC 5321, section 3.3; RFC 2920 for saying
several commands at once, where the server offers it):

    MAIL, RCPT, DATA of the first mail
    content n, and with it MAIL, RCPT, DATA of mail n+1
    answer to content n  →  outcome n begins to be recorded
    (meanwhile mail n+2 is built)
    answers to MAIL, RCPT, DATA; outcome n is recorded  →  content n+1 …

So a mail costs one round trip, and the content of a mail is never sent before the
outcome of the one before it is recorded. What fails before the content goes out
was provably not handed over; what fails between the content and its answer is in
doubt.
"""

import logging
import re
import smtplib
from collections import deque

from ..queue.outcomes import Outcome
from .base import describe_error

_logger = logging.getLogger(__name__)

# An address whose parsing would only give it back
_SIMPLE_ADDRESS = re.compile(r"[A-Za-z0-9_+=-]+(\.[A-Za-z0-9_+=-]+)*@[A-Za-z0-9.-]+")
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


class Outbox:
    """The mails that wait for a session, in their order; built when asked for."""

    def __init__(self, envelopes):
        """
        :param envelopes: iterable of `mail_builder.Envelope`
        """
        self._source = iter(envelopes)
        self._built = deque()

    def get(self, index):
        """Return the `index`-th of those that wait, or None.

        :param int index: 0 for the next one
        :return: Envelope
        """
        while len(self._built) <= index:
            envelope = next(self._source, None)
            if envelope is None:
                return None
            self._built.append((envelope, _quote_periods(envelope.content)))
        return self._built[index][0]

    def get_data(self):
        """Return the content of the next one as it goes over the wire."""
        return self._built[0][1]

    def drop(self):
        """The next one is done with."""
        self._built.popleft()


class SmtpConversation:
    """Sends mails until the session breaks or all are sent."""

    def __init__(self, smtp):
        """
        :param smtp: open `smtplib.SMTP`
        """
        self._session = smtp
        self._pipelining = smtp.does_esmtp and smtp.has_extn("pipelining")
        self._has_size = smtp.does_esmtp and smtp.has_extn("size")
        self._announced = False

    def run(self, outbox, session):
        """Send mails until all are sent, the session is closed, or it is time to stop.

        :param Outbox outbox: mails to send; those that remain are still to be sent
        :param session: `queue.hand_over.HandOver`
        """
        while (envelope := outbox.get(0)) and not session.stopped():
            outcome = envelope.outcome or self._send(envelope, outbox, session)
            outbox.drop()
            session.start_record([envelope.delivery_id], outcome)
            # that takes a while: build the mail after the next
            outbox.get(1)
            if self._session.sock is None:
                break
        if self._announced:
            self._withdraw()
        session.confirm()

    def _send(self, envelope, outbox, session):
        """Send one mail, and announce the one after it with its content.

        :return: Outcome; the session is in order again, or closed
        """
        try:
            if not self._announced:
                self._announce(envelope)
            self._announced = False
            self._read_announcement(envelope)
        except _Refusal as refusal:
            self._tidy_up(refusal)
            return refusal.as_outcome()
        except _BROKEN as error:
            self._session.close()
            return Outcome.later("connection", describe_error(error))
        following = outbox.get(1)
        announced = self._can_announce(following) and not session.stopped()
        # nobody else may be in doubt while this one is
        session.confirm()
        return self._say_content(outbox.get_data(), following if announced else None)

    def _can_announce(self, envelope):
        return self._pipelining and envelope and not envelope.outcome

    # === Announcing: MAIL, RCPT, DATA ===

    def _commands(self, envelope):
        """Return what announces a mail, as tuples (kind, line)."""
        size = f" size={len(envelope.content)}" if self._has_size else ""
        options = "".join(f" {option}" for option in envelope.options)
        return [
            ("MAIL", f"MAIL FROM:{_quote(envelope.sender)}{size}{options}"),
            *(("RCPT", f"RCPT TO:{_quote(to)}") for to in envelope.recipients),
            *(("copy", f"RCPT TO:{_quote(to)}") for to in envelope.copies),
            ("DATA", "DATA"),
        ]

    def _encode(self, envelope):
        lines = [line for _command, line in self._commands(envelope)]
        return self._to_bytes(envelope, "\r\n".join([*lines, ""]))

    def _to_bytes(self, envelope, text):
        return text.encode("utf-8" if "SMTPUTF8" in envelope.options else "ascii")

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
                self._session.sock.sendall(self._to_bytes(envelope, line + "\r\n"))
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

    def _say_content(self, data, following):
        """Send a content, and announce the mail after it.

        :param bytes data: the content as it goes over the wire
        :param following: Envelope to announce, or None
        :return: Outcome; the session is closed when it is broken
        """
        if following:
            data += self._encode(following)
        try:
            self._session.sock.sendall(data)
        except _BROKEN as error:
            self._session.close()
            return Outcome.in_doubt(describe_error(error))
        self._announced = bool(following)
        try:
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
        self._announced = False
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


def _quote_periods(content):
    """Return a content as it goes over the wire. (RFC 5321, section 4.5.2)"""
    if content.startswith(b"."):
        content = b"." + content
    if b"\n." in content:
        content = content.replace(b"\n.", b"\n..")
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _quote(address):
    """Return an address in angle brackets, as `smtplib` writes it."""
    if _SIMPLE_ADDRESS.fullmatch(address):
        return f"<{address}>"
    return smtplib.quoteaddr(address)
