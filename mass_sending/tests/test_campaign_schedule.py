# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import states
from .common import CampaignCommon
from .common_queue import QueueCase

TAG_DOMAIN = "[('ref', '=', 'schedule')]"


@tagged("post_install", "-at_install")
class TestCampaignSchedule(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers.ref = "schedule"

    def _confirm(self, **values):
        """Make a campaign for tomorrow, and confirm it as the agent."""
        values.setdefault("schedule_at", fields.Datetime.now() + timedelta(days=1))
        campaign = self._create_campaign(filter_domain=TAG_DOMAIN, **values)
        campaign.sudo()._select_recipients()
        campaign.action_confirm()
        return campaign.sudo()

    def _add_customers(self, number):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"New {index}",
                    "email": f"new{index}@example.com",
                    "customer_status": "active",
                    "ref": "schedule",
                }
                for index in range(number)
            ]
        )

    def test_waits_for_its_time(self):
        campaign = self._confirm()
        self.assertEqual(campaign.start_at, campaign.schedule_at)
        self.assertEqual(campaign.state, states.NEW)
        trigger = self.env["ir.cron.trigger"].search(
            [("call_at", "=", campaign.schedule_at)]
        )
        self.assertTrue(trigger)

    def test_time_to_undo_comes_first(self):
        now = fields.Datetime.now()
        campaign = self._confirm(schedule_at=now + timedelta(seconds=2))
        self.assertGreater(campaign.start_at, campaign.schedule_at)

    def test_time_that_has_passed_is_named(self):
        with self.assertRaisesRegex(UserError, "this time has passed"):
            self._confirm(schedule_at="2020-01-01 10:00:00")

    def test_frozen_once_confirmed(self):
        campaign = self._confirm().with_user(self.agent)
        with self.assertRaises(UserError):
            campaign.schedule_at = fields.Datetime.now()

    def test_selected_anew_at_the_start(self):
        self._add_customers(20)
        campaign = self._confirm()
        self.anna.ref = False
        late = self._add_customers(2)
        campaign._start()
        self.assertEqual(campaign.state, states.PROCESSING)
        people = campaign.delivery_ids.partner_id
        self.assertNotIn(self.anna, people)
        self.assertLessEqual(late, people)
        self.assertEqual(campaign.recipient_count, 23)

    def test_as_of_now(self):
        campaign = self._confirm(selection_time="now")
        self.anna.ref = False
        self._add_customers(9)
        campaign._start()
        self.assertEqual(campaign.delivery_ids.partner_id, self.customers)

    def test_left_out_by_hand_stays_out(self):
        campaign = self._create_campaign(
            filter_domain=TAG_DOMAIN,
            schedule_at=fields.Datetime.now() + timedelta(days=1),
        )
        campaign.sudo()._select_recipients()
        recipients = campaign.recipient_ids
        recipients.filtered(lambda r: r.partner_id == self.anna).is_kept = False
        campaign.action_confirm()
        campaign.sudo()._start()
        self.assertEqual(campaign.sudo().delivery_ids.partner_id, self.bert)

    def test_many_more_than_confirmed_asks(self):
        campaign = self._confirm()
        self._add_customers(1)
        campaign._start()
        self.assertEqual(campaign.state, states.NEW)
        self.assertTrue(campaign.is_paused)
        self.assertIn("3 recipients; 2 were confirmed", campaign.pause_reason)
        self.assertFalse(campaign.delivery_ids)
        asked = self.env["mail.message"].search(
            [("partner_ids", "in", self.agent.partner_id.ids)], limit=1
        )
        self.assertIn("3 recipients", asked.body)

        campaign.with_user(self.agent).action_resume()
        campaign._start()
        self.assertEqual(campaign.state, states.PROCESSING)
        self.assertEqual(len(campaign.delivery_ids), 3)

    def test_who_was_asked_may_take_it_back(self):
        campaign = self._confirm()
        self._add_customers(1)
        campaign._start()
        campaign.with_user(self.agent).action_undo()
        self.assertFalse(campaign.confirmed_at)
        self.assertFalse(campaign.is_paused)
        campaign.with_user(self.agent).subject = "Better"

    def test_ten_percent_more_are_fine(self):
        self._add_customers(8)
        campaign = self._confirm()
        self._add_customers(1)
        campaign._start()
        self.assertEqual(campaign.state, states.PROCESSING)

    def test_nobody_left_asks(self):
        campaign = self._confirm()
        self.customers.ref = False
        campaign._start()
        self.assertEqual(campaign.state, states.NEW)
        self.assertIn("Nobody", campaign.pause_reason)

    def test_filters_that_broke_meanwhile_ask(self):
        """One broken campaign must not keep the others from starting."""
        campaign = self._confirm()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mass_sending_campaign SET filter_domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", campaign.id],
        )
        campaign.invalidate_recordset()
        campaign._start()
        self.assertEqual(campaign.state, states.NEW)
        self.assertIn("Additional conditions", campaign.pause_reason)

    def test_selected_with_the_rights_of_the_author_in_cron_too(self):
        campaign = self._confirm()
        company = self.env["res.company"].create({"name": "Other"})
        self.bert.company_id = company
        campaign._start()
        self.assertEqual(campaign.delivery_ids.partner_id, self.anna)


