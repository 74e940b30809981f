# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An SMTP server in a process of its own, to be killed and started again.

Its record is a file: a line "recipient message-id" is with the operating system
before the mail is accepted, so that no kill can make the record lie.

Started by `SinkProcess`.
"""

import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


class SinkProcess:
    """Takes every mail.

    :param bool pipelining: whether several commands may be said at once
    :param float delay: seconds before a content is answered
    """

    def __init__(self, pipelining=True, delay=0):
        self._folder = tempfile.TemporaryDirectory(prefix="sink-")
        self._record = Path(self._folder.name) / "record"
        self._record.touch()
        self._options = [str(int(pipelining)), str(delay)]
        self.port = 0
        self.start()

    def start(self):
        """Listen, on the same port as before."""
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._record, str(self.port), *self._options],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._process.stdout.readline())

    def kill(self):
        """Die without a word to anybody."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def stop(self):
        """Die and forget."""
        self.kill()
        self._folder.cleanup()

    def forget(self):
        """Begin a new record."""
        self._record.write_text("")

    def read_record(self):
        """Return what was accepted: list of (recipient, message id)."""
        return [tuple(line.split()) for line in self._record.read_text().splitlines()]


def main(path, port, pipelining, delay):
    """Serve until killed."""
    from smtp_server import SmtpServer

    uid = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)

    lock = threading.Lock()

    class Record:
        """Takes the place of the server's list."""

        def append(self, mail):
            message_id = uid.search(mail.content)[1].decode()
            with lock:
                file.writelines(f"{to} {message_id}\n" for to in mail.recipients)
                file.flush()
            time.sleep(float(delay))

    with open(path, "a") as file:
        server = SmtpServer(pipelining=pipelining == "1", port=int(port))
        server.received = Record()
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdout.close()
        server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
