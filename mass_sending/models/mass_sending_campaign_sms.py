# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import unicodedata
from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from odoo.addons.sms.tools.sms_tools import sms_content_to_rendered_html

from .. import states
from ..tools import placeholders, sms_segments
from .mass_sending_content_mixin import RENDER_ERRORS

# How many texts are filled in to tell how long they become.
FORM_SAMPLE = 20
CONFIRM_SAMPLE = 200


@dataclass(frozen=True)
class SmsEstimate:
    """What a campaign would take.

    :ivar int people: how many get it
    :ivar int segments: how many SMS that makes
    :ivar float cost: in the company's currency; 0 where no price is set
    :ivar bool is_exact: all texts were filled in, not only some
    """

    people: int
    segments: int
    cost: float
    is_exact: bool


class MassSendingCampaign(models.Model):
    """A campaign by SMS: its text, its length and what it will cost."""

    _inherit = "mass.sending.campaign"

    sms_hint = fields.Char(string="Length", compute="_compute_sms_hint")
    sms_unicode = fields.Char(
        string="Characters that halve the room",
        compute="_compute_sms_hint",
        help="One of them is enough for the whole text to be sent as UCS-2, which has "
        "70 characters instead of 160.",
    )
    sms_can_make_gsm = fields.Boolean(compute="_compute_sms_hint")
    sms_total_hint = fields.Char(string="In all", compute="_compute_sms_total_hint")

    @api.model
    def _get_content_field_names(self):
        return super()._get_content_field_names() | {"sms_body"}

    @api.depends("subject", "sms_body", "send_to")
    def _compute_display_name(self):
        super()._compute_display_name()
        for campaign in self.filtered(lambda c: c.send_to == "sms" and not c.subject):
            words = " ".join((campaign.sms_body or "").split())
            if words:
                campaign.display_name = words[:60] + ("…" if len(words) > 60 else "")

    @api.depends("sms_body", "send_to", "recipient_type")
    def _compute_sms_hint(self):
        for campaign in self:
            text = campaign.sms_body or ""
            unicode = sms_segments.find_unicode(text)
            campaign.sms_unicode = ", ".join(map(_describe_character, unicode))
            campaign.sms_can_make_gsm = sms_segments.to_gsm(text) != text
            campaign.sms_hint = (
                campaign._describe_sms_length() if campaign.send_to == "sms" else False
            )

    @api.depends("sms_body", "send_to", "audience_count")
    def _compute_sms_total_hint(self):
        for campaign in self:
            by_sms = campaign.send_to == "sms" and campaign.sms_body
            campaign.sms_total_hint = (
                campaign._describe_sms_total() if by_sms else False
            )

    def _describe_sms_total(self):
        """Say roughly how many SMS go to all who match, and what they cost.

        From some of them; the confirmation is exact about who can be reached.
        """
        people = self._get_sms_example_people().filtered("phone_sanitized")
        if not people:
            return False
        texts = self._get_sms_examples() or [""]
        segments = sum(map(sms_segments.count_segments, texts)) / len(texts)
        numbers = people.mapped("phone_sanitized")
        prices = self._get_sms_prices(numbers)
        price = sum(prices.get(number, 0.0) for number in numbers) / len(numbers)
        total = round(segments * self.audience_count)
        if not price:
            return self.env._("About %(total)s SMS in all", total=total)
        return self.env._(
            "About %(total)s SMS in all, for about %(cost)s",
            total=total,
            cost=format_amount(self.env, price * total, self.company_id.currency_id),
        )

    def _get_sms_example_people(self):
        people = self.env[self._get_content_model()]
        try:
            return people.search(
                self._get_audience_domain(), limit=FORM_SAMPLE, order="id"
            )
        except RENDER_ERRORS:  # filters that are just being typed
            return people

    def _describe_sms_length(self):
        """Say how many SMS the text makes, filled in for some of the people."""
        texts = self._get_sms_examples()
        if not texts:
            return False
        measures = [sms_segments.measure(text) for text in texts]
        counts = [measure.segments for measure in measures]
        longest = max(measures, key=lambda m: (m.segments, m.units))
        values = {
            "encoding": longest.encoding,
            "units": longest.units,
            "left": longest.left,
            "low": min(counts),
            "high": max(counts),
        }
        if values["low"] != values["high"]:
            return self.env._(
                "%(low)s to %(high)s SMS, by what the placeholders are filled with "
                "(%(encoding)s)",
                **values,
            )
        return self.env._(
            "%(high)s SMS: %(units)s characters of %(encoding)s, %(left)s more fit in",
            **values,
        )

    def _get_sms_examples(self):
        """Return the text as some people would get it; as it stands if it can't be."""
        if not placeholders.inline_expressions(self.sms_body):
            return [self.sms_body] if self.sms_body else []
        texts, _failures = self._render_sms(self._get_sms_example_people().ids, False)
        return list(texts.values()) or [self.sms_body]

    def _is_sms(self):
        return self.send_to == "sms"

    @api.depends("sms_body", "send_to")
    def _compute_has_content(self):
        result = super()._compute_has_content()
        for campaign in self.filtered(lambda c: c.send_to == "sms"):
            campaign.has_content = bool((campaign.sms_body or "").strip())
        return result

    # === Test ===

    def _prepare_test_address(self, address):
        if self.send_to != "sms":
            return super()._prepare_test_address(address)
        number = self.env.user._phone_format(number=address)
        if not number:
            raise UserError(
                self.env._(
                    "“%(text)s” is not a phone number. Write it with its country code, "
                    "like +49 1512 3456789.",
                    text=address,
                )
            )
        return {"phone": address, "phone_sanitized": number}

    def _get_default_test_address(self):
        if self.send_to != "sms":
            return super()._get_default_test_address()
        return self.env.user.phone

    # === Before sending ===

    def _estimate_sms(self):
        """Estimate segments and cost for the people who are selected.

        Every text is filled in when there are few; else those of some people who
        are spread over all of them.

        :return: SmsEstimate
        """
        self.ensure_one()
        [[people, price]] = self.env.execute_query(
            SQL(
                "SELECT count(*), COALESCE(sum(price), 0) FROM (%s) reached",
                self._reached_by_sms_sql(),
            )
        )
        step = max(1, people // CONFIRM_SAMPLE)
        rows = self.env.execute_query(
            SQL(
                "SELECT person_id, lang, price FROM (%s) reached WHERE rank %% %s = 0",
                self._reached_by_sms_sql(),
                step,
            )
        )
        counts = self._count_segments_of(rows)
        if not counts:
            return SmsEstimate(people, 0, 0.0, is_exact=True)
        average = sum(counts.values()) / len(counts)
        is_exact = len(counts) == people or (
            step > 1
            and not placeholders.inline_expressions(self.sms_body)
            and len(set(counts.values())) == 1
        )
        if len(counts) == people:
            cost = sum(float(p or 0) * counts[person_id] for person_id, _l, p in rows)
            return SmsEstimate(people, sum(counts.values()), cost, is_exact=True)
        return SmsEstimate(
            people, round(people * average), float(price) * average, is_exact
        )

    def _reached_by_sms_sql(self):
        """SELECT of who is reached: person_id, lang, price of a segment, rank."""
        prices = self.env["mass.sending.sms.price"]
        return SQL(
            """SELECT r.person_id, r.lang, %(price)s AS price,
                      row_number() OVER (ORDER BY r.id) AS rank
                 FROM mass_sending_recipient r
                WHERE r.campaign_id = %(campaign)s
                  AND r.decision = %(kept)s
                  AND NOT COALESCE(r.unreachable ? 'sms', FALSE)""",
            price=prices._price_sql(self.company_id, SQL("r.phone_sanitized")),
            campaign=self.id,
            kept=states.KEPT,
        )

    def _count_segments_of(self, rows):
        """Return {person id: segments} of people, each in his language."""
        by_lang = {}
        for person_id, lang, _price in rows:
            by_lang.setdefault(self._get_known_lang(lang), []).append(person_id)
        author = self._get_author_env()[self._name].browse(self.id)
        return {
            person_id: sms_segments.count_segments(text)
            for lang, person_ids in by_lang.items()
            for person_id, text in author._render_sms(person_ids, lang)[0].items()
        }

    def _describe_sms_estimate(self):
        """Return the estimate as a sentence, for the confirmation."""
        estimate = self._estimate_sms()
        values = {
            "people": estimate.people,
            "segments": estimate.segments,
            "cost": format_amount(self.env, estimate.cost, self.company_id.currency_id),
        }
        if not estimate.cost:
            if estimate.is_exact:
                return self.env._("%(segments)s SMS to %(people)s people.", **values)
            return self.env._("About %(segments)s SMS to %(people)s people.", **values)
        if estimate.is_exact:
            return self.env._(
                "%(segments)s SMS to %(people)s people, for %(cost)s.", **values
            )
        return self.env._(
            "About %(segments)s SMS to %(people)s people, for about %(cost)s.", **values
        )

    # === Sending ===

    def _prepare_sms_contents(self, texts):
        """Return {person id: (subject, body)} for the chatter."""
        return {
            person_id: (False, Markup("<p>%s</p>") % sms_content_to_rendered_html(text))
            for person_id, text in texts.items()
        }

    def _get_sms_prices(self, numbers):
        """Return {number: price of a segment}, without those that have none."""
        if not numbers:
            return {}
        price = self.env["mass.sending.sms.price"]._price_sql(
            self.company_id, SQL("numbers.number")
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT number, %s FROM unnest(%s) AS numbers (number)",
                price,
                list(numbers),
            )
        )
        return {number: float(price) for number, price in rows if price is not None}

    @api.model
    def _finish_campaigns(self):
        # a report can be what tells an uncertain delivery's end
        self.env["mass.sending.delivery"]._apply_sms_reports()
        return super()._finish_campaigns()


def _describe_character(character):
    """Return a character so that it can be found: invisible ones by their name."""
    if character.isprintable() and not character.isspace():
        return character
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()
