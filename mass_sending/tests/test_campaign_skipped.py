# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestSkipped(QueueCase):
    """Those who were skipped, and can be reached by now."""

    def _send_to_fixed(self, campaign):
        result = campaign.action_send_to_fixed()
        self._commit()
        return result

    def test_those_who_were_skipped_and_are_fixed(self):
        customers = self._make_customers(4)
        customers[1].email = False
        customers[2].email = "nonsense"
        customers[3].email = False
        self._commit()
        campaign = self._make_campaign()
        self._send(campaign)
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (1, 3))

        customers[1].email = "mended1@example.com"
        customers[2].email = "mended2@example.com"
        self._commit()
        result = self._send_to_fixed(campaign)
        self.assertIn("2 of the 3", result["params"]["message"])
        self._run_queue()
        self.assertReceivedOnce(
            ["customer0@example.com", "mended1@example.com", "mended2@example.com"]
        )
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (3, 1))
        self.assertEqual(campaign.state, "sent")

    def test_who_was_skipped_right_before_sending_comes_back(self):
        [customer] = self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        customer.action_archive()
        self._commit()
        self._run_queue()
        self.assertEqual(campaign.recipient_ids.skip_reason, "archived")
        self._send_to_fixed(campaign)
        self.assertEqual(campaign.recipient_ids.decision, "skipped")
        self.assertEqual(campaign.state, "sent")

        customer.action_unarchive()
        self._commit()
        self._send_to_fixed(campaign)
        self._run_queue()
        self.assertReceivedOnce(["customer0@example.com"])
        self.assertStates(campaign, {"sent": 1})


@tagged("post_install", "-at_install")
class TestSkippedOncePerAddress(TestSkipped):
    """An address that has got its mail through somebody else got it again, and of
    two who were mended to share one, one was called reached and had no line."""

    def _make_campaign(self, **values):
        body = "<p>Impersonal</p>"
        values = {"dedupe_mode": "address", "subject": "News", "body": body} | values
        return super()._make_campaign(**values)

    def _send_and_mend(self, *indexes, number=3):
        """Send to customers, some without an address, and give these one that is
        the same for all."""
        customers = self._make_customers(number)
        mended = customers.browse(customers[index].id for index in indexes)
        mended.email = False
        self._commit()
        campaign = self._make_campaign()
        self._send(campaign)
        return campaign, customers, mended

    def _mend(self, campaign, mended, address, expected):
        mended.email = address
        self._commit()
        message = self._send_to_fixed(campaign)["params"]["message"]
        self.assertIn(f"{expected} of the {len(mended)} ", message)
        self._run_queue()

    def test_address_of_one_who_comes_later(self):
        campaign, _customers, mended = self._send_and_mend(0)
        self._mend(campaign, mended, "customer2@example.com", expected=0)
        self.assertReceivedOnce(["customer1@example.com", "customer2@example.com"])
        recipient = campaign.recipient_ids.filtered(lambda r: r.partner_id == mended)
        self.assertEqual(
            (recipient.decision, recipient.skip_reason), ("skipped", "duplicate")
        )
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (2, 1))

    def test_address_of_one_who_comes_before(self):
        campaign, _customers, mended = self._send_and_mend(2)
        self._mend(campaign, mended, "customer0@example.com", expected=0)
        self.assertReceivedOnce(["customer0@example.com", "customer1@example.com"])
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (2, 1))

    def test_two_who_share_a_new_one(self):
        campaign, _customers, mended = self._send_and_mend(0, 2)
        self._mend(campaign, mended, "shared@example.com", expected=1)
        self.assertReceivedOnce(["customer1@example.com", "shared@example.com"])
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (2, 1))

    def test_own_delivery_is_not_somebody_elses(self):
        """Skipped right before sending, he has a line already."""
        self.test_who_was_skipped_right_before_sending_comes_back()
