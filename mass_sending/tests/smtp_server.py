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

    :ivar dict rcpt: address -> reply to RCPT, e.g. "550 5.1.1 unknown"; when it is
        empty, the connection is dropped
    :ivar dict data: address -> reply to the content
    :ivar dict hooks: address -> function called when the content has arrived and
        before it is answered; returning False drops the connection instead
    :ivar str mail: reply to every MAIL
    :ivar int max_sessions: how many may be open at once
    :ivar str greeting: the first line; when it is no 220, the connection is dropped
    :ivar int size: how large a mail may be
    """

    rcpt: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    hooks: dict = field(default_factory=dict)
    mail: str = "250 ok"
    max_sessions: int = 1000
    greeting: str = "220 test ESMTP"
    size: int = 10_000_000


class Handler(socketserver.StreamRequestHandler):
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
        with contextlib.suppress(ConnectionError):
            self._say(self.server.script.greeting)
            if not self.server.script.greeting.startswith("220"):
                return
            while line := self.rfile.readline():
                if not self._answer(line.decode().strip()):
                    return

    def _say(self, reply):
        self.wfile.write(reply.encode() + b"\r\n")

    def _answer(self, line):
        script, verb = self.server.script, line[:4].upper()
        if verb == "EHLO":
            self._say("\r\n".join([*self._offers(), f"250 SIZE {script.size}"]))
        elif verb == "MAIL":
            self._sender, self._recipients = self._address(line), []
            size = re.search(r"size=(\d+)", line)
            is_large = size and int(size[1]) > script.size
            self._say("552 5.3.4 message too large" if is_large else script.mail)
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

    def _offers(self):
        """Return the lines of the answer to EHLO, but for the last one."""
        pipelining = ["250-PIPELINING"] if self.server.pipelining else []
        return ["250-test", *pipelining, "250-8BITMIME"]

    def _answer_rcpt(self, address):
        reply = self.server.script.rcpt.get(address, "250 ok")
        if not reply:
            return False
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
        return not reply.startswith("421")

    def _address(self, line):
        return re.search(r"<([^>]*)>", line).group(1).lower()


class SmtpServer(socketserver.ThreadingTCPServer):
    """Listens on localhost, by default on a free port, until `stop`."""

    allow_reuse_address = True
    daemon_threads = True
    handler = Handler

    def __init__(self, pipelining=False, port=0):
        super().__init__(("127.0.0.1", port), self.handler)
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
