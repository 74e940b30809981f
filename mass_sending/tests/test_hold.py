# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..queue import bounces
from .common import CampaignCommon
from .common_queue import QueueCase

UNKNOWN = "550 5.1.1 no such user"
FULL = "552 5.2.2 mailbox full"
POLICY = "550 5.7.1 we do not like you"


@tagged("post_install", "-at_install")
class TestHold(CampaignCommon):
    """What counts, and what being on hold means."""

    def _count(self, *reasons, **values):
        """Count bounces of Anna's, one after the other.

        :return: mass.sending.hold of her address
        """
        delivery = self.env["mass.sending.delivery"].create(
            {
                "campaign_id": self._create_campaign().id,
                "company_id": self.company.id,
                "channel": "email",
                "address": "Anna@example.com",
                "state": "error",
                "failure_type": "refused",
                **values,
            }
        )
        for reason in reasons:
            delivery.write(
                {"failure_reason": reason, "attempts": delivery.attempts + 1}
            )
            self.env.flush_all()
            for _twice in range(2):
                bounces.count(self, 3)
        self.env["mass.sending.hold"].invalidate_model()
        return self.env["mass.sending.hold"].search(
            [("address", "=", "anna@example.com")]
        )

    def execute(self, query):
        """Be the queue's connection, inside the test's transaction."""
        self.env.cr.execute(query)

    def test_third_hard_bounce_puts_on_hold(self):
        hold = self._count(f"RCPT: {FULL}", f"RCPT: {FULL}")
        self.assertEqual((hold.bounce_count, hold.is_on_hold), (2, False))
        hold = self._count(f"RCPT: {FULL}")
        self.assertEqual((hold.bounce_count, hold.is_on_hold), (3, True))
        self.assertTrue(hold.since)
        self.assertEqual(hold.reason, f"RCPT: {FULL}")

    def test_unknown_address_goes_on_hold_at_once(self):
        for reason in (
            "RCPT: 550 5.1.1 no such user",
            "RCPT: 550 5.1.10 null MX",
            "RCPT: 550 #5.1.0 Address rejected.",
            "RCPT: 550 5.1.1 The account\n5.1.1 does not exist",
        ):
            with self.subTest(reason):
                hold = self._count(reason)
                self.assertTrue(hold.is_on_hold)
                hold.unlink()

    def test_bounce_that_came_back_counts(self):
        hold = self._count("5.1.1 (unknown user)", failure_type="bounced")
        self.assertTrue(hold.is_on_hold)

    def test_what_is_not_about_the_address_does_not_count(self):
        for reason in (
            f"RCPT: {POLICY}",
            "content: 554 5.6.0 this is spam",
            "RCPT: 451 4.7.1 greylisted",
            "MAIL: 550 5.1.8 your domain does not exist",
        ):
            with self.subTest(reason):
                self.assertFalse(self._count(reason))
        self.assertFalse(self._count(f"RCPT: {UNKNOWN}", type="test"))
        self.assertFalse(self._count(f"RCPT: {UNKNOWN}", failure_type="too_large"))
        sender = self._count("RCPT: 550 5.1.8 your domain does not exist")
        self.assertFalse(sender.is_on_hold, "the sender is bad, not the address")

    def test_address_on_hold_is_skipped_whatever_the_purpose(self):
        self._count(f"RCPT: {UNKNOWN}")
        for purpose in ("service", "marketing"):
            with self.subTest(purpose):
                [anna, bert] = self._select(self._create_campaign(purpose=purpose))
                self.assertEqual(anna.skip_reason, "on_hold")
                self.assertEqual(bert.decision, "kept")

    def test_good_second_address_is_enough(self):
        self._count(f"RCPT: {UNKNOWN}")
        self.anna.billing_email = "billing@example.com"
        campaign = self._create_campaign(billing_email_mode="addition")
        [anna, _bert] = self._select(campaign)
        self.assertEqual(anna.decision, "kept")
        campaign.sudo()._create_deliveries()
        self.assertEqual(
            set(campaign.sudo().delivery_ids.mapped("address")),
            {"billing@example.com", "bert@example.com"},
        )

    def test_released_by_staff_and_counted_anew(self):
        hold = self._count(f"RCPT: {UNKNOWN}").with_user(self.agent)
        with self.assertRaises(AccessError):
            hold.is_on_hold = False
        hold.action_release()
        self.assertFalse(hold.is_on_hold)
        self.assertEqual(hold.released_by_id, self.agent)
        [anna, _bert] = self._select(self._create_campaign())
        self.assertEqual(anna.decision, "kept")
        hold = self._count(f"RCPT: {FULL}")
        self.assertEqual((hold.bounce_count, hold.is_on_hold), (1, False))

    def test_hold_belongs_to_a_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        hold = self._count(f"RCPT: {UNKNOWN}", company_id=other.id)
        [anna, _bert] = self._select(self._create_campaign())
        self.assertEqual(anna.decision, "kept")
        with self.assertRaises(AccessError):
            hold.with_user(self.agent).action_release()

    def test_employee_sees_nothing(self):
        employee = new_test_user(self.env, "employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["mass.sending.hold"].with_user(employee).search([])


@tagged("post_install", "-at_install")
class TestHoldQueue(QueueCase):
    """Refusals on the wire are counted, and respected before the next group."""

    def test_refused_address_is_not_tried_by_the_next_campaign(self):
        self._make_customers(2)
        self.smtp.script.rcpt["customer1@example.com"] = UNKNOWN
        self._send(self._make_campaign())
        hold = self.env["mass.sending.hold"].search([])
        self.assertEqual(hold.address, "customer1@example.com")
        self.assertTrue(hold.is_on_hold)

        self.smtp.script.rcpt.clear()
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.address, "customer0@example.com")
        self.assertEqual(campaign.state, "sent")

    def _hold(self, address):
        self.env["mass.sending.hold"].create(
            {
                "company_id": self.company.id,
                "channel": "email",
                "address": address,
                "is_on_hold": True,
            }
        )
        self.cr.commit()  # pylint: disable=invalid-commit  # the queue reads it

    def test_held_between_confirming_and_sending(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        self._hold("customer0@example.com")
        self._run_queue()
        self.assertReceivedOnce(["customer1@example.com"])
        self.assertStates(campaign, {"sent": 1})

    def test_held_right_before_its_group(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._hold("customer0@example.com")
        self._run_queue()
        self.assertReceivedOnce(["customer1@example.com"])
        self.assertStates(campaign, {"sent": 1, "cancelled": 1})
        skipped = campaign.delivery_ids.filtered(lambda d: d.state == "cancelled")
        self.assertEqual(skipped.failure_type, "on_hold")
