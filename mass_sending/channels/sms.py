# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""SMS: through the company's own gateway, or the provider it has chosen in Odoo."""

from uuid import uuid4

from odoo import fields
from odoo.tools import SQL

from .. import states
from ..queue.messages import group_by_lang, store_messages
from ..queue.outcomes import Outcome
from ..tools import phone_types, sms_segments
from ..tools.quiet_hours import end_of_quiet
from . import register
from .base import RECIPIENTS, Channel, ChannelUnavailable
from .redirection import RedirectionError, get_sms_divert_number
from .sms_provider import Sms

LANDLINE_PARAMETER = "mass_sending.sms_to_landlines"
# So many requests in a row without a readable answer: better wait than doubt more.
DOUBTS = 3


@register
class SmsChannel(Channel):
    """One SMS per person, and per number if so chosen."""

    code = "sms"
    label = "SMS"

    # === Before sending ===

    def addresses_sql(self, campaign, recipients=RECIPIENTS):
        addresses = SQL(
            """SELECT r.id AS recipient_id,
                      r.decision,
                      r.phone_sanitized AS address,
                      CASE WHEN COALESCE(r.phone, r.phone_sanitized, '') = ''
                           THEN 'phone_missing'
                           WHEN COALESCE(r.phone_sanitized, '') = ''
                           THEN 'phone_invalid'
                           WHEN %(landline)s THEN 'phone_landline'
                           ELSE %(suppressed)s
                      END AS reason
                 FROM %(recipients)s r
                WHERE r.campaign_id = %(campaign)s""",
            landline=self._landline_sql(
                SQL("r.phone_sanitized"), self._get_prefixes(campaign, recipients)
            ),
            suppressed=self._suppressed_sql(campaign, SQL("r.phone_sanitized")),
            recipients=recipients,
            campaign=campaign.id,
        )
        if campaign.dedupe_mode != "address":
            return addresses
        return self.once_per_address_sql(addresses)

    def has_one_address_each(self, campaign):
        return True

    def _get_prefixes(self, campaign, recipients):
        """Return how the numbers begin; those of others may be among them."""
        query = SQL(
            """SELECT left(phone_sanitized, 4)
                 FROM mass_sending_recipient
                WHERE campaign_id = %s AND phone_sanitized IS NOT NULL""",
            campaign.id,
        )
        if recipients is not RECIPIENTS:
            # they may just be selected from these
            query = SQL(
                "%s UNION SELECT DISTINCT left(phone_sanitized, 4)"
                " FROM %s WHERE phone_sanitized IS NOT NULL",
                query,
                SQL.identifier(self.env[campaign.recipient_model]._table),
            )
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT prefix FROM (%s) AS numbers (prefix)", query)
        )
        return [prefix for (prefix,) in rows]

    def _landline_sql(self, number, prefixes):
        """SQL expression: whether no SMS reaches a number, by its kind."""
        parameter = self.env["ir.config_parameter"].sudo()
        if parameter.get_param(LANDLINE_PARAMETER):
            return SQL("FALSE")
        codes = phone_types.split_country_codes(prefixes)
        if not codes:
            return SQL("FALSE")
        cases = [
            SQL(
                "WHEN starts_with(%(number)s, %(code)s)"
                # most are mobiles: one pattern is enough for them
                " THEN %(number)s !~ %(mobile)s AND %(number)s ~ %(landline)s",
                number=number,
                code=f"+{code}",
                landline=landline,
                mobile=mobile,
            )
            for code in codes
            for landline, mobile in [phone_types.landline_patterns(code)]
        ]
        return SQL("CASE %s ELSE FALSE END", SQL(" ").join(cases))

    def _suppressed_sql(self, campaign, number):
        """SQL expression: why a number may not be written to, or NULL."""
        on_hold = self.env["mass.sending.hold"]._is_on_hold_sql(
            campaign.company_id.id, self.code, number
        )
        if campaign.purpose != "marketing":
            return SQL("CASE WHEN %s THEN 'on_hold' END", on_hold)
        self.env["phone.blacklist"].flush_model()
        return SQL(
            """CASE WHEN EXISTS (SELECT FROM phone_blacklist b
                                  WHERE b.number = %s AND b.active)
                    THEN 'opted_out'
                    WHEN %s
                    THEN 'on_hold' END""",
            number,
            on_hold,
        )

    def blocked_case_sql(self, campaign):
        return self._suppressed_sql(campaign, SQL("d.address"))

    def get_content_problems(self, campaign):
        return campaign._get_sms_text_problems()

    def get_problems(self, campaign):
        return [
            *self.get_purpose_problems(campaign),
            *self._get_divert_problems(),
        ]

    def get_notes(self, campaign):
        return [campaign._describe_sms_estimate()]

    def get_warnings(self, campaign):
        company = campaign.company_id
        warnings = company._get_mass_sending_sms_provider().get_warnings()
        if campaign.sms_unicode:
            warnings.append(
                self.env._(
                    "These characters make the SMS longer, and dearer: %s",
                    campaign.sms_unicode,
                )
            )
        return warnings

    def _get_divert_problems(self):
        try:
            get_sms_divert_number(self.env)
        except RedirectionError as error:
            return [str(error)]
        return []

    # === Sending ===

    def prepare(self, campaign, deliveries):
        awake = self._put_off_quiet(campaign, deliveries)
        failures = self._make_texts(campaign, awake.filtered(lambda d: not d.sms_text))
        ready = awake.filtered(lambda d: d.id not in failures)
        self._measure(campaign, ready)
        self._make_rows(campaign, ready)
        return failures

    def _put_off_quiet(self, campaign, deliveries):
        """Let those wait who must not be disturbed now.

        :return: the others
        """
        company, now = campaign.company_id, fields.Datetime.now()
        start, end = company.mass_sending_quiet_from, company.mass_sending_quiet_to
        if start == end or campaign.is_test:
            return deliveries
        default = company._get_mass_sending_tz()
        quiet = deliveries.browse()
        for delivery in deliveries:
            timezone = delivery.partner_id.tz or default
            if wake_at := end_of_quiet(now, timezone, start, end):
                delivery.next_try_at = wake_at
                quiet += delivery
        return deliveries - quiet

    def _make_texts(self, campaign, deliveries):
        """Render the texts, once and for all tries.

        :return: {delivery id: Outcome} of those whose text could not be made
        """
        failures = {}
        by_lang = group_by_lang(
            campaign, deliveries, lambda delivery: delivery.recipient_id.lang
        )
        for lang, of_lang in by_lang.items():
            author = campaign._get_author_env()[campaign._name].browse(campaign.id)
            person_ids = of_lang.recipient_id.mapped("person_id")
            texts, errors = author._render_sms(person_ids, lang)
            texts = {
                person_id: campaign._mark_subject(text)
                for person_id, text in texts.items()
            }
            store_messages(
                campaign,
                of_lang.recipient_id.filtered(lambda r, t=texts: r.person_id in t),
                campaign._prepare_sms_contents(texts),
                message_type="sms",
            )
            for delivery in of_lang:
                person_id = delivery.recipient_id.person_id
                if person_id in errors:
                    failures[delivery.id] = Outcome.failed(
                        "placeholder", errors[person_id]
                    )
                    continue
                delivery.sms_text = texts[person_id]
                delivery.mail_message_id = delivery.recipient_id.mail_message_id
        return failures

    def _measure(self, campaign, deliveries):
        """Write down how many SMS each text makes, and what they cost."""
        prices = campaign._get_sms_prices(deliveries.mapped("address"))
        for delivery in deliveries:
            segments = sms_segments.count_segments(delivery.sms_text)
            delivery.sms_segments = segments
            delivery.sms_price = segments * prices.get(delivery.address, 0.0)

    def _make_rows(self, campaign, deliveries):
        """Make what Odoo and its providers know an SMS by.

        In a state that Odoo's own queue never takes up: it would send first and
        commit afterwards.
        """
        # left by a worker that died, or by an earlier try
        self._get_rows(deliveries).unlink()
        # each try has its own id: a late report must not be taken for this one's
        new = deliveries.filtered(lambda d: not d.message_uid or d.attempts)
        for delivery in new:
            delivery.message_uid = uuid4().hex
        new.write(
            {
                "sms_report": False,
                "sms_report_reason": False,
                "sms_report_pending": False,
                "delivered_at": False,
                "provider_uid": False,
            }
        )
        self.env["sms.tracker"].create(
            [{"sms_uuid": d.message_uid, "mass_sending_delivery_id": d.id} for d in new]
        )
        self.env["sms.sms"].with_company(campaign.company_id).create(
            [self._prepare_row_values(delivery) for delivery in deliveries]
        )

    def _prepare_row_values(self, delivery):
        return {
            "uuid": delivery.message_uid,
            "number": delivery.address,
            "body": delivery.sms_text,
            "partner_id": delivery.partner_id.id,
            "mail_message_id": delivery.mail_message_id.id,
            "mass_sending_delivery_id": delivery.id,
            "state": "process",
        }

    def hand_over(self, campaign, deliveries, session):
        now = fields.Datetime.now()
        waiting = deliveries.filtered(
            lambda d: not d.next_try_at or d.next_try_at <= now
        )
        company = campaign.company_id
        provider = company.with_company(company)._get_mass_sending_sms_provider()
        divert_to = get_sms_divert_number(self.env)
        size = provider.request_size
        # one request after the other is one lane, as with mail; several in one
        # request are in flight together
        for ids in [waiting.ids] if size == 1 else _split(waiting.ids, size):
            if session.stopped():
                return
            affordable = self._open(campaign, ids, session, together=size > 1)
            self._hand_over_opened(
                waiting.browse(affordable), provider, session, divert_to
            )
            if len(affordable) < len(ids):
                return

    def _open(self, campaign, delivery_ids, session, together):
        """Mark deliveries as being handed over, as many as the budget allows.

        :return: their ids
        """
        with campaign._within_sms_budget(session, delivery_ids) as affordable:
            lanes = [[delivery_id] for delivery_id in affordable]
            session.open(lanes if together else [affordable])
        return affordable

    def _hand_over_opened(self, deliveries, provider, session, divert_to):
        doubts = 0
        for ids in _split(deliveries.ids, provider.request_size):
            if session.stopped():
                return
            batch = deliveries.browse(ids)
            answer = provider.send(
                [Sms(d.message_uid, divert_to or d.address, d.sms_text) for d in batch]
            )
            states_seen = set()
            for delivery in batch:
                if outcome := answer.outcomes.get(delivery.message_uid):
                    session.record([delivery.id], outcome)
                    states_seen.add(outcome.state)
            if answer.stop:
                raise ChannelUnavailable(answer.stop)
            doubts = doubts + 1 if states_seen == {states.UNCERTAIN} else 0
            if doubts >= DOUBTS:
                raise ChannelUnavailable(
                    self.env._("The SMS provider does not answer any more.")
                )

    def clean_up(self, campaign, deliveries):
        rows = self._get_rows(deliveries)
        for row in rows:
            delivery = row.mass_sending_delivery_id
            if delivery.state == states.SENT:
                row.write({"state": "pending", "to_delete": True})
            elif delivery.state == states.ERROR:
                row.write({"state": "error", "failure_type": "unknown"})
        # free again: they are made anew for the next try
        rows.filtered(
            lambda s: (
                s.mass_sending_delivery_id.state == states.NEW
                and not s.mass_sending_delivery_id.group_id
            )
        ).unlink()

    def _get_rows(self, deliveries):
        return self.env["sms.sms"].search(
            [("mass_sending_delivery_id", "in", deliveries.ids)]
        )


def _split(items, size):
    return [items[index : index + size] for index in range(0, len(items), size)]
