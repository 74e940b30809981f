# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models

from ..tools import placeholders

# Placeholders that print the same to everybody.
IMPERSONAL = {
    "object.msg_company",
    "object.msg_company_email",
    "object.msg_company_phone",
    "object.msg_sender",
    "object.msg_today",
}


class MassSendingCampaign(models.Model):
    """Not twice: one message per address or number that customers share, and none to
    those who got an earlier campaign.
    """

    _inherit = "mass.sending.campaign"

    # a relation of the model with itself needs names
    filter_campaign_ids = fields.Many2many(
        relation="mass_sending_campaign_filter_rel",
        column1="campaign_id",
        column2="earlier_campaign_id",
    )
    dedupe_mode = fields.Selection(
        [("customer", "One per customer"), ("address", "One per address or number")],
        string="Mails",
        required=True,
        default="customer",
        help="An address that several customers share gets one mail each, or one in "
        "all. The portal always shows each customer his own.",
    )

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {"dedupe_mode"}

    def _get_problems(self):
        problems = super()._get_problems()
        if self.dedupe_mode == "customer" or self.send_to == "portal":
            return problems
        if self._uses_email() and self._uses_documents():
            problems.append(
                self.env._(
                    "Mails: with financial documents each customer needs his own mail. "
                    "Choose “One per customer”, or attach no documents."
                )
            )
        if personal := self._get_personal_expressions():
            problems.append(
                self.env._(
                    "Mails: “%(placeholder)s” differs by customer, so each needs his "
                    "own mail. Choose “One per customer”, or remove the placeholder.",
                    placeholder=personal[0],
                )
            )
        return problems

    def _get_personal_expressions(self):
        """Return the expressions, in any language, that differ by recipient."""
        readers = {
            "subject": placeholders.inline_expressions,
            "body": placeholders.html_expressions,
        }
        if self.send_to == "sms":
            readers = {"sms_body": placeholders.inline_expressions}
        found = {}
        for name, read in readers.items():
            field = self._fields[name]
            for text in (field._get_stored_translations(self) or {}).values():
                found.update(dict.fromkeys(read(text)))
        return [expression for expression in found if expression not in IMPERSONAL]
