# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many SMS a text makes: the alphabet and the packing of GSM 03.38.

A text goes as GSM-7 when each of its characters is in the default alphabet or its
extension table, and as UCS-2 when a single one is not. One that doesn't fit into one
SMS loses seven septets (three UTF-16 units) of each to the header that joins them
again. (3GPP TS 23.038, 6.2.1; TS 23.040, 9.2.3.24.1)
"""

import unicodedata
from dataclasses import dataclass

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Two septets each: an escape, then the character.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

GSM7 = "GSM-7"
UCS2 = "UCS-2"
# encoding -> room in a single SMS, room in each of several
ROOM = {GSM7: (160, 153), UCS2: (70, 67)}

# What a word processor writes, and what means the same in GSM-7. What isn't here
# loses its accents.
_REPLACEMENTS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•·∙", "*"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\t", " "),
        **dict.fromkeys("\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f", ""),
        **dict.fromkeys("\u2028\u2029\u0085\v", "\n"),
        **{"…": "...", "‹": "<", "›": ">", "⁄": "/", "×": "x", "÷": "/"},
        **{"Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"},
        **{"Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "ı": "i", "ẞ": "SS"},
        **{"Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "ĸ": "k", "Ŋ": "N", "ŋ": "n"},
        **{"™": "(TM)", "®": "(R)", "©": "(C)", "№": "No.", "₤": "£"},
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    }
)


@dataclass(frozen=True)
class Measure:
    """How a text is sent.

    :ivar str encoding: GSM7 or UCS2
    :ivar int units: its length, in septets or UTF-16 units
    :ivar int segments: how many SMS it makes
    :ivar int left: units that still fit into the last one
    """

    encoding: str
    units: int
    segments: int
    left: int


def measure(text):
    """Measure a text.

    :return: Measure
    """
    encoding = find_encoding(text)
    single, _several = ROOM[encoding]
    lengths = [_length(part, encoding) for part in split_segments(text)]
    room = single if len(lengths) < 2 else ROOM[encoding][1]
    last = lengths[-1] if lengths else 0
    return Measure(encoding, sum(lengths), len(lengths), room - last)


def count_segments(text):
    """Return how many SMS a text makes."""
    return len(split_segments(text))


def split_segments(text):
    """Split a text as it is split on its way; no character is cut in two.

    :return: list of the parts' texts; empty for an empty text
    """
    encoding = find_encoding(text)
    single, several = ROOM[encoding]
    if _length(text, encoding) <= single:
        return [text] if text else []
    parts, part, room = [], [], several
    for character in text:
        size = _size(character, encoding)
        if size > room:
            parts.append("".join(part))
            part, room = [], several
        part.append(character)
        room -= size
    return [*parts, "".join(part)]


def find_encoding(text):
    """Return GSM7, or UCS2 where one of the characters needs it."""
    return UCS2 if find_unicode(text) else GSM7


def find_unicode(text):
    """Return the characters that force UCS-2, each once, in their order."""
    return [
        character
        for character in dict.fromkeys(text)
        if character not in GSM_BASIC and character not in GSM_EXTENSION
    ]


def to_gsm(text):
    """Replace what forces UCS-2 by what means the same in GSM-7, where it can be.

    What has no equivalent (another script, emoji) is left as it is.
    """
    return "".join(map(_to_gsm, unicodedata.normalize("NFC", text)))


def _to_gsm(character):
    if not find_unicode(character):
        return character
    replaced = character.translate(_REPLACEMENTS)
    if not find_unicode(replaced):
        return replaced
    decomposed = unicodedata.normalize("NFKD", character)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = plain.translate(_REPLACEMENTS)
    return character if find_unicode(plain) or not plain else plain


def _size(character, encoding):
    if encoding == UCS2:
        return 2 if ord(character) > 0xFFFF else 1
    return 2 if character in GSM_EXTENSION else 1


def _length(text, encoding):
    return sum(_size(character, encoding) for character in text)
