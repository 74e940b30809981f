# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Makes the `mail.mail` rows of a group of deliveries."""

import re
import secrets

from markupsafe import Markup, escape

from odoo.tools import formataddr
from odoo.tools.mail import generate_tracking_message_id

from ..queue.bulk_rows import insert_like
from ..queue.messages import group_by_lang
from ..tools.tokens import UNSUBSCRIBE_TOKEN


class MailMaker:
    """Makes mails from messages: the layout around the text, links, headers."""

    def __init__(self, campaign, messages):
        """
        :param campaign: mass.sending.campaign, as the queue
        :param messages: {recipient id: `queue.messages.Message`}
        """
        self._campaign = campaign
        self._messages = messages
        self._base_url = campaign.get_base_url()
        self._is_marketing = campaign._has_unsubscribe_link()

    def choose_message_uids(self, deliveries, has_one_each):
        """Return the Message-Id of each mail, the same for all tries.

        The mail of a person's first delivery has his message's. The mail to a second
        address is another message to the mail world: bounces must tell which came
        back. Which is the first is a matter of its id alone, so that workers who
        prepare two of them at once agree.

        :param deliveries: mass.sending.delivery
        :param bool has_one_each: nobody gets a second one
        :return: {delivery id: str}
        """
        first_ids = set(
            deliveries.ids if has_one_each else self._get_firsts(deliveries)
        )
        uids = {}
        for delivery in deliveries:
            recipient = delivery.recipient_id
            if delivery.message_uid:
                uid = delivery.message_uid
            elif delivery.id in first_ids:
                uid = self._messages[recipient.id].uid
            else:
                uid = generate_tracking_message_id(
                    f"{recipient.person_id}-{recipient.person_model}"
                )
            uids[delivery.id] = uid
        return uids

    def _get_firsts(self, deliveries):
        """Return the ids of the first mail delivery of each recipient."""
        rows = deliveries._read_group(
            [
                ("recipient_id", "in", deliveries.recipient_id.ids),
                ("channel", "=", deliveries[:1].channel),
            ],
            ["recipient_id"],
            ["id:min"],
        )
        return [first_id for _recipient, first_id in rows]

    def make(self, deliveries, uids):
        """Create the mails: the first by the ORM, the others as copies of its row.

        :param deliveries: mass.sending.delivery
        :param uids: {delivery id: Message-Id}
        """
        by_lang = group_by_lang(
            self._campaign, deliveries, lambda delivery: delivery.recipient_id.lang
        )
        rows = [
            row
            for lang, of_lang in by_lang.items()
            for row in self._prepare_values(of_lang, lang, uids)
        ]
        if rows:
            first = deliveries.env["mail.mail"].create(rows[0])
            insert_like(first, rows[1:])

    def _prepare_values(self, deliveries, lang, uids):
        """Yield the mail.mail values of deliveries in one language."""
        layout = self._get_layout(lang)
        portal_paths = deliveries.recipient_id._get_portal_paths()
        for delivery in deliveries.with_context(lang=lang):
            recipient = delivery.recipient_id
            message = self._messages[recipient.id]
            text = str(delivery._get_documents_link_html()) + message.body
            text += self._get_portal_link_html(
                portal_paths.get(recipient.id), text, lang
            )
            body = layout(str(escape(message.subject)), text)
            headers = {"X-Auto-Response-Suppress": "OOF"}
            if self._is_marketing:
                path = delivery._get_unsubscribe_path()
                body = body.replace(UNSUBSCRIBE_TOKEN, path)
                headers |= self._prepare_unsubscribe_headers(path)
            own_uid = uids[delivery.id]
            yield {
                "mail_message_id": message.id,
                "is_notification": True,
                "mass_sending_delivery_id": delivery.id,
                "body_html": body,
                "email_to": formataddr((recipient.name, delivery.address)),
                "headers": repr(headers),
                # the mail to a second address is another message to the mail world,
                # but its replies belong to the same one here
                "references": message.uid if own_uid != message.uid else False,
                "state": "outgoing",
                "auto_delete": True,
            }

    def _get_layout(self, lang):
        """Render the layout once, around two words.

        :return: function (subject as HTML, text as HTML) that returns a mail as HTML
        """
        token = secrets.token_hex(8)
        subject_mark, body_mark = f"subject-{token}", f"body-{token}"
        campaign = self._campaign.with_context(lang=lang)
        layout = campaign._wrap_in_layout(
            Markup(body_mark), subject_mark, campaign.company_id
        )
        pieces = re.split(f"({subject_mark}|{body_mark})", str(layout))

        def fill(subject, text):
            found = {subject_mark: subject, body_mark: text}
            return "".join(found.get(piece, piece) for piece in pieces)

        return fill

    def _get_portal_link_html(self, portal_path, text, lang):
        """Return the link to the portal's copy, unless the text has it already."""
        if not portal_path or f'{portal_path}"' in text:
            return ""
        env = self._campaign.with_context(lang=lang).env
        return Markup('<p><a href="{}">{}</a></p>').format(
            portal_path, env._("Read this message in the customer portal")
        )

    def _prepare_unsubscribe_headers(self, path):
        """Return what a mail program offers "unsubscribe" by. (RFC 8058)"""
        return {
            "List-Unsubscribe": f"<{self._base_url}{path}/one-click>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
