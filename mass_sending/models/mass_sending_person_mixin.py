# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..tools.tokens import PORTAL_LINK_TOKEN

# Every placeholder that ordinary staff may use: field -> label. They are fields,
# because Odoo's restricted rendering walks from the record and silently prints
# the default for a name that is no field.
PLACEHOLDERS = {
    "msg_name": "Full name",
    "msg_portal_login": "Portal login",
    "msg_status": "Customer status",
    "msg_email": "E-mail",
    "msg_billing_email": "Billing e-mail",
    "msg_phone": "Phone",
    "msg_address": "Address",
    "msg_location": "Location",
    "msg_service_provider": "Service provider",
    "msg_billing_type": "Billing type",
    "msg_tariff_plans": "Active tariff plans",
    "msg_balance": "Balance due",
    "msg_company": "Our company",
    "msg_company_email": "Our e-mail",
    "msg_company_phone": "Our phone",
    "msg_sender": "Sender's name",
    "msg_today": "Today's date",
    "msg_portal_link": "Link to this message in the portal",
}


class MassSendingPersonMixin(models.AbstractModel):
    """What campaign code needs to know of a person it writes to.

    `res.partner` and `crm.lead` inherit it; another kind of recipient (a ticket's
    customer, an event registration) inherits it too, overrides what differs, and
    adds itself to `mass.sending.audience.mixin`.
    """

    _name = "mass.sending.person.mixin"
    _description = "Person a campaign can reach"

    msg_name = fields.Char(string="Message: Full name", compute="_compute_msg_identity")
    msg_email = fields.Char(string="Message: E-mail", compute="_compute_msg_identity")
    msg_phone = fields.Char(string="Message: Phone", compute="_compute_msg_identity")
    msg_portal_login = fields.Char(
        string="Message: Portal login", compute="_compute_msg_customer"
    )
    msg_status = fields.Char(
        string="Message: Customer status", compute="_compute_msg_customer"
    )
    msg_billing_email = fields.Char(
        string="Message: Billing e-mail", compute="_compute_msg_customer"
    )
    msg_billing_type = fields.Char(
        string="Message: Billing type", compute="_compute_msg_customer"
    )
    msg_tariff_plans = fields.Char(
        string="Message: Active tariff plans", compute="_compute_msg_customer"
    )
    msg_address = fields.Char(string="Message: Address", compute="_compute_msg_place")
    msg_location = fields.Char(string="Message: Location", compute="_compute_msg_place")
    msg_service_provider = fields.Char(
        string="Message: Service provider", compute="_compute_msg_place"
    )
    # sudo: staff who write to customers need not be accountants to print to
    # each customer the one figure that is his own
    msg_balance = fields.Char(
        string="Message: Balance due", compute="_compute_msg_balance", compute_sudo=True
    )
    msg_company = fields.Char(
        string="Message: Our company", compute="_compute_msg_sender"
    )
    msg_company_email = fields.Char(
        string="Message: Our e-mail", compute="_compute_msg_sender"
    )
    msg_company_phone = fields.Char(
        string="Message: Our phone", compute="_compute_msg_sender"
    )
    msg_sender = fields.Char(
        string="Message: Sender's name", compute="_compute_msg_sender"
    )
    msg_today = fields.Char(
        string="Message: Today's date", compute="_compute_msg_sender"
    )
    # the only one with a tag: escaping leaves Markup alone
    msg_portal_link = fields.Html(
        string="Message: Link to this message in the portal",
        compute="_compute_msg_portal_link",
        sanitize=False,
    )

    @api.depends_context("lang")
    def _compute_msg_identity(self):
        for record in self:
            record.msg_name = record.display_name
            record.msg_email = False
            record.msg_phone = False

    @api.depends_context("lang")
    def _compute_msg_customer(self):
        """Fill what only a customer has, from `_get_msg_customer`."""
        statuses = self._selection_labels("customer_status")
        billing_types = self._selection_labels("billing_type")
        for record in self:
            customer = record._get_msg_customer()
            record.msg_portal_login = customer.portal_login
            record.msg_status = statuses.get(customer.customer_status)
            record.msg_billing_email = customer.effective_billing_email
            record.msg_billing_type = billing_types.get(customer.billing_type)
            active = customer.service_ids.filtered(lambda s: s.state == "active")
            record.msg_tariff_plans = ", ".join(active.tariff_id.mapped("name"))

    @api.depends_context("lang")
    def _compute_msg_place(self):
        for record in self:
            record.msg_address = False
            record.msg_location = False
            record.msg_service_provider = False

    @api.depends_context("lang", "company")
    def _compute_msg_balance(self):
        company = self.env.company
        for record in self:
            customer = record._get_msg_customer().commercial_partner_id
            record.msg_balance = customer and tools.format_amount(
                self.env, customer.credit, company.currency_id
            )

    @api.depends_context("lang", "company", "uid")
    def _compute_msg_sender(self):
        company = self.env.company
        for record in self:
            record.msg_company = company.name
            record.msg_company_email = company.email
            record.msg_company_phone = company.phone
            record.msg_sender = self.env.user.name
            record.msg_today = tools.format_date(
                self.env, fields.Date.context_today(self)
            )

    @api.depends_context("lang")
    def _compute_msg_portal_link(self):
        self.msg_portal_link = Markup('<a href="{}">{}</a>').format(
            PORTAL_LINK_TOKEN, self.env._("Read this message in the customer portal")
        )

    # === What a model overrides ===

    def _get_msg_customer(self):
        """Return the customer whose portal, services and balance are meant.

        :return: res.partner, possibly empty
        """
        self.ensure_one()
        return self.env["res.partner"]

    @api.model
    def _get_recipient_snapshot_columns(self, alias):
        """Return the columns of a recipient row, as SQL on this model's table.

        Selecting is one INSERT … SELECT for any number of people, so what a
        person is called, and where he is reached, is said in SQL here.

        :param str alias: alias of this model's table in the selecting query
        :return: dict of `mass.sending.recipient` column -> SQL; every key of
            `mass.sending.recipient._snapshot_columns` must be there
        """
        raise NotImplementedError  # abstract hook, see res.partner and crm.lead

    # === Helpers ===

    @api.model
    def _selection_labels(self, partner_field):
        """Return value -> label, in the language of the environment."""
        selection = self.env["res.partner"]._fields[partner_field]
        return dict(selection._description_selection(self.env))

    @api.model
    def mail_allowed_qweb_expressions(self):
        return super().mail_allowed_qweb_expressions() + tuple(
            f"object.{name}" for name in PLACEHOLDERS
        )

    @api.model
    def _null_column(self, pg_type="varchar"):
        return SQL("NULL::%s", SQL.identifier(pg_type))
