# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sms import SmsCase

CAMPAIGN_LOG = "odoo.addons.mass_sending.models.mass_sending_campaign_queue"


@tagged("post_install", "-at_install")
class TestSmsRules(SmsCase):
    """Who gets an SMS, when, and for how much."""

    def _reasons(self, campaign):
        campaign._select_recipients()
        return dict(campaign.recipient_ids.mapped(lambda r: (r.name, r.skip_reason)))

    # === Who ===

    def test_numbers_that_no_sms_reaches_are_skipped_with_the_reason(self):
        customers = self._make_mobiles(5)
        customers[1].phone = False
        customers[2].phone = "call my wife"
        customers[3].phone = "+49 30 901820"
        customers[4].phone = "+1 201 555 0123"  # cannot be told there
        self.assertEqual(
            self._reasons(self._make_sms()),
            {
                "Customer 0": False,
                "Customer 1": "phone_missing",
                "Customer 2": "phone_invalid",
                "Customer 3": "phone_landline",
                "Customer 4": False,
            },
        )

    def test_landlines_get_it_when_the_setting_says_so(self):
        [customer] = self._make_mobiles(1)
        customer.phone = "+49 30 901820"
        self._set_parameter("mass_sending.sms_to_landlines", "True")
        self.assertEqual(self._reasons(self._make_sms()), {"Customer 0": False})

    def test_who_opted_out_gets_service_messages_only(self):
        self._make_mobiles(2)
        self._make("phone.blacklist", number=self.number(1))
        self.assertEqual(
            self._reasons(self._make_sms(purpose="marketing")),
            {"Customer 0": False, "Customer 1": "opted_out"},
        )
        self.assertEqual(
            self._reasons(self._make_sms(purpose="service")),
            {"Customer 0": False, "Customer 1": False},
        )

    def test_opting_out_after_the_start_counts(self):
        self._make_mobiles(2)
        campaign = self._make_sms(purpose="marketing")
        self._confirm(campaign)
        campaign._start()
        self._make("phone.blacklist", number=self.number(1))
        self._commit()
        self._run_queue()
        self.assertNumbersOnce([self.number(0)])
        self.assertStates(campaign, {"sent": 1, "cancelled": 1})

    def test_one_sms_per_number_if_so_chosen(self):
        self._make_mobiles(3).write({"phone": self.number(0)})
        campaign = self._make_sms(sms_body="Hello", dedupe_mode="address")
        self.assertEqual(
            self._reasons(campaign),
            {
                "Customer 0": False,
                "Customer 1": "duplicate",
                "Customer 2": "duplicate",
            },
        )
        campaign.dedupe_mode = "customer"
        self._send(campaign)
        self.assertNumbersOnce([self.number(0)] * 3)

    def test_one_sms_per_number_not_with_what_concerns_one_person(self):
        campaign = self._make_sms(dedupe_mode="address")
        [problem] = campaign._get_problems()
        self.assertIn("object.msg_name", problem)

    def _set_parameter(self, name, value):
        def restore():
            self.cr.rollback()
            self.env["ir.config_parameter"].set_param(name, False)
            self._commit()

        self.addCleanup(restore)
        self.env["ir.config_parameter"].set_param(name, value)
        self._commit()

    def test_sms_are_diverted_where_the_settings_say(self):
        self._set_parameter("mass_sending.sms_divert_to", "+49 1512 9999999")
        self._make_mobiles(2)
        campaign = self._make_sms()
        self._send(campaign)
        self.assertNumbersOnce(["+4915129999999"] * 2)
        self.assertStates(campaign, {"sent": 2})

    def test_sms_do_not_go_out_while_mail_is_diverted(self):
        self._set_parameter("mass_sending.divert_to", "tester@example.com")
        campaign = self._make_sms()
        [problem] = campaign._get_problems()
        self.assertIn("diverted", problem)

    @mute_logger("odoo.addons.mass_sending.models.mass_sending_campaign_queue")
    def test_sms_never_fall_back_to_the_customers(self):
        """Neither a bad number nor diverted mail lets SMS go where they were not to."""
        self._make_mobiles(1)
        for name, value in (
            ("mass_sending.sms_divert_to", "nobody"),
            ("mass_sending.divert_to", "tester@example.com"),
        ):
            with self.subTest(setting=name):
                campaign = self._make_sms()
                self._confirm(campaign)
                campaign._start()
                self._set_parameter(name, value)
                self._run_queue()
                self.assertNumbersOnce([])
                self.assertStates(campaign, {"new": 1})
                self.assertIn("diverted", campaign.retry_reason)
                self.assertEqual(campaign.redirection_notice, campaign.retry_reason)
                self.env["ir.config_parameter"].set_param(name, False)
                campaign.action_cancel()
                self._commit()

    # === What ===

    def test_sms_needs_a_text_and_no_subject(self):
        campaign = self._make_sms(sms_body=" ")
        self.assertEqual(
            campaign._get_problems(), ["SMS text: please write something."]
        )
        campaign.sms_body = "Hello"
        self.assertEqual(campaign._get_problems(), [])
        self.assertEqual(campaign.display_name, "Hello")

    def test_unknown_placeholder_and_portal_link_are_named(self):
        campaign = self._make_sms(
            sms_body="{{ object.nonsense }} {{ object.msg_portal_link }}"
        )
        first, second = campaign._get_problems()
        self.assertIn("object.nonsense", first)
        self.assertIn("object.msg_portal_link", second)

    def test_empty_text_ends_that_delivery_only(self):
        customers = self._make_mobiles(2)
        customers[1].email = False
        campaign = self._make_sms(sms_body="{{ object.msg_email }}")
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["sent", "error"])
        self.assertEqual(deliveries[1].failure_type, "placeholder")

    def test_everybody_in_his_language(self):
        self._activate_lang("fr_FR")
        customers = self._make_mobiles(2)
        customers[1].lang = "fr_FR"
        campaign = self._make_sms(sms_body="Hello")
        campaign.with_context(lang="fr_FR").sms_body = "Bonjour"
        self._send(campaign)
        self.assertEqual(
            {message["to"]: message["text"] for message in self.server.received},
            {self.number(0): "Hello", self.number(1): "Bonjour"},
        )

    def test_one_click_makes_it_gsm(self):
        campaign = self._make_sms(
            sms_body="„{{ object.msg_name }}” – all’s well… \U0001f600"
        )
        self.assertEqual(campaign.sms_unicode, "„, ”, –, ’, …, \U0001f600")
        self.assertTrue(campaign.sms_can_make_gsm)
        campaign.action_make_gsm()
        self.assertEqual(
            campaign.sms_body, '"{{ object.msg_name }}" - all\'s well... \U0001f600'
        )
        self.assertFalse(campaign.sms_can_make_gsm)
        self.assertEqual(campaign.sms_unicode, "\U0001f600")

    def test_test_goes_to_the_number_typed_in(self):
        [customer] = self._make_mobiles(1)
        customer.phone = False
        self.company.write({"mass_sending_quiet_from": 0, "mass_sending_quiet_to": 24})
        self.addCleanup(self._end_quiet)
        campaign = self._make_sms()
        as_author = campaign.with_user(self.author)
        with self.assertRaisesRegex(UserError, "not a phone number"):
            as_author._send_test(customer.with_user(self.author), "boss@example.com")
        test = as_author._send_test(customer.with_user(self.author), "+49 1512 7654321")
        test.start_at = "2020-01-01"
        self._commit()
        self._run_queue()
        [received] = self.server.received
        self.assertEqual(received["to"], "+4915127654321")
        self.assertEqual(received["text"], "[TEST] Dear Customer 0, all is well.")
        self.assertEqual(test.delivery_ids.type, "test")
        self.assertFalse(campaign.delivery_ids)

    # === For how much ===

    def _set_prices(self):
        self.env["mass.sending.sms.price"].search([]).unlink()
        for prefix, price in (("+49", 0.07), ("+4915123456", 0.05), ("+4", 1.0)):
            self._make("mass.sending.sms.price", prefix=prefix, price=price)

    def test_segments_and_price_by_the_longest_prefix(self):
        self._set_prices()
        customers = self._make_mobiles(2)
        customers[1].phone = "+49 170 1234567"
        campaign = self._make_sms(sms_body="x" * 161)
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("sms_segments"), [2, 2])
        self.assertEqual(deliveries.mapped("sms_price"), [0.1, 0.14])

    def test_estimate_counts_every_text_of_a_few(self):
        self._set_prices()
        customers = self._make_mobiles(3)
        customers[0].name = "ă"
        customers[2].phone = False
        campaign = self._make_sms(sms_body="{{ object.msg_name }}" + "x" * 70)
        campaign._select_recipients()
        estimate = campaign._estimate_sms()
        self.assertEqual(
            (estimate.people, estimate.segments, estimate.is_exact), (2, 3, True)
        )
        self.assertAlmostEqual(estimate.cost, 0.15)

    def test_budget_stops_before_it_is_passed(self):
        self._set_prices()
        self._make_mobiles(10)
        campaign = self._make_sms(sms_body="Hello", sms_budget=0.23)
        self._send(campaign)
        self.assertStates(campaign, {"sent": 4, "new": 6})
        self.assertTrue(campaign.is_paused)
        self.assertIn("0.23", campaign.pause_reason)
        self.assertEqual(campaign.state, "processing")

        campaign.sms_budget = 0.30
        campaign.action_resume()
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 6, "new": 4})

        campaign.sms_budget = False
        campaign.action_resume()
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 10})
        self.assertNumbersOnce(self.numbers(10))

    def test_refused_sms_leave_the_budget_alone(self):
        self._set_prices()
        self.server.hooks[self.number(0)] = lambda messages: (400, "no")
        self._make_mobiles(3)
        campaign = self._make_sms(sms_body="Hello", sms_budget=0.1)
        # what is on its way counts until its outcome is known
        with mute_logger(CAMPAIGN_LOG):
            self._send(campaign)
        campaign.action_resume()
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"sent": 2, "error": 1})

    # === When ===

    def _be_quiet_now(self, timezone):
        now = fields.Datetime.context_timestamp(
            self.env.user.with_context(tz=timezone), fields.Datetime.now()
        )
        hour = now.hour + now.minute / 60
        self.company.write(
            {
                "mass_sending_quiet_from": (hour - 1) % 24,
                "mass_sending_quiet_to": (hour + 1) % 24,
                "mass_sending_tz": timezone,
            }
        )
        self.addCleanup(self._end_quiet)

    def _end_quiet(self):
        self.cr.rollback()
        self.company.write({"mass_sending_quiet_from": 0, "mass_sending_quiet_to": 0})
        self._commit()

    def test_sms_wait_for_the_end_of_the_quiet_hours(self):
        customers = self._make_mobiles(2)
        customers[1].tz = "Asia/Tokyo"
        self._be_quiet_now("Europe/Berlin")
        campaign = self._make_sms()
        before = fields.Datetime.now()
        deliveries = self._send(campaign)

        self.assertEqual(deliveries.mapped("state"), ["new", "sent"])
        self.assertEqual(deliveries.mapped("attempts"), [0, 1])
        waits = deliveries[0].next_try_at - before
        self.assertTrue(timedelta(minutes=58) < waits < timedelta(minutes=62), waits)
        self.assertEqual(campaign.state, "processing")
        self._end_quiet()
        self._run_again(campaign)
        self.assertStates(campaign, {"sent": 2})

    # === Odoo's own buttons ===

    def test_odoo_does_not_send_or_cancel_campaign_sms(self):
        self._make_mobiles(1)
        [delivery] = self._send(self._make_sms())
        row = self.env["sms.sms"].search([("uuid", "=", delivery.message_uid)])
        for button in ("send", "resend_failed", "action_set_outgoing"):
            with self.assertRaises(UserError, msg=button):
                getattr(row, button)()
        with self.assertRaises(UserError):
            row.action_set_canceled()
        self.assertEqual(row.state, "pending")
