# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestHistory(CampaignCommon):
    """History as the screen asks for it: through its filters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Campaign = cls.env["mass.sending.campaign"]
        arch = cls.Campaign.get_view(view_type="search")["arch"]
        cls.filters = {
            node.get("name"): safe_eval(node.get("domain"), {"uid": cls.agent.id})
            for node in etree.fromstring(arch).iter("filter")
            if node.get("domain")
        }

    def _names(self, *filters):
        domain = [("company_id", "=", self.company.id)]
        for name in filters:
            domain += self.filters[name]
        rows = self.Campaign.with_user(self.agent).web_search_read(
            domain, {"subject": {}}
        )["records"]
        return {row["subject"] for row in rows}

    def _counted(self):
        """Return how many campaigns the graph counts, which is as many as the pivot."""
        History = self.Campaign.with_user(self.agent)
        domain = [("company_id", "=", self.company.id)]
        [graph] = History.formatted_read_group(domain, [], ["__count"])
        [[pivot]] = History.formatted_read_grouping_sets(domain, [[]], ["__count"])
        self.assertEqual(graph["__count"], pivot["__count"])
        return graph["__count"]

    @users("mass_sending_agent")
    def test_filters_by_status(self):
        for state in ("new", "processing", "sent", "cancelled", "removed", "error"):
            self._create_campaign(subject=state).sudo().state = state
        for state in ("new", "processing", "sent", "cancelled", "removed", "error"):
            self.assertEqual(self._names(state), {state})
        everything = {"new", "processing", "sent", "cancelled", "removed", "error"}
        self.assertEqual(self._names(), everything - {"removed"})
        self.assertEqual(self._counted(), len(everything) - 1)
        self.assertEqual(self._names("any"), everything)

    @users("mass_sending_agent")
    def test_campaigns_are_called_what_people_understand(self):
        campaign = self._create_campaign(
            subject="Works at {{ object.msg_location ||| home }}, {{object.msg_name}}!"
        )
        self.assertEqual(campaign.display_name, "Works at [Location], [Full name]!")
        campaign.subject = "100 % {{ object.parent_id.name }}"
        self.assertEqual(campaign.display_name, "100 % [object.parent_id.name]")
        sms = self._create_campaign(
            subject=False, send_to="sms", sms_body="Hello {{ object.msg_name }}"
        )
        self.assertEqual(sms.display_name, "Hello [Full name]")

    @users("mass_sending_agent")
    def test_code_finds_removed_campaigns(self):
        campaign = self._create_campaign()
        campaign.sudo().state = "removed"
        self.assertIn(campaign, self.Campaign.search([]))

    @freeze_time("2026-03-18 12:00:00")
    def test_filters_by_period(self):
        days = {
            "today": "2026-03-18 08:00:00",
            "yesterday": "2026-03-17 23:00:00",
            "6 days ago": "2026-03-12 08:00:00",
            "1 March": "2026-03-01 08:00:00",
            "20 February": "2026-02-20 08:00:00",
            "1 February": "2026-02-01 08:00:00",
            "January": "2026-01-31 08:00:00",
        }
        for subject, day in days.items():
            campaign = self._create_campaign(subject=subject)
            self.cr.execute(
                "UPDATE mass_sending_campaign SET create_date = %s WHERE id = %s",
                [day, campaign.id],
            )
        self.Campaign.invalidate_model()
        self.assertEqual(self._names("today"), {"today"})
        self.assertEqual(self._names("yesterday"), {"yesterday"})
        week = {"today", "yesterday", "6 days ago"}
        self.assertEqual(self._names("last_7_days"), week)
        self.assertEqual(self._names("last_30_days"), week | {"1 March", "20 February"})
        self.assertEqual(self._names("this_month"), week | {"1 March"})
        self.assertEqual(self._names("last_month"), {"20 February", "1 February"})


@tagged("post_install", "-at_install")
class TestSettings(CampaignCommon):
    def _save(self, **values):
        self.env["res.config.settings"].create(values).execute()

    def test_no_hold_back_at_all(self):
        self._save(mass_sending_hold_back_seconds=0)
        self.assertEqual(self.env["mass.sending.campaign"]._get_hold_back_seconds(), 0)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.mass_sending_hold_back_seconds, 0)

    def test_impossible_numbers(self):
        for values in (
            {"mass_sending_hold_back_seconds": -1},
            {"mass_sending_expiration_days": 0},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._save(**values)
