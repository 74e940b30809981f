# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json
import re
from urllib.parse import urlsplit

from odoo import models

from ..tools import http_gateway, sms_segments
from .mass_sending_sms_gateway import BATCH


class MassSendingSmsGateway(models.Model):
    """What a gateway is asked, and how its answers are read."""

    _inherit = "mass.sending.sms.gateway"

    # === Request ===

    def _is_batch(self):
        return self.body_format == "json" and BATCH in http_gateway.placeholders(
            self.json_body
        )

    def _get_request_size(self):
        return max(self.batch_size, 1) if self._is_batch() else 1

    def _get_host(self):
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def _prepare_request(self, messages):
        """Return the arguments of `requests.request`.

        :param messages: list of `channels.sms_provider.Sms`
        """
        values = self._get_values(messages[0])
        request = {
            "url": self.url,
            "headers": {
                name: http_gateway.fill(value, values)
                for name, value in http_gateway.parse_lines(self.headers, ":")
            },
        }
        if self.body_format == "json":
            if self._is_batch():
                item = json.loads(self.json_item or "{}")
                values[BATCH] = [
                    http_gateway.fill_json(item, self._get_values(message))
                    for message in messages
                ]
            body = json.loads(self.json_body or "{}")
            return {**request, "json": http_gateway.fill_json(body, values)}
        parameters = [
            (name, http_gateway.fill(value, values))
            for name, value in http_gateway.parse_lines(self.parameters, "=")
        ]
        return {
            **request,
            "params" if self.body_format == "query" else "data": parameters,
        }

    def _get_values(self, message):
        """Return what the placeholders stand for, all of it text."""
        report_url = self.report_url or ""
        if self.report_query:
            query = http_gateway.fill(self.report_query, {"uuid": message.uid})
            report_url = f"{report_url}?{query}"
        unicode = sms_segments.find_encoding(message.text) == sms_segments.UCS2
        return {
            "number": message.number,
            "number_digits": message.number.lstrip("+"),
            "text": message.text,
            "uuid": message.uid,
            "sender": self.sender or "",
            "coding": "2" if unicode else "0",
            "username": self.username or "",
            "password": self.password or "",
            "token": self.token or "",
            "report_url": report_url,
        }

    # === Answers ===

    def _matches(self, pattern_field, text):
        pattern = self[pattern_field]
        return bool(pattern and re.search(pattern, text or ""))

    def _extract(self, pattern_field, text):
        """Return the first group of a pattern in a text, or None."""
        pattern = self[pattern_field]
        found = pattern and re.search(pattern, text or "")
        return (found[1] if found.groups() else found[0]) if found else None
