"""The mails the sink has received: one .eml file each, with the SMTP envelope
in a first header, so that a restart finds them all again."""

import contextlib
import email
import email.policy
import itertools
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ENVELOPE = "X-Sink-Envelope-To"
SENDER = "X-Sink-Envelope-From"


@dataclass(frozen=True)
class Summary:
    """What the list shows of one mail."""

    id: str
    received: float
    sender: str
    recipients: str
    subject: str
    attachments: int
    size: int

    def matches(self, words):
        text = f"{self.recipients} {self.subject} {self.sender}".lower()
        return all(word in text for word in words)


def _header(message, name):
    """A header as text; a broken one must not hide the mail."""
    try:
        return str(message.get(name, ""))
    except Exception:  # the email package raises nearly anything on bad input
        return "(unreadable)"


def attachments(message):
    """The parts a reader may download, embedded images among them."""
    return [
        part
        for part in message.walk()
        if not part.is_multipart()
        and (part.get_filename() or part.get_content_maintype() != "text")
    ]


class MailStore:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._summaries = {}
        paths = sorted(self.folder.glob("*.eml"))
        self._numbers = itertools.count(len(paths) + 1)
        # Somebody may have tried what sending to 100,000 is like: reading all that
        # takes minutes, and nobody waits so long for the sink to start.
        reading = threading.Thread(target=self._read_all, args=[paths], daemon=True)
        reading.start()
        reading.join(timeout=1)

    def _read_all(self, paths):
        for path in reversed(paths):
            with self._lock, contextlib.suppress(FileNotFoundError):
                self._index(path)

    def add(self, sender, recipients, content):
        """Store a mail; when this returns, it is in the file."""
        with self._lock:
            mail_id = f"{time.time_ns() // 1_000_000}-{next(self._numbers):06d}"
            envelope = f"{SENDER}: {sender}\r\n{ENVELOPE}: {', '.join(recipients)}\r\n"
            path = self.folder / f"{mail_id}.eml"
            path.write_bytes(envelope.encode("ascii", "replace") + content)
            self._index(path)
        return mail_id

    def get(self, mail_id):
        """(message, raw bytes) of a mail, or None."""
        if mail_id not in self._summaries:
            return None
        raw = (self.folder / f"{mail_id}.eml").read_bytes()
        return email.message_from_bytes(raw, policy=email.policy.default), raw

    def search(self, text=""):
        """Summaries of the mails that hold all the words, newest first."""
        words = text.lower().split()
        with self._lock:
            found = sorted(self._summaries.items(), reverse=True)
        return [mail for _id, mail in found if mail.matches(words)]

    def clear(self):
        with self._lock:
            for path in self.folder.glob("*.eml"):
                path.unlink(missing_ok=True)
            self._summaries.clear()

    def _index(self, path):
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        to, envelope = _header(message, "To"), _header(message, ENVELOPE)
        self._summaries[path.stem] = Summary(
            id=path.stem,
            received=int(path.stem.split("-")[0]) / 1000,
            sender=_header(message, "From") or _header(message, SENDER),
            recipients=to if envelope in to else f"{to} ({envelope})",
            subject=_header(message, "Subject"),
            attachments=len(attachments(message)),
            size=len(raw),
        )
