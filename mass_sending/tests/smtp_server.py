# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small SMTP server on a socket that can be told to misbehave."""

import contextlib
import email
import email.policy
import re
import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class Received:
    """A mail that the server has accepted.

    :ivar str sender: envelope sender
    :ivar list recipients: envelope recipients
    :ivar bytes content: as it came over the wire, dots unstuffed
    """

    sender: str
    recipients: list
    content: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.content, policy=email.policy.default)


@dataclass
class Script:
    """How the server answers; each is looked up by the recipient's address.

    :ivar dict rcpt: address -> reply to RCPT, e.g. "550 5.1.1 unknown"
    :ivar dict data: address -> reply to the content
    :ivar dict hooks: address -> function called when the content has arrived and
        before it is answered; returning False drops the connection instead
    :ivar str mail: reply to every MAIL
    :ivar int max_sessions: how many may be open at once
    """

    rcpt: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    hooks: dict = field(default_factory=dict)
    mail: str = "250 ok"
    max_sessions: int = 1000


class _Handler(socketserver.StreamRequestHandler):
    # several answers in a row would wait 40 ms for each other
    disable_nagle_algorithm = True

    def handle(self):
        self.server.sessions += 1
        self.server.open_sessions += 1
        try:
            self._converse()
        finally:
            self.server.open_sessions -= 1

    def _converse(self):
        if self.server.open_sessions > self.server.script.max_sessions:
            self._say("421 too many connections")
            return
        self._say("220 test ESMTP")
        with contextlib.suppress(ConnectionError):
            for line in iter(self.rfile.readline, b""):
                if not self._answer(line.decode().strip()):
                    return

    def _say(self, reply):
        self.wfile.write(reply.encode() + b"\r\n")

    def _answer(self, line):
        script, verb = self.server.script, line[:4].upper()
        if verb == "EHLO":
            pipelining = "250-PIPELINING\r\n" if self.server.pipelining else ""
            self._say(f"250-test\r\n{pipelining}250-8BITMIME\r\n250 SIZE 10000000")
        elif verb == "MAIL":
            self._sender, self._recipients = self._address(line), []
            self._say(script.mail)
        elif verb == "RCPT":
            return self._answer_rcpt(self._address(line))
        elif verb == "DATA":
            if not self._recipients:
                self._say("554 no valid recipients")
                return True
            self._say("354 go on")
            return self._receive()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _answer_rcpt(self, address):
        reply = self.server.script.rcpt.get(address, "250 ok")
        if reply.startswith("250"):
            self._recipients.append(address)
        self._say(reply)
        return not reply.startswith("421")

    def _receive(self):
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        else:
            return False
        script, address = self.server.script, self._recipients[0]
        hook = script.hooks.get(address)
        answered = hook() if hook else True
        reply = script.data.get(address, "250 accepted")
        if reply.startswith("250"):
            self.server.received.append(
                Received(self._sender, self._recipients, b"".join(lines))
            )
        if answered is False:
            return False
        self._say(reply)
        return True

    def _address(self, line):
        return re.search(r"<([^>]*)>", line).group(1).lower()


class SmtpServer(socketserver.ThreadingTCPServer):
    """Listens on localhost, by default on a free port, until `stop`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, pipelining=False, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.pipelining = pipelining
        self.script = Script()
        self.received = []
        self.sessions = self.open_sessions = 0
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self):
        return self.server_address[1]

    def received_addresses(self):
        return [address for mail in self.received for address in mail.recipients]

    def wait(self):
        """Wait until it is stopped, or the process is killed."""
        self._thread.join()

    def stop(self):
        self.shutdown()
        self.server_close()
