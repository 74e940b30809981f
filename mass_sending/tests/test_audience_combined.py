# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from itertools import combinations

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_audience import AudienceCommon
from .test_audience_filters import (
    ANNA,
    BERT,
    CUSTOMER_TABLE,
    DORA,
    EMMA,
    EVERYBODY,
    FIRM,
    LEAD_TABLE,
)

# filter -> what its fields are called, where not `filter_<name>` or `filter_<name>_ids`
FIELDS = {
    "status": "filter_status_",
    "billing_type": "filter_billing_",
    "service_type": "filter_service_",
    "won_status": "filter_lead_",
}
# held in test_campaign_schedule, where there are campaigns
ELSEWHERE = {"campaign"}


@tagged("post_install", "-at_install")
class TestAudienceCombined(AudienceCommon):
    def _resolve(self, filters):
        return {
            name: [Command.set([getattr(self, record).id for record in value])]
            if isinstance(value, list)
            else value
            for name, value in filters.items()
        }

    def _get_filter(self, field, recipient_type):
        """Return the filter that a field belongs to."""
        names = self.env["mass.sending.audience"]._get_audience_filter_names(
            recipient_type
        )
        plain = field.removeprefix("filter_").removesuffix("_ids")
        if plain in names:
            return plain
        fitting = [n for n in names if n in FIELDS and field.startswith(FIELDS[n])]
        return fitting[0] if fitting else None

    def test_every_filter_has_its_rows(self):
        """Alone it finds somebody, and leaves somebody out."""
        tables = {
            "customer": (CUSTOMER_TABLE, len(EVERYBODY)),
            "lead": (LEAD_TABLE, 2),
        }
        Audience = self.env["mass.sending.audience"]
        for recipient_type, (table, everybody) in tables.items():
            held = {
                self._get_filter(next(iter(filters)), recipient_type)
                for filters, found in table
                if len(filters) == 1 and 0 < len(found) < everybody
            }
            names = set(Audience._get_audience_filter_names(recipient_type))
            self.assertEqual(names - held - ELSEWHERE, set(), recipient_type)

    def test_any_two_filters_of_leads_find_who_is_in_both(self):
        rows = [row for row in LEAD_TABLE if len(row[0]) == 1]
        # who wants lost leads means archived ones: another set of people
        rows = [row for row in rows if "filter_lead_lost" not in row[0]]
        for (first, found), (second, also_found) in combinations(rows, 2):
            if first.keys() & second.keys() or {
                "filter_lead_open",
                "filter_lead_won",
            } == {*first, *second}:
                continue
            with self.subTest(first=first, second=second):
                self.assertEqual(
                    self._find(
                        recipient_type="lead", **self._resolve({**first, **second})
                    ),
                    sorted(set(found) & set(also_found)),
                )

    def test_all_filters_at_once(self):
        filters = {
            "filter_portal_login": "anna-1, b_2",
            "filter_status_active": True,
            "filter_name": "smith",
            "filter_email": "@north.example",
            "filter_phone": "+32 470 123456",
            "filter_category": "person",
            "filter_location_ids": ["north"],
            "filter_billing_recurring": True,
            "filter_service_provider_ids": ["provider"],
            "filter_tariff_ids": ["tariff"],
            "filter_service_internet": True,
        }
        self.assertEqual(self._find(**self._resolve(filters)), [ANNA])
        self.anna.location_id = self.south
        self.assertEqual(self._find(**self._resolve(filters)), [])
        filters = {
            "filter_name": "emma",
            "filter_email": "emma@lead.example",
            "filter_phone": "0470998877",
            "filter_category": "person",
            "filter_location_ids": ["hill"],
            "filter_service_provider_ids": ["provider"],
            "filter_stage_ids": ["stage"],
            "filter_lead_open": True,
            "filter_salesperson_ids": ["lead_agent"],
        }
        resolved = self._resolve(filters)
        self.assertEqual(self._find(recipient_type="lead", **resolved), [EMMA])

    # === Additional conditions ===

    def test_conditions_narrow_and_never_widen(self):
        """An OR in them stands as if in brackets."""
        dora, bert = self.dora.id, self.bert.id
        either = f"['|', ('id', '=', {dora}), ('id', '=', {bert})]"
        self.assertEqual(self._find(filter_domain=either), [BERT, DORA])
        found = self._find(filter_domain=either, filter_status_blocked=True)
        self.assertEqual(found, [BERT])
        lead = f"['|', ('id', '=', {self.lead_firm.id}), ('id', '>', 0)]"
        found = self._find(
            recipient_type="lead", filter_domain=lead, filter_name="firm & sons"
        )
        self.assertEqual(found, [FIRM])

    def test_conditions_cannot_reach_who_is_no_customer(self):
        for domain in (
            "['|', ('customer_status', '=', False), ('ref', '=', 'audience')]",
            "['|', ('company_id', '!=', False), ('company_id', '=', False)]",
            "['!', ('customer_status', '!=', False)]",
        ):
            with self.subTest(domain):
                audience = self._make_audience(filter_domain=domain)
                Partner = audience.env["res.partner"]
                found = Partner.search(audience._get_audience_domain())
                self.assertFalse(found.filtered(lambda p: not p.customer_status))
                companies = found.company_id - self.env.company
                self.assertFalse(companies)

    def test_malformed_conditions_are_refused(self):
        for domain in (
            "[",
            "x",
            "[('name')]",
            "[('name', 'like')]",
            "[('name', '~', 'x')]",
            "[('nonsense', '=', 1)]",
            "['&', ('name', '=', 'x')]",
            "__import__('os').system('true')",
            "[('name', '=', env.user)]",
            "{'a': 1}",
            "1",
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self._make_audience(filter_domain=domain)

    # === Long lists ===

    def test_ten_thousand_values_for_leads(self):
        names = "\n".join(f"Pasted {i}" for i in range(10_000))
        emails = "\n".join(f"pasted{i}@x.example" for i in range(10_000))
        phones = "\n".join(f"0471/{i:06}" for i in range(10_000))
        for name, text, own in (
            ("filter_name", names, "EMMA stone"),
            ("filter_email", emails, "emma@lead.example"),
            ("filter_phone", phones, "+32 470 99 88 77"),
        ):
            values = {"recipient_type": "lead"}
            with self.subTest(name):
                self.assertEqual(self._find(**values, **{name: text}), [])
                found = self._find(**values, **{name: f"{text}\n{own}"})
                self.assertEqual(found, [EMMA])

    def test_ten_thousand_phone_numbers_in_any_notation(self):
        text = "\n".join(f"0472/{i:06}" for i in range(10_000))
        text += "\n0032 (470) 12.34.56\nnonsense"
        self.assertEqual(self._find(filter_phone=text), [ANNA])
