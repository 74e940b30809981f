# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged, users

from .common import CampaignCommon


@tagged("post_install", "-at_install")
class TestLanguages(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.anna.lang = "fr_FR"
        cls.bert.lang = "de_DE"
        cls.customers += cls._create_customer("Cora", lang="en_US")
        cls.customers += cls._create_customer("Dora", lang=False)

    def _get_french(self, record):
        return record.with_context(lang="fr_FR")

    @users("mass_sending_agent")
    def test_which_there_are_and_how_many_fall_back(self):
        campaign = self._create_campaign()
        self.assertEqual(
            campaign.language_note,
            "Written in English (US). Recipients with another language, who get "
            "English (US): 2.",
        )
        self._get_french(campaign).write({"subject": "Nouvelles", "body": "<p>A</p>"})
        self.assertIn("English (US), French / Français.", campaign.language_note)
        self.assertIn("(US): 1.", campaign.language_note)
        campaign.filter_name = "Anna, Cora, Dora"
        campaign.invalidate_recordset()
        self.assertEqual(
            campaign.language_note, "Written in English (US), French / Français."
        )

    @users("mass_sending_agent")
    def test_written_in_another_language_than_english(self):
        """Odoo keeps the first text as English, too: it is not."""
        campaign = self._get_french(self._create_campaign(subject=False, body=False))
        campaign.write({"subject": "Nouvelles", "body": "<p>A</p>"})
        self.assertIn("Written in French / Français.", campaign.language_note)
        self.assertEqual(campaign.content_langs, {"fr_FR": True})

    @users("mass_sending_agent")
    def test_editing_one_marks_the_others_and_catching_up_does_not(self):
        campaign = self._create_campaign()
        french = self._get_french(campaign)
        french.subject = "Nouvelles"
        self.assertFalse(campaign.has_outdated_langs, "a first translation")
        campaign.subject = "Other news"
        self.assertEqual(campaign.content_langs, {"en_US": True, "fr_FR": False})
        self.assertTrue(campaign.has_outdated_langs)
        self.assertIn("French / Français (not updated)", campaign.language_note)
        french.subject = "Autres nouvelles"
        self.assertFalse(campaign.has_outdated_langs)
        french.subject = "Encore d'autres"
        self.assertEqual(campaign.content_langs, {"en_US": False, "fr_FR": True})
        campaign.action_languages_are_current()
        self.assertFalse(campaign.has_outdated_langs)

    @users("mass_sending_agent")
    def test_text_that_came_by_another_way(self):
        campaign = self._create_campaign()
        self._get_french(campaign).subject = "Nouvelles"
        campaign.sudo().content_langs = False
        campaign.subject = "Other news"
        self.assertEqual(campaign.content_langs, {"en_US": True, "fr_FR": False})

    @users("mass_sending_agent")
    def test_writing_the_same_text_marks_nothing(self):
        campaign = self._create_campaign()
        self._get_french(campaign).subject = "Nouvelles"
        campaign.write({"subject": campaign.subject, "body": campaign.body})
        self.assertFalse(campaign.has_outdated_langs)

    @users("mass_sending_agent")
    def test_the_translation_dialog_counts_too(self):
        campaign = self._create_campaign()
        campaign.update_field_translations("subject", {"de_DE": "Neues"})
        self.assertEqual(campaign.content_langs, {"en_US": True, "de_DE": True})
        campaign.update_field_translations("subject", {"en_US": "Other news"})
        self.assertEqual(campaign.content_langs, {"en_US": True, "de_DE": False})

    @users("mass_sending_agent")
    def test_template_and_what_is_loaded_from_it(self):
        template = self.env["mass.sending.template"].create(
            {"name": "T", "subject": "News", "body": "<p>All is well</p>"}
        )
        self._get_french(template).write({"subject": "Nouvelles", "body": "<p>A</p>"})
        template.subject = "Other news"
        self.assertIn("Français (not updated)", template.language_note)
        self.assertIn("with another language", template.language_note)
        campaign = self._create_campaign(template_id=template.id)
        campaign.action_load_template()
        self.assertEqual(campaign.content_langs, {"en_US": True, "fr_FR": False})
        campaign.action_reset()
        self.assertFalse(campaign.content_langs)
        self.assertFalse(campaign.language_note)

    @users("mass_sending_agent")
    def test_one_language_installed_says_nothing(self):
        languages = self.env["res.lang"].sudo().search([("code", "!=", "en_US")])
        self.env["res.users"].sudo().search([]).lang = "en_US"
        self.env["res.partner"].sudo().search([]).lang = "en_US"
        languages.active = False
        self.assertFalse(self._create_campaign().language_note)
