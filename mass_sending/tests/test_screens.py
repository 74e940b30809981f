# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import HttpCase, tagged
from odoo.tools.misc import file_path

from .common import CampaignCommon

# Left out of some distributions of Odoo, but still asked for by its own bundle: the
# browser then logs an error on every page.
STRIPPED_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


class BrowserCase(CampaignCommon, HttpCase):
    """A browser on the staff's screens, whatever the distribution left out."""

    def setUp(self):
        super().setUp()
        try:
            file_path(STRIPPED_FILE)
        except FileNotFoundError:
            self.env["ir.asset"].create(
                {
                    "name": "Not in this distribution",
                    "bundle": "web.assets_backend",
                    "directive": "remove",
                    "path": STRIPPED_FILE,
                }
            )


@tagged("post_install", "-at_install")
class TestScreens(BrowserCase):
    def test_compose_preview_confirm(self):
        self._create_customer("Tour Alder", email="alder@example.com")
        self._create_customer("Tour Birch", email="birch@example.com")
        self.start_tour(
            "/odoo/mass-sending-create",
            "mass_sending_send_campaign",
            login="mass_sending_agent",
        )
        campaign = self.env["mass.sending.campaign"].search(
            [("subject", "=", "Works on the line")]
        )
        self.assertEqual(campaign.user_id, self.agent)
        self.assertTrue(campaign.confirmed_at)
        self.assertEqual(campaign.recipient_count, 1)
        self.assertIn('t-out="object.msg_name"', campaign.body)
