# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize

from ..tools.phone_numbers import normalize_phone

BILLING_TYPE_FILTERS = {
    "filter_billing_recurring": "recurring",
    "filter_billing_prepaid_custom": "prepaid_custom",
    "filter_billing_prepaid_daily": "prepaid_daily",
}
SERVICE_TYPE_FILTERS = {
    "filter_service_internet": "internet",
    "filter_service_voice": "voice",
    "filter_service_recurring": "recurring",
    "filter_service_bundle": "bundle",
}


class MassSendingAudienceMixin(models.AbstractModel):
    """The filters on how a customer is reached, who serves him and what he has."""

    _inherit = "mass.sending.audience.mixin"

    filter_email = fields.Text(
        string="Email",
        help="One or more e-mail addresses or parts of them, separated by comma or "
        "new line.",
    )
    filter_billing_email = fields.Text(
        string="Billing email",
        help="One or more addresses or parts of them, compared with the billing email "
        "or, without one, with the e-mail of the invoice address.",
    )
    filter_phone = fields.Text(
        string="Phone number",
        help="One or more numbers in any notation, separated by comma or new line.",
    )
    filter_billing_recurring = fields.Boolean(string="Billing Recurring")
    filter_billing_prepaid_custom = fields.Boolean(string="Billing Prepaid (Custom)")
    filter_billing_prepaid_daily = fields.Boolean(string="Billing Prepaid (Daily)")
    filter_service_provider_ids = fields.Many2many(
        "res.partner",
        string="Partners",
        ondelete="restrict",
        help="Those who are served by one of these partners (service providers).",
    )
    filter_tariff_ids = fields.Many2many(
        "product.template",
        string="Tariff plans",
        ondelete="restrict",
        domain=[("tariff_type", "!=", False)],
        help="Customers with an active service on one of these tariff plans.",
    )
    filter_service_internet = fields.Boolean(string="Service Internet")
    filter_service_voice = fields.Boolean(string="Service Voice")
    filter_service_recurring = fields.Boolean(string="Service Recurring")
    filter_service_bundle = fields.Boolean(string="Service Bundle")

    @api.model
    def _get_audience_filter_names(self, recipient_type):
        names = super()._get_audience_filter_names(recipient_type)
        names += ["email", "phone", "service_provider"]
        if recipient_type == "customer":
            names += ["billing_email", "billing_type", "tariff", "service_type"]
        return names

    def _get_email_domain(self):
        name = "email_from" if self.recipient_type == "lead" else "email"
        return self._get_text_domain(
            self.filter_email,
            lambda values: Domain("email_normalized", "in", _normalize_emails(values)),
            lambda value: self._get_address_domain("email_normalized", name, value),
        )

    def _get_billing_email_domain(self):
        return self._get_text_domain(
            self.filter_billing_email,
            lambda values: Domain("billing_email_any", "in", _normalize_emails(values)),
            lambda value: self._get_address_domain(
                "billing_email_any", "effective_billing_email", value
            ),
        )

    def _get_address_domain(self, whole, text, value):
        """A complete address means itself; anything else is a part of addresses."""
        if addresses := _normalize_emails([value]):
            return Domain(whole, "in", addresses)
        return Domain(text, "ilike", self._escape_like(value))

    def _get_phone_domain(self):
        country = (self.company_id or self.env.company).country_id
        return self._get_text_domain(
            self.filter_phone,
            lambda values: Domain(
                "phone_sanitized",
                "in",
                list(
                    dict.fromkeys(
                        filter(None, (normalize_phone(v, country) for v in values))
                    )
                ),
            ),
        )

    def _get_billing_type_domain(self):
        return self._get_ticked_domain("billing_type", BILLING_TYPE_FILTERS)

    def _get_service_provider_domain(self):
        return self._get_choice_domain(
            "filter_service_provider_ids",
            lambda ids: Domain("service_provider_id", "in", ids),
        )

    def _get_tariff_domain(self):
        return self._get_choice_domain(
            "filter_tariff_ids",
            lambda ids: self._get_active_service_domain(Domain("tariff_id", "in", ids)),
        )

    def _get_service_type_domain(self):
        domain = self._get_ticked_domain("service_type", SERVICE_TYPE_FILTERS)
        return domain if domain.is_true() else self._get_active_service_domain(domain)

    @api.model
    def _get_active_service_domain(self, domain):
        return Domain("service_ids", "any", Domain("state", "=", "active") & domain)


def _normalize_emails(values):
    """Return those of the values that are whole e-mail addresses, normalized."""
    addresses = filter(None, map(email_normalize, values))
    # "@example.com" is none, though Odoo takes it for one
    return list(dict.fromkeys(a for a in addresses if not a.startswith("@")))
