# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Many mails from one that was built by Odoo: byte for byte what Odoo would build.

Building a MIME message takes Python about two milliseconds, nearly all of it for
headers and structure that are the same in all mails of a campaign. So one mail is
built by Odoo, and the places where the others differ are found in its bytes.
Those places are encoded by the standard library's own functions. When a place is
not found exactly, the template cannot be learnt, and Odoo builds every mail.
"""

import re
from email.headerregistry import HeaderRegistry
from functools import lru_cache

from .mail_policy import unsubscribe_policy
from .text_part import encode_part

_CRLF = b"\r\n"


class CannotLearn(Exception):
    """The mail that Odoo built doesn't look as expected."""


class _Registry(HeaderRegistry):
    """The standard one makes a new class for each header; this one keeps them."""

    def __getitem__(self, name):
        return _header_class(self, name.lower())


@lru_cache(maxsize=256)
def _header_class(registry, name):
    return HeaderRegistry.__getitem__(registry, name)


@lru_cache(maxsize=1)
def _policy():
    return unsubscribe_policy().clone(header_factory=_Registry())


# Values that fit into a line, and in which there is nothing to encode or to parse
_SIMPLE_TEXT = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_SIMPLE_ID = re.compile(r"<[A-Za-z0-9._+=-]+@[A-Za-z0-9.-]+>")
SIMPLE_MAILBOX = re.compile(
    r'"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*" <[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9.-]+>'
)
_SIMPLE = {
    "subject": _SIMPLE_TEXT,
    "message-id": _SIMPLE_ID,
    "reply-to": SIMPLE_MAILBOX,
    "to": SIMPLE_MAILBOX,
}
# RFC 5322, section 2.1.1, less the line end
_MAX_LINE = 76


def fold_header(name, value):
    """Return a header as it goes over the wire, folded and encoded.

    :param str name: name of the header
    :param value: its value as given to `EmailMessage`; a tuple for a list
    :return: bytes, with the line end
    """
    text = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    simple = _SIMPLE.get(name.lower())
    if (
        simple
        and isinstance(text, str)
        and (simple is _SIMPLE_ID or len(name) + 2 + len(text) <= _MAX_LINE)
        and "=?" not in text
        and simple.fullmatch(text)
    ):
        return f"{name}: {text}\r\n".encode()
    return _fold(name, value)


@lru_cache(maxsize=1024)
def _fold(name, value):
    """Let the standard library parse, encode and fold a header."""
    policy = _policy()
    value = list(value) if isinstance(value, tuple) else value
    return policy.fold_binary(name, policy.header_store_parse(name, value)[1])


class MimeTemplate:
    """A mail that was built once, and where the others differ from it."""

    def __init__(self, raw, headers, plain, html):
        """Learn from one mail.

        :param bytes raw: the mail as Odoo built it
        :param dict headers: name -> value of the headers that may differ
        :param str plain: its text part
        :param str html: its HTML part
        :raise CannotLearn: one of these isn't in `raw` exactly once
        """
        head, separator, body = raw.partition(_CRLF + _CRLF)
        self._header_names = tuple(headers)
        self._head = self._split_head(head + _CRLF, headers)
        before, after = self._split(body, encode_part("plain", plain))
        between, self._tail = self._split(after, encode_part("html", html))
        self._before = separator[2:] + before
        self._between = between
        self._boundaries = [
            line for line in before.split(_CRLF) if line.startswith(b"--")
        ]

    def _split(self, text, place):
        if text.count(place) != 1:
            raise CannotLearn(place[:40])
        before, _place, after = text.partition(place)
        return before, after

    def _split_head(self, head, headers):
        """Return the head as a list of bytes and, for what may differ, names."""
        pieces = [head]
        for name, value in headers.items():
            folded = fold_header(name, value)
            for index, piece in enumerate(pieces):
                if isinstance(piece, bytes) and self._has_line(piece, folded):
                    before, after = self._split(_CRLF + piece, _CRLF + folded)
                    pieces[index : index + 1] = [
                        before[2:] + _CRLF if before else b"",
                        name,
                        after,
                    ]
                    break
            else:
                raise CannotLearn(name)
        return pieces

    def _has_line(self, piece, folded):
        return (_CRLF + piece).count(_CRLF + folded) == 1

    def fits(self, headers):
        """Tell whether a mail has the same headers as the one learnt from."""
        return tuple(headers) == self._header_names

    def fill(self, headers, plain, html):
        """Return another mail, as Odoo would build it.

        :param dict headers: as in `__init__`
        :param str plain: text part
        :param str html: HTML part
        :return: bytes
        :raise CannotLearn: a boundary of the template stands in the text
        """
        parts = encode_part("plain", plain), encode_part("html", html)
        for boundary in self._boundaries:
            if any(boundary in part for part in parts):
                raise CannotLearn(boundary)
        head = b"".join(
            piece if isinstance(piece, bytes) else fold_header(piece, headers[piece])
            for piece in self._head
        )
        return b"".join(
            (head, self._before, parts[0], self._between, parts[1], self._tail)
        )
