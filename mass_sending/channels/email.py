# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""E-mail: ordinary `mail.mail` rows, through Odoo's outgoing mail servers."""

import secrets

from markupsafe import Markup, escape

from odoo.tools import SQL, formataddr
from odoo.tools.mail import email_normalize, generate_tracking_message_id

from ..queue.bulk_rows import insert_like, update_rows
from ..queue.messages import ensure_messages
from ..tools.tokens import UNSUBSCRIBE_TOKEN
from . import register
from .base import Channel, ChannelUnavailable
from .mail_builder import MailBuilder
from .mail_rows import load_mail_rows, split_by_server
from .redirection import Redirection
from .smtp import SmtpSession


@register
class EmailChannel(Channel):
    """One mail per person and address."""

    code = "email"
    label = "E-mail"
    carries_documents = True
    # prepared together, since much of preparing is the same for all of them …
    group_size = 500
    # … but handed over in smaller groups
    open_size = 50

    # === Before sending ===

    def addresses_sql(self, campaign):
        addresses = SQL(
            """SELECT r.id AS recipient_id,
                      r.decision,
                      a.address,
                      CASE WHEN a.address IS NULL AND COALESCE(r.email, '') = ''
                           THEN 'email_missing'
                           WHEN a.address IS NULL THEN 'email_invalid'
                           ELSE %(suppressed)s
                      END AS reason
                 FROM mass_sending_recipient r
            LEFT JOIN LATERAL (%(addresses)s) a ON TRUE
                WHERE r.campaign_id = %(campaign)s""",
            addresses=self._addresses_of_one_sql(campaign.billing_email_mode),
            suppressed=self._suppressed_sql(campaign, SQL("a.address")),
            campaign=campaign.id,
        )
        if campaign.dedupe_mode != "address":
            return addresses
        return self.once_per_address_sql(addresses)

    def has_one_address_each(self, campaign):
        return campaign.billing_email_mode == "none"

    def _addresses_of_one_sql(self, billing_email_mode):
        """SELECT of the addresses of recipient `r`, each once."""
        own = SQL(
            "SELECT lower(r.email_normalized) AS address"
            " WHERE r.email_normalized IS NOT NULL"
        )
        # a billing e-mail may hold several addresses, with names
        billing = SQL(
            r"""SELECT DISTINCT lower(found[1]) AS address
                  FROM regexp_matches(
                       r.billing_email, '[^\s<>,;"]+@[^\s<>,;"]+', 'g') AS found"""
        )
        if billing_email_mode == "addition":
            return SQL("%s UNION %s", own, billing)
        if billing_email_mode == "instead":
            return SQL(
                "%s UNION %s AND COALESCE(r.billing_email, '') NOT LIKE '%%@%%'",
                billing,
                own,
            )
        return own

    def _suppressed_sql(self, campaign, address):
        """SQL expression: why an address may not be written to, or NULL."""
        on_hold = self.env["mass.sending.hold"]._is_on_hold_sql(
            campaign.company_id.id, self.code, address
        )
        if campaign.purpose != "marketing":
            return SQL("CASE WHEN %s THEN 'on_hold' END", on_hold)
        return SQL(
            """CASE WHEN EXISTS (SELECT FROM mail_blacklist b
                                  WHERE b.email = %s AND b.active)
                    THEN 'opted_out'
                    WHEN %s
                    THEN 'on_hold' END""",
            address,
            on_hold,
        )

    def blocked_case_sql(self, campaign):
        return self._suppressed_sql(campaign, SQL("d.address"))

    def get_problems(self, campaign):
        env = self.env
        problems = []
        if not email_normalize(campaign.email_from or ""):
            problems.append(
                env._(
                    "From: there is no valid sender address. Fill it in here, or set "
                    "the e-mail of the company “%(company)s”.",
                    company=campaign.company_id.name,
                )
            )
        return problems + self.get_purpose_problems(campaign)

    def get_warnings(self, campaign):
        try:
            self._connect_for(campaign).quit()
        except ChannelUnavailable as error:
            return [str(error)]
        return []

    def _connect_for(self, campaign):
        """Connect to the server that a campaign's mails would use."""
        server, smtp_from = self._find_server(campaign)
        return SmtpSession.connect(self.env, server, False, smtp_from)

    def _find_server(self, campaign):
        """Return the server that a campaign's mails would use, and their sender.

        :return: tuple (ir.mail_server, address); the server is empty when it is that
            of Odoo's configuration file
        """
        servers = self.env["ir.mail_server"].sudo()
        alias_domain = campaign.company_id.alias_domain_id
        if alias_domain:
            servers = servers.with_context(
                domain_notifications_email=alias_domain.default_from_email,
                domain_bounce_address=alias_domain.bounce_email,
            )
        allowed = servers.search([("owner_user_id", "=", False)], order="sequence, id")
        server, smtp_from = servers._find_mail_server(campaign.email_from, allowed)
        return server or servers, smtp_from

    # === Sending ===

    def prepare(self, campaign, deliveries):
        failures = ensure_messages(campaign, deliveries)
        ready = deliveries.filtered(lambda d: d.id not in failures)
        self._assign_message_ids(ready)
        self._link_heavy_documents(campaign, ready)
        # left by a worker that died: made again, so that they are ours
        self._get_mails(deliveries).unlink()
        self._create_mails(
            [
                values
                for lang, of_lang in ready.grouped(
                    lambda d: campaign._get_known_lang(d.recipient_id.lang)
                ).items()
                for values in self._prepare_mails_values(campaign, of_lang, lang)
            ]
        )
        return failures

    def _link_heavy_documents(self, campaign, deliveries):
        if deliveries.document_ids:
            deliveries._link_heavy_documents(campaign._get_max_documents_size())

    def _create_mails(self, values_list):
        """Create mails: the first by the ORM, the others as copies of its row."""
        if values_list:
            first = self.env["mail.mail"].create(values_list[0])
            insert_like(first, values_list[1:])

    def _assign_message_ids(self, deliveries):
        """Give each mail its Message-Id, once and for all tries.

        The first mail to a person has his message's. The mail to a second address
        is another message to the mail world: bounces must tell which came back.
        """
        taken = {
            uid
            for (uid,) in self.env["mass.sending.delivery"]._read_group(
                [
                    ("recipient_id", "in", deliveries.recipient_id.ids),
                    ("message_uid", "!=", False),
                ],
                ["message_uid"],
            )
        }
        rows = []
        for delivery in deliveries.filtered(lambda d: not d.message_uid):
            uid = delivery.mail_message_id.message_id
            if uid in taken:
                recipient = delivery.recipient_id
                uid = generate_tracking_message_id(
                    f"{recipient.person_id}-{recipient.person_model}"
                )
            taken.add(uid)
            rows.append((delivery.id, uid))
        if rows:
            update_rows(deliveries, "message_uid", rows)

    def _prepare_mails_values(self, campaign, deliveries, lang):
        """Return the mail.mail values of deliveries in one language.

        The layout is rendered once, around two words that are then replaced.
        """
        token = secrets.token_hex(8)
        subject_mark, body_mark = f"subject-{token}", f"body-{token}"
        layout = campaign.with_context(lang=lang)._wrap_in_layout(
            Markup(body_mark), subject_mark, campaign.company_id
        )
        marketing = campaign._has_unsubscribe_link()
        portal_paths = deliveries.recipient_id._get_portal_paths()
        for delivery in deliveries:
            message = delivery.mail_message_id
            links = delivery.with_context(lang=lang)._get_documents_link_html()
            text = links + message.body
            portal_path = portal_paths.get(delivery.recipient_id.id)
            text += self._get_portal_link_html(portal_path, text, lang)
            body = layout.replace(subject_mark, escape(message.subject or "")).replace(
                body_mark, text
            )
            if marketing:
                body = body.replace(UNSUBSCRIBE_TOKEN, delivery._get_unsubscribe_path())
            yield self._prepare_mail_values(delivery, message, body)

    def _get_portal_link_html(self, portal_path, text, lang):
        """Return the link to the portal's copy, unless the text has it already."""
        if not portal_path or f'{portal_path}"' in text:
            return Markup("")
        env = self.env(context={**self.env.context, "lang": lang})
        return Markup('<p><a href="{}">{}</a></p>').format(
            portal_path, env._("Read this message in the customer portal")
        )

    def _prepare_mail_values(self, delivery, message, body):
        own_id = delivery.message_uid
        return {
            "mail_message_id": message.id,
            "is_notification": True,
            "mass_sending_delivery_id": delivery.id,
            "body_html": body,
            "email_to": formataddr((delivery.recipient_id.name, delivery.address)),
            "headers": repr(self._prepare_headers(delivery)),
            # the mail to a second address is another message to the mail world,
            # but its replies belong to the same one here
            "references": message.message_id if own_id != message.message_id else False,
            "state": "outgoing",
            "auto_delete": True,
        }

    def _prepare_headers(self, delivery):
        """Return the additional headers of a mail."""
        headers = {"X-Auto-Response-Suppress": "OOF"}
        if delivery.campaign_id._has_unsubscribe_link():
            page = delivery.get_base_url() + delivery._get_unsubscribe_path()
            headers["List-Unsubscribe"] = f"<{page}/one-click>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers

    def hand_over(self, campaign, deliveries, session):
        rows = load_mail_rows(deliveries)
        for server_id, alias_domain_id, sender, batch in split_by_server(self.env, rows):
            server = self.env["ir.mail_server"].browse(server_id or [])
            smtp = SmtpSession.connect(self.env, server, alias_domain_id, sender)
            try:
                self._hand_over_batch(batch, smtp, session)
            except BaseException:
                smtp.close()
                raise
            smtp.quit()
            if session.stopped():
                return

    def _hand_over_batch(self, rows, smtp, session):
        """Hand over mails of one session, some at a time.

        Only so many are open at once: should PostgreSQL crash, no more are in doubt.
        """
        builder = MailBuilder(smtp)
        redirection = Redirection.of(self.env)
        for start in range(0, len(rows), self.open_size):
            part = rows[start : start + self.open_size]
            if session.stopped():
                return
            opened = session.open_within_limit(
                [row.delivery_id for row in part], smtp.server
            )
            envelopes = redirection.apply(builder.build(part[: len(opened)]))
            smtp.send_all(envelopes, session)
            session.check_limit(smtp.server)

    def clean_up(self, campaign, deliveries):
        mails = self._get_mails(deliveries)
        sent = mails.filtered(lambda m: m.mass_sending_delivery_id.sent_at)
        if sent:
            # Odoo's hook, for whoever listens; it also deletes them
            sent.write({"state": "sent"})
            sent._postprocess_sent_message(success_pids=[], success_emails=[])
        (mails - sent).unlink()

    def _get_mails(self, deliveries):
        return self.env["mail.mail"].search(
            [("mass_sending_delivery_id", "in", deliveries.ids)]
        )
