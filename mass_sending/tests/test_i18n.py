# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import TranslationModuleReader


@tagged("post_install", "-at_install")
class TestI18n(TransactionCase):
    def test_terms_to_translate_are_current(self):
        """Only the terms count, not where they stand. Mend it with dev/makepot."""
        self.env.flush_all()
        exported = {
            row[4] for row in TranslationModuleReader(self.env.cr, ["mass_sending"])
        }
        pot = polib.pofile(file_path("mass_sending/i18n/mass_sending.pot"))
        listed = {entry.msgid for entry in pot}
        self.assertFalse(listed - exported, "no longer there: run dev/makepot")
        if not self.env["ir.module.module"]._get("mass_sending").demo:
            # demo data has terms of its own, which nobody need translate
            self.assertFalse(exported - listed, "new: run dev/makepot")
