# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What each person is sent: one `mail.message`, the same for all channels."""

import contextlib

from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id

from ..models.mass_sending_content_mixin import RENDER_ERRORS, sanitise_body
from ..tools.tokens import PORTAL_LINK_TOKEN
from .bulk_rows import insert_like, update_rows
from .outcomes import Outcome

NOTE_SUBTYPE = "mail.mt_note"


def ensure_messages(campaign, deliveries):
    """Make the messages of a group's recipients who have none yet.

    Each is rendered with the author's rights, in the recipient's language.

    :param campaign: mass.sending.campaign, as the queue
    :param deliveries: mass.sending.delivery of one group
    :return: {delivery id: Outcome} of those whose message could not be made
    """
    recipients = deliveries.recipient_id
    missing = recipients.filtered(lambda r: not r.mail_message_id)
    failures = {}
    for lang, of_lang in missing.grouped(
        lambda r: campaign._get_known_lang(r.lang)
    ).items():
        failures |= _make_messages(campaign, of_lang, lang)
    _link_deliveries(
        campaign.env, deliveries.filtered(lambda d: d.recipient_id.id not in failures)
    )
    return {
        delivery.id: Outcome.failed("placeholder", failures[delivery.recipient_id.id])
        for delivery in deliveries
        if delivery.recipient_id.id in failures
    }


def _make_messages(campaign, recipients, lang):
    """Render and store the messages of recipients of one language.

    :return: {recipient id: reason} of those that failed
    """
    rendered, failures = _render(campaign, recipients, lang)
    ready = recipients.filtered(lambda r: r.person_id in rendered)
    store_messages(campaign, ready, rendered)
    return {r.id: failures[r.person_id] for r in recipients - ready}


def store_messages(campaign, recipients, contents, **values):
    """Store what recipients are sent, in the chatter of each.

    The first is made by the ORM, the others are copies of its row.

    :param campaign: mass.sending.campaign, as the queue
    :param recipients: mass.sending.recipient without a message yet
    :param contents: {person id: (subject, sanitised body as Markup)}
    :param values: other values of the `mail.message`
    """
    if not recipients:
        return
    portal_urls = _get_portal_urls(recipients)
    rows = [
        _prepare_message_values(
            campaign,
            recipient,
            contents[recipient.person_id],
            portal_urls.get(recipient.id, "/my/messages"),
        )
        for recipient in recipients
    ]
    env = campaign.env
    common = {**_prepare_common_values(campaign), **values}
    first = env["mail.message"].create({**common, **rows[0]})
    ids = [first.id, *insert_like(first, rows[1:])]
    _link_attachments(env, ids[1:], campaign.attachment_ids.ids)
    _link_recipients(recipients, ids)


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


def _link_recipients(recipients, message_ids):
    """Note on the recipients which message is theirs."""
    rows = list(zip(recipients.ids, message_ids, strict=True))
    update_rows(recipients, "mail_message_id", rows)


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


def _prepare_message_values(campaign, recipient, content, portal_url):
    subject, body = content
    thread_id = f"{recipient.person_id}-{recipient.person_model}"
    return {
        **campaign._prepare_thread_values(recipient),
        "subject": campaign._mark_subject(subject),
        "body": _fill_portal_link(campaign, body, portal_url),
        "message_id": generate_tracking_message_id(thread_id),
        "reply_to": campaign._get_reply_to() or _get_thread_reply_to(recipient),
    }


def _fill_portal_link(campaign, body, portal_url):
    """Put the address of the message in its place: absolute, since it is mailed."""
    base_url = campaign.get_base_url()
    body = body.replace(base_url + PORTAL_LINK_TOKEN, PORTAL_LINK_TOKEN)
    return body.replace(PORTAL_LINK_TOKEN, base_url + portal_url)


def _get_thread_reply_to(recipient):
    """Return the address by which a reply reaches the person's chatter."""
    record = recipient.env[recipient.person_model].browse(recipient.person_id)
    return record._notify_get_reply_to()[record.id]


def _get_portal_urls(recipients):
    """Return {recipient id: local address of his message in the portal}."""
    return {
        delivery.recipient_id.id: f"/my/messages/{delivery.id}"
        for delivery in recipients.env["mass.sending.delivery"].search(
            [("recipient_id", "in", recipients.ids), ("channel", "=", "portal")]
        )
    }


def _link_deliveries(env, deliveries):
    """Note on the deliveries which message they carry."""
    linked = [
        (delivery.id, message.id, message.subject)
        for delivery in deliveries
        if (message := delivery.recipient_id.mail_message_id)
    ]
    if not linked:
        return
    update_rows(deliveries, "mail_message_id", [(row[0], row[1]) for row in linked])
    update_rows(deliveries, "subject", [(row[0], row[2]) for row in linked])
