# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mass_sending.queue.hand_over import HandOver

from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestCampaignControl(QueueCase):
    def _send_and_press(self, campaign, action, during):
        """Send, and press a button while one mail is on the wire.

        :param str during: address of that mail
        """
        record = HandOver.start_record
        waiting = [during]

        def press_and_record(session, delivery_ids, outcome):
            deliveries = self.env["mass.sending.delivery"].browse(delivery_ids)
            if waiting and deliveries.address == waiting[0]:
                waiting.clear()
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    getattr(campaign.with_env(env), action)()
            return record(session, delivery_ids, outcome)

        # the queue asks whether to go on once a second: here for each mail
        with (
            patch.object(HandOver, "start_record", press_and_record),
            patch("odoo.addons.mass_sending.queue.hand_over.CONTROL_SECONDS", 0),
        ):
            return self._send(campaign)

    def _press(self, campaign, action):
        result = getattr(campaign, action)()
        self._commit()
        return result

    # === Pause and resume ===

    def test_pause_acts_after_the_mail_in_flight(self):
        self._make_customers(5)
        campaign = self._make_campaign()

        self._send_and_press(campaign, "action_pause", "customer1@example.com")
        self.assertStates(campaign, {"sent": 2, "new": 3})
        self.assertEqual(campaign.state, "processing")
        self.assertIn("Paused by", campaign.pause_reason)

        self._run_queue()
        self.assertStates(campaign, {"sent": 2, "new": 3})

        self._press(campaign, "action_resume")
        self._run_queue()
        self.assertReceivedOnce([f"customer{i}@example.com" for i in range(5)])
        self.assertEqual(campaign.state, "sent")

    def test_nothing_expires_while_paused(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._press(campaign, "action_pause")
        self.env.invalidate_all()
        self.cr.execute(
            "UPDATE mass_sending_campaign SET started_at = now() - interval '9 days',"
            " paused_at = now() - interval '9 days' WHERE id = %s",
            [campaign.id],
        )
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"new": 1})

        self._press(campaign, "action_resume")
        self._run_queue()
        self.assertStates(campaign, {"sent": 1})

    def test_only_what_is_sending_can_pause(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        with self.assertRaisesRegex(UserError, "Only a campaign that is sending"):
            campaign.action_pause()
        with self.assertRaisesRegex(UserError, "not paused"):
            campaign.action_resume()

    # === Cancel ===

    def test_cancel_acts_after_the_mail_in_flight(self):
        self._make_customers(5)
        campaign = self._make_campaign()
        deliveries = self._send_and_press(
            campaign, "action_cancel", "customer1@example.com"
        )
        self.assertReceivedOnce(["customer0@example.com", "customer1@example.com"])
        self.assertEqual(campaign.state, "cancelled")
        self.assertStates(campaign, {"sent": 2, "cancelled": 3})
        self.assertEqual(
            set(deliveries[2:].mapped("failure_type")), {"campaign_cancelled"}
        )
        self.assertFalse(campaign.is_settling)
        self.assertEqual(campaign.sent_count, 2)
        self.assertFalse(
            self.env["mail.mail"].search(
                [("mass_sending_delivery_id", "in", deliveries.ids)]
            )
        )

    def test_cancel_acts_at_once_on_what_waits(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._commit()
        self._press(campaign, "action_cancel")
        self.assertStates(campaign, {"cancelled": 2})
        self._run_queue()
        self.assertFalse(self.smtp.received)
        self.assertEqual(campaign.state_counts, {"cancelled": 2})

    def test_cancel_before_the_start(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        self._press(campaign, "action_cancel")
        self._run_queue()
        self.assertEqual(campaign.state, "cancelled")
        self.assertFalse(self.smtp.received)

    def test_draft_cannot_be_cancelled(self):
        with self.assertRaisesRegex(UserError, "draft"):
            self._make_campaign().action_cancel()

    def test_finished_campaign_cannot_be_cancelled(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._send(campaign)
        with self.assertRaisesRegex(UserError, "cannot become"):
            campaign.action_cancel()

    # === Retry ===

    def test_retry_takes_the_failed_only(self):
        self._make_customers(3)
        self.smtp.script.rcpt["customer1@example.com"] = "550 5.2.2 mailbox full"
        self.smtp.script.hooks["customer2@example.com"] = lambda: False
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.assertEqual(deliveries.mapped("state"), ["sent", "error", "uncertain"])

        self.smtp.script.rcpt.clear()
        self.smtp.script.hooks.clear()
        self._press(campaign, "action_retry_failed")
        self.assertEqual(campaign.state, "processing")
        self._run_queue()
        self.assertEqual(deliveries.mapped("state"), ["sent", "sent", "uncertain"])
        self.assertEqual(deliveries.mapped("attempts"), [1, 2, 1])
        self.assertEqual(campaign.state, "error", "the uncertain one is still there")
        self.assertEqual(campaign.delivery_ids, deliveries, "no new rows")

    def test_retry_gives_the_expired_their_days_again(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mass_sending_campaign SET started_at = now() - interval '9 days'"
        )
        self.cr.execute(
            "UPDATE mass_sending_delivery SET next_try_at = now() + interval '1 hour'"
        )
        self.env.invalidate_all()
        self._commit()
        self._run_queue()
        self.assertStates(campaign, {"expired": 1})
        self._press(campaign, "action_retry_failed")
        self._run_queue()
        self.assertStates(campaign, {"sent": 1})
        self.assertEqual(campaign.state, "sent")

    def test_nothing_failed_nothing_to_retry(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._send(campaign)
        with self.assertRaisesRegex(UserError, "No delivery has failed"):
            campaign.action_retry_failed()

    def test_one_delivery_is_retried(self):
        self._make_customers(3)
        for number in (0, 1):
            address = f"customer{number}@example.com"
            self.smtp.script.rcpt[address] = "550 5.2.2 mailbox full"
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.smtp.script.rcpt.clear()
        self._press(deliveries[0], "action_retry")
        self._run_queue()
        self.assertEqual(deliveries.mapped("state"), ["sent", "error", "sent"])
        with self.assertRaisesRegex(UserError, "Choose deliveries"):
            deliveries[0].action_retry()

    # === Uncertain ===

    def _send_with_two_uncertain(self):
        self._make_customers(3)
        for number in (1, 2):
            self.smtp.script.hooks[f"customer{number}@example.com"] = lambda: False
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        self.assertStates(campaign, {"sent": 1, "uncertain": 2})
        self.assertEqual(campaign.state, "error")
        self.smtp.script.hooks.clear()
        self.smtp.received.clear()
        return campaign, deliveries

    def test_uncertain_accepted_as_sent(self):
        campaign, deliveries = self._send_with_two_uncertain()
        self._press(deliveries[1], "action_accept_uncertain")
        self.assertEqual(campaign.state, "error")
        self._press(campaign, "action_accept_uncertain")
        self.assertStates(campaign, {"sent": 3})
        self.assertEqual(campaign.state, "sent")
        self.assertEqual(campaign.sent_count, 3)
        self.assertTrue(deliveries[1].sent_at)
        self.assertIn("Accepted as sent by", deliveries[1].failure_reason)
        self._run_queue()
        self.assertFalse(self.smtp.received)

    def test_uncertain_sent_again(self):
        campaign, deliveries = self._send_with_two_uncertain()
        self._press(deliveries[1], "action_resend_uncertain")
        self._run_queue()
        self.assertReceivedOnce(["customer1@example.com"])
        self._press(campaign, "action_resend_uncertain")
        self._run_queue()
        self.assertStates(campaign, {"sent": 3})
        self.assertEqual(campaign.state, "sent")

    # === Remove and purge ===

    def test_removed_campaign_vanishes_from_the_portal(self):
        self._make_customers(2)
        campaign = self._make_campaign(send_to="portal_email")
        deliveries = self._send(campaign)
        self._press(campaign, "action_remove")
        self._run_queue()
        self.assertEqual(campaign.state, "removed")
        self.assertStates(campaign, {"sent": 4})
        self.assertEqual(campaign.removed_by_id, self.env.user)
        for message in deliveries.mail_message_id:
            self.assertIn("Removed by", message.body)
            self.assertIn("all is well", message.body)

    def test_remove_cancels_what_waits(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._commit()
        self._press(campaign, "action_remove")
        self._run_queue()
        self.assertStates(campaign, {"cancelled": 2})
        self.assertFalse(self.smtp.received)

    def test_purge_forgets_all_but_the_figures(self):
        [customer] = self._make_customers(1)
        customer.billing_email = "billing@example.com"
        attachment = self._make(
            "ir.attachment", name="terms.txt", raw=b"Our terms", mimetype="text/plain"
        )
        self._commit()
        campaign = self._make_campaign(
            billing_email_mode="addition", attachment_ids=[(6, 0, attachment.ids)]
        )
        deliveries = self._send(campaign)
        message = deliveries.mail_message_id
        with self.assertRaisesRegex(UserError, "Only a removed campaign"):
            campaign.action_purge()
        self._press(campaign, "action_remove")
        self._run_queue()
        self._press(campaign, "action_purge")

        self.assertFalse(message.exists())
        self.assertFalse(attachment.exists())
        self.assertFalse(campaign.body)
        self.assertFalse(campaign.recipient_ids.email)
        self.assertFalse(campaign.recipient_ids.name)
        self.assertEqual(deliveries.mapped("address"), [f"#{d.id}" for d in deliveries])
        self.assertEqual(campaign.state_counts, {"sent": 2})
        self.assertStates(campaign, {"sent": 2})
        self.assertTrue(campaign.purged_at)
