# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common_customers import CustomersCommon

USER = "mass_sending.mass_sending_group_user"
MANAGER = "mass_sending.mass_sending_group_manager"


@tagged("post_install", "-at_install")
class TestFromAnywhere(CustomersCommon):
    """Campaigns started elsewhere, the customer's button, dashboard, settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._create_staff(
            "agent", f"{USER},sales_team.group_sale_salesman_all_leads"
        )
        cls.colleague = cls._create_staff("colleague", USER)
        cls.manager = cls._create_staff("manager", MANAGER)
        cls.location = cls.env["mass.sending.location"].create({"name": "Hill"})
        cls.customers = cls._create_customer(
            name="Ann", email="ann@example.com", location_id=cls.location.id
        ) + cls._create_customer(name="Ben")

    def _run(self, xmlid, records):
        action = self.env.ref(f"mass_sending.{xmlid}").with_user(self.agent)
        context = {
            "active_model": records._name,
            "active_ids": records.ids,
            "active_id": records[:1].id,
        }
        result = action.with_context(**context).run()
        self.assertEqual(result["res_model"], "mass.sending.campaign")
        return self.env["mass.sending.campaign"].browse(result["res_id"])

    def _get_audience(self, campaign):
        author = campaign.with_user(self.agent)
        model = self.env[campaign.recipient_model].with_user(self.agent)
        return model.search(author._get_audience_domain()).sudo()

    # === Entries ===

    def test_selected_customers(self):
        self._create_customer(name="Somebody else")
        campaign = self._run("ir_actions_server_send_message_partner", self.customers)
        self.assertEqual(campaign.user_id, self.agent)
        self.assertEqual(campaign.state, "new")
        self.assertEqual(self._get_audience(campaign), self.customers)

    def test_selected_leads(self):
        leads = self.env["crm.lead"].create(
            [{"name": "A", "email_from": "a@x.example"}, {"name": "B"}]
        )
        campaign = self._run("ir_actions_server_send_message_lead", leads[0])
        self.assertEqual(campaign.recipient_type, "lead")
        self.assertEqual(self._get_audience(campaign), leads[0])

    def test_tariff_plan(self):
        self.env["mass.sending.service"].create(
            {
                "partner_id": self.customers[0].id,
                "tariff_id": self.tariff.id,
                "state": "active",
            }
        )
        campaign = self._run("ir_actions_server_send_message_product", self.tariff)
        self.assertEqual(self._get_audience(campaign), self.customers[0])

    def test_location(self):
        campaign = self._run("ir_actions_server_send_message_location", self.location)
        self.assertEqual(self._get_audience(campaign), self.customers[0])

    def test_not_for_everybody(self):
        customers = self.customers.with_user(self.employee)
        with self.assertRaises(AccessError):
            customers.action_send_message()

    # === What came of it ===

    def _send(self):
        campaign = self.env["mass.sending.campaign"].create(
            {
                "subject": "News",
                "body": "<p>All is well.</p>",
                "purpose": "service",
                "user_id": self.agent.id,
                "filter_domain": repr([("id", "in", self.customers.ids)]),
            }
        )
        campaign._select_recipients()
        campaign.action_confirm()
        campaign._start()
        campaign.delivery_ids.write({"state": "error", "failure_type": "refused"})
        self.env.flush_all()
        return campaign

    def test_customers_messages(self):
        self._send()
        ann = self.customers[0]
        self.assertEqual(ann.with_user(self.agent).mass_sending_delivery_count, 1)
        self.assertEqual(ann.with_user(self.manager).mass_sending_delivery_count, 1)
        self.assertEqual(ann.with_user(self.colleague).mass_sending_delivery_count, 0)
        action = ann.with_user(self.agent).action_open_messages()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.address, "ann@example.com")

    def test_dashboard(self):
        campaign = self._send()
        domain = [("campaign_id", "=", campaign.id)]
        Report = self.env["mass.sending.report"]
        [(failed, skipped, sent, total)] = Report.with_user(self.agent)._read_group(
            domain, [], ["failed:sum", "skipped:sum", "sent:sum", "total:sum"]
        )
        self.assertEqual((failed, skipped, sent, total), (1, 1, 0, 2))
        rows = Report.with_user(self.manager).search(domain, order="name")
        self.assertRecordValues(
            rows,
            [
                {"name": "Ann", "reason": "refused", "location_id": self.location.id},
                {"name": "Ben", "reason": "email_missing", "location_id": False},
            ],
        )
        action = rows[1].action_open_person()
        self.assertEqual(action["res_id"], self.customers[1].id)

    def test_dashboard_is_of_own_campaigns(self):
        campaign = self._send()
        domain = [("campaign_id", "=", campaign.id)]
        Report = self.env["mass.sending.report"]
        self.assertFalse(Report.with_user(self.colleague).search(domain))
        with self.assertRaises(AccessError):
            Report.with_user(self.employee).search(domain)
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write(
            {"company_ids": [(6, 0, other_company.ids)], "company_id": other_company.id}
        )
        self.assertFalse(Report.with_user(self.manager).search(domain))

    # === Settings ===

    def _get_settings(self, **values):
        settings = self.env["res.config.settings"].create(values)
        settings.execute()
        return self.env["res.config.settings"].create({})

    def test_settings_are_kept(self):
        settings = self._get_settings(
            mass_sending_divert_to="test@example.com",
            mass_sending_copy_to="copy@example.com",
            mass_sending_retention_days=365,
            mass_sending_bounce_limit=5,
            mass_sending_log_other_mail=False,
            mass_sending_email_from="News <news@example.com>",
            mass_sending_reply_to="support@example.com",
        )
        self.assertEqual(settings.mass_sending_divert_to, "test@example.com")
        self.assertEqual(settings.mass_sending_retention_days, 365)
        self.assertFalse(settings.mass_sending_log_other_mail)
        self.assertEqual(self.env["mass.sending.delivery"]._get_retention_days(), 365)
        self.assertEqual(self.env["mass.sending.hold"]._get_bounce_limit(), 5)
        self.assertFalse(self.env["mail.mail"]._is_other_mail_logged())
        campaign = self.env["mass.sending.campaign"].create({})
        self.assertEqual(campaign.email_from, "News <news@example.com>")
        self.assertEqual(campaign._get_reply_to(), "support@example.com")

        settings = self._get_settings(mass_sending_log_other_mail=True)
        self.assertTrue(settings.mass_sending_log_other_mail)

    def test_who_sends_is_told_that_it_goes_elsewhere(self):
        campaign = self.env["mass.sending.campaign"].with_user(self.agent).create({})
        self.assertFalse(campaign.redirection_notice)
        self._get_settings(
            mass_sending_divert_to="test@example.com",
            mass_sending_sms_divert_to="+49 1512 9999999",
        )
        for send_to, expected in (
            ("email", "test@example.com"),
            ("portal_email", "test@example.com"),
            ("sms", "+4915129999999"),
        ):
            campaign.send_to = send_to
            self.assertIn(expected, campaign.redirection_notice)
            wizard = self.env["mass.sending.confirm"].with_user(self.agent)
            wizard = wizard.create({"campaign_id": campaign.id})
            self.assertIn(campaign.redirection_notice, wizard.get_warnings())
        campaign.send_to = "portal"
        self.assertFalse(campaign.redirection_notice)

    def test_settings_that_make_no_sense(self):
        for values in (
            {"mass_sending_divert_to": "nobody"},
            {"mass_sending_sms_divert_to": "nobody"},
            {"mass_sending_sms_divert_to": "0151 23456789"},
            {"mass_sending_bounce_limit": 0},
            {"mass_sending_retention_days": -1},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._get_settings(**values)

    # === Screens ===

    def test_forms_open(self):
        campaign = self._send()
        for user in (self.agent, self.manager):
            with Form(campaign.with_user(user)) as form:
                self.assertEqual(form.sent_count, 0)
            delivery = campaign.delivery_ids.with_user(user)
            self.assertTrue(delivery.get_views([(None, "form"), (None, "list")]))
