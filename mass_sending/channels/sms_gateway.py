# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One's own SMS gateway, spoken to over HTTP as its record says."""

import json
import socket
from urllib.parse import urlsplit

import requests

from .. import states
from ..queue.outcomes import Outcome
from ..tools import http_gateway
from .base import ChannelUnavailable
from .sms_provider import Answer, SmsProvider, describe_error, was_never_sent

_JSON_ERROR = (ValueError, TypeError)
# Answers that mean "not now", of which HTTP says that nothing was done.
_BUSY = (408, 425, 429, 503)
# Answers that mean our configuration, not this message.
_MISCONFIGURED = (401, 402, 403, 404, 405, 407, 410)
REASON_LENGTH = 300


class GatewayProvider(SmsProvider):
    """Speaks to a `mass.sending.sms.gateway`."""

    def __init__(self, gateway):
        """
        :param gateway: mass.sending.sms.gateway
        """
        self.env = gateway.env
        self._gateway = gateway.sudo()  # its secrets are readable by administrators
        self.request_size = self._gateway._get_request_size()
        self._session = requests.Session()
        self._secrets = [
            secret for secret in (self._gateway.password, self._gateway.token) if secret
        ]

    def get_warnings(self):
        """Connect, as a campaign would, and say nothing."""
        gateway = self._gateway
        parts = urlsplit(gateway.url)
        address = (
            parts.hostname,
            parts.port or (443 if parts.scheme == "https" else 80),
        )
        try:
            socket.create_connection(address, gateway.connect_timeout).close()
        except OSError as error:
            return [self._describe_away(describe_error(error))]
        return []

    def _describe_away(self, reason):
        return self.env._(
            "The SMS gateway “%(gateway)s” (%(host)s) cannot be reached: %(reason)s",
            gateway=self._gateway.name,
            host=self._gateway._get_host(),
            reason=reason,
        )

    def send(self, messages):
        gateway = self._gateway
        try:
            response = self._session.request(
                gateway.method,
                timeout=(gateway.connect_timeout, gateway.read_timeout),
                # following one would turn our POST into a GET
                allow_redirects=False,
                **gateway._prepare_request(messages),
            )
        except requests.exceptions.RequestException as error:
            return self._judge_error(messages, error)
        return self._read(messages, response)

    def _judge_error(self, messages, error):
        reason = describe_error(error)
        if was_never_sent(error):
            raise ChannelUnavailable(self._describe_away(reason)) from error
        return Answer.same(messages, Outcome.in_doubt(reason))

    # === Reading the answer ===

    def _read(self, messages, response):
        """Turn an answer into outcomes."""
        if self._gateway._is_batch() and response.ok and response.status_code < 300:
            return self._read_batch(messages, response)
        item = self._parse(response.text)
        outcome = self._judge(response.status_code, item, response.text)
        stop = None
        if outcome.state == states.NEW and not response.ok or response.is_redirect:
            stop = self.env._(
                "The SMS gateway “%(gateway)s” answers %(answer)s",
                gateway=self._gateway.name,
                answer=self._describe(response.status_code, response.text),
            )
        return Answer.same(messages, outcome, stop)

    def _read_batch(self, messages, response):
        gateway, content = self._gateway, self._parse(response.text)
        items = http_gateway.find(content, gateway.results_path)
        by_uid = {}
        for item in items if isinstance(items, list) else []:
            uid = http_gateway.find_text(item, gateway.result_uid_path)
            by_uid[uid] = item
        code = response.status_code
        return Answer(
            {
                message.uid: self._judge(code, by_uid[message.uid], None)
                if message.uid in by_uid
                else Outcome.in_doubt(self.env._("The answer does not mention it."))
                for message in messages
            }
        )

    def _parse(self, text):
        try:
            return json.loads(text)
        except _JSON_ERROR:
            return None

    def _judge(self, code, item, text):
        """Return what became of one message.

        :param int code: HTTP status of the answer
        :param item: what the answer says of this message, parsed; None if unreadable
        :param str text: the whole answer, None when `item` is only a part of it
        """
        gateway = self._gateway
        status = http_gateway.find_text(item, gateway.status_path)
        if not gateway.status_path:
            status = text if text is not None else json.dumps(item)
        reason = http_gateway.find_text(item, gateway.reason_path) or status or text
        reason = self._describe(code, reason)
        if gateway._matches("later_pattern", status):
            return Outcome.later("refused_temporarily", reason)
        if gateway._matches("invalid_number_pattern", status):
            return Outcome.failed("phone_invalid", reason)
        if gateway._matches("refused_pattern", status):
            return Outcome.failed("refused", reason)
        if 200 <= code < 300:
            if gateway._matches("success_pattern", status):
                return Outcome.sent(self._find_id(item, text))
            return Outcome.in_doubt(reason)
        if code >= 500 and code not in _BUSY:
            # it broke, perhaps after it had passed the message on
            return Outcome.in_doubt(reason)
        if code < 400 or code in _BUSY + _MISCONFIGURED:
            return Outcome.later("refused_temporarily", reason)
        return Outcome.failed("refused", reason)

    def _find_id(self, item, text):
        gateway = self._gateway
        if gateway.id_path:
            return http_gateway.find_text(item, gateway.id_path) or None
        return gateway._extract("id_pattern", text)

    def _describe(self, code, text):
        """Return what was answered, short and without our secrets."""
        text = " ".join((text or "").split())[:REASON_LENGTH]
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return f"{code} {text}".strip()
