# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from itertools import count
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import states
from ..models import mass_sending_campaign_start as start
from .common import CampaignCommon

PIECE_SIZE = 3
CUSTOMERS = 10


@tagged("post_install", "-at_install")
class TestStartPieces(CampaignCommon):
    """What a campaign is while only a part of its deliveries is made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(start, "PIECE_SIZE", PIECE_SIZE))
        cls.customers += cls.env["res.partner"].concat(
            *(
                cls._create_customer(f"Customer {i}", email=f"c{i}@example.com")
                for i in range(CUSTOMERS - 2)
            )
        )

    def _start(self, **values):
        """Select and start a campaign: its first piece is made."""
        campaign = self._create_campaign(**values).sudo()
        campaign._select_recipients()
        campaign._start()
        return campaign

    def _finish_start(self, campaign):
        """:return: number of pieces that were missing"""
        for number in count(1):
            if not campaign._make_piece():
                return number

    def test_pieces_follow_each_other(self):
        campaign = self._start()
        self.assertEqual(campaign.state, states.PROCESSING)
        self.assertEqual(len(campaign.delivery_ids), PIECE_SIZE)
        self.assertEqual(self._finish_start(campaign), 3)
        self.assertFalse(campaign.is_starting)
        self.assertEqual(campaign.delivery_ids.partner_id, self.customers)
        self.assertEqual(len(campaign.delivery_ids), CUSTOMERS)

    def test_number_that_fills_its_pieces(self):
        campaign = self._start(
            filter_domain=f"[('id', 'in', {self.customers[: 2 * PIECE_SIZE].ids})]"
        )
        self._finish_start(campaign)
        self.assertFalse(campaign.is_starting)
        self.assertEqual(len(campaign.delivery_ids), 2 * PIECE_SIZE)

    def test_making_all_again_makes_none(self):
        campaign = self._start()
        self._finish_start(campaign)
        self.assertEqual(campaign._create_deliveries(), 0)

    def test_only_who_is_kept_fills_a_piece(self):
        self.customers[:5].email = False
        campaign = self._start()
        self.assertEqual(campaign.delivery_ids.partner_id, self.customers[5:8])

    def test_figures_are_of_all_from_the_beginning(self):
        campaign = self._start(send_to="portal_email")
        self.assertEqual(campaign.recipient_count, CUSTOMERS)
        self.assertEqual(campaign.delivery_count, 2 * CUSTOMERS)
        self.assertEqual(campaign.waiting_count, 2 * CUSTOMERS)
        campaign.delivery_ids[:4].state = states.SENT
        campaign.invalidate_recordset()
        self.assertEqual(campaign.waiting_count, 2 * CUSTOMERS - 4)
        self.assertEqual(campaign.progress, 20)
        self._finish_start(campaign)
        campaign.invalidate_recordset()
        self.assertEqual(campaign.delivery_count, 2 * CUSTOMERS)
        self.assertEqual(campaign.waiting_count, 2 * CUSTOMERS - 4)

    def test_not_finished_before_all_is_made(self):
        campaign = self._start()
        campaign.delivery_ids.state = states.SENT
        campaign._finish_if_done()
        self.assertEqual(campaign.state, states.PROCESSING)
        self._finish_start(campaign)
        campaign.delivery_ids.state = states.SENT
        campaign._finish_if_done()
        self.assertEqual(campaign.state, states.SENT)

    def test_cannot_be_undone(self):
        campaign = self._start()
        with self.assertRaisesRegex(UserError, "started already"):
            campaign.action_undo()

    def test_who_is_next_counts_as_reached(self):
        """Else a second campaign, to those whom this one missed, reached him twice."""
        campaign = self._start()
        people = self.env["res.partner"]
        is_ours = [("id", "in", self.customers.ids)]
        self.assertFalse(
            people.search([*is_ours, ("missed_campaign_ids", "in", campaign.ids)])
        )
        self.assertEqual(
            people.search([*is_ours, ("got_campaign_ids", "in", campaign.ids)]),
            self.customers,
        )

    def test_who_can_be_reached_meanwhile_is_not_forgotten(self):
        """Whether his place is in a piece that is made or in one to come."""
        early, late = self.customers[0], self.customers[-1]
        (early + late).email = False
        campaign = self._start()
        early.email, late.email = "early@example.com", "late@example.com"
        campaign.action_send_to_fixed()
        self.assertEqual(
            set(campaign.delivery_ids.mapped("address"))
            & {"early@example.com", "late@example.com"},
            {"early@example.com", "late@example.com"},
        )
        self.assertEqual(len(campaign.delivery_ids), PIECE_SIZE + 2, "no others yet")
        self._finish_start(campaign)
        self.assertEqual(len(campaign.delivery_ids), CUSTOMERS)

    def test_client_cannot_write_how_far_it_is(self):
        for name in ("is_starting", "started_until"):
            with self.assertRaisesRegex(Exception, "by its buttons"):
                self._create_campaign().write({name: 1})


@tagged("post_install", "-at_install")
class TestStartPiecesDedupe(CampaignCommon):
    """One per address, though the addresses are decided on over several pieces."""

    # by number of the customer; some also have an address for invoices
    ADDRESSES = "a b c a d b e c f a"
    BILLING = {1: "e", 4: "a, g", 6: "g", 8: "h", 9: "h, i"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].concat(
            *(
                cls._create_customer(
                    f"Customer {number}",
                    email=f"{address}@example.com",
                    billing_email=", ".join(
                        f"{billing.strip()}@example.com"
                        for billing in cls.BILLING.get(number, "").split(",")
                        if billing
                    ),
                    phone=f"+3247000000{ord(address) - ord('a')}",
                )
                for number, address in enumerate(cls.ADDRESSES.split())
            )
        )
        cls.env["mail.blacklist"]._add("d@example.com")

    def _send(self, size, **values):
        """Start a campaign in pieces of a size.

        :return: [(customer, address)]
        """
        campaign = self._create_campaign(
            dedupe_mode="address",
            body="<p>All is well.</p>",
            sms_body="All is well.",
            purpose="marketing",
            **values,
        ).sudo()
        recipients = self._select(campaign)
        # who was left out takes nobody's address
        recipients.filtered(lambda r: r.partner_id == self.customers[2]).is_kept = False
        with patch.object(start, "PIECE_SIZE", size):
            campaign._start()
            while campaign.is_starting:
                campaign._make_piece()
        return campaign.delivery_ids.sorted("id").mapped(
            lambda d: (d.partner_id, d.channel, d.address)
        )

    def test_same_as_in_one_piece(self):
        for values in (
            {"billing_email_mode": "none"},
            {"billing_email_mode": "addition"},
            {"billing_email_mode": "instead"},
            {"send_to": "portal_email", "billing_email_mode": "addition"},
            {"send_to": "sms"},
        ):
            whole = self._send(100, **values)
            mails = [address for _who, channel, address in whole if channel != "portal"]
            self.assertEqual(len(mails), len(set(mails)), values)
            for size in (1, 2, 3, 4, 7):
                with self.subTest(size=size, **values):
                    pieces = self._send(size, **values)
                    self.assertEqual(set(pieces), set(whole))
                    self.assertEqual(len(pieces), len(whole))
