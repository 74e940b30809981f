# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What each person is sent: one `mail.message`, the same for all channels."""

import contextlib
from typing import NamedTuple

from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id

from ..models.mass_sending_content_mixin import RENDER_ERRORS, sanitise_body
from ..tools.tokens import PORTAL_LINK_TOKEN
from .bulk_rows import insert_like, update_rows
from .outcomes import Outcome

NOTE_SUBTYPE = "mail.mt_note"


class Message(NamedTuple):
    """What a person is sent, as it is stored.

    :ivar int id: id of the `mail.message`
    :ivar str uid: its Message-Id
    :ivar str subject: rendered subject
    :ivar str body: sanitised HTML
    """

    id: int
    uid: str
    subject: str
    body: str


def ensure_messages(campaign, deliveries):
    """Make the messages of a group's recipients who have none yet.

    Each is rendered with the author's rights, in the recipient's language. They are
    not noted on the deliveries yet: see `link_deliveries`, and `groups.open_rows`.

    :param campaign: mass.sending.campaign, as the queue
    :param deliveries: mass.sending.delivery of one group
    :return: tuple ({recipient id: Message}, {delivery id: Outcome} of those whose
        message could not be made)
    """
    recipients = deliveries.recipient_id
    missing = recipients.filtered(lambda r: not r.mail_message_id)
    messages = _read_messages(recipients - missing)
    failures = {}
    by_lang = group_by_lang(campaign, missing, lambda recipient: recipient.lang)
    for lang, of_lang in by_lang.items():
        made, failed = _make_messages(campaign, of_lang, lang)
        messages |= made
        failures |= failed
    return messages, {
        delivery.id: Outcome.failed("placeholder", failures[delivery.recipient_id.id])
        for delivery in deliveries
        if delivery.recipient_id.id in failures
    }


def link_deliveries(deliveries, messages):
    """Note on deliveries which message they carry.

    :param deliveries: mass.sending.delivery
    :param messages: {recipient id: Message}
    """
    rows = [
        (
            delivery.id,
            messages[delivery.recipient_id.id].id,
            messages[delivery.recipient_id.id].subject,
        )
        for delivery in deliveries
    ]
    if rows:
        update_rows(deliveries, ["mail_message_id", "subject"], rows)


def group_by_lang(campaign, records, get_lang):
    """Group records by the language in which to write to somebody.

    :param campaign: mass.sending.campaign
    :param records: recipients, or deliveries
    :param get_lang: function of a record that returns its recipient's language
    :return: {code of an installed language: records}
    """
    known = {
        lang: campaign._get_known_lang(lang) for lang in set(map(get_lang, records))
    }
    return records.grouped(lambda record: known[get_lang(record)])


def _read_messages(recipients):
    return {
        recipient.id: Message(
            message.id, message.message_id, message.subject or "", str(message.body)
        )
        for recipient in recipients
        if (message := recipient.mail_message_id)
    }


def _make_messages(campaign, recipients, lang):
    """Render and store the messages of recipients of one language.

    :return: tuple ({recipient id: Message}, {recipient id: reason} of those that
        failed)
    """
    rendered, failures = _render(campaign, recipients, lang)
    ready = recipients.filtered(lambda r: r.person_id in rendered)
    messages = store_messages(campaign, ready, rendered)
    return messages, {r.id: failures[r.person_id] for r in recipients - ready}


def store_messages(campaign, recipients, contents, **values):
    """Store what recipients are sent, in the chatter of each.

    The first is made by the ORM, the others are copies of its row.

    :param campaign: mass.sending.campaign, as the queue
    :param recipients: mass.sending.recipient without a message yet
    :param contents: {person id: (subject, sanitised body as Markup)}
    :param values: other values of the `mail.message`
    :return: {recipient id: Message}
    """
    if not recipients:
        return {}
    rows = _prepare_messages_values(campaign, recipients, contents)
    env = campaign.env
    common = {**_prepare_common_values(campaign), **values}
    first = env["mail.message"].create({**common, **rows[0]})
    ids = [first.id, *insert_like(first, rows[1:])]
    _link_attachments(env, ids[1:], campaign.attachment_ids.ids)
    update_rows(
        recipients, ["mail_message_id"], list(zip(recipients.ids, ids, strict=True))
    )
    return {
        recipient_id: Message(
            message_id, row["message_id"], row["subject"] or "", str(row["body"])
        )
        for recipient_id, message_id, row in zip(recipients.ids, ids, rows, strict=True)
    }


