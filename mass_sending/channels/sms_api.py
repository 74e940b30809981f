# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One's own gateway as a provider for the SMS that Odoo sends by itself."""

from odoo.addons.sms.tools.sms_api import SmsApiBase

from .. import states
from .base import ChannelUnavailable
from .sms_gateway import GatewayProvider
from .sms_provider import Sms


class SmsApiGateway(SmsApiBase):
    """What `sms.sms` of Odoo (a reminder, an SMS from the chatter) is sent with.

    Odoo knows no doubt: there it is an error, with its reason, and whether to send
    it again is for the user to decide. Campaigns don't pass through here.
    """

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        gateway = self.company.sudo().mass_sending_sms_gateway_id
        provider = GatewayProvider(gateway)
        batch = [
            Sms(number["uuid"], number["number"], message["content"])
            for message in messages
            for number in message["numbers"]
        ]
        results, stop = [], None
        for index in range(0, len(batch), provider.request_size):
            part = batch[index : index + provider.request_size]
            if not stop:
                try:
                    answer = provider.send(part)
                    stop = answer.stop
                    outcomes = answer.outcomes
                except ChannelUnavailable as error:
                    stop, outcomes = str(error), {}
            else:
                outcomes = {}
            results += [
                self._prepare_result(sms, outcomes.get(sms.uid), stop) for sms in part
            ]
        return results

    def _prepare_result(self, sms, outcome, stop):
        if outcome is None:
            return {"uuid": sms.uid, "state": "server_error", "failure_reason": stop}
        if outcome.state == states.SENT:
            return {"uuid": sms.uid, "state": "success"}
        invalid = outcome.failure_type == "phone_invalid"
        return {
            "uuid": sms.uid,
            "state": "wrong_number_format" if invalid else "server_error",
            "failure_reason": outcome.failure_reason,
        }
