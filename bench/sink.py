# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An SMTP sink: takes everything, as quickly as it can, and says what it got.

Run as `python sink.py [--delay MS] [--record FILE] [--keep FILE]`; prints its port
first. With `--keep`, writes down the first mail. With `--record`, appends one line
"recipient message-id" per accepted mail, flushed before the mail is accepted, so that
no kill can make the record lie.
"""

import argparse
import asyncio
import re
import sys
from pathlib import Path

MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(rb"<([^>]*)>")
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"


class Session(asyncio.Protocol):
    """One client. Commands may come in one packet (RFC 2920)."""

    def __init__(self, delay, record, keep):
        self.delay = delay
        self.record = record
        self.keep = keep
        self.buffer = b""
        self.in_data = False
        self.recipients = []

    def connection_made(self, transport):
        self.transport = transport
        self.say(b"220 sink ESMTP\r\n")

    def say(self, reply):
        """Answer, after the delay that stands for a round trip."""
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.write, reply)
        else:
            self.write(reply)

    def write(self, reply):
        if not self.transport.is_closing():
            self.transport.write(reply)

    def data_received(self, data):
        self.buffer += data
        replies = []
        while self.take(replies):
            pass
        if replies:
            self.say(b"".join(replies))

    def take(self, replies):
        """Take one command or one content from the buffer; False when none is there."""
        if self.in_data:
            if self.buffer.startswith(b".\r\n"):
                end = 0
            else:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    return False
                end += 2
            content, self.buffer = self.buffer[:end], self.buffer[end + 3 :]
            self.in_data = False
            self.accept(content)
            replies.append(b"250 accepted\r\n")
            return True
        line, separator, rest = self.buffer.partition(b"\r\n")
        if not separator:
            return False
        self.buffer = rest
        replies.append(self.answer(line))
        return True

    def answer(self, line):
        verb = line[:4].upper()
        if verb == b"EHLO":
            return EHLO
        if verb == b"MAIL":
            self.recipients = []
        elif verb == b"RCPT":
            self.recipients.append(ADDRESS.search(line).group(1))
        elif verb == b"DATA":
            self.in_data = True
            return b"354 go on\r\n"
        elif verb == b"QUIT":
            self.write(b"221 bye\r\n")
            self.transport.close()
            return b""
        return b"250 ok\r\n"

    def accept(self, content):
        if self.keep and not self.keep.exists():
            self.keep.write_bytes(content)
        self.keep = None
        if self.record:
            found = MESSAGE_ID.search(content[:4000])
            uid = found.group(1) if found else b"-"
            for recipient in self.recipients:
                self.record.write(recipient + b" " + uid + b"\n")
            self.record.flush()


async def serve(arguments):
    """Listen until the process is ended."""
    record = open(arguments.record, "ab") if arguments.record else None  # noqa: SIM115
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Session(arguments.delay / 1000, record, arguments.keep),
        "127.0.0.1",
        arguments.port,
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0, help="in milliseconds")
    parser.add_argument("--record")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args()))
