# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged, users

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestTemplate(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.audience = cls.env["mass.sending.audience"].create(
            {"name": "Active", "filter_status_active": True}
        )
        cls.template = cls.env["mass.sending.template"].create(
            {
                "name": "Works",
                "subject": "Works",
                "body": "<p>Works at night</p>",
                "purpose": "service",
                "layout_xmlid": "none",
                "audience_id": cls.audience.id,
            }
        )
        cls.template.with_context(lang="fr_FR").write(
            {"subject": "Travaux", "body": "<p>Travaux de nuit</p>"}
        )

    @users("mass_sending_agent")
    def test_load_copies_all_languages(self):
        campaign = self._create_campaign(purpose="marketing")
        campaign.with_context(lang="fr_FR").subject = "Autre chose"
        campaign.template_id = self.template
        campaign.action_load_template()
        self.assertEqual(campaign.subject, "Works")
        self.assertEqual(campaign.body, "<p>Works at night</p>")
        self.assertEqual(campaign.purpose, "service")
        self.assertEqual(campaign.layout_xmlid, "none")
        self.assertTrue(campaign.filter_status_active)
        french = campaign.with_context(lang="fr_FR")
        self.assertEqual(french.subject, "Travaux")
        self.assertEqual(french.body, "<p>Travaux de nuit</p>")

    @users("mass_sending_agent")
    def test_language_that_the_template_lacks_does_not_stay_behind(self):
        self.template.sudo().update_field_translations("subject", {"fr_FR": False})
        campaign = self._create_campaign(subject="Old")
        campaign.with_context(lang="fr_FR").subject = "Ancien"
        campaign.template_id = self.template
        campaign.action_load_template()
        self.assertEqual(campaign.with_context(lang="fr_FR").subject, "Works")

    @users("mass_sending_agent")
    def test_save_as_new_keeps_all_languages(self):
        campaign = self._create_campaign(subject="News", audience_id=self.audience.id)
        campaign.with_context(lang="fr_FR").subject = "Nouvelles"
        action = campaign.action_save_template()
        wizard = self.env["mass.sending.save.template"].browse(action["res_id"])
        wizard.write({"name": "My news", "with_audience": True})
        wizard.action_save()
        template = campaign.template_id
        self.assertEqual(template.name, "My news")
        self.assertEqual(template.subject, "News")
        self.assertEqual(template.body, campaign.body)
        self.assertEqual(template.with_context(lang="fr_FR").subject, "Nouvelles")
        self.assertEqual(template.audience_id, self.audience)

    @users("mass_sending_agent")
    def test_confirmed_campaign_takes_no_template(self):
        campaign = self._create_campaign(template_id=self.template.id)
        campaign.action_send()
        campaign.action_confirm()
        with self.assertRaisesRegex(Exception, "is confirmed"):
            campaign.action_load_template()

    @users("mass_sending_agent")
    def test_choosing_an_audience_fills_in_its_filters(self):
        location = self.env["mass.sending.location"].sudo().create({"name": "North"})
        self.audience.sudo().filter_location_ids = location
        form = Form(self.env["mass.sending.campaign"])
        form.filter_name = "Somebody"
        form.audience_id = self.audience
        self.assertTrue(form.filter_status_active)
        self.assertFalse(form.filter_name, "the audience replaces all filters")
        self.assertEqual(form.filter_location_ids[:], location)

    @users("mass_sending_agent")
    def test_save_audience_replaces_the_one_of_that_name(self):
        campaign = self._create_campaign(filter_name="Alder")
        action = campaign.action_save_audience()
        wizard = self.env["mass.sending.save.audience"].browse(action["res_id"])
        wizard.name = "Active "
        self.assertEqual(wizard.replaced_id, self.audience)
        wizard.action_save()
        self.assertEqual(self.audience.filter_name, "Alder")
        self.assertFalse(self.audience.filter_status_active)
        self.assertEqual(campaign.audience_id, self.audience)

    @users("mass_sending_agent")
    def test_placeholder_typed_in_the_message(self):
        campaign = self._create_campaign(
            body="<p>Dear {{ object.msg_name ||| customer }}, "
            '<a href="https://example.com/{{ object.msg_name }}">look</a></p>'
        )
        self.assertIn('<t t-out="object.msg_name">customer</t>', campaign.body)
        self.assertIn("look</a>", campaign.body)
        rendered, failures = campaign._render_content(self.anna.ids, "en_US")
        self.assertFalse(failures)
        self.assertIn("Dear Anna Alder", rendered[self.anna.id][1])

    @users("mass_sending_agent")
    def test_only_template_editors_store_code(self):
        """Else it would run with the rights of the editor who previews it."""
        for values in (
            {"subject": "{{ object.sudo().unlink() }}"},
            {"subject": "{{ env['res.users'] }}"},
            {"sms_body": "{{ object.sudo().unlink() }}"},
            {"body": '<p><t t-out="object.sudo().unlink()"/></p>'},
            {"body": '<p><t t-if="user.name">x</t></p>'},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.template.with_user(self.agent).write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                self._create_campaign(**values)
        with self.assertRaises(AccessError):
            self.template.with_user(self.agent).update_field_translations(
                "subject", {"fr_FR": "{{ object.sudo().unlink() }}"}
            )
        self.template.sudo().subject = "{{ object.name.upper() }}"

    @users("mass_sending_agent")
    def test_problems_of_a_template(self):
        template = self.template.with_user(self.agent)
        self.assertFalse(template.placeholder_problems)
        template.subject = "{{ object.msg_nam }}"
        self.assertIn("object.msg_nam", template.placeholder_problems)


@tagged("post_install", "-at_install")
class TestAttachmentsOfCampaign(CampaignCommon):
    @users("mass_sending_agent")
    def test_preview_lists_them(self):
        file = self.env["ir.attachment"].create({"name": "terms.txt", "raw": b"x"})
        campaign = self._create_campaign(attachment_ids=[Command.link(file.id)])
        action = campaign.action_preview()
        preview = self.env["mass.sending.preview"].browse(action["res_id"])
        self.assertEqual(preview.attachment_ids, file)
