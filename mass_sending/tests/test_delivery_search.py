# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .. import states
from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestDeliverySearch(CampaignCommon):
    """Searching the log by address, for which there are two partial indexes."""

    def _search(self, text):
        view = self.env.ref("mass_sending.mass_sending_delivery_view_search")
        [node] = etree.fromstring(view.arch).xpath("//field[@name='address']")
        domain = safe_eval(node.get("filter_domain"), {"self": text})
        return self.env["mass.sending.delivery"].search(domain)

    def test_every_state_is_found(self):
        codes = [code for code, _label in states.DELIVERY_STATES]
        made = self.env["mass.sending.delivery"].create(
            [
                {
                    "company_id": self.env.company.id,
                    "channel": "email",
                    "address": f"{code}@search.example.com",
                    "state": code,
                }
                for code in codes
            ]
        )
        self.assertEqual(self._search("@SEARCH.example"), made[::-1])
        self.assertEqual(self._search("uncertain@search").state, "uncertain")
        self.assertFalse(self._search("nobody@search"))

    def test_both_parts_have_their_index(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname IN %s",
            [
                (
                    "mass_sending_delivery_address_idx",
                    "mass_sending_delivery_open_address_idx",
                )
            ],
        )
        definitions = [definition for (definition,) in self.env.cr.fetchall()]
        # without pg_trgm there is one only, as everywhere in Odoo
        self.assertEqual(len(definitions), 1 + bool(self.registry.has_trigram))
