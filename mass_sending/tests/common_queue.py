# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest.mock import patch
from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, get_db_name, tagged

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .smtp_server import Script, SmtpServer

BODY = '<p>Dear <t t-out="object.msg_name">customer</t>, all is well.</p>'


@tagged("post_install", "-at_install")
class QueueCase(BaseCase):
    """Tests of the queue as it runs: real transactions, a real SMTP conversation.

    The queue claims over a connection of its own, which sees only what is
    committed; so these tests commit, and clean up after themselves.
    """

    # whether the server lets several commands be said at once (RFC 2920)
    pipelining = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.cr = cls.registry.cursor()
        cls.addClassCleanup(cls.cr.close)
        cls.env = api.Environment(cls.cr, SUPERUSER_ID, {"tracking_disable": True})
        # a run that was killed leaves its records: ours have names of their own
        cls.tag = f"mass_sending_{uuid4().hex}"
        cls.smtp = SmtpServer(pipelining=cls.pipelining)
        cls.addClassCleanup(cls.smtp.stop)
        cls.startClassPatcher(
            patch.object(IrMail_Server, "_disable_send", classmethod(lambda cls: False))
        )
        cls.addClassCleanup(cls._delete_everything)
        cls._created = []
        cls._archive_other_servers()
        # what a killed run left must not be sent now
        cls.cr.execute(
            "UPDATE mass_sending_campaign SET state = 'cancelled'"
            " WHERE state IN ('new', 'processing')"
        )
        cls.cr.execute("DELETE FROM mass_sending_hold")
        cls.company = cls.env.company
        cls.mail_server = cls._make(
            "ir.mail_server",
            name="Test SMTP",
            smtp_host="127.0.0.1",
            smtp_port=cls.smtp.port,
            smtp_encryption="none",
            smtp_authentication="login",
        )
        cls.author = cls._make(
            "res.users",
            name="Agnes Agent",
            login=cls.tag,
            email="agent@example.com",
            group_ids=[
                (6, 0, [cls.env.ref("mass_sending.mass_sending_group_user").id])
            ],
        )
        cls._commit()

    def setUp(self):
        super().setUp()
        self.smtp.script = Script()
        self.smtp.received.clear()
        self.addCleanup(self._delete_campaigns)

    # === Making ===

    @classmethod
    def _make(cls, model, **values):
        context = {"no_reset_password": True, "mail_create_nolog": True}
        record = cls.env[model].with_context(**context).create(values)
        cls._created.append(record)
        return record

    @classmethod
    def _archive_other_servers(cls):
        others = cls.env["ir.mail_server"].search([])
        others.active = False
        cls.addClassCleanup(cls._restore_servers, others.ids)

    @classmethod
    def _restore_servers(cls, server_ids):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["ir.mail_server"].browse(server_ids).active = True

    def _make_customers(self, number, **values):
        """Make customers named customer0 … with an address each."""
        return self.env["res.partner"].concat(
            *(
                self._make(
                    "res.partner",
                    name=f"Customer {index}",
                    email=f"customer{index}@example.com",
                    customer_status="active",
                    ref=self.tag,
                    **values,
                )
                for index in range(number)
            )
        )

    def _make_campaign(self, **values):
        """Make a campaign of the agent's to the customers of these tests."""
        return self.env["mass.sending.campaign"].create(
            {
                "subject": "News for {{ object.msg_name }}",
                "body": BODY,
                "send_to": "email",
                "purpose": "service",
                "email_from": "support@example.com",
                "user_id": self.author.id,
                "filter_domain": f"[('ref', '=', '{self.tag}')]",
                **values,
            }
        )

    def _confirm(self, campaign):
        campaign._select_recipients()
        campaign.action_confirm()
        campaign.start_at = False
        campaign.flush_recordset()
        self.cr.execute(
            "UPDATE mass_sending_campaign SET start_at = '2020-01-01' WHERE id = %s",
            [campaign.id],
        )
        self._commit()

    @classmethod
    def _commit(cls):
        cls.cr.commit()  # pylint: disable=invalid-commit

    def _activate_lang(self, code):
        """Activate a language, for this test only: it changes every portal page."""
        lang = self.env["res.lang"].with_context(active_test=False)._lang_get(code)
        if lang and lang.active:
            return
        self.env["res.lang"]._activate_lang(code)
        self.addCleanup(self._deactivate_lang, code)
        self._commit()

    def _deactivate_lang(self, code):
        self._delete_campaigns()
        self.env["res.lang"].search([("code", "=", code)]).active = False
        self._commit()

    # === Running ===

    def _run_queue(self):
        """Run the queue's cron as the scheduler does, in a transaction of its own."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.ref("mass_sending.ir_cron_process_queue").ir_actions_server_id.run()
        self.cr.rollback()
        self.env.invalidate_all()

    def _send(self, campaign):
        self._confirm(campaign)
        self._run_queue()
        return campaign.delivery_ids.sorted("id")

    # === Asserting ===

    def assertStates(self, campaign, expected):
        """Compare the number of deliveries by state."""
        counts = campaign._count_deliveries().get(campaign.id, {})
        self.assertEqual(counts, expected)

    def assertReceivedOnce(self, addresses):
        """Every address got exactly one mail, and nobody else got any."""
        self.assertEqual(sorted(self.smtp.received_addresses()), sorted(addresses))

    # === Cleaning up ===

    def _delete_campaigns(self):
        self.cr.rollback()
        self.env.invalidate_all()
        self.cr.execute("DELETE FROM mass_sending_group")
        self.cr.execute("DELETE FROM mass_sending_hold")
        self.cr.execute("DELETE FROM mail_mail WHERE mass_sending_delivery_id > 0")
        self.cr.execute("DELETE FROM mail_message WHERE message_type='email_outgoing'")
        self.cr.execute(
            """WITH gone AS (DELETE FROM mass_sending_campaign
                              WHERE user_id = %s RETURNING id)
               DELETE FROM mass_sending_recipient
                WHERE campaign_id IN (SELECT id FROM gone)""",
            [self.author.id],
        )
        partners = self.env["res.partner"].with_context(active_test=False)
        partners.search([("ref", "=", self.tag)]).unlink()
        self._commit()
        type(self)._created = [r for r in self._created if r._name != "res.partner"]

    @classmethod
    def _delete_everything(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        for record in reversed(cls._created):
            partner = record.partner_id if record._name == "res.users" else None
            record.exists().unlink()
            if partner:
                partner.exists().unlink()
        cls._commit()
