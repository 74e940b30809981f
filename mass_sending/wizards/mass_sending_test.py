# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models
from odoo.exceptions import UserError


class MassSendingTest(models.TransientModel):
    """Asks for whom a test is filled in, and where it goes."""

    _name = "mass.sending.test"
    _description = "Send a campaign as test"

    campaign_id = fields.Many2one(
        "mass.sending.campaign", required=True, readonly=True, ondelete="cascade"
    )
    recipient_type = fields.Selection(related="campaign_id.recipient_type")
    portal_login = fields.Char(
        help="Of the customer for whom the message is filled in."
    )
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    person_name = fields.Char(string="Filled in for", compute="_compute_person_name")
    target = fields.Selection(
        [("me", "To an address of my choice"), ("customer", "To the customer himself")],
        string="Send it",
        required=True,
        default="me",
    )
    address = fields.Char()
    send_to = fields.Selection(related="campaign_id.send_to")

    @api.depends("portal_login", "lead_id")
    def _compute_person_name(self):
        for wizard in self:
            wizard.person_name = wizard._find_person().display_name

    @api.model
    def _open(self, campaign):
        """Open the dialog; it remembers whom the last test was filled in for."""
        last = self.search(
            [("campaign_id", "=", campaign.id), ("create_uid", "=", self.env.uid)],
            order="id desc",
            limit=1,
        )
        wizard = self.create(
            {
                "campaign_id": campaign.id,
                "portal_login": last.portal_login,
                "lead_id": last.lead_id.id,
                "address": last.address or campaign._get_default_test_address(),
                "target": last.target or "me",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send as test"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _find_person(self):
        """Return the person whose message it is; empty when there is none."""
        if self.recipient_type == "lead":
            return self.lead_id
        customers = self.env["res.partner"]
        if not (self.portal_login or "").strip():
            return customers
        return customers.search(
            [
                ("portal_login_any", "in", [self.portal_login]),
                ("customer_status", "!=", False),
            ],
            limit=1,
        )

    def action_send(self):
        """Send the test, and say where it went."""
        self.ensure_one()
        person = self._find_person()
        if not person:
            raise UserError(
                self.env._("Choose a lead to fill the message in for.")
                if self.recipient_type == "lead"
                else self.env._(
                    "There is no customer with the portal login “%(login)s”.",
                    login=self.portal_login or "",
                )
            )
        address = (self.address or "").strip() if self.target == "me" else None
        if self.target == "me" and not address:
            raise UserError(self.env._("Type the address the test is to go to."))
        test = self.campaign_id._send_test(person, address)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The test for %(name)s is on its way to %(address)s.",
                    name=person.display_name,
                    address=address or test._get_test_address(),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
