# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A text part of a mail, encoded as Python's `email` package encodes it.

The package encodes the whole text for each mail, though most of its lines are the
same in all; here the lines are remembered. Held to the package's own result by
`tests/test_plain_text.py`.
"""

import binascii
import re
from email import quoprimime

# As `email.policy` and `email.contentmanager` have them
_MAX_LINE = 78
_SNIFFED_LINES = 10

_NOT_SAFE = re.compile(r"[^\t\r\n -~]")
_FROM_LINE = re.compile(r"^From ", re.MULTILINE)
_MOST_REMEMBERED = 1024
# Longer lines are not remembered: they would fill the memory, not save much time
_LONGEST_REMEMBERED = 2000


class _Latin(str):
    """A text whose special characters are quoted quickly: `str.translate` takes a
    microsecond for ten characters."""

    def translate(self, _table):
        quoted = self.replace("=", "=3D")
        return _NOT_SAFE.sub(lambda match: quoprimime.quote(match[0]), quoted)


def encode_part(subtype, text):
    """Return a text part with its headers, as it stands between two boundaries.

    :param str subtype: "plain" or "html"
    :param str text: its content
    :return: bytes
    """
    encoding, payload = _encode_text(text.encode().splitlines())
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n"
        "MIME-Version: 1.0\r\n\r\n"
    )
    return (head + payload.replace("\n", "\r\n")).encode("ascii", "surrogateescape")


def _encode_text(lines):
    """As `email.contentmanager._encode_text`, when the encoding is left to it.

    :param list[bytes] lines: without their ends
    :return: tuple (name of the encoding, text), as the generator would flatten it
    """
    if max(map(len, lines), default=0) <= _MAX_LINE:
        joined = b"\n".join(lines) + b"\n"
        encoding = "7bit" if joined.isascii() else "8bit"
        text = joined.decode("ascii", "surrogateescape")
        return encoding, _quote_from(text)
    sniffed = lines[:_SNIFFED_LINES]
    in_base64 = binascii.b2a_base64(b"\r\n".join(sniffed) + b"\r\n")
    quoted = _quote_lines(sniffed)
    if len(quoted) > len(in_base64):
        return "base64", _encode_base64(b"\r\n".join(lines) + b"\r\n")
    if len(lines) > _SNIFFED_LINES:
        quoted = _quote_lines(lines)
    return "quoted-printable", _quote_from(quoted)


def _quote_from(text):
    """As the generator does it; looking for the word first is much quicker."""
    return _FROM_LINE.sub(">From ", text) if "From " in text else text


def _encode_base64(data):
    """As `email.contentmanager._encode_base64`."""
    size = _MAX_LINE // 4 * 3
    return "".join(
        binascii.b2a_base64(data[start : start + size]).decode()
        for start in range(0, len(data), size)
    )


class _Quoted(dict):
    """Line -> the same in quoted-printable; found without a call for each line."""

    def __missing__(self, line):
        quoted = _quote(line)
        if len(line) <= _LONGEST_REMEMBERED:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[line] = quoted
        return quoted


_quoted = _Quoted()


def _quote_lines(lines):
    return "\n".join(map(_quoted.__getitem__, [*lines, b""]))


def _quote(line):
    """Return a line in quoted-printable, with soft breaks. (RFC 2045, section 6.7)"""
    return quoprimime.body_encode(_Latin(line.decode("latin-1")), _MAX_LINE)
