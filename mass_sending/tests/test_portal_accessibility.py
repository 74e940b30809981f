# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json
import os
import unittest
from pathlib import Path

from odoo.tests import tagged

from .common_portal import PortalCommon

# axe-core of the developers' npm packages; dev/test says where it is
AXE = os.environ.get("MASS_SENDING_AXE")
AXE_URL = "/mass_sending/tests/axe.js"
OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
    "resultTypes": ["violations"],
}
LANGUAGES = ".js_language_selector"
CHECK = """
(async () => {
    const script = document.createElement("script");
    script.src = "%(url)s";
    document.head.append(script);
    await new Promise((resolve, reject) =>
        Object.assign(script, { onload: resolve, onerror: reject }));
    const result = await axe.run(%(context)s, %(options)s);
    const told = result.violations.map((rule) => [rule.id, rule.help,
        ...rule.nodes.map((node) => node.html + " " + node.any.map((a) => a.message))]);
    if (told.length) {
        console.error(JSON.stringify(told, null, 1));
    } else if (!result.passes.length) {
        console.error("axe checked nothing");
    } else {
        console.log("test successful");
    }
})()
"""


@unittest.skipUnless(AXE and Path(AXE).is_file(), "axe-core is missing: run dev/test")
@tagged("post_install", "-at_install")
class TestPortalAccessibility(PortalCommon):
    """No violation of WCAG 2.2 A and AA, nor of axe's best practices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_file(
            "axe.js",
            Path(AXE).read_bytes(),
            url=AXE_URL,
            mimetype="text/javascript",
            public=True,
        )
        campaign = cls._create_campaign(
            ask_acknowledgement=True, attachment_ids=cls._create_file().ids
        )
        long_subject = "A long subject, " * 12
        body = '<p>Please <a href="https://example.com">read this</a> soon.</p>'
        cls.message = cls._create_message(
            cls.anna, long_subject, body, campaign=campaign
        )
        for number in range(22):
            cls._create_message(
                cls.anna, f"No. {number}", read_at=number % 2 and "2026-03-03 08:00:00"
            )

    def _check(self, url, login="anna", exclude=(), **rules):
        rules = {name: {"enabled": enabled} for name, enabled in rules.items()}
        context = {"include": [["html"]], "exclude": [[name] for name in exclude]}
        values = {
            "url": AXE_URL,
            "context": json.dumps(context),
            "options": json.dumps({**OPTIONS, "rules": rules}),
        }
        self.browser_js(url, CHECK % values, login=login)

    def _check_pages(self):
        self._check("/my/messages")
        self._check("/my/messages?filterby=unread&search=nothing")
        self._check("/my/messages", login="bert")
        self._check(f"/my/messages/{self.message.id}")
        # Odoo's own page: its box with the customer's address begins with an <h5>, and
        # its language selector is pale
        self._check("/my", exclude=[LANGUAGES], **{"heading-order": False})

    def test_wide(self):
        self._check_pages()

    def test_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self._check_pages()


@unittest.skipUnless(AXE and Path(AXE).is_file(), "axe-core is missing: run dev/test")
@tagged("post_install", "-at_install")
class TestPortalAccessibilityLanguages(TestPortalAccessibility):
    """With several languages Odoo adds its selector to the foot of the page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("fr_FR", "nl_NL"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env.registry.clear_cache()

    def test_wide(self):
        """The selector is there, and readable on our pages."""
        self.authenticate("anna", "anna")
        page = self._get_page("/my/messages")
        self.assertTrue(page.xpath("//*[contains(@class, 'js_language_selector')]"))
        self._check_pages()

    def test_phone(self):
        return super().test_phone()
