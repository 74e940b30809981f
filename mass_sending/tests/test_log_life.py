# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_queue import QueueCase


@tagged("post_install", "-at_install")
class TestLogLife(QueueCase):
    """What becomes of the log when customers go, are merged, or time passes."""

    # === Deleted ===

    def test_deleted_customer_leaves_a_line_without_address(self):
        customers = self._make_customers(2)
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        gone = deliveries.filtered(lambda d: d.partner_id == customers[0])
        customers[0].unlink()
        self._commit()
        self.assertEqual(gone.address, f"#{gone.id}")
        self.assertFalse(gone.subject)
        self.assertFalse(gone.mail_message_id)
        self.assertFalse(gone.recipient_id.email)
        self.assertFalse(gone.recipient_id.name)
        self.assertEqual((deliveries - gone).address, "customer1@example.com")
        self.assertStates(campaign, {"sent": 2})
        self.assertEqual(campaign.sent_count, 2)

    def test_who_is_deleted_while_he_waits_is_skipped(self):
        customers = self._make_customers(2)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._commit()
        customers[0].unlink()
        self._commit()
        self._run_queue()
        self.assertReceivedOnce(["customer1@example.com"])
        self.assertStates(campaign, {"sent": 1, "cancelled": 1})
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (1, 1))
        self.assertEqual(campaign.state, "sent")

    def test_deleted_lead_leaves_a_line_without_address(self):
        self.author.group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        lead = self._make(
            "crm.lead", name="Prospect", email_from="prospect@example.com"
        )
        self._commit()
        campaign = self._make_campaign(
            recipient_type="lead", filter_domain=f"[('id', '=', {lead.id})]"
        )
        delivery = self._send(campaign)
        self.assertEqual(delivery.address, "prospect@example.com")
        lead.unlink()
        self._commit()
        self.assertEqual(delivery.address, f"#{delivery.id}")
        self.assertFalse(delivery.recipient_id.email)
        self.assertStates(campaign, {"sent": 1})

    def test_lines_cannot_be_deleted_one_by_one(self):
        """As a search for somebody's personal data would offer it."""
        self._make_customers(1)
        campaign = self._make_campaign()
        delivery = self._send(campaign)
        with self.assertRaises(UserError):
            delivery.recipient_id.unlink()
        self.cr.rollback()
        self.assertEqual(campaign.sent_count, 1)

    def test_erased_customer_with_figures_counted_anew(self):
        customers = self._make_customers(3)
        campaign = self._make_campaign(send_to="portal_email")
        self._send(campaign)
        customers[:2].unlink()
        self._commit()
        campaign._store_counts()
        campaign._refresh_outcome()
        self.assertEqual(campaign.sent_count, 6)
        self.assertEqual((campaign.recipient_count, campaign.skipped_count), (3, 0))
        texts = [
            str(value)
            for records in (campaign.recipient_ids, campaign.delivery_ids)
            for row in records.read()
            for value in row.values()
        ]
        for secret in ("customer0@example.com", "Customer 0"):
            self.assertFalse([text for text in texts if secret in text], secret)
        self.assertTrue([text for text in texts if "customer2@example.com" in text])

    # === Merged ===

    def test_merged_customer_keeps_his_log(self):
        customers = self._make_customers(2)
        customers[1].ref = False
        self._commit()
        campaign = self._make_campaign()
        delivery = self._send(campaign)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge(customers.ids, customers[1], extra_checks=False)
        self._commit()
        self.assertEqual(delivery.partner_id, customers[1])
        self.assertEqual(delivery.recipient_id.person_id, customers[1].id)
        self.assertEqual(delivery.address, "customer0@example.com")
        self.assertTrue(delivery.mail_message_id)
        customers[1].ref = self.tag
        self._commit()

    def test_merging_two_recipients_of_one_campaign(self):
        customers = self._make_customers(2)
        campaign = self._make_campaign()
        deliveries = self._send(campaign)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge(customers.ids, customers[1], extra_checks=False)
        self._commit()
        self.assertEqual(deliveries.partner_id, customers[1])
        self.assertEqual(
            sorted(deliveries.mapped("address")),
            ["customer0@example.com", "customer1@example.com"],
        )
        self.assertStates(campaign, {"sent": 2})

    # === Old ===

    def _make_old(self):
        self.cr.execute(
            "UPDATE mass_sending_delivery SET create_date = now() - interval '31 days'"
        )
        self.cr.execute(
            "UPDATE mass_sending_recipient SET create_date = now() - interval '31 days'"
        )

    def _set_retention(self, days):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mass_sending.retention_days", days)
        self.addCleanup(self._commit)
        self.addCleanup(parameters.set_param, "mass_sending.retention_days", False)

    def test_old_lines_go_and_figures_stay(self):
        self._make_customers(2)
        campaign = self._make_campaign(send_to="portal_email")
        deliveries = self._send(campaign)
        self._make_old()
        Delivery = self.env["mass.sending.delivery"]
        self.assertEqual(Delivery._gc_old_deliveries(), (0, 0), "kept for ever")

        self._set_retention(30)
        self.assertEqual(Delivery._gc_old_deliveries(), (2, 0))
        left = deliveries.exists()
        self.assertEqual(set(left.mapped("channel")), {"portal"})
        self.assertEqual(campaign.sent_count, 4)
        self.assertTrue(campaign.log_purged_at)
        campaign._refresh_outcome()
        self.assertEqual(campaign.sent_count, 4)
        self.assertEqual(len(campaign.recipient_ids), 2)
        self.assertEqual(Delivery._gc_old_deliveries(), (0, 0))

    def test_recipients_go_with_their_last_line(self):
        self._make_customers(2)
        campaign = self._make_campaign()
        self._send(campaign)
        self._make_old()
        self._set_retention(30)
        self.env["mass.sending.delivery"]._gc_old_deliveries()
        self.assertFalse(campaign.recipient_ids)
        self.assertEqual((campaign.recipient_count, campaign.sent_count), (2, 2))

    def test_what_is_being_sent_is_not_old(self):
        self._make_customers(1)
        campaign = self._make_campaign()
        self._confirm(campaign)
        campaign._start()
        self._make_old()
        self._set_retention(30)
        self.assertEqual(self.env["mass.sending.delivery"]._gc_old_deliveries(), (0, 0))
