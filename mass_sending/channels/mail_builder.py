# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From `mail.mail` rows to bytes: the first by Odoo, the others like it."""

import logging
from dataclasses import dataclass

import psycopg2

from odoo.tools.mail import email_split_and_format_normalize

from odoo.addons.mail.models.mail_mail import _UNFOLLOW_REGEX

from ..queue.outcomes import Outcome
from ..tools.mime_template import SIMPLE_MAILBOX, CannotLearn, MimeTemplate
from ..tools.plain_text import PlainTextConverter
from .base import describe_error

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Envelope:
    """One mail, ready to go.

    :ivar int delivery_id: the delivery it belongs to
    :ivar str sender: envelope sender
    :ivar tuple recipients: envelope recipients
    :ivar tuple copies: further ones, who may be refused without harm
    :ivar bytes content: headers and body
    :ivar tuple options: options of MAIL, e.g. SMTPUTF8
    :ivar outcome: set when it cannot be sent at all
    """

    delivery_id: int
    sender: str = ""
    recipients: tuple = ()
    content: bytes = b""
    options: tuple = ()
    copies: tuple = ()
    outcome: Outcome | None = None


class MailBuilder:
    """Builds the mails of one SMTP session.

    The first is built by Odoo; from it a template is learnt, and checked against
    it. A mail that differs in more than text and addresses (a document of its own,
    another header) is built by Odoo as well.
    """

    def __init__(self, smtp):
        """
        :param smtp: SmtpSession
        """
        self._smtp = smtp
        self._mails = smtp.env["mail.mail"]
        self._links = smtp.env["mail.render.mixin"]
        self._plain_text = PlainTextConverter()
        self._template = None
        self._first = None
        self._can_learn = True

    def build(self, rows):
        """Yield an Envelope for each mail, in their order.

        :param rows: list of `mail_rows.MailRow`
        """
        for row in rows:
            try:
                yield self._build_like_first(row) or self._build_by_odoo(row)
            except psycopg2.Error:  # nothing can be built any more
                raise
            except Exception as error:
                # one bad mail must not keep the others back
                _logger.exception("Delivery %s cannot be built", row.delivery_id)
                outcome = Outcome.failed("unknown", describe_error(error))
                yield Envelope(row.delivery_id, outcome=outcome)

    def _build_by_odoo(self, row):
        mail = self._mails.browse(row.id)
        try:
            sender, recipients, content, options = self._smtp.build(
                mail, row.message_uid
            )
        except AssertionError as error:  # Odoo's way to say that an address is bad
            outcome = self._smtp.describe_bad_address(error)
            return Envelope(row.delivery_id, outcome=outcome)
        envelope = Envelope(
            row.delivery_id, sender, tuple(recipients), content, options
        )
        if self._can_learn and self._template is None and self._is_plain(row):
            self._learn(row, envelope)
        return envelope

    def _learn(self, row, envelope):
        """Learn a template from a mail that Odoo built, and prove it on that mail."""
        places = self._get_places(row)
        try:
            template = MimeTemplate(envelope.content, *places)
            if template.fill(*places) != envelope.content:
                raise CannotLearn("the mail itself")
        except CannotLearn as error:
            _logger.info("Each mail is built by Odoo: %s", error)
            self._can_learn = False
            return
        if envelope.recipients == (row.address,):
            self._template, self._first = template, envelope

    def _build_like_first(self, row):
        """Return the mail's Envelope, or None when Odoo has to build it."""
        if self._template is None or not self._is_plain(row):
            return None
        headers, plain, html = self._get_places(row)
        if not self._template.fits(headers):
            return None
        try:
            content = self._template.fill(headers, plain, html)
        except (CannotLearn, ValueError):
            return None
        return Envelope(row.delivery_id, self._first.sender, (row.address,), content)

    def _is_plain(self, row):
        """Tell whether only text and addresses set the mail apart from others."""
        return row.address.isascii() and not row.has_documents

    def _get_places(self, row):
        """Return where a mail differs from the others of its session.

        :return: tuple (headers, plain text, HTML) for `MimeTemplate`
        """
        body = self._get_outgoing_body(row.body_html or "")
        headers = {
            "Message-Id": row.message_uid,
            "Subject": row.subject,
            "Reply-To": row.reply_to or row.email_from,
            "To": _split_addresses(row.email_to),
            **self._smtp.get_own_headers(row.headers),
        }
        if row.references:
            headers["references"] = row.references
        return headers, self._plain_text.convert(body), body

    def _get_outgoing_body(self, body):
        """As `mail.mail._prepare_outgoing_body`; a search for what it replaces is
        quicker than its expressions."""
        if '="/' in body or "url(" in body:
            body = self._links._replace_local_links(body)
        if "mail_unfollow" in body:
            body = _UNFOLLOW_REGEX.sub("", body)
        return body


def _split_addresses(text):
    """As `email_split_and_format_normalize`, which gives back a simple one as it is."""
    if SIMPLE_MAILBOX.fullmatch(text):
        return (text,)
    return tuple(email_split_and_format_normalize(text))
