# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged, users

from ..models.mass_sending_person_mixin import PLACEHOLDERS
from .common import CampaignCommon

EVERY_PLACEHOLDER = "".join(
    f'<p>{name}=<t t-out="object.{name}">none</t></p>' for name in PLACEHOLDERS
)


@tagged("post_install", "-at_install")
class TestPlaceholders(CampaignCommon):
    def _render(self, campaign, record):
        rendered, failures = campaign._render_content(record.ids, "en_US")
        self.assertFalse(failures)
        return rendered[record.id]

    @users("mass_sending_agent")
    def test_every_placeholder_renders_for_a_customer(self):
        self.anna.write(
            {"phone": "12345", "city": "Leeds", "billing_type": "recurring"}
        )
        campaign = self._create_campaign(body=EVERY_PLACEHOLDER)
        self.assertEqual(campaign._get_placeholder_problems(), [])
        _subject, body = self._render(campaign, self.anna)
        for text in (
            "msg_name=Anna Alder",
            f"msg_portal_login={self.anna.portal_login}",
            "msg_status=Active",
            "msg_email=anna@example.com",
            "msg_phone=12345",
            "msg_address=Leeds",
            "msg_billing_type=Recurring",
            f"msg_company={self.company.name}",
            f"msg_sender={self.agent.name}",
            "msg_location=none",
        ):
            self.assertIn(text, body)
        self.assertRegex(body, "msg_balance=[^n]*0.00")
        self.assertIn("<a href=", body, "the link is not escaped")

    @users("mass_sending_agent")
    def test_every_placeholder_renders_for_a_lead(self):
        lead = (
            self.env["crm.lead"]
            .sudo()
            .create(
                {
                    "name": "Fibre",
                    "contact_name": "Lea Lead",
                    "partner_id": self.anna.id,
                }
            )
        )
        campaign = self._create_campaign(
            body=EVERY_PLACEHOLDER, recipient_type="lead", filter_domain="[]"
        )
        self.assertEqual(campaign._get_placeholder_problems(), [])
        campaign.sudo().user_id = self.manager
        rendered, failures = campaign.sudo()._render_content(lead.ids, "en_US")
        self.assertFalse(failures)
        self.assertIn("msg_name=Lea Lead", rendered[lead.id][1])
        self.assertIn(
            f"msg_portal_login={self.anna.portal_login}", rendered[lead.id][1]
        )

    @users("mass_sending_agent")
    def test_what_a_customer_is_called_is_escaped(self):
        self.anna.name = "<b>Anna</b> & Co"
        _subject, body = self._render(self._create_campaign(), self.anna)
        self.assertIn("&lt;b&gt;Anna&lt;/b&gt; &amp; Co", body)

    @users("mass_sending_agent")
    def test_subject_is_one_line(self):
        self.anna.name = "Anna\nBcc: everybody@example.com"
        campaign = self._create_campaign(subject="For {{ object.msg_name }}")
        subject, _body = self._render(campaign, self.anna)
        self.assertEqual(subject, "For Anna Bcc: everybody@example.com")

    @users("mass_sending_agent")
    def test_problems_name_the_placeholder_and_where_it_is(self):
        cases = [
            ({"subject": "{{ object.nonsense }}"}, "Subject", "object.nonsense"),
            ({"body": '<p><t t-out="object.nope"/></p>'}, "Message", "object.nope"),
            ({"body": '<p><t t-out="env.user"/></p>'}, "Message", "env.user"),
            ({"subject": "{{ object.vat }}"}, "Subject", "template editors"),
            ({"body": "<p>Dear {{ 1 + 1 }}</p>"}, "Message", "as it stands"),
        ]
        for values, *words in cases:
            with self.subTest(values):
                [problem] = self._create_campaign(**values)._get_placeholder_problems()
                for word in words:
                    self.assertIn(word, problem)

    def test_recipient_reads_his_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.anna.lang = "fr_FR"
        campaign = self._create_campaign(subject="News")
        campaign.with_context(lang="fr_FR").subject = "Nouvelles"
        rendered, _failures = campaign._render_content(self.anna.ids, "fr_FR")
        self.assertEqual(rendered[self.anna.id][0], "Nouvelles")
        rendered, _failures = campaign._render_content(self.bert.ids, "en_US")
        self.assertEqual(rendered[self.bert.id][0], "News")
