# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from .common_documents import make_pdf
from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalBrowser(PortalCommon):
    def test_customer_reads_his_message(self):
        campaign = self._create_campaign(
            ask_acknowledgement=True, attachment_ids=self._create_file().ids
        )
        delivery = self._create_message(self.anna, campaign=campaign)
        self._create_document(delivery, "INV-1.pdf", make_pdf("Invoice of Anna"))
        self.start_tour("/web/login", "mass_sending_portal_messages")
        self.assertEqual(delivery.read_by_id, self.anna_user)
        self.assertEqual(delivery.acknowledged_by_id, self.anna_user)
