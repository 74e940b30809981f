# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""E-mail: ordinary `mail.mail` rows, through Odoo's outgoing mail servers."""

from odoo.tools import SQL
from odoo.tools.mail import email_normalize

from ..queue.messages import ensure_messages
from . import register
from .base import RECIPIENTS, Channel, ChannelUnavailable
from .mail_builder import MailBuilder
from .mail_maker import MailMaker
from .mail_rows import load_mail_rows, split_by_server
from .redirection import Redirection
from .smtp import SmtpSession
from .smtp_lanes import SmtpLanes


@register
class EmailChannel(Channel):
    """One mail per person and address."""

    code = "email"
    label = "E-mail"
    carries_documents = True
    # prepared together, since much of preparing is the same for all of them …
    group_size = 2000
    # … as far as their texts don't take too much memory: each is there some six times
    group_characters = 8_000_000
    # … but handed over in smaller groups
    open_size = 100

    def __init__(self, env):
        super().__init__(env)
        # what is prepared but not written on the deliveries yet, see `groups.open_rows`
        self._links = {}

    def get_group_size(self, campaign):
        fitting = self.group_characters // (len(campaign.body or "") + 1)
        return max(self.open_size, min(self.group_size, fitting))

    # === Before sending ===

    def addresses_sql(self, campaign, recipients=RECIPIENTS):
        addresses = SQL(
            """SELECT r.id AS recipient_id,
                      r.decision,
                      a.address,
                      CASE WHEN a.address IS NULL AND COALESCE(r.email, '') = ''
                           THEN 'email_missing'
                           WHEN a.address IS NULL THEN 'email_invalid'
                           ELSE %(suppressed)s
                      END AS reason
                 FROM %(recipients)s r
            LEFT JOIN LATERAL (%(addresses)s) a ON TRUE
                WHERE r.campaign_id = %(campaign)s""",
            addresses=self._addresses_of_one_sql(campaign.billing_email_mode),
            suppressed=self._suppressed_sql(campaign, SQL("a.address")),
            recipients=recipients,
            campaign=campaign.id,
        )
        if campaign.dedupe_mode != "address":
            return addresses
        return self.once_per_address_sql(addresses)

    def has_one_address_each(self, campaign):
        return campaign.billing_email_mode == "none"

    def _addresses_of_one_sql(self, billing_email_mode):
        """SELECT of the addresses of recipient `r`, each once."""
        own = SQL("SELECT lower(r.email_normalized) AS address")
        if billing_email_mode == "none":
            # without WHERE, so that PostgreSQL needs no loop to find it out
            return own
        own = SQL("%s WHERE r.email_normalized IS NOT NULL", own)
        # a billing e-mail may hold several addresses, with names
        billing = SQL(
            r"""SELECT DISTINCT lower(found[1]) AS address
                  FROM regexp_matches(
                       r.billing_email, '[^\s<>,;"]+@[^\s<>,;"]+', 'g') AS found"""
        )
        if billing_email_mode == "addition":
            return SQL("%s UNION %s", own, billing)
        return SQL(
            "%s UNION %s AND COALESCE(r.billing_email, '') NOT LIKE '%%@%%'",
            billing,
            own,
        )

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
        messages, failures = ensure_messages(campaign, deliveries)
        ready = deliveries.filtered(lambda d: d.id not in failures)
        maker = MailMaker(campaign, messages)
        uids = maker.choose_message_uids(ready, self.has_one_address_each(campaign))
        self._links = {
            delivery.id: (messages[delivery.recipient_id.id], uids[delivery.id])
            for delivery in ready
        }
        if ready.document_ids:
            ready._link_heavy_documents(campaign._get_max_documents_size())
        # left by a worker that died: made again, so that they are ours
        self._get_mails(deliveries).unlink()
        maker.make(ready, uids)
        return failures

    def hand_over(self, campaign, deliveries, session):
        uids = {key: uid for key, (_message, uid) in self._links.items()}
        rows = load_mail_rows(deliveries, uids)
        for server_id, alias_domain_id, sender, batch in split_by_server(
            self.env, rows
        ):
            server = self.env["ir.mail_server"].browse(server_id or [])
            smtp = SmtpSession.connect(self.env, server, alias_domain_id, sender)
            lanes = SmtpLanes(smtp)
            try:
                self._hand_over_batch(batch, lanes, session)
            except BaseException:
                lanes.close()
                raise
            lanes.quit()
            if session.stopped():
                return

    def _hand_over_batch(self, rows, lanes, session):
        """Hand over mails to one server, some at a time.

        Only so many are open at once: should PostgreSQL crash, no more are in doubt.
        """
        server = lanes.smtp.server
        builder = MailBuilder(lanes.smtp)
        redirection = Redirection.of(self.env)
        row_of = {row.delivery_id: row for row in rows}
        step = self.open_size * lanes.number
        for start in range(0, len(rows), step):
            if session.stopped():
                return
            part = rows[start : start + step]
            opened = session.open_within_limit(lanes.split(part), server, self._links)
            lanes.send(
                [
                    redirection.apply(builder.build([row_of[i] for i in ids]))
                    for ids in opened
                ],
                session,
            )
            session.check_limit(server)

    def clean_up(self, campaign, deliveries):
        rows = self.env.execute_query(
            SQL(
                """SELECT mail.id, d.sent_at IS NOT NULL
                     FROM mail_mail mail, mass_sending_delivery d
                    WHERE mail.mass_sending_delivery_id = ANY(%s)
                      AND d.id = mail.mass_sending_delivery_id""",
                deliveries.ids,
            )
        )
        mails = self.env["mail.mail"]
        sent = mails.browse(mail_id for mail_id, is_sent in rows if is_sent)
        # Odoo's hook, for whoever listens; it also deletes them
        sent._postprocess_sent_message(success_pids=[], success_emails=[])
        mails.browse(mail_id for mail_id, is_sent in rows if not is_sent).unlink()

    def _get_mails(self, deliveries):
        return self.env["mail.mail"].search(
            [("mass_sending_delivery_id", "in", deliveries.ids)]
        )
