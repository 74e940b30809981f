# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json
import re
import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import http_gateway, sms_segments

# Every word that may stand between braces in a gateway's request.
VALUES = (
    *("number", "number_digits", "text", "uuid", "sender", "coding"),
    *("username", "password", "token", "report_url"),
)
BATCH = "messages"

PRESETS = {
    "json": {
        "method": "POST",
        "body_format": "json",
        "parameters": False,
        "headers": "Authorization: Bearer {token}",
        "json_body": '{"to": "{number}", "from": "{sender}", "text": "{text}", '
        '"reference": "{uuid}", "report_url": "{report_url}"}',
        "json_item": False,
        "status_path": "status",
        "success_pattern": "^(accepted|queued|sent|ok)$",
        "refused_pattern": "^(rejected|refused|failed|error)$",
        "later_pattern": "^(busy|throttled)$",
        "invalid_number_pattern": "^invalid_number$",
        "id_path": "id",
        "id_pattern": False,
        "reason_path": "error",
        "report_uid_path": "reference",
        "report_status_path": "status",
        "report_reason_path": "error",
        "report_delivered_pattern": "delivered",
        "report_failed_pattern": "undelivered|failed|expired|rejected",
        "report_query": False,
    },
    # https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html, chapter 6
    "kannel": {
        "method": "GET",
        "body_format": "query",
        "parameters": "username={username}\npassword={password}\nfrom={sender}\n"
        "to={number}\ntext={text}\ncharset=UTF-8\ncoding={coding}\n"
        "dlr-mask=19\ndlr-url={report_url}",
        "headers": False,
        "json_body": False,
        "json_item": False,
        "status_path": False,
        "success_pattern": r"^\s*[03]: ",
        "refused_pattern": "Not routable|denied by white- and/or black-lists",
        "later_pattern": r"^\s*5: |[Tt]emporal failure",
        "invalid_number_pattern": False,
        "id_path": False,
        "id_pattern": False,
        "reason_path": False,
        "report_uid_path": "uuid",
        "report_status_path": "status",
        "report_reason_path": "answer",
        "report_delivered_pattern": "1",
        "report_failed_pattern": "2|16",
        # Kannel fills these in: kind of report, the operator's answer
        "report_query": "uuid={uuid}&status=%d&answer=%A",
    },
}
PATTERN_FIELDS = [
    *("success_pattern", "refused_pattern", "later_pattern", "id_pattern"),
    *("invalid_number_pattern", "report_delivered_pattern", "report_failed_pattern"),
]


