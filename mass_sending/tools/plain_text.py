# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The text part of many mails that differ in a few words.

Odoo's `html2plaintext` parses the whole HTML, for half a millisecond. The mails of a
campaign are the same but for names, dates and links; so one is converted with
marks in these places, and the marks are replaced for each of the others. Only words
that the conversion leaves alone are put in that way: where a place holds anything
else, Odoo converts the mail. Held to Odoo's own result by `tests/test_plain_text.py`.
"""

import re
import secrets
from itertools import compress, count
from operator import ne

from odoo.tools import html2plaintext

# Tags, and with them links, apart from what is between them
_TAG = re.compile(r"(<[^>]*>)")
# One space between words, nothing that HTML or the conversion knows a meaning of
_WORDS = re.compile(r"(\s*)([\w.,:;!?'()@/+-]+(?: [\w.,:;!?'()@/+-]+)*)(\s*)")
_LINK = re.compile(r"(<a\s[^>]*?\bhref=\")([\w:/.?=%~+-]+)(\"[^>]*>)")
# So many different sets of places are learnt before it is left to Odoo
_MAX_LESSONS = 20


class PlainTextConverter:
    """Converts the bodies of similar mails."""

    def __init__(self):
        self._pieces = None
        self._slots = frozenset()
        self._sorted_slots = []
        self._literals = None
        self._order = None
        self._lessons = 0

    def convert(self, html):
        """Return what `html2plaintext` returns.

        :param str html: body of a mail
        :return: str
        """
        pieces = _TAG.split(html)
        values = self._get_values(pieces)
        if values is None:
            return html2plaintext(html)
        text = [self._literals[0]]
        for number, literal in zip(self._order, self._literals[1:], strict=True):
            text.append(values[number])
            text.append(literal)
        return "".join(text)

    def _get_values(self, pieces):
        """Return the words in the places, or None if Odoo has to convert."""
        if self._pieces is None:
            self._pieces = pieces
            return None
        if len(pieces) != len(self._pieces):
            return None
        differing = compress(count(), map(ne, pieces, self._pieces))
        new_slots = set(differing) - self._slots
        if (new_slots or self._literals is None) and not self._learn(new_slots):
            return None
        values = []
        for index in self._sorted_slots:
            parts = _split(index, self._pieces[index]), _split(index, pieces[index])
            if not all(parts) or parts[0][::2] != parts[1][::2]:
                return None
            values.append(parts[1][1])
        return values

    def _learn(self, new_slots):
        """Convert the first mail with marks in all places where others differ.

        :return: whether each mark was found where its word was
        """
        if self._lessons == _MAX_LESSONS:
            return False
        self._lessons += 1
        slots = sorted(self._slots | new_slots)
        word = f"x{secrets.token_hex(8)}x"
        marked = list(self._pieces)
        for number, index in enumerate(slots):
            parts = _split(index, self._pieces[index])
            if not parts:
                # another mail may do better as the first
                self._pieces = None
                self._slots, self._literals = frozenset(), None
                return False
            marked[index] = f"{parts[0]}{word}{number}z{parts[2]}"
        found = re.split(f"{word}(\\d+)z", html2plaintext("".join(marked)))
        order = [int(number) for number in found[1::2]]
        if sorted(order) != list(range(len(slots))):
            return False
        self._slots, self._sorted_slots = frozenset(slots), slots
        self._literals, self._order = found[::2], order
        return True


def _split(index, piece):
    """Return a piece as (before, words, after), or None if it isn't simple.

    :param int index: odd for a tag, as `re.split` puts them
    :param str piece: a tag, or what stands between two
    """
    match = (_LINK if index % 2 else _WORDS).fullmatch(piece)
    return match and match.groups()
