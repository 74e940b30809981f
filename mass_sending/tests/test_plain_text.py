# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import random
from email import contentmanager

from odoo.tests import BaseCase, tagged
from odoo.tools import html2plaintext

from ..tools import mime_template, plain_text, text_part
from ..tools.plain_text import PlainTextConverter

MAIL = """<html><head><title>{title}</title></head><body><table><tr><td>
  <p>Dear {name},</p> <b>{name}</b>  <p> {name} </p><h2>{title}</h2>
  <p>It costs 3 &lt; 4 &amp; more.<br/>See <a class="x" href="https://x.example/{path}">here</a>
  or <a href="{path}">there</a>.</p><!-- {name} > --><img src="/logo.png"/>
</td></tr></table></body></html>"""
VALUES = (
    "Bob",
    "Anna Lee",
    "Zoë Ünïcode 日本語",
    "x  y",
    "",
    " lead",
    "trail ",
    "O&#39;Hara",
    "R&amp;D",
    "1 &lt; 2",
    "a\nb",
    "a\u00a0b",
    "<b>bold</b>",
    "<br/>",
    "[1] https://y.example",
    "x" * 300,
)


@tagged("post_install", "-at_install")
class TestPlainText(BaseCase):
    """The text part is what Odoo's own conversion makes of the HTML."""

    def _convert_all(self, mails):
        converter = PlainTextConverter()
        for mail in mails:
            self.assertEqual(converter.convert(mail), html2plaintext(mail), mail)
        return converter

    def test_every_value_in_every_place(self):
        chosen = random.Random(7)
        for first in VALUES:
            mails = [
                MAIL.format(
                    name=chosen.choice(VALUES),
                    title=chosen.choice(VALUES[:3]),
                    path=chosen.choice(("a/b?c=1", "?x=1&amp;y=2", "/local", "ü")),
                )
                for _number in range(60)
            ]
            self._convert_all([MAIL.format(name=first, title="T", path="p"), *mails])

    def test_whole_parts_come_and_go(self):
        self._convert_all(
            f"<p>Dear {name}</p>" + part
            for name in VALUES
            for part in ("", "<p>More</p>", "<p>Other</p>", '<a href="/x">link</a>')
        )

    def test_usual_values_are_not_parsed(self):
        calls = []
        converter = PlainTextConverter()
        mails = [
            MAIL.format(name=f"Customer {n}", title="News", path=f"my/{n}")
            for n in range(50)
        ]
        # in a comment a mark is not found again
        mails = [mail.replace("<!--", "").replace("> -->", "") for mail in mails]

        def counted(html):
            calls.append(html)
            return html2plaintext(html)

        self.patch(plain_text, "html2plaintext", counted)
        for mail in mails:
            converter.convert(mail)
        self.assertLessEqual(len(calls), 5)

    def test_nothing_at_all(self):
        self._convert_all(["", " ", "<p></p>", "plain", ""])


@tagged("post_install", "-at_install")
class TestTextPart(BaseCase):
    """Text parts and headers are encoded as Python's `email` package does it."""

    WORDS = (
        *("a", "b", " ", "=", "é", "日", "\n", "\r", "\t", "\x0b", "\x0c", "\x1c"),
        *("\x85", "\u2028", "From ", ".", "x" * 40, " \n", "<p>", "\U0001f600", "\x7f"),
        "y" * 2500,
    )

    def _encode_by_python(self, subtype, text):
        policy = mime_template._policy()
        encoding, payload = contentmanager._encode_text(text, "utf-8", None, policy)
        payload = text_part._FROM_LINE.sub(">From ", payload)
        head = (
            f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
            f"Content-Transfer-Encoding: {encoding}\r\nMIME-Version: 1.0\r\n\r\n"
        )
        lines = payload.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        return (head + lines).encode("ascii", "surrogateescape")

    def test_any_text(self):
        chosen = random.Random(11)
        encodings = set()
        for _number in range(3000):
            weights = [chosen.random() ** 3 for _word in self.WORDS]
            words = chosen.choices(self.WORDS, weights, k=chosen.randint(0, 60))
            text = "".join(words)
            encoded = text_part.encode_part("html", text)
            self.assertEqual(encoded, self._encode_by_python("html", text), repr(text))
            encodings.add(encoded.split(b"\r\n")[1])
        self.assertEqual(len(encodings), 4, "7bit, 8bit, quoted-printable and base64")

    def test_any_header(self):
        texts = (
            *("Works in your street", "a  b", " lead", "trail ", "tab\tx", "", "."),
            *("=?utf-8?q?x?=", "word =?x", "a" * 70, "a " * 33 + "b", "a " * 40 + "b"),
            *("Süß", 'x:y; z (comment) "q" <a@b>', "a" * 68, "a" * 67, "a, b"),
        )
        for text in texts:
            self.assertEqual(
                mime_template.fold_header("Subject", text),
                mime_template._fold("Subject", text),
            )
        for name in (
            "Bob",
            "Anna Lee",
            "A. B",
            "O'Hara",
            "a" * 60,
            "x " * 30 + "y",
            "ü",
        ):
            for address in (
                "x@example.com",
                "first.last+tag@sub.example.com",
                "a..b@c",
            ):
                mailbox = (f'"{name}" <{address}>',)
                self.assertEqual(
                    mime_template.fold_header("To", mailbox),
                    mime_template._fold("To", mailbox),
                )
        for uid in (
            "<1.2-openerp-3-res.partner@host>",
            f"<{'a' * 90}@host>",
            "<a b@c>",
        ):
            self.assertEqual(
                mime_template.fold_header("Message-Id", uid),
                mime_template._fold("Message-Id", uid),
            )
