# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import TransactionCase

from ..tools import placeholders
from ..tools.text_values import split_values


class TestTools(TransactionCase):
    def test_pasted_values_are_split_trimmed_and_unique(self):
        cases = {
            "": [],
            False: [],
            "000040": ["000040"],
            "000040, 000041": ["000040", "000041"],
            "a\nb\r\nc\td;e": ["a", "b", "c", "d", "e"],
            " a ,, a ,\n\n b": ["a", "b"],
        }
        for text, values in cases.items():
            with self.subTest(text):
                self.assertEqual(split_values(text), values)

    def test_expressions_are_found_without_running_them(self):
        self.assertEqual(
            placeholders.inline_expressions("A {{ object.name ||| x }} {{ 1/0 }}"),
            ["object.name", "1/0"],
        )
        body = '<p><t t-out="object.a">x</t> <b t-if="1/0">y</b></p>'
        self.assertEqual(placeholders.html_expressions(body), ["object.a", "1/0"])
        self.assertEqual(
            placeholders.stray_inline_expressions("<p>{{ <b>object.a</b> }}</p>"),
            ["object.a"],
        )
        self.assertEqual(placeholders.html_expressions(""), [])
