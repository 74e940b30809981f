# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from ..tools.tokens import PORTAL_LINK_TOKEN
from .common import CampaignCommon

BODIES = [
    "<p>No placeholder</p>",
    '<p>Dear <t t-out="object.msg_name">customer</t>,</p>',
    '<p><b t-out="object.msg_name"></b>, <t t-out="object.msg_location">none</t></p>',
    '<p>Login <t t-out="object.msg_portal_login"/>, twice '
    '<t t-out="object.msg_portal_login">-</t></p><p><t t-out="object.msg_name"/></p>',
    '<h1 style="color: red; position: fixed">A &amp; B</h1>'
    '<p><a href="/my/invoices">invoices</a> <img src="/logo.png"></p>'
    '<p><t t-out="object.msg_portal_link">link</t></p>',
    "<ul><li>one</li><li>two — dash</li></ul>"
    '<table><tr><td><t t-out="object.msg_name">x</t></td></tr></table>',
    'Text without a tag, <t t-out="object.msg_email">no mail</t> at its end',
]


@tagged("post_install", "-at_install")
class TestBulkRendering(CampaignCommon):
    """Filling a skeleton gives what Odoo's rendering and saving would give."""

    def test_same_as_odoo_renders_and_saves(self):
        self.anna.name = "Anna <script>alert(1)</script> & Sons"
        self.bert.name = "Bert  “Birch” Ünïcode 日本"
        for body in BODIES:
            campaign = self._create_campaign(body=body)
            skeleton = campaign._get_body_skeleton("en_US")
            rendered, failures = campaign._render_content(self.customers.ids, "en_US")
            self.assertFalse(failures)
            for customer in self.customers:
                _subject, by_odoo = rendered[customer.id]
                message = self.env["mail.message"].create({"body": by_odoo})
                filled = skeleton.fill(customer.with_user(self.agent))
                with self.subTest(body=body, customer=customer.name):
                    # the link to the portal is filled in later, in both
                    absolute = campaign.get_base_url() + PORTAL_LINK_TOKEN
                    expected = message.body.replace(absolute, PORTAL_LINK_TOKEN)
                    self.assertEqual(str(filled), str(expected))

    def test_what_needs_an_engine_has_no_skeleton(self):
        for body in (
            '<p><t t-if="object.name">x</t></p>',
            '<p><t t-out="object.city"/></p>',
            '<p><img src="data:image/png;base64,AAAA"></p>',
        ):
            with self.subTest(body):
                # only template editors may write these
                editor = self.env.ref("base.user_admin")
                campaign = self._create_campaign(user=editor, body=body)
                self.assertIsNone(campaign._get_body_skeleton("en_US"))
