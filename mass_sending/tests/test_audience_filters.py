# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from psycopg2.errors import ForeignKeyViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mass_sending_audience_mixin import PARTS_LIMIT
from .common_audience import AudienceCommon

ANNA, BERT, CORA, DORA = "Anna Smith", "Bert 100% O'Neil", "Çora \\ Ünal", "Dora Ltd"
EVERYBODY = sorted([ANNA, BERT, CORA, DORA])
EMMA, FIRM, LARRY = "Emma Stone", "Firm & Sons", "Larry Lost"

# (filters, who is found)
CUSTOMER_TABLE = [
    ({}, EVERYBODY),
    # portal login: whole, whatever its case
    ({"filter_portal_login": "anna-1"}, [ANNA]),
    ({"filter_portal_login": "ANNA-1,000940"}, [ANNA, DORA]),
    ({"filter_portal_login": "anna-1\r\n\r\n 000940 \n"}, [ANNA, DORA]),
    ({"filter_portal_login": "000940\tanna-1;b_2"}, [ANNA, BERT, DORA]),
    ({"filter_portal_login": "\ufeff000940\u200b"}, [DORA]),
    ({"filter_portal_login": "０００940"}, [DORA]),
    ({"filter_portal_login": "anna"}, []),
    ({"filter_portal_login": "00004"}, []),
    # status
    ({"filter_status_new": True}, [CORA]),
    ({"filter_status_new": True, "filter_status_blocked": True}, [BERT, CORA]),
    ({"filter_status_inactive": True, "filter_status_active": True}, [ANNA, DORA]),
    # full name: a part of it
    ({"filter_name": "smith"}, [ANNA]),
    ({"filter_name": "smith, LTD"}, [ANNA, DORA]),
    ({"filter_name": "100%"}, [BERT]),
    ({"filter_name": "O'Neil"}, [BERT]),
    ({"filter_name": "a \\"}, [CORA]),
    ({"filter_name": "ünal"}, [CORA]),
    # e-mail: a whole address means itself, anything else is a part
    ({"filter_email": "anna@north.example"}, [ANNA]),
    ({"filter_email": "ANNA@North.Example"}, [ANNA]),
    ({"filter_email": "Anna <anna@north.example>"}, [ANNA]),
    ({"filter_email": "nna@north.example"}, []),
    ({"filter_email": "@south.example"}, [BERT, CORA]),
    ({"filter_email": "bert_x@"}, [BERT]),
    # billing e-mail: his own, else that of the invoice address
    ({"filter_billing_email": "boss@acme.example"}, [BERT]),
    ({"filter_billing_email": "BILLS@acme.example"}, [BERT]),
    ({"filter_billing_email": "oss@acme.example"}, []),
    ({"filter_billing_email": "acme"}, [BERT]),
    ({"filter_billing_email": "accounts@dora.example"}, [DORA]),
    ({"filter_billing_email": "dora.example\nacme.example"}, [BERT, DORA]),
    ({"filter_billing_email": "anna@north.example"}, []),
    # phone: any notation
    ({"filter_phone": "0470123456"}, [ANNA]),
    ({"filter_phone": "+32470123456"}, [ANNA]),
    ({"filter_phone": "0032 470/12.34.56"}, [ANNA]),
    ({"filter_phone": "(0470) 12-34-56, 0471000001"}, [ANNA, BERT]),
    ({"filter_phone": "tel:+32-471-00-00-01"}, [BERT]),
    ({"filter_phone": "470"}, []),
    ({"filter_phone": "12"}, []),
    ({"filter_phone": "no number"}, []),
    ({"filter_phone": "no number, 0471000001"}, [BERT]),
    # category
    ({"filter_category": "company"}, [DORA]),
    ({"filter_category": "person"}, [ANNA, BERT, CORA]),
    # location: with what is inside it
    ({"filter_location_ids": ["north"]}, [ANNA, DORA]),
    ({"filter_location_ids": ["hill", "south"]}, [ANNA, BERT]),
    # billing type
    ({"filter_billing_recurring": True}, [ANNA]),
    (
        {"filter_billing_prepaid_custom": True, "filter_billing_prepaid_daily": True},
        [BERT, CORA],
    ),
    # service provider
    ({"filter_service_provider_ids": ["provider"]}, [ANNA]),
    ({"filter_service_provider_ids": ["provider", "other_provider"]}, [ANNA, CORA]),
    # active services
    ({"filter_tariff_ids": ["tariff"]}, [ANNA]),
    ({"filter_tariff_ids": ["tariff", "voice"]}, [ANNA, BERT]),
    ({"filter_service_voice": True}, [BERT]),
    ({"filter_service_internet": True, "filter_service_voice": True}, [ANNA, BERT]),
    ({"filter_service_bundle": True}, []),
    ({"filter_service_recurring": True}, []),
    # combined: AND
    ({"filter_status_active": True, "filter_name": "smith"}, [ANNA]),
    ({"filter_status_active": True, "filter_name": "bert"}, []),
    ({"filter_location_ids": ["north"], "filter_category": "company"}, [DORA]),
    (
        {
            "filter_portal_login": "anna-1, b_2, bx2",
            "filter_email": "@south.example",
            "filter_service_voice": True,
            "filter_billing_prepaid_daily": True,
        },
        [BERT],
    ),
    # what only leads have does not count for customers
    ({"filter_lead_lost": True, "filter_salesperson_ids": ["agent"]}, EVERYBODY),
]

