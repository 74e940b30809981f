# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize

from .. import states


class MassSendingCampaign(models.Model):
    """Send as test: a copy of the campaign, to one person.

    The copy goes through the same queue, and so is made by the same functions as
    the real thing. It has no place in History, and the campaign itself doesn't
    change by it.
    """

    _inherit = "mass.sending.campaign"

    is_test = fields.Boolean(string="Test", readonly=True, copy=False, index=True)

    def _mark_subject(self, subject):
        """Return a rendered subject as it is sent: a test says that it is one."""
        if not self.is_test:
            return subject
        return f"[{self.env._('TEST')}] {subject or ''}".strip()

    def _prepare_thread_values(self, recipient):
        """Return on which record the message to a recipient is kept.

        A test is none of the customer's correspondence: it stays with the test.
        """
        if self.is_test:
            return {"model": self._name, "res_id": self.id}
        return {"model": recipient.person_model, "res_id": recipient.person_id}

    def _send_test(self, person, address=None):
        """Send this campaign to one person, as a test.

        :param person: who it is filled in for, as the author sees him
        :param str address: an e-mail address to send it to instead of his
        :return: the campaign that carries the test
        :raise UserError: something it needs is missing, or he cannot be reached; the
            sentence names it
        """
        self.ensure_one()
        self.check_access("write")
        person.check_access("read")
        if address:
            self._prepare_test_address(address)
        # sudo: the copy's state and recipient are not for staff to write
        test_sudo = self.sudo().copy(self._prepare_test_values())
        test_sudo._check_ready()
        test_sudo._select_one(person, address)
        now = fields.Datetime.now()
        test_sudo.write({"start_at": now, "confirmed_at": now})
        test_sudo._trigger_queue()
        return test_sudo

    def _prepare_test_address(self, address):
        """Return what a recipient has, to be reached at an address that was typed.

        :raise UserError: it is none
        """
        normalized = email_normalize(address)
        if not normalized:
            raise UserError(
                self.env._("“%(text)s” is not an e-mail address.", text=address)
            )
        return {"email": address, "email_normalized": normalized}

    def _get_default_test_address(self):
        """Return where a test goes unless something else is typed."""
        return self.env.user.email

    def _prepare_test_values(self):
        return {
            "is_test": True,
            # whoever tests, with his own rights
            "user_id": self.env.uid,
            # a portal message has no address to try; its text goes by e-mail
            "send_to": "email" if "portal" in self.send_to else self.send_to,
            "purpose": self.purpose or "service",
            "dedupe_mode": "customer",
            "schedule_at": False,
            "filter_campaign_ids": False,
        }

    def _select_one(self, person, address=None):
        """Make one person the only recipient.

        :raise UserError: he cannot be reached; the sentence says why
        """
        Recipient = self.env["mass.sending.recipient"]
        author = self._get_author_env()
        model = author[self.recipient_model]
        query = model._search(self._get_one_domain(person))
        if not Recipient._insert_from_query(self, model, query, query.table):
            raise UserError(
                self.env._("You have no access to %(name)s.", name=person.display_name)
            )
        recipient = Recipient.search([("campaign_id", "=", self.id)])
        if address:
            self.billing_email_mode = "none"
            recipient.write(self._prepare_test_address(address))
        self._mark_unreachable()
        if recipient.decision != states.KEPT:
            labels = dict(
                recipient._fields["skip_reason"]._description_selection(self.env)
            )
            raise UserError(
                self.env._(
                    "%(name)s cannot be reached: %(reason)s.",
                    name=recipient.name,
                    reason=labels.get(recipient.skip_reason),
                )
            )

    def _get_test_address(self):
        """Return where the test went."""
        recipient = self.recipient_ids
        return (recipient.phone if self.send_to == "sms" else recipient.email) or ""

    @api.model
    def _get_one_domain(self, person):
        return [("id", "=", person.id), *self._get_company_domain()]

    def action_open_test(self):
        """Ask for whom to fill it in, and where to send it."""
        self.ensure_one()
        self.check_access("write")
        return self.env["mass.sending.test"]._open(self)
