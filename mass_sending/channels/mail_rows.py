# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The prepared `mail.mail` rows of a group, as they are needed for handing over."""

from typing import NamedTuple

from odoo.tools import SQL, groupby


class MailRow(NamedTuple):
    """One prepared mail: what sets it apart from others, and what decides which
    server takes it."""

    message_uid: str
    id: int
    delivery_id: int
    address: str
    has_documents: bool
    email_to: str
    subject: str
    body_html: str
    headers: str
    references: str
    reply_to: str
    # these decide
    email_from: str
    server_id: int
    alias_domain_id: int
    creator_id: int

    @property
    def configuration(self):
        """What `mail.mail._split_by_mail_configuration` looks at."""
        return (
            self.email_from,
            self.server_id or 0,
            self.alias_domain_id or 0,
            self.creator_id or 0,
        )


def load_mail_rows(deliveries, uids):
    """Read the mails of deliveries.

    Read as plain rows: through the ORM, with its related and computed fields, this
    takes longer than building the mails.

    :param deliveries: mass.sending.delivery, flushed
    :param uids: {delivery id: Message-Id}, which is not written on them yet
    :return: list of MailRow, in the order of the deliveries' ids
    """
    rows = deliveries.env.execute_query(
        SQL(
            """SELECT mail.id, d.id, d.address,
                      EXISTS (SELECT FROM mass_sending_delivery_document doc
                               WHERE doc.delivery_id = d.id),
                      mail.email_to, message.subject, mail.body_html, mail.headers,
                      mail."references", message.reply_to, message.email_from,
                      message.mail_server_id, message.record_alias_domain_id,
                      message.create_uid
                 -- found by the mails: their table is nearly empty when it is
                 -- analysed, and would else be read through for each delivery
                 FROM mail_mail mail
                 JOIN mass_sending_delivery d ON d.id = mail.mass_sending_delivery_id
                 JOIN mail_message message ON message.id = mail.mail_message_id
                WHERE mail.mass_sending_delivery_id = ANY(%s)
             ORDER BY d.id, mail.id""",
            deliveries.ids,
        )
    )
    return [MailRow(uids[row[1]], *row) for row in rows]


def split_by_server(env, rows):
    """Split mails by the server that takes them, as Odoo would.

    :param env: Environment
    :param rows: list of MailRow
    :return: iterator of (server id or False, alias domain id or False, sender,
        list of MailRow in their order)
    """
    batches = {}
    for _configuration, alike in groupby(rows, key=lambda row: row.configuration):
        # asked for one of them: the answer depends on nothing else
        one = env["mail.mail"].browse(alike[0].id)
        for (
            server_id,
            alias_domain_id,
            sender,
            _ids,
        ) in one._split_by_mail_configuration():
            key = (server_id, alias_domain_id, sender)
            batches.setdefault(key, []).extend(alike)
    for key, batch in batches.items():
        yield *key, sorted(batch, key=lambda row: row.delivery_id)
