# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests.common import _super_send

from .common_queue import QueueCase
from .gateway_server import GatewayServer

BATCH_VALUES = {
    "json_body": '{"messages": "{messages}"}',
    "json_item": '{"to": "{number}", "text": "{text}", "reference": "{uuid}"}',
    "results_path": "messages",
    "result_uid_path": "reference",
    "batch_size": 4,
}


class SmsCase(QueueCase):
    """Tests of SMS as they go: real transactions, a real HTTP conversation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = GatewayServer()
        cls.addClassCleanup(cls.server.stop)
        cls.gateway = cls._make_gateway(url=cls.server.url, token="t0ps3cret")
        # before the gateway is deleted
        cls.addClassCleanup(cls._use_gateway, cls.company.mass_sending_sms_gateway_id)
        cls.company.mass_sending_sms_gateway_id = cls.gateway
        cls._commit()

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Let our requests through: Odoo's handler knows time-outs of one number."""
        if isinstance(options.get("timeout"), tuple) and "//127.0.0.1:" in request.url:
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)

    def setUp(self):
        super().setUp()
        self.server.hooks.clear()
        self.server.hook = None
        self.server.received.clear()
        self.server.requests.clear()

    @classmethod
    def _make_gateway(cls, **values):
        gateway = cls._make(
            "mass.sending.sms.gateway",
            **{"name": "Test gateway", "sender": "ISP", "read_timeout": 2, **values},
        )
        return gateway

    @classmethod
    def _use_gateway(cls, gateway):
        cls.cr.rollback()
        cls.company.mass_sending_sms_gateway_id = gateway
        cls._commit()

    def _configure(self, **values):
        """Change the gateway for the length of a test."""
        before = {name: self.gateway[name] for name in values}
        self.gateway.write(values)
        self.addCleanup(self._restore, before)

    def _restore(self, values):
        self.cr.rollback()
        self.gateway.write(values)
        self._commit()

    def _make_mobiles(self, number, **values):
        """Make customers with a mobile each: number(0) …"""
        customers = self._make_customers(number, **values)
        for index, customer in enumerate(customers):
            customer.phone = self.number(index)
        return customers

    def number(self, index):
        return f"+4915123456{index:03}"

    def numbers(self, number):
        return [self.number(index) for index in range(number)]

    def _make_sms(self, **values):
        """Make a campaign by SMS."""
        return self._make_campaign(
            **{
                "send_to": "sms",
                "subject": False,
                "body": False,
                "sms_body": "Dear {{ object.msg_name }}, all is well.",
                **values,
            }
        )

    def _run_again(self, campaign):
        """Let the campaign's waiting be over, and run the queue."""
        self.cr.rollback()
        self.cr.execute(
            "UPDATE mass_sending_campaign SET retry_at = NULL WHERE id = %s",
            [campaign.id],
        )
        self.cr.execute(
            "UPDATE mass_sending_delivery SET next_try_at = NULL"
            " WHERE campaign_id = %s",
            [campaign.id],
        )
        self._commit()
        self._run_queue()

    def assertNumbersOnce(self, numbers):
        """Every number was given to the gateway exactly once, and no other was."""
        self.assertEqual(sorted(self.server.received_numbers()), sorted(numbers))

    def _state_of(self, campaign, index):
        number = self.number(index)
        return campaign.delivery_ids.filtered(lambda d: d.address == number).state

    def _delete_campaigns(self):
        self.cr.rollback()
        self.cr.execute("DELETE FROM sms_sms WHERE mass_sending_delivery_id > 0")
        self.cr.execute(
            "DELETE FROM mail_message WHERE message_type = 'sms' AND id IN"
            " (SELECT mail_message_id FROM mass_sending_delivery)"
        )
        super()._delete_campaigns()
