# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import random
import unittest
from datetime import datetime

import phonenumbers

from odoo.tests import BaseCase, tagged

from ..tools import phone_types, sms_segments
from ..tools.quiet_hours import end_of_quiet
from ..tools.sms_segments import GSM7, UCS2, measure, split_segments, to_gsm

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:  # a production database need not have it
    st = None

BASIC, EXTENSION = sorted(sms_segments.GSM_BASIC), sorted(sms_segments.GSM_EXTENSION)


@tagged("post_install", "-at_install")
class TestSmsSegments(BaseCase):
    """The limits of GSM 03.38, one by one."""

    def test_the_alphabet_has_what_the_standard_has(self):
        # 128 positions, of which one is the escape
        self.assertEqual(len(sms_segments.GSM_BASIC), 127)
        self.assertEqual(len(sms_segments.GSM_EXTENSION), 10)

    def test_limits(self):
        for text, encoding, segments, left in (
            ("", GSM7, 0, 160),
            ("a" * 160, GSM7, 1, 0),
            ("a" * 161, GSM7, 2, 145),
            ("a" * 306, GSM7, 2, 0),
            ("a" * 307, GSM7, 3, 152),
            ("€" * 80, GSM7, 1, 0),
            ("€" * 81, GSM7, 2, 143),
            ("ж" * 70, UCS2, 1, 0),
            ("ж" * 71, UCS2, 2, 63),
            ("ж" * 134, UCS2, 2, 0),
            ("ж" * 135, UCS2, 3, 66),
            ("\U0001f600" * 35, UCS2, 1, 0),
            ("\U0001f600" * 36, UCS2, 2, 61),
        ):
            found = measure(text)
            self.assertEqual(
                (found.encoding, found.segments, found.left),
                (encoding, segments, left),
                text,
            )

    def test_escape_and_its_character_stay_together(self):
        # 152 + 2 do not fit into 153
        text = "a" * 152 + "€" + "a" * 10
        self.assertEqual([len(part) for part in split_segments(text)], [152, 11])

    def test_surrogate_pairs_stay_together(self):
        # 66 + 2 do not fit into 67
        text = "ж" * 66 + "\U0001f600" + "ж" * 10
        self.assertEqual([len(part) for part in split_segments(text)], [66, 11])
        # which can cost an SMS: 67 + 67 units would have been two
        self.assertEqual(measure("ж" * 66 + "\U0001f600" + "ж" * 66).segments, 3)

    def test_replacing(self):
        for text, replaced in (
            ("„So” – ‘so’… •", "\"So\" - 'so'... *"),
            ("Żółw, Ştefan, ça, Œuvre", "Zolw, Stefan, ca, OEuvre"),
            ("a\u00a0b\u200bc\u0301", "a bc"),
            ("é e\u0301 Ç ñ", "é é Ç ñ"),
            ("Привет \U0001f600", "Привет \U0001f600"),
            ("½ ﬁ №5", "1/2 fi No.5"),
        ):
            self.assertEqual(to_gsm(text), replaced)


