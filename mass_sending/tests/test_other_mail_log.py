# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.mass_sending.tools.dsn import Report

from .common_customers import CustomersCommon

LOGGER = "odoo.addons.mass_sending.models.mail_mail_log"


@tagged("post_install", "-at_install")
class TestOtherMailLog(CustomersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer(name="Cara", email="Cara@example.com")
        cls.order = cls._create_order(cls.customer, cls.tariff)
        cls.manager = cls._create_staff(
            "messages", "mass_sending.mass_sending_group_manager"
        )
        cls.startClassPatcher(
            patch.object(IrMail_Server, "_disable_send", classmethod(lambda cls: False))
        )
        cls.startClassPatcher(
            patch.object(IrMail_Server, "_connect__", lambda *args, **kwargs: None)
        )

    def setUp(self):
        super().setUp()
        self.refused = {}
        self.startPatcher(
            patch.object(
                IrMail_Server,
                "send_email",
                lambda server, message, **kwargs: self._take(message),
            )
        )

    def _take(self, message):
        if error := self.refused.get(message["To"]):
            raise error
        return message["Message-Id"]

    def _send(self, record=None, **values):
        record = self.order if record is None else record
        mail = self.env["mail.mail"].create(
            {
                "subject": "Your offer",
                "body_html": "<p>Secret text</p>",
                "email_from": "support@example.com",
                "model": record._name if record else False,
                "res_id": record.id if record else False,
                "recipient_ids": [(6, 0, self.customer.ids)],
                **values,
            }
        )
        mail.send()
        return mail

    def _get_log(self):
        return self.env["mass.sending.delivery"].search([("type", "!=", "mass")])

    # === Forgotten ===

    def test_deleted_customer_is_forgotten(self):
        customer = self._create_customer(name="Dan", email="dan@example.com")
        kept = self._send()
        mail = self._send(customer, recipient_ids=[(6, 0, customer.ids)])
        log = self._get_log().filtered(lambda d: d.address == "dan@example.com")
        self.assertEqual(len(log), 1)
        customer.unlink()
        self.assertEqual(log.address, f"#{log.id}")
        self.assertFalse(log.subject or log.message_uid)
        self.assertIn("cara@example.com", self._get_log().mapped("address"))
        self.assertTrue(kept and mail)

    # === What is logged ===

    def test_quotation_to_a_customer(self):
        mail = self._send()
        log = self._get_log()
        self.assertRecordValues(
            log,
            [
                {
                    "type": "quotation",
                    "state": "sent",
                    "address": "cara@example.com",
                    "subject": "Your offer",
                    "partner_id": self.customer.id,
                    "source_model": "sale.order",
                    "source_id": self.order.id,
                    "message_uid": mail.message_id,
                    "channel": "email",
                    "company_id": self.env.company.id,
                    "attempts": 1,
                }
            ],
        )
        self.assertTrue(log.sent_at)
        self.assertFalse(log.mail_message_id, "no copy of the text, no way to it")

    def test_types_follow_the_table(self):
        invoice_line = self.env.ref("mass_sending.mass_sending_mail_type_sale_order")
        invoice_line.type = "other"
        self._send()
        self.assertEqual(self._get_log().type, "other")
        invoice_line.active = False
        self._send(subject="Not logged")
        self.assertEqual(len(self._get_log()), 1)
        self._send(self.customer)
        self.assertEqual(self._get_log()[0].type, "notification")

    def test_address_typed_in(self):
        self._send(recipient_ids=[], email_to="Somebody <CARA@example.com>, x@y.zz")
        self.assertEqual(self._get_log().partner_id, self.customer)

    def test_lead_without_customer(self):
        lead = self.env["crm.lead"].create({"name": "L", "email_from": "lea@x.example"})
        self._send(lead, recipient_ids=[], email_to="lea@x.example")
        self.assertRecordValues(
            self._get_log(),
            [{"type": "lead", "lead_id": lead.id, "address": "lea@x.example"}],
        )

    def test_contact_of_a_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Bo", "email": "bo@example.com", "parent_id": self.customer.id}
        )
        self._send(recipient_ids=[(6, 0, contact.ids)])
        self.assertEqual(self._get_log().partner_id, contact)

    # === What is not ===

    def test_staff_companies_and_others_are_not_logged(self):
        self.employee.partner_id.customer_status = "active"
        others = (
            self.employee.partner_id
            + self.env.company.partner_id
            + self.env["res.partner"].create({"name": "Sup", "email": "sup@x.example"})
        )
        self._send(recipient_ids=[(6, 0, others.ids)])
        self._send(recipient_ids=[], email_to=self.employee.email)
        self.assertFalse(self._get_log())

    def test_authentication_mail_is_never_logged(self):
        user = self._create_portal_user(self.customer, "cara")
        self._send(user)
        self._send(self.env["res.partner"].browse())  # as Odoo's password reset
        user.action_reset_password()
        self.assertFalse(self._get_log())

    def test_switched_off(self):
        self.env["ir.config_parameter"].set_param("mass_sending.log_other_mail", False)
        self.env["ir.config_parameter"].set_param(
            "mass_sending.log_other_mail", "False"
        )
        self._send()
        self.assertFalse(self._get_log())

    # === What becomes of it ===

    def test_failure_and_then_success(self):
        self.refused["Cara <cara@example.com>"] = OSError("550 go away")
        self.refused['"Cara" <cara@example.com>'] = OSError("550 go away")
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mail = self._send()
        self.assertEqual(mail.state, "exception")
        log = self._get_log()
        self.assertEqual((log.state, log.failure_type), ("error", "unknown"))
        self.assertIn("550 go away", log.failure_reason)

        self.refused.clear()
        mail.mark_outgoing()
        mail.send()
        log = self._get_log()
        self.assertEqual(len(log), 1, "the same row")
        self.assertEqual((log.state, log.failure_type), ("sent", False))
        self.assertEqual(log.attempts, 2)

    def test_bounce_of_the_right_one(self):
        other = self._create_customer(name="Dan", email="dan@example.com")
        mail = self._send(recipient_ids=[(6, 0, (self.customer + other).ids)])
        self.env["mass.sending.delivery"]._receive_bounce(
            [mail.message_id], Report(True, "550 5.1.1 no", "DAN@example.com")
        )
        states = {d.address: d.state for d in self._get_log()}
        self.assertEqual(
            states, {"cara@example.com": "sent", "dan@example.com": "error"}
        )

    # === It stops nothing ===

    @mute_logger(LOGGER, "odoo.sql_db")
    def test_error_in_the_log_stops_no_mail(self):
        Mail = self.registry["mail.mail"]
        with patch.object(Mail, "_get_log_query", lambda *args: "SELECT nonsense"):
            mail = self._send()
        self.assertEqual(mail.state, "sent")
        with patch.object(Mail, "_prepare_log_rows_of_one", lambda *args: 1 / 0):
            mail = self._send()
        self.assertEqual(mail.state, "sent")
        self.assertFalse(self._get_log())

    def test_few_queries(self):
        self._send()
        self.env.flush_all()
        mail = self.env["mail.mail"].create(
            {
                "model": "sale.order",
                "res_id": self.order.id,
                "recipient_ids": [(6, 0, self.customer.ids)],
            }
        )
        self.env.flush_all()
        rows = mail._prepare_log_rows([], [], None, None)
        with self.assertQueryCount(3):  # savepoint, insert, release
            mail._log_other_mail(rows)

    # === Who may read it ===

    def test_details_open_the_original_under_the_readers_rights(self):
        self._send()
        log = self._get_log()
        with self.assertRaises(AccessError):
            log.with_user(self.manager).action_open_original()
        salesman = new_test_user(
            self.env,
            login="sales_messages",
            groups="mass_sending.mass_sending_group_manager,"
            "sales_team.group_sale_salesman_all_leads",
        )
        action = log.with_user(salesman).action_open_original()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", self.order.id)
        )
        self.order.unlink()
        with self.assertRaises(UserError):
            log.with_user(salesman).action_open_original()

    def test_only_managers_see_it(self):
        user = self._create_staff("agent", "mass_sending.mass_sending_group_user")
        self._send()
        Delivery = self.env["mass.sending.delivery"]
        domain = [("type", "=", "quotation")]
        self.assertFalse(Delivery.with_user(user).search(domain))
        self.assertTrue(Delivery.with_user(self.manager).search(domain))
        portal = self._create_portal_user(self.customer, "cara2")
        self.assertFalse(Delivery.with_user(portal).search([]))
