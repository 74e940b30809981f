# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From `mail.mail` rows to bytes: the first by Odoo, the others like it."""

import logging
import re
from dataclasses import dataclass

from odoo.tools import html2plaintext
from odoo.tools import mail as mail_tools

from odoo.addons.mail.models.mail_mail import _UNFOLLOW_REGEX

from ..queue.outcomes import Outcome
from ..tools.mime_template import CannotLearn, MimeTemplate

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

    def __init__(self, smtp, mails):
        """
        :param smtp: SmtpSession
        :param mails: all mails that will be built, for prefetching
        """
        self._smtp = smtp
        self._mails = mails
        self._template = None
        self._first = None
        self._can_learn = True

    def build(self, mails):
        """Yield an Envelope for each mail, in their order.

        :param mails: some of the mails of this builder
        """
        for mail in mails:
            yield self._build_like_first(mail) or self._build_by_odoo(mail)

    def _build_by_odoo(self, mail):
        delivery_id = mail.mass_sending_delivery_id.id
        try:
            sender, recipients, content, options = self._smtp.build(mail)
        except AssertionError as error:  # Odoo's way to say that an address is bad
            return Envelope(delivery_id, outcome=self._smtp.describe_bad_address(error))
        envelope = Envelope(delivery_id, sender, tuple(recipients), content, options)
        if self._can_learn and self._template is None and self._is_plain(mail):
            self._learn(mail, envelope)
        return envelope

    def _learn(self, mail, envelope):
        """Learn a template from a mail that Odoo built, and prove it on that mail."""
        places = self._get_places(mail)
        try:
            template = MimeTemplate(envelope.content, *places)
            if template.fill(*places) != envelope.content:
                raise CannotLearn("the mail itself")
        except CannotLearn as error:
            _logger.info("Each mail is built by Odoo: %s", error)
            self._can_learn = False
            return
        if envelope.recipients == (mail.mass_sending_delivery_id.address,):
            self._template, self._first = template, envelope

    def _build_like_first(self, mail):
        """Return the mail's Envelope, or None when Odoo has to build it."""
        if self._template is None or not self._is_plain(mail):
            return None
        headers, plain, html = self._get_places(mail)
        if not self._template.fits(headers):
            return None
        try:
            content = self._template.fill(headers, plain, html)
        except (CannotLearn, ValueError):
            return None
        delivery = mail.mass_sending_delivery_id
        return Envelope(delivery.id, self._first.sender, (delivery.address,), content)

    def _is_plain(self, mail):
        """Tell whether only text and addresses set the mail apart from others."""
        delivery = mail.mass_sending_delivery_id
        return delivery.address.isascii() and not delivery.document_ids

    def _get_places(self, mail):
        """Return where a mail differs from the others of its session.

        :return: tuple (headers, plain text, HTML) for `MimeTemplate`
        """
        body = mail.env["mail.render.mixin"]._replace_local_links(mail.body_html)
        body = re.sub(_UNFOLLOW_REGEX, "", body)
        headers = {
            "Message-Id": mail.mass_sending_delivery_id.message_uid,
            "Subject": mail.subject,
            "Reply-To": mail.reply_to or mail.email_from,
            "To": tuple(mail_tools.email_split_and_format_normalize(mail.email_to)),
            **self._smtp.get_own_headers(mail),
        }
        if mail.references:
            headers["references"] = mail.references
        return headers, html2plaintext(body), body