@unittest.skipUnless(st, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestSmsSegmentsProperties(BaseCase):
    """What holds for every text."""

    if st:
        gsm_texts = st.text(st.sampled_from(BASIC + EXTENSION * 3), max_size=700)
        unicode_texts = st.text(
            st.characters(exclude_categories=["Cs"]), max_size=300
        ).map(lambda text: text + "ж")
        texts = st.one_of(gsm_texts, unicode_texts, st.text(max_size=400))

        @settings(max_examples=300, deadline=None)
        @given(gsm_texts)
        def test_gsm(self, text):
            self._check(text, GSM7, lambda part: len(_septets(part)), 160, 153)

        @settings(max_examples=300, deadline=None)
        @given(unicode_texts)
        def test_unicode(self, text):
            units = lambda part: len(part.encode("utf-16-be")) // 2  # noqa: E731
            self._check(text, UCS2, units, 70, 67)

        def _check(self, text, encoding, length, single, several):
            found, parts = measure(text), split_segments(text)
            self.assertEqual(found.encoding, encoding if text else GSM7)
            self.assertEqual("".join(parts), text)
            self.assertEqual(found.segments, len(parts))
            self.assertEqual(found.units, length(text))
            if length(text) <= single:
                self.assertEqual(len(parts), 1 if text else 0)
                return
            for part, following in zip(parts, parts[1:], strict=False):
                self.assertLessEqual(length(part), several)
                # as full as can be: the next character didn't fit
                self.assertGreater(length(part + following[0]), several)
            self.assertLessEqual(length(parts[-1]), several)
            self.assertEqual(found.left, several - length(parts[-1]))

        @settings(max_examples=300, deadline=None)
        @given(texts)
        def test_replacing_never_makes_it_worse(self, text):
            replaced = to_gsm(text)
            self.assertEqual(to_gsm(replaced), replaced)
            left = set(sms_segments.find_unicode(replaced))
            composed = set(sms_segments.find_unicode(text)) | set(replaced)
            self.assertLessEqual(left, composed)
            if not sms_segments.find_unicode(text):
                self.assertEqual(replaced, text)


def _septets(text):
    """Encode as GSM-7 does, one item a septet."""
    return [
        septet
        for character in text
        for septet in (["ESC", character] if character in EXTENSION else [character])
    ]


@tagged("post_install", "-at_install")
class TestPhoneTypes(BaseCase):
    LANDLINES = (
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    )

    def test_the_patterns_say_what_the_library_says(self):
        import re

        chance = random.Random(3)
        checked = 0
        for region in sorted(phonenumbers.SUPPORTED_REGIONS):
            code = phonenumbers.country_code_for_region(region)
            patterns = phone_types.landline_patterns(str(code))
            landline, mobile = map(re.compile, patterns)
            for number in self._make_numbers(region, code, chance):
                text = phonenumbers.format_number(
                    number, phonenumbers.PhoneNumberFormat.E164
                )
                kind = phonenumbers.number_type(number)
                found = bool(landline.match(text)) and not mobile.match(text)
                self.assertEqual(found, kind in self.LANDLINES, (region, text, kind))
                checked += 1
        self.assertGreater(checked, 3000)

    def _make_numbers(self, region, code, chance):
        """Yield valid numbers of each kind, around the library's examples."""
        for kind in range(11):
            example = phonenumbers.example_number_for_type(region, kind)
            for _index in range(4) if example else ():
                digits = str(example.national_number)
                kept = max(0, len(digits) - chance.randrange(5))
                digits = digits[:kept] + "".join(
                    chance.choice("0123456789") for _digit in digits[kept:]
                )
                number = phonenumbers.PhoneNumber(
                    country_code=code,
                    national_number=int(digits),
                    italian_leading_zero=example.italian_leading_zero,
                )
                if phonenumbers.is_valid_number(number):
                    yield number

    def test_country_codes(self):
        codes = phone_types.split_country_codes(
            ["+491", "+1 2", "+121", "+420", "", "+"]
        )
        self.assertEqual(codes, ["1", "420", "49"])


@tagged("post_install", "-at_install")
class TestQuietHours(BaseCase):
    def test_end_of_quiet(self):
        night, day = (20.5, 8.0), (12.0, 14.0)
        for now, zone, hours, end in (
            # winter, one hour ahead of UTC
            ("2026-01-10 19:29", "Europe/Berlin", night, None),
            ("2026-01-10 19:30", "Europe/Berlin", night, "2026-01-11 07:00"),
            ("2026-01-11 03:00", "Europe/Berlin", night, "2026-01-11 07:00"),
            ("2026-01-11 07:00", "Europe/Berlin", night, None),
            ("2026-01-10 12:30", "UTC", day, "2026-01-10 14:00"),
            ("2026-01-10 14:00", "UTC", day, None),
            ("2026-01-10 12:30", "UTC", (7.0, 7.0), None),
            # the night in which the clocks go forward
            ("2026-03-28 22:00", "Europe/Berlin", night, "2026-03-29 06:00"),
        ):
            found = end_of_quiet(datetime.fromisoformat(now), zone, *hours)
            expected = end and datetime.fromisoformat(end)
            self.assertEqual(found, expected, (now, zone, hours))