LEAD_TABLE = [
    ({}, [EMMA, FIRM]),
    ({"filter_name": "stone"}, [EMMA]),
    ({"filter_name": "firm & sons, emma's"}, [EMMA, FIRM]),
    ({"filter_email": "emma@lead.example"}, [EMMA]),
    ({"filter_email": "lead.example"}, [EMMA]),
    ({"filter_phone": "+32 470 998877"}, [EMMA]),
    ({"filter_phone": "nonsense"}, []),
    ({"filter_category": "company"}, [FIRM]),
    ({"filter_category": "person"}, [EMMA]),
    ({"filter_location_ids": ["north"]}, [EMMA]),
    ({"filter_service_provider_ids": ["provider"]}, [EMMA]),
    ({"filter_stage_ids": ["won_stage"]}, [FIRM]),
    ({"filter_stage_ids": ["won_stage", "stage"]}, [EMMA, FIRM]),
    ({"filter_lead_won": True}, [FIRM]),
    ({"filter_lead_open": True}, [EMMA]),
    ({"filter_lead_lost": True}, [LARRY]),
    ({"filter_lead_lost": True, "filter_lead_won": True}, [FIRM, LARRY]),
    ({"filter_lead_lost": True, "filter_name": "stone"}, []),
    ({"filter_salesperson_ids": ["lead_agent"]}, [EMMA]),
    ({"filter_salesperson_ids": ["lead_agent", "salesman"]}, [EMMA, FIRM]),
    ({"filter_lead_won": True, "filter_salesperson_ids": ["lead_agent"]}, []),
    # what only customers have does not count for leads
    ({"filter_portal_login": "anna-1", "filter_status_new": True}, [EMMA, FIRM]),
    ({"filter_billing_email": "x@y.example"}, [EMMA, FIRM]),
]

TEXT_FILTERS = [
    ("filter_portal_login", "customer"),
    ("filter_name", "customer"),
    ("filter_email", "customer"),
    ("filter_billing_email", "customer"),
    ("filter_phone", "customer"),
    ("filter_name", "lead"),
    ("filter_email", "lead"),
    ("filter_phone", "lead"),
]
# Nothing of this is in any of the records: it must find nobody, and break nothing.
HOSTILE = [
    "%%",
    "_____________________",
    "\\",
    "\\\\",
    "\\%",
    "%%%'",
    "'",
    "''",
    '"',
    "' OR 1=1 --",
    "x'; DROP TABLE res_partner; --",
    "') OR TRUE OR ('",
    "{}",
    "%(x)s",
    "%s",
    "${x}",
    "[('id', '!=', 0)]",
    "False",
    "None",
    "*",
    ".*",
    "\u202e\u0645\u0631\u062d\u0628\u0627",
    "👩‍🚀",
    "a\u0300\u0301",
    "\ud800",
    "x\x00",
    ",",
    ";;;",
    ",\n;\t,",
    "\ufeff",
    "z" * 5000,
]
# These are in some of the records, and may find those and nobody else.
LITERAL = {
    ("filter_name", "customer", "%"): [BERT],
    ("filter_name", "customer", "'"): [BERT],
    ("filter_name", "customer", "\\"): [CORA],
    ("filter_name", "lead", "'"): [EMMA],
    ("filter_email", "customer", "_"): [BERT],
}