@tagged("post_install", "-at_install")
class TestCampaignForm(CampaignCommon):
    """Reset and Duplicate."""

    def _create_file(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create({"name": "terms.txt", "raw": b"the terms", "res_id": 0})
        )

    def test_reset_empties_the_form(self):
        file = self._create_file()
        location = self.env["mass.sending.location"].create({"name": "North"})
        campaign = self._create_campaign(
            filter_name="Anna",
            filter_location_ids=[Command.set(location.ids)],
            send_to="portal",
            attachment_ids=[Command.set(file.ids)],
            schedule_at="2030-01-01 10:00:00",
        )
        campaign.sudo()._select_recipients()
        campaign.action_reset()
        empty = self.env["mass.sending.campaign"].with_user(self.agent).create({})
        for name in campaign._get_content_field_names():
            with self.subTest(name):
                if name == "document_line_ids":
                    self.assertFalse(any(campaign[name].mapped("enabled")))
                else:
                    self.assertEqual(campaign[name], empty[name])
        self.assertFalse(campaign.sudo().recipient_ids)

    def test_confirmed_campaign_is_not_reset(self):
        campaign = self._create_campaign()
        campaign.sudo()._select_recipients()
        campaign.action_confirm()
        with self.assertRaises(UserError):
            campaign.action_reset()

    def test_duplicate_begins_anew(self):
        file = self._create_file()
        campaign = self._create_campaign(
            attachment_ids=[Command.set(file.ids)], filter_name="Anna"
        )
        campaign.sudo()._select_recipients()
        campaign.action_confirm()
        action = campaign.action_duplicate()
        duplicate = campaign.browse(action["res_id"])
        self.assertEqual(duplicate.subject, "News")
        self.assertEqual(duplicate.filter_name, "Anna")
        self.assertFalse(duplicate.confirmed_at)
        self.assertFalse(duplicate.sudo().recipient_ids)
        self.assertEqual(duplicate.attachment_ids.raw, b"the terms")
        self.assertNotEqual(duplicate.attachment_ids, campaign.attachment_ids)
        self.assertEqual(duplicate.attachment_ids.res_id, duplicate.id)

    def test_manager_who_duplicates_is_the_author(self):
        campaign = self._create_campaign().with_user(self.manager)
        self.assertEqual(campaign.copy().user_id, self.manager)

    def test_nobody_resets_what_is_not_his(self):
        campaign = self._create_campaign(user=self.manager)
        with self.assertRaises(AccessError):
            campaign.with_user(self.agent).action_reset()


