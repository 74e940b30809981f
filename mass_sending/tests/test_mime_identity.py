# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import re

from odoo.tests import tagged

from odoo.addons.mass_sending.channels import mail_builder

from .common_queue import QueueCase

BOUNDARY = re.compile(rb"={15}\d+==")
DATE = re.compile(rb"^Date: .*$", re.MULTILINE)


@tagged("post_install", "-at_install")
class TestMimeIdentity(QueueCase):
    """Our bytes are the bytes Odoo's own queue would have sent."""

    def _normalise(self, content):
        return DATE.sub(b"Date:", BOUNDARY.sub(b"BOUNDARY", content))

    def _compare(self, **values):
        """Send a campaign, and let Odoo build each of its mails once more."""
        built = {}
        by_odoo = {}
        original = mail_builder.MailBuilder._build_like_first

        def build_both(builder, row):
            envelope = original(builder, row)
            if envelope:
                built[row.email_to] = envelope
                mail = builder._mails.browse(row.id)
                sender, recipients, content, options = builder._smtp.build(
                    mail, row.message_uid
                )
                by_odoo[row.email_to] = mail_builder.Envelope(
                    envelope.delivery_id, sender, tuple(recipients), content, options
                )
            return envelope

        self.patch(mail_builder.MailBuilder, "_build_like_first", build_both)
        self._send(self._make_campaign(**values))
        for address, envelope in built.items():
            other = by_odoo[address]
            with self.subTest(values, address=address):
                self.assertEqual(envelope.sender, other.sender)
                self.assertEqual(envelope.recipients, other.recipients)
                self.assertEqual(envelope.options, other.options)
                self.assertEqual(
                    self._normalise(envelope.content).decode(errors="replace"),
                    self._normalise(other.content).decode(errors="replace"),
                )
        return built

    def _make_awkward_customers(self):
        customers = self._make_customers(6)
        names = (
            "Plain",
            "Zoë Ünïcode 日本語",
            'Quoted "Nick" O\'Hara, Jr.',
            "Very " + "long " * 30 + "name",
            "From here",
            ".dot",
        )
        for customer, name in zip(customers, names, strict=True):
            customer.name = name
        self._commit()
        return customers

    def test_awkward_names_in_every_place(self):
        self._make_awkward_customers()
        built = self._compare(
            subject="{{ object.msg_name }}",
            body='<p><t t-out="object.msg_name"/></p><p>From me\n.\n..</p>',
        )
        self.assertEqual(len(built), 5, "all but the first are built from its bytes")

    def test_accents_long_lines_and_nothing(self):
        self._make_awkward_customers()
        for body in ("<p>é " * 400, "<p>x</p>" + "y" * 3000, "<p>日本</p>" * 50):
            self.assertEqual(len(self._compare(subject="Süß " * 40, body=body)), 5)
            self._delete_campaigns()
            self._make_awkward_customers()

    def test_attachment(self):
        self._make_awkward_customers()
        attachment = self._make(
            "ir.attachment", name="Terms ü.txt", raw=b"terms", mimetype="text/plain"
        )
        built = self._compare(attachment_ids=[(6, 0, attachment.ids)])
        self.assertEqual(len(built), 5)

    def test_marketing_and_reply_to_each_customers_chatter(self):
        self._make_awkward_customers()
        built = self._compare(purpose="marketing", reply_to_mode="thread")
        self.assertEqual(len(built), 5)

    def test_two_languages(self):
        customers = self._make_awkward_customers()
        self._activate_lang("fr_FR")
        customers[::2].lang = "fr_FR"
        self._commit()
        self.assertEqual(len(self._compare()), 5)
