# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules.db import FunctionStatus

from .. import states
from ..channels import channel_selection

# Customers read their own portal messages; what is none of their business is not
# among the fields they can ask for.
STAFF = "base.group_user"
# Other mail that Odoo sends to customers, by the document that it is about; which
# is which says `mass.sending.mail.type`.
OTHER_MAIL_TYPES = [
    ("invoice", "Invoice"),
    ("quotation", "Quotation"),
    ("payment", "Payment"),
    ("ticket", "Ticket"),
    ("lead", "Lead"),
    ("notification", "Notification"),
    ("other", "Other"),
]
DELIVERY_TYPES = [("mass", "Mass sending"), ("test", "Test"), *OTHER_MAIL_TYPES]


def _searched_address(registry):
    """Return the SQL expression that Odoo compares for an `ilike` on the address."""
    indexable = registry.has_unaccent == FunctionStatus.INDEXABLE
    return registry.unaccent('"address"') if indexable else '"address"'


class MassSendingDelivery(models.Model):
    """One attempt to reach one address through one channel: the log.

    ================ ======================================================
    new              waits for the queue (`next_try_at`: not before)
    sending          claimed and being handed over
    sent             accepted by the far end; delivered, bounced and read are
                     times on the row
    error            refused for good, or a placeholder failed
    attachment_error a document could not be made
    expired          not delivered within the days allowed
    uncertain        handed over when the worker died: it may have arrived. Never
                     sent again by the machine; staff accept it or send it again
    cancelled        not sent, on purpose
    ================ ======================================================

    The ways between them are `states.DELIVERY_TRANSITIONS`. The queue changes
    rows by SQL over its own connection (see `queue/`); everybody else uses
    `_set_state`.
    """

    _name = "mass.sending.delivery"
    _description = "Delivery"
    _order = "id desc"
    _rec_name = "address"

    # Relations w/ other records. Each index is written to four times for every
    # delivery that is sent: campaign and recipient share those below, and nobody
    # looks for all of a company.
    campaign_id = fields.Many2one(
        "mass.sending.campaign",
        ondelete="cascade",
        readonly=True,
        groups=STAFF,
    )
    recipient_id = fields.Many2one(
        "mass.sending.recipient",
        ondelete="cascade",
        readonly=True,
        groups=STAFF,
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        index=True,
        ondelete="set null",
        readonly=True,
        groups=STAFF,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        groups=STAFF,
    )
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        groups=STAFF,
    )
    document_ids = fields.One2many(
        "mass.sending.delivery.document", "delivery_id", readonly=True, groups=STAFF
    )
    # What and where
    type = fields.Selection(
        DELIVERY_TYPES, required=True, default="mass", readonly=True
    )
    channel = fields.Selection(
        lambda self: channel_selection(), required=True, readonly=True
    )
    address = fields.Char(required=True, readonly=True)
    subject = fields.Char(readonly=True)
    message_body = fields.Html(
        compute="_compute_message_body",
        compute_sudo=True,
        sanitize=False,
        help="The message as it was sent, without the mail layout.",
    )
    # State
    state = fields.Selection(
        states.DELIVERY_STATES,
        required=True,
        default=states.NEW,
        readonly=True,
    )
    failure_type = fields.Selection(
        states.FAILURE_TYPES, string="Reason", readonly=True, groups=STAFF
    )
    failure_reason = fields.Text(
        string="Details", readonly=True, help="What the far end answered.", groups=STAFF
    )
    attempts = fields.Integer(readonly=True, groups=STAFF)
    next_try_at = fields.Datetime(string="Next try", readonly=True, groups=STAFF)
    # Times
    create_date = fields.Datetime(string="Added", readonly=True)
    sent_at = fields.Datetime(string="Sent", readonly=True)
    delivered_at = fields.Datetime(string="Delivered", readonly=True, groups=STAFF)
    bounced_at = fields.Datetime(string="Bounced", readonly=True, groups=STAFF)
    read_at = fields.Datetime(string="Read", readonly=True)
    # How the far end knows it
    message_uid = fields.Char(
        string="Message-Id",
        readonly=True,
        index="btree_not_null",
        copy=False,
        groups=STAFF,
    )
    provider_uid = fields.Char(
        string="Provider's id",
        readonly=True,
        index="btree_not_null",
        copy=False,
        groups=STAFF,
    )
    bounce_counted = fields.Integer(
        readonly=True,
        copy=False,
        help="Number of the try whose bounce was counted, see `mass.sending.hold`.",
    )
    # The queue's: which group holds the row, on which lane (one per open session
    # to the far end) and in which order it is handed over
    group_id = fields.Many2one(
        "mass.sending.group",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        groups=STAFF,
    )
    group_lane = fields.Integer(readonly=True, groups=STAFF)
    group_position = fields.Integer(readonly=True, groups=STAFF)

    # a recipient belongs to one campaign
    _address_uniq = models.UniqueIndex("(recipient_id, channel, address)")
    _campaign_state_idx = models.Index("(campaign_id, state)")
    # What staff look for in the log: few of many
    _failed_idx = models.Index(
        "(state, id) WHERE state IN"
        " ('error', 'attachment_error', 'expired', 'uncertain', 'cancelled')"
    )
    # A trigram index takes longer to write to than all others together: not while
    # the queue still works on the row. The search view asks for both parts.
    _address_idx = models.Index(
        lambda registry: (
            registry.has_trigram
            and f"USING gin ({_searched_address(registry)} gin_trgm_ops)"
            " WHERE state NOT IN ('new', 'sending')"
        )
    )
    _open_address_idx = models.Index("(address) WHERE state IN ('new', 'sending')")
    # What `queue.bounces` looks for: empty most of the time
    _bounce_idx = models.Index(
        "(id) WHERE state = 'error' AND failure_type IN ('refused', 'bounced')"
        " AND attempts > COALESCE(bounce_counted, 0)"
    )
    # What the queue looks for: small, however long the log grows
    _waiting_idx = models.Index(
        "(campaign_id, channel, id) WHERE state = 'new' AND group_id IS NULL"
        " AND documents_pending IS NOT TRUE"
    )

    @api.depends("mail_message_id")
    def _compute_message_body(self):
        # sudo: who may read the delivery may read what was delivered, whoever may
        # read the customer
        for delivery in self:
            delivery.message_body = delivery.mail_message_id.body

    def _set_state(self, target, **values):
        """Move deliveries to another state, along the table of allowed ways.

        :param str target: a delivery state
        :param values: other columns to write with it
        :raise UserError: one of them may not go there from where it is, or the
            queue is working on it right now
        """
        sources = states.delivery_sources(target)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for delivery in self:
            if delivery.state not in sources or delivery.group_id:
                raise UserError(
                    self.env._(
                        "The delivery to %(address)s is “%(state)s” and cannot "
                        "become “%(target)s” now.",
                        address=delivery.address,
                        state=labels[delivery.state],
                        target=labels[target],
                    )
                )
        self.write({"state": target, **values})