@tagged("post_install", "-at_install")
class TestEarlierCampaign(CampaignCommon):
    """Not to those who got campaign X; only those who did not get it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("Cora", "Dora", "Emil")
        cls.cora, cls.dora, cls.emil = (
            cls._create_customer(name, email=f"{name.lower()}@example.com")
            for name in names
        )
        cls.customers += cls.cora + cls.dora
        cls.earlier = cls._create_campaign().sudo()
        cls.earlier._select_recipients()
        cls.earlier._create_deliveries()
        outcomes = {
            cls.anna: states.SENT,
            cls.bert: states.ERROR,
            cls.cora: states.UNCERTAIN,
            cls.dora: states.CANCELLED,
        }
        for delivery in cls.earlier.delivery_ids:
            delivery.state = outcomes[delivery.partner_id]
        cls.customers += cls.emil

    def _find(self, mode, **values):
        campaign = self._create_campaign(
            filter_campaign_mode=mode,
            filter_campaign_ids=[Command.set(self.earlier.ids)],
            **values,
        )
        found = campaign.env["res.partner"].search(campaign._get_audience_domain())
        self.assertEqual(campaign.audience_count, len(found))
        return found

    def test_not_to_those_who_got_it(self):
        self.assertEqual(self._find("received"), self.bert + self.dora + self.emil)

    def test_only_those_who_did_not_get_it(self):
        self.assertEqual(self._find("missed"), self.bert + self.dora)

    def test_campaign_without_mode_excludes(self):
        self.assertEqual(self._find(False), self.bert + self.dora + self.emil)

    def test_missed_of_no_campaign_is_nobody(self):
        campaign = self._create_campaign(filter_campaign_mode="missed")
        self.assertEqual(campaign.audience_count, 0)

    def test_left_out_by_hand_was_not_missed(self):
        recipient = self.earlier.recipient_ids.filtered(
            lambda r: r.partner_id == self.dora
        )
        recipient.decision = states.LEFT_OUT
        self.assertEqual(self._find("missed"), self.bert)

    def test_employee_cannot_ask_who_got_what(self):
        employee = self.env["res.users"].create(
            {
                "name": "Employee",
                "login": "earlier_employee",
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(employee).search(
                [("got_campaign_ids", "in", self.earlier.ids)]
            )


@tagged("post_install", "-at_install")
class TestDedupe(CampaignCommon):
    """One mail per address."""

    BODY = "<p>All is well.</p>"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bert.email = "Anna@example.com"
        cls.cora = cls._create_customer("Cora", email="cora@example.com")
        cls.customers += cls.cora

    def _get_addresses(self, **values):
        values.setdefault("body", self.BODY)
        campaign = self._create_campaign(dedupe_mode="address", **values)
        recipients = self._select(campaign)
        campaign.sudo()._create_deliveries()
        deliveries = campaign.sudo().delivery_ids.sorted("id")
        return recipients, deliveries.mapped(lambda d: (d.channel, d.address))

    def test_one_mail_per_address(self):
        recipients, addresses = self._get_addresses()
        self.assertEqual(
            addresses, [("email", "anna@example.com"), ("email", "cora@example.com")]
        )
        self.assertEqual(recipients.mapped("skip_reason"), [False, "duplicate", False])

    def test_per_customer_by_default(self):
        campaign = self._create_campaign()
        self._select(campaign)
        self.assertEqual(campaign.sudo()._create_deliveries(), 3)

    def test_billing_address_counts_too(self):
        self.cora.billing_email = "anna@example.com"
        _recipients, addresses = self._get_addresses(billing_email_mode="addition")
        self.assertEqual(
            addresses, [("email", "anna@example.com"), ("email", "cora@example.com")]
        )

    def test_portal_shows_everybody_his_own(self):
        recipients, addresses = self._get_addresses(send_to="portal_email")
        self.assertEqual([channel for channel, _a in addresses].count("portal"), 3)
        self.assertEqual([channel for channel, _a in addresses].count("email"), 2)
        self.assertEqual(set(recipients.mapped("decision")), {"kept"})

    def test_not_with_personal_placeholders(self):
        for values in (
            {"subject": "For {{ object.msg_name }}", "body": self.BODY},
            {"body": '<p>Dear <t t-out="object.msg_name"/></p>'},
            {"body": '<p><t t-out="object.msg_portal_link"/></p>'},
        ):
            with self.subTest(values):
                campaign = self._create_campaign(dedupe_mode="address", **values)
                self._select(campaign)
                with self.assertRaisesRegex(UserError, "differs by customer"):
                    campaign.action_confirm()

    def test_impersonal_placeholders_are_fine(self):
        body = '<p>Yours, <t t-out="object.msg_company"/></p>'
        campaign = self._create_campaign(dedupe_mode="address", body=body)
        self._select(campaign)
        campaign.action_confirm()
        self.assertTrue(campaign.confirmed_at)

    def test_personal_in_another_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        campaign = self._create_campaign(dedupe_mode="address", body=self.BODY)
        campaign.with_context(lang="fr_FR").subject = "Pour {{ object.msg_name }}"
        self._select(campaign)
        with self.assertRaisesRegex(UserError, "differs by customer"):
            campaign.action_confirm()


@tagged("post_install", "-at_install")
class TestScheduleQueue(QueueCase):
    def test_scheduled_campaign_is_sent_in_time_and_not_before(self):
        self._make_customers(2)
        campaign = self._make_campaign(
            schedule_at=fields.Datetime.now() + timedelta(days=1)
        )
        campaign._select_recipients()
        campaign.action_confirm()
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it
        self._run_queue()
        self.assertFalse(self.smtp.received)
        campaign.start_at = "2020-01-01"
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it
        self._run_queue()
        self.assertReceivedOnce([f"customer{i}@example.com" for i in range(2)])
        self.assertEqual(campaign.state, "sent")

    def test_campaign_that_asks_waits_for_the_answer(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._ask_before_start("Really?")
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it
        self._run_queue()
        self.assertEqual(campaign.state, "new")
        campaign.action_resume()
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it
        self._run_queue()
        self.assertEqual(campaign.state, "sent")