class MassSendingSmsGateway(models.Model):
    """An SMS gateway of one's own, and how it is spoken to over HTTP.

    All of it, not only the passwords, is for administrators: a request's
    parameters are where a secret ends up sooner or later.
    """

    _name = "mass.sending.sms.gateway"
    _description = "SMS gateway"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    preset = fields.Selection(
        [("json", "Generic JSON"), ("kannel", "Kannel")],
        required=True,
        default="json",
        help="Choosing one fills in the request and how answers are read; all of it "
        "can then be changed.",
    )
    company_ids = fields.One2many(
        "res.company",
        "mass_sending_sms_gateway_id",
        string="Used by",
        readonly=True,
    )
    # Request
    url = fields.Char(
        string="URL",
        required=True,
        help="For example http://sms.example.com:13013/send",
    )
    method = fields.Selection(
        [("POST", "POST"), ("GET", "GET")],
        required=True,
        default=PRESETS["json"]["method"],
    )
    body_format = fields.Selection(
        [
            ("json", "JSON body"),
            ("form", "Form fields"),
            ("query", "Parameters in the address"),
        ],
        string="Parameters as",
        required=True,
        default=PRESETS["json"]["body_format"],
    )
    parameters = fields.Text(help="One a line: name={placeholder}")
    json_body = fields.Text(
        string="JSON",
        default=PRESETS["json"]["json_body"],
        help="Text values may hold placeholders. With “{messages}” in place of a list, "
        "several SMS go in one request.",
    )
    json_item = fields.Text(
        string="JSON of one message", help="What each entry of {messages} looks like."
    )
    batch_size = fields.Integer(
        string="Messages per request",
        default=20,
        help="With {messages} only. They are in flight together: if the answer never "
        "comes, all of them are in doubt.",
    )
    headers = fields.Text(
        default=PRESETS["json"]["headers"], help="One a line: Name: value"
    )
    sender = fields.Char(help="Number or name that the SMS come from.")
    username = fields.Char(groups="base.group_system")
    password = fields.Char(groups="base.group_system")
    token = fields.Char(groups="base.group_system")
    connect_timeout = fields.Integer(
        string="Time to connect (s)", required=True, default=5
    )
    read_timeout = fields.Integer(
        string="Time to answer (s)",
        required=True,
        default=30,
        help="What is not answered by then is in doubt, and shown as uncertain.",
    )
    # Answer
    results_path = fields.Char(
        string="List of results", help="Where in the JSON answer, e.g. data.messages"
    )
    result_uid_path = fields.Char(
        string="Our id in a result", help="Where our {uuid} stands in each result."
    )
    status_path = fields.Char(
        string="Status",
        default=PRESETS["json"]["status_path"],
        help="Where in the JSON answer. Empty: the patterns are tried on all of it.",
    )
    success_pattern = fields.Char(
        string="Accepted if",
        default=PRESETS["json"]["success_pattern"],
        help="Regular expression. An answer that it doesn't match, nor one of the "
        "others, is in doubt.",
    )
    refused_pattern = fields.Char(
        string="Refused if", default=PRESETS["json"]["refused_pattern"]
    )
    invalid_number_pattern = fields.Char(
        string="Number invalid if", default=PRESETS["json"]["invalid_number_pattern"]
    )
    later_pattern = fields.Char(
        string="To be tried later if", default=PRESETS["json"]["later_pattern"]
    )
    id_path = fields.Char(string="Gateway's id", default=PRESETS["json"]["id_path"])
    id_pattern = fields.Char(
        string="Gateway's id in text", help="Regular expression with one group."
    )
    reason_path = fields.Char(string="Reason", default=PRESETS["json"]["reason_path"])
    # Delivery reports
    report_secret = fields.Char(
        default=lambda self: secrets.token_urlsafe(32),
        copy=False,
        readonly=True,
        groups="base.group_system",
    )
    report_base_url = fields.Char(
        string="Odoo's address for the gateway",
        help="If the gateway reaches Odoo by another address than people do.",
    )
    report_url = fields.Char(
        string="Delivery reports to",
        compute="_compute_report_url",
        groups="base.group_system",
        help="Where the gateway reports deliveries. {report_url} stands for it.",
    )
    report_query = fields.Char(
        string="Reports with",
        help="What {report_url} ends with, when the gateway fills it in.",
    )
    report_uid_path = fields.Char(
        string="Id in a report",
        default=PRESETS["json"]["report_uid_path"],
        help="Parameter or JSON path with our {uuid} or the gateway's id.",
    )
    report_status_path = fields.Char(
        string="Status in a report", default=PRESETS["json"]["report_status_path"]
    )
    report_reason_path = fields.Char(
        string="Reason in a report", default=PRESETS["json"]["report_reason_path"]
    )
    report_delivered_pattern = fields.Char(
        string="Delivered if", default=PRESETS["json"]["report_delivered_pattern"]
    )
    report_failed_pattern = fields.Char(
        string="Failed if", default=PRESETS["json"]["report_failed_pattern"]
    )

    @api.depends("report_base_url", "report_secret")
    def _compute_report_url(self):
        for gateway in self:
            base = (gateway.report_base_url or gateway.get_base_url()).rstrip("/")
            gateway.report_url = (
                f"{base}/mass_sending/sms/report/{gateway.id}/{gateway.report_secret}"
                if gateway.id
                else False
            )

    @api.onchange("preset")
    def _onchange_preset(self):
        self.update(PRESETS.get(self.preset, {}))

    @api.constrains("url")
    def _check_url(self):
        for gateway in self:
            parts = urlsplit(gateway.url or "")
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValidationError(
                    self.env._("The gateway's URL must begin with http:// or https://")
                )

    @api.constrains(*PATTERN_FIELDS)
    def _check_patterns(self):
        for gateway in self:
            for name in PATTERN_FIELDS:
                try:
                    re.compile(gateway[name] or "")
                except re.error as error:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” is no regular expression: %(error)s",
                            field=self._fields[name]._description_string(self.env),
                            error=error,
                        )
                    ) from error

    @api.constrains("preset", "sender")
    def _check_sender(self):
        for gateway in self:
            if gateway.preset == "kannel" and not gateway.sender:
                raise ValidationError(
                    self.env._("Kannel refuses SMS without a sender: fill it in.")
                )

    @api.constrains("parameters", "headers", "json_body", "json_item", "body_format")
    def _check_request(self):
        """Everything that would otherwise fail when the first SMS goes out."""
        for gateway in self:
            try:
                http_gateway.parse_lines(gateway.parameters, "=")
                http_gateway.parse_lines(gateway.headers, ":")
            except ValueError as error:
                raise ValidationError(
                    self.env._("This line has no name and value: %s", error)
                ) from error
            for text in (gateway.json_body, gateway.json_item):
                gateway._check_json(text)
            gateway._check_placeholders()

    def _check_json(self, text):
        try:
            json.loads(text or "null")
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "This is no JSON: %(error)s\n%(text)s", error=error, text=text
                )
            ) from error

    def _check_placeholders(self):
        used = {
            name
            for text in (self.parameters, self.headers, self.json_body, self.json_item)
            for name in http_gateway.placeholders(text)
        }
        if unknown := used - {*VALUES, BATCH}:
            raise ValidationError(
                self.env._(
                    "Unknown placeholder: %(unknown)s. There are: %(known)s.",
                    unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                    known=", ".join(f"{{{name}}}" for name in (*VALUES, BATCH)),
                )
            )

    # === Actions ===

    def action_new_report_secret(self):
        """Give it another report address; the gateway has to be told."""
        for gateway in self:
            gateway.report_secret = secrets.token_urlsafe(32)

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

    # === Answers and reports ===

    def _matches(self, pattern_field, text):
        pattern = self[pattern_field]
        return bool(pattern and re.search(pattern, text or ""))

    def _extract(self, pattern_field, text):
        """Return the first group of a pattern in a text, or None."""
        pattern = self[pattern_field]
        found = pattern and re.search(pattern, text or "")
        return (found[1] if found.groups() else found[0]) if found else None

    def _read_report(self, content):
        """Read one delivery report.

        :param content: parsed JSON, or a dict of parameters
        :return: tuple (id, "delivered", "failed" or None, reason)
        """
        status = http_gateway.find_text(content, self.report_status_path)
        outcome = None
        if status and re.fullmatch(self.report_delivered_pattern or "", status):
            outcome = "delivered"
        elif status and re.fullmatch(self.report_failed_pattern or "", status):
            outcome = "failed"
        uid = http_gateway.find_text(content, self.report_uid_path)
        reason = http_gateway.find_text(content, self.report_reason_path)
        return uid, outcome, reason

    def _receive_report(self, content):
        """Take one delivery report.

        :param content: parsed JSON, or a dict of parameters
        :return: whether it is about an SMS that we know
        """
        self.ensure_one()
        uid, outcome, reason = self._read_report(content)
        trackers = self._find_trackers(uid)
        if outcome == "delivered":
            trackers._action_update_from_sms_state("sent")
        elif outcome == "failed":
            trackers._action_update_from_sms_state(
                "error", failure_type="sms_not_delivered", failure_reason=reason
            )
        return bool(trackers)

    def _find_trackers(self, uid):
        """Find what a report is about, by our id or by the gateway's."""
        trackers = self.env["sms.tracker"]
        if not uid:
            return trackers
        found = trackers.search([("sms_uuid", "=", uid)])
        if found:
            return found
        delivery = self.env["mass.sending.delivery"].search(
            [
                ("provider_uid", "=", uid),
                ("channel", "=", "sms"),
                ("company_id", "in", self.company_ids.ids),
            ],
            limit=1,
        )
        return trackers.search(
            [("sms_uuid", "=", delivery.message_uid), ("sms_uuid", "!=", False)]
        )
