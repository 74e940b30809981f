# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading what a mail server says about a mail that it could not deliver."""

import re
from dataclasses import dataclass

# An enhanced status code in a sentence. (RFC 3463)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# The three digits of a permanent SMTP reply, as old servers quote them
_REPLY = re.compile(r"(?<![\d.])5[0-5]\d(?=[ \-])")
REASON_LENGTH = 1000


@dataclass(frozen=True)
class Report:
    """What became of a mail.

    :ivar bool failed: it will never arrive
    :ivar str reason: in the far end's words, starting with its status code
    :ivar str address: whom it could not be delivered to, or None
    """

    failed: bool
    reason: str
    address: str | None = None


def read_report(message, body=""):
    """Read a delivery status notification. (RFC 3464)

    A mail without one, sent to the bounce address, is judged by its text: many are
    replies of vacation programs, so it must name a permanent error.

    :param message: email.message.EmailMessage
    :param str body: its text, as plain text
    :return: Report
    """
    part = next(
        (
            p
            for p in message.walk()
            if p.get_content_type() == "message/delivery-status"
        ),
        None,
    )
    groups = part.get_payload() if part is not None else None
    if isinstance(groups, list):
        reports = [_read_recipient(group) for group in groups[1:] if group["Action"]]
        # one mail goes to one address; a list behind it may report several
        failed = [report for report in reports if report.failed]
        if failed or reports:
            return (failed or reports)[0]
    return _read_text(body)


def _read_recipient(group):
    action = str(group["Action"]).strip().lower()
    status = _first(_STATUS, str(group["Status"] or ""))
    said = _after_type(group["Diagnostic-Code"])
    reason = said if status and status in said else f"{status} {said}".strip()
    return Report(
        # 4.x.x with "failed" was tried for days and given up: it won't arrive
        failed=action == "failed",
        reason=reason[:REASON_LENGTH] or action,
        address=_after_type(group["Final-Recipient"]) or None,
    )


def _read_text(body):
    for line in body.splitlines():
        status = _first(_STATUS, line)
        if status.startswith("5") or (not status and _REPLY.search(line)):
            return Report(failed=True, reason=line.strip()[:REASON_LENGTH])
    first = next((line.strip() for line in body.splitlines() if line.strip()), "")
    return Report(failed=False, reason=first[:REASON_LENGTH])


def _first(pattern, text):
    match = pattern.search(text)
    return match[1] if match else ""


def _after_type(header):
    """Return the value of a "type; value" header, on one line."""
    text = " ".join(str(header or "").split())
    return text.partition(";")[2].strip() or text
