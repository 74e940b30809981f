# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who carries an SMS: what a provider is, and Odoo's own ones."""

from dataclasses import dataclass

import requests
from urllib3 import exceptions as urllib3_exceptions

from odoo.exceptions import UserError

from odoo.addons.iap.tools.iap_tools import IAPServerError, InsufficientCreditError
from odoo.addons.sms.tools.sms_api import SmsApi

from ..queue.outcomes import Outcome
from .base import ChannelUnavailable

# What urllib3 raises when there was no connection, so that nothing was written.
_NO_CONNECTION = (
    urllib3_exceptions.NewConnectionError,
    urllib3_exceptions.ConnectTimeoutError,
    urllib3_exceptions.LocationValueError,
)
# Odoo's codes that mean our account, not this number: the rest of the campaign
# would fail the same way, so it waits.
_ACCOUNT_ERRORS = {
    "insufficient_credit",
    "unregistered",
    "twilio_authentication",
    "twilio_acc_unverified",
    "twilio_callback",
    "twilio_from_missing",
}
_NUMBER_ERRORS = {"wrong_number_format", "sms_number_missing", "twilio_from_to"}


@dataclass(frozen=True)
class Sms:
    """One SMS to be handed over.

    :ivar str uid: 32 hexadecimal digits by which reports refer to it
    :ivar str number: E.164
    """

    uid: str
    number: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What a provider made of some SMS.

    :ivar dict outcomes: uid -> Outcome; who isn't in it was provably not taken
    :ivar str stop: why nothing more should be handed over for now, or None
    """

    outcomes: dict
    stop: str | None = None

    @classmethod
    def same(cls, messages, outcome, stop=None):
        """The same became of all of them."""
        return cls({message.uid: outcome for message in messages}, stop)


class SmsProvider:
    """Hands SMS over to whoever carries them.

    :ivar int request_size: how many SMS go in one request; they are in flight
        together, so after a worker's death all of them are in doubt
    """

    request_size = 1

    def get_warnings(self):
        """Return what staff should know before they confirm, as sentences."""
        return []

    def send(self, messages):
        """Hand over some SMS in one request.

        :param messages: list of `Sms`, at most `request_size`
        :return: Answer
        :raise ChannelUnavailable: the far end can't be reached; nothing was taken
        """
        raise NotImplementedError  # abstract


class OdooProvider(SmsProvider):
    """The provider class that the company has chosen in Odoo: IAP, Twilio, …

    Odoo's classes tell less than we want to know. What they don't tell is taken as
    doubt, never as failure: staff decide whether to send it again.
    """

    def __init__(self, company):
        self.env = company.env
        self._api = company._get_sms_api_class()(self.env)
        self._api._set_company(company)
        # Odoo's service takes many at once and answers for each; others are loops
        # inside, which would leave a whole batch in doubt
        self.request_size = 50 if isinstance(self._api, SmsApi) else 1
        self._report_url = company.get_base_url() + "/sms/status"

    def send(self, messages):
        request = [
            {
                "content": message.text,
                "numbers": [{"number": message.number, "uuid": message.uid}],
            }
            for message in messages
        ]
        try:
            results = self._api._send_sms_batch(
                request, delivery_reports_url=self._report_url
            )
        except Exception as error:  # whatever a provider class may raise
            return self._judge_error(messages, error)
        return self._read(messages, results)

    def _judge_error(self, messages, error):
        reason = describe_error(error)
        if _was_refused(error):
            raise ChannelUnavailable(
                self.env._("The SMS provider takes nothing: %s", reason)
            ) from error
        return Answer.same(messages, Outcome.in_doubt(reason), stop=reason)

    def _read(self, messages, results):
        by_uid = {
            result["uuid"]: result
            for result in results or []
            if isinstance(result, dict) and result.get("uuid")
        }
        outcomes, stop = {}, None
        for message in messages:
            result = by_uid.get(message.uid)
            if result and result.get("state") in _ACCOUNT_ERRORS:
                stop = self._describe(result)
                continue
            outcomes[message.uid] = self._judge(result)
        return Answer(outcomes, stop)

    def _judge(self, result):
        if result is None:
            return Outcome.in_doubt(self.env._("The answer does not mention it."))
        state = result.get("state")
        if state in self.env["sms.sms"].IAP_TO_SMS_STATE_SUCCESS:
            return Outcome.sent(result.get("sms_twilio_sid"))
        if state in (None, "server_error"):
            # also Odoo's word for a time-out
            return Outcome.in_doubt(self._describe(result))
        if state in _NUMBER_ERRORS:
            return Outcome.failed("phone_invalid", self._describe(result))
        return Outcome.failed("refused", self._describe(result))

    def _describe(self, result):
        state = result.get("state")
        messages = self._api._get_sms_api_error_messages()
        return result.get("failure_reason") or messages.get(state) or str(state)


def was_never_sent(error):
    """Tell whether a request provably failed before any of it was written.

    :param error: requests.RequestException
    """
    if isinstance(
        error,
        (
            requests.exceptions.ConnectTimeout,
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidHeader,
            requests.exceptions.MissingSchema,
            requests.exceptions.InvalidSchema,
        ),
    ):
        return True
    return any(_is_no_connection(cause) for cause in _causes(error))


def _is_no_connection(error):
    # a certificate is checked before the request goes out
    return isinstance(error, _NO_CONNECTION) or (
        type(error).__name__ == "SSLCertVerificationError"
    )


def _causes(error):
    """Yield an exception and those that it was made from."""
    yield error
    inner = [getattr(error, "reason", None), getattr(error, "original_error", None)]
    for cause in (*inner, *error.args):
        if isinstance(cause, BaseException) and cause is not error:
            yield from _causes(cause)


def _was_refused(error):
    """Tell whether a provider class provably handed nothing over.

    Odoo's classes hide the network's errors behind a UserError.
    """
    chain = []
    while error and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    for cause in chain:
        if isinstance(cause, requests.exceptions.HTTPError):
            return cause.response.status_code < 500
        if isinstance(cause, requests.exceptions.RequestException):
            return was_never_sent(cause)
        if isinstance(cause, IAPServerError):
            return False
    return isinstance(chain[0], (UserError, InsufficientCreditError))


def describe_error(error):
    """Return what broke, without the address: it may carry a password."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if not isinstance(error, requests.exceptions.RequestException):
        return str(error).strip() or type(error).__name__
    *_outer, cause = _causes(error)
    text = "" if cause is error else str(cause)
    return text.rpartition(": ")[2].strip() or type(error).__name__