def _link_attachments(env, message_ids, attachment_ids):
    """Give the copied messages the attachments of the first."""
    if not message_ids or not attachment_ids:
        return
    field = env["mail.message"]._fields["attachment_ids"]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s, %s) SELECT m, a FROM unnest(%s) m, unnest(%s) a",
            SQL.identifier(field.relation),
            SQL.identifier(field.column1),
            SQL.identifier(field.column2),
            message_ids,
            attachment_ids,
        )
    )


def _render(campaign, recipients, lang):
    """Render with the author's rights; in bulk where the text allows it.

    :return: as `mass.sending.content.mixin._render_content`, bodies sanitised
    """
    author = campaign._get_author_env()
    content = author[campaign._name].browse(campaign.id)
    person_ids = recipients.mapped("person_id")
    with contextlib.suppress(*RENDER_ERRORS):  # found again below, with its person
        skeleton = content._get_body_skeleton(lang)
        if skeleton:
            records = author[content.recipient_model].with_context(lang=lang)
            subjects = content._render_subjects(person_ids, lang)
            return {
                record.id: (subjects[record.id], skeleton.fill(record))
                for record in records.browse(person_ids)
            }, {}
    rendered, failures = content._render_content(person_ids, lang)
    return {
        person_id: (subject, sanitise_body(campaign.env, body))
        for person_id, (subject, body) in rendered.items()
    }, failures


def _prepare_common_values(campaign):
    alias_domain = campaign.company_id.alias_domain_id
    return {
        "message_type": "email_outgoing",
        "subtype_id": campaign.env["ir.model.data"]._xmlid_to_res_id(NOTE_SUBTYPE),
        "is_internal": True,
        "author_id": campaign.user_id.partner_id.id,
        "email_from": campaign.email_from,
        "record_company_id": campaign.company_id.id,
        "record_alias_domain_id": alias_domain.id,
        "attachment_ids": [(6, 0, campaign.attachment_ids.ids)],
    }


def _prepare_messages_values(campaign, recipients, contents):
    """Return the values in which the messages differ, in the recipients' order."""
    portal_paths = recipients._get_portal_paths()
    base_url = campaign.get_base_url()
    reply_to = campaign._get_reply_to()
    thread_reply_to = {} if reply_to else _get_threads_reply_to(recipients)
    rows = []
    for recipient in recipients:
        subject, body = contents[recipient.person_id]
        portal_url = base_url + portal_paths.get(recipient.id, "/my/messages")
        thread_id = f"{recipient.person_id}-{recipient.person_model}"
        rows.append(
            {
                **campaign._prepare_thread_values(recipient),
                "subject": campaign._mark_subject(subject),
                "body": _fill_portal_link(body, base_url, portal_url),
                "message_id": generate_tracking_message_id(thread_id),
                "reply_to": reply_to or thread_reply_to[recipient.person_id],
            }
        )
    return rows


def _fill_portal_link(body, base_url, portal_url):
    """Put the address of the message in its place: absolute, since it is mailed."""
    if PORTAL_LINK_TOKEN not in body:
        return body
    body = body.replace(base_url + PORTAL_LINK_TOKEN, PORTAL_LINK_TOKEN)
    return body.replace(PORTAL_LINK_TOKEN, portal_url)


def _get_threads_reply_to(recipients):
    """Return {person id: the address by which a reply reaches his chatter}."""
    model = recipients.env[recipients[:1].person_model]
    return model.browse(recipients.mapped("person_id"))._notify_get_reply_to()
