# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json
import re
import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import http_gateway
from ..tools.sms_gateway_presets import PRESETS

# Every word that may stand between braces in a gateway's request.
VALUES = (
    *("number", "number_digits", "text", "uuid", "sender", "coding"),
    *("username", "password", "token", "report_url"),
)
BATCH = "messages"

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
