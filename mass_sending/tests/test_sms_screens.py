# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestSmsScreens(CampaignCommon):
    """An SMS on the form, in the preview, in the confirmation and as template."""

    def _create_sms(self, **values):
        return self._create_campaign(
            **{
                "send_to": "sms",
                "subject": False,
                "body": False,
                "sms_body": "Dear {{ object.msg_name }}",
                **values,
            }
        )

    def _with_numbers(self):
        self.anna.phone = "+49 1512 3456789"
        self.env["mass.sending.sms.price"].search([]).unlink()
        self.env["mass.sending.sms.price"].create({"prefix": "+49", "price": 0.5})

    def test_form_counts_while_one_writes(self):
        self._with_numbers()
        with Form(self.env["mass.sending.campaign"].with_user(self.agent)) as form:
            form.send_to = "sms"
            form.purpose = "service"
            form.filter_name = self.anna.name
            form.sms_body = "x" * 161
            self.assertIn("2 SMS: 161 characters of GSM-7, 145 more", form.sms_hint)
            self.assertIn("About 2 SMS in all, for about", form.sms_total_hint)
            self.assertIn("1.00", form.sms_total_hint)
            form.sms_body = "“x”"
            self.assertEqual(form.sms_unicode, "“, ”")
            self.assertTrue(form.sms_can_make_gsm)

    def test_preview_shows_text_number_and_length(self):
        self._with_numbers()
        campaign = self._create_sms().with_user(self.agent)
        action = campaign.action_preview()
        preview = self.env["mass.sending.preview"].with_user(self.agent)
        preview = preview.browse(action["res_id"])
        preview.partner_id = self.anna
        self.assertTrue(preview.shows_sms)
        self.assertFalse(preview.shows_email)
        self.assertEqual(preview.sms_text, f"Dear {self.anna.name}")
        self.assertEqual(preview.sms_number, "+4915123456789")
        self.assertIn("1 SMS", preview.sms_length)
        campaign.sms_body = "{{ object.msg_billing_type }}"
        preview.invalidate_recordset()
        self.assertEqual(preview.error, "The text is empty.")

    def test_confirmation_says_how_many_sms_and_what_they_cost(self):
        self._with_numbers()
        campaign = self._create_sms(filter_name=self.anna.name)
        action = campaign.with_user(self.agent).action_send()
        wizard = self.env["mass.sending.confirm"].with_user(self.agent)
        [note] = wizard.browse(action["res_id"]).get_notes()
        self.assertIn("1 SMS to 1 people, for", note)
        self.assertIn("0.50", note)

    def test_template_is_saved_and_loaded_with_its_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        campaign = self._create_sms(sms_body="Hello")
        campaign.with_context(lang="fr_FR").sms_body = "Bonjour"
        wizard = self.env["mass.sending.save.template"].create(
            {"campaign_id": campaign.id, "name": "Greeting"}
        )
        wizard.action_save()
        template = campaign.template_id
        self.assertEqual(template.channel, "sms")
        other = self._create_sms(sms_body="Old", template_id=template.id)
        other.action_load_template()
        self.assertEqual(other.sms_body, "Hello")
        self.assertEqual(other.with_context(lang="fr_FR").sms_body, "Bonjour")

    def test_gateways_are_for_administrators_only(self):
        gateway = self.env["mass.sending.sms.gateway"].create(
            {"name": "Ours", "url": "https://sms.example.com", "password": "secret"}
        )
        self.env.company.mass_sending_sms_gateway_id = gateway
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                gateway.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.env.company.with_user(user).read(["mass_sending_sms_gateway_id"])
        campaign = self._create_sms().with_user(self.agent)
        self.assertEqual(
            campaign._get_problems(), [], "which does not keep him from it"
        )
