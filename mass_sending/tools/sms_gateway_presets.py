# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What known SMS gateways are told, and how their answers are read: values of
`mass.sending.sms.gateway`, which staff may change afterwards.
"""

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