@tagged("post_install", "-at_install")
class TestAudienceFilters(AudienceCommon):
    def _resolve(self, filters):
        """Put the records' ids in the place of their names."""
        return {
            name: [Command.set([getattr(self, record).id for record in value])]
            if isinstance(value, list)
            else value
            for name, value in filters.items()
        }

    def test_table_of_customers(self):
        for filters, expected in CUSTOMER_TABLE:
            with self.subTest(filters=filters):
                self.assertEqual(self._find(**self._resolve(filters)), sorted(expected))

    def test_table_of_leads(self):
        for filters, expected in LEAD_TABLE:
            with self.subTest(filters=filters):
                self.assertEqual(
                    self._find(recipient_type="lead", **self._resolve(filters)),
                    sorted(expected),
                )

    def test_two_filters_find_who_is_in_both(self):
        """Every pair of rows of the table: AND is the intersection."""
        rows = [row for row in CUSTOMER_TABLE if len(row[0]) == 1][::3]
        for index, (first, found) in enumerate(rows):
            for second, also_found in rows[index + 1 :]:
                if first.keys() & second.keys():
                    continue
                with self.subTest(first=first, second=second):
                    self.assertEqual(
                        self._find(**self._resolve({**first, **second})),
                        sorted(set(found) & set(also_found)),
                    )

    def test_hostile_values_find_nobody(self):
        for name, recipient_type in TEXT_FILTERS:
            for text in HOSTILE:
                expected = LITERAL.get((name, recipient_type, text), [])
                with self.subTest(filter=name, type=recipient_type, text=text[:40]):
                    values = {"recipient_type": recipient_type, name: text}
                    self.assertEqual(self._find_unsaved(**values), expected)

    def _find_unsaved(self, **values):
        """Find with a record that is not in the database, as the form does it."""
        audience = (
            self.env["mass.sending.audience"]
            .with_user(self.lead_agent)
            .new(
                {
                    "filter_domain": "[('description', 'ilike', 'audience')]"
                    if values["recipient_type"] == "lead"
                    else "[('ref', '=', 'audience')]",
                    **values,
                }
            )
        )
        found = audience.env[audience.recipient_model].search(
            audience._get_audience_domain()
        )
        is_lead = values["recipient_type"] == "lead"
        return sorted(found.mapped("contact_name" if is_lead else "name"))

    def test_literal_characters_mean_themselves(self):
        for (name, recipient_type, text), expected in LITERAL.items():
            with self.subTest(filter=name, text=text):
                values = {"recipient_type": recipient_type, name: text}
                self.assertEqual(self._find(**values), expected)

    def test_blank_filters_are_no_filters(self):
        for name, recipient_type in TEXT_FILTERS:
            for text in ("", " ", "\n \n", "\u00a0", False):
                everybody = [EMMA, FIRM] if recipient_type == "lead" else EVERYBODY
                with self.subTest(filter=name, text=text):
                    self.assertEqual(
                        self._find(recipient_type=recipient_type, **{name: text}),
                        everybody,
                    )

    def test_ten_thousand_pasted_values_are_one_condition(self):
        column = "\n".join(f"pasted-{i}@x.example" for i in range(10_000))
        for name in ("filter_portal_login", "filter_name", "filter_email"):
            audience = self._make_audience(**{name: f"{column}\nanna-1"})
            domain = audience._get_audience_domain()
            self.assertLess(len(list(domain)), 12, "one leaf, not thousands")
            with self.subTest(filter=name), self.assertQueryCount(5):
                audience.env["res.partner"].search(domain)
        self.assertEqual(self._find(filter_portal_login=f"{column}\nanna-1\n"), [ANNA])
        self.assertEqual(
            self._find(filter_billing_email=f"{column}\nboss@acme.example"), [BERT]
        )

    def test_long_list_is_compared_with_whole_names(self):
        filler = "\n".join(f"Nobody {i}" for i in range(PARTS_LIMIT))
        self.assertEqual(self._find(filter_name=f"{filler}\nsmith"), [])
        self.assertEqual(self._find(filter_name=f"{filler}\nANNA smith"), [ANNA])
        self.assertEqual(
            self._find(recipient_type="lead", filter_name=f"{filler}\nfirm & sons"),
            [FIRM],
        )

    def test_archived_choice_still_counts(self):
        audience = self._make_audience(
            filter_location_ids=[Command.set(self.hill.ids)],
            filter_tariff_ids=[Command.set(self.tariff.ids)],
        )
        self.hill.active = False
        self.tariff.active = False
        audience.invalidate_recordset()
        found = self.env["res.partner"].search(audience._get_audience_domain())
        self.assertEqual(found, self.anna)

    def test_choice_of_another_company_still_counts(self):
        audience = self._make_audience(
            filter_service_provider_ids=[Command.set(self.provider.ids)]
        )
        self.provider.company_id = self.env["res.company"].create({"name": "Other"})
        audience.invalidate_recordset()
        found = self.env["res.partner"].search(audience._get_audience_domain())
        self.assertEqual(found, self.anna)

    def test_choice_in_use_cannot_be_deleted(self):
        """Otherwise the filter would be empty, which means everybody."""
        self._make_audience(
            filter_service_provider_ids=[Command.set(self.provider.ids)]
        )
        self.anna.service_provider_id = False
        self.lead_emma.service_provider_id = False
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ForeignKeyViolation),
            self.cr.savepoint(),
        ):
            self.provider.unlink()

    def test_unreadable_conditions_are_named(self):
        with self.assertRaisesRegex(UserError, "Additional conditions"):
            self._make_audience(filter_domain="[('nonsense', '=', 1)]")
