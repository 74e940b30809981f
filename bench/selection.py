# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Choosing among many customers: live count, selection, confirmation list.

bench/with-odoo selection.py [--number 200000] [--json FILE]

Everything is measured as an agent with the least rights; the worse of two runs
counts. Limits are those of the specification.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from benchmark import configure, environment

from odoo import Command

LIMIT_COUNT, LIMIT_SELECT, LIMIT_LIST = 1.0, 5.0, 1.0
TAG = "choose"

# A city's customers: common names, several locations, tariffs and statuses.
MAKE_CUSTOMERS = """
    INSERT INTO res_partner (
           name, complete_name, email, email_normalized, ref, customer_status,
           portal_login, active, type, lang, is_company, partner_share, color,
           message_bounce, create_date, write_date, phone, phone_sanitized,
           autopost_bills, location_id, service_provider_id, billing_type,
           billing_email)
    SELECT full_name, full_name, email, lower(email), %(tag)s,
           (ARRAY['active', 'active', 'active', 'new', 'inactive', 'blocked'])
               [1 + i %% 6],
           'c' || lpad(i::text, 8, '0'), TRUE, 'contact',
           (ARRAY['en_US', 'fr_FR'])[1 + i %% 2], i %% 9 = 0, TRUE, 0, 0, now(),
           now(), phone, phone, 'ask',
           (%(locations)s::int[])[1 + i %% 40],
           (%(providers)s::int[])[1 + i %% 4],
           (ARRAY['recurring', 'prepaid_custom', 'prepaid_daily', NULL])[1 + i %% 4],
           CASE WHEN i %% 5 = 0 THEN 'billing' || i || '@accounts.example.com' END
      FROM (SELECT i,
                   (ARRAY['Anna', 'Bert', 'Çelik', 'Dora', 'Emil', 'Fatima', 'Georg'])
                       [1 + i %% 7] || ' '
                   || (ARRAY['Smith', 'Miller', 'O''Neil', 'García', 'Müller', 'Rossi',
                             'Novak', 'Kowalski', 'Jansen', 'Silva', 'Fischer'])
                       [1 + i %% 11] || ' ' || i AS full_name,
                   CASE WHEN i %% 20 > 0
                        THEN 'Person' || i || '@mail' || i %% 50 || '.example.com' END
                       AS email,
                   CASE WHEN i %% 10 > 0 THEN '+3247' || lpad(i::text, 7, '0') END
                       AS phone
              FROM generate_series(0, %(number)s - 1) AS i) AS made
"""
MAKE_MORE = [
    "UPDATE res_partner SET commercial_partner_id = id"
    " WHERE ref = %(tag)s AND commercial_partner_id IS NULL",
    # an invoice address for every tenth
    """INSERT INTO res_partner (name, complete_name, email, email_normalized, parent_id,
              commercial_partner_id, type, active, partner_share, color,
              message_bounce, autopost_bills, is_company)
       SELECT 'Accounts', 'Accounts', 'accounts' || id || '@example.com',
              'accounts' || id || '@example.com', id, id, 'invoice', TRUE, TRUE, 0, 0,
              'ask', FALSE
         FROM res_partner WHERE ref = %(tag)s AND id %% 10 = 0""",
    """INSERT INTO mass_sending_service (partner_id, tariff_id, service_type, state,
              date_start)
       SELECT p.id, (%(tariffs)s::int[])[1 + p.id %% 4],
              (ARRAY['internet', 'voice', 'recurring', 'bundle'])[1 + p.id %% 4],
              (ARRAY['active', 'active', 'stopped'])[1 + (p.id + n) %% 3], now()
         FROM res_partner p, generate_series(1, 2) AS n
        WHERE p.ref = %(tag)s AND p.id %% 3 < n""",
    """INSERT INTO mail_blacklist (email, active)
       SELECT email_normalized, TRUE FROM res_partner
        WHERE ref = %(tag)s AND id %% 25 = 0 AND email_normalized IS NOT NULL
           ON CONFLICT DO NOTHING""",
    """INSERT INTO mass_sending_hold (company_id, channel, address, is_on_hold,
              bounce_count)
       SELECT %(company)s, 'email', email_normalized, TRUE, 3 FROM res_partner
        WHERE ref = %(tag)s AND id %% 50 = 1 AND email_normalized IS NOT NULL
           ON CONFLICT DO NOTHING""",
]


def make_people(env, number):
    """Make the customers by SQL, once; how they are made is not measured.

    :return: dict of the records to choose by
    """
    names = {
        "locations": "mass.sending.location",
        "tariffs": "product.template",
        "providers": "res.partner",
    }
    prefix = f"{TAG} "
    if not env["res.partner"].search_count([("ref", "=", TAG)], limit=1):
        region = env["mass.sending.location"].create({"name": f"{prefix}Region"})
        env["mass.sending.location"].create(
            [{"name": f"{prefix}{i}", "parent_id": region.id} for i in range(39)]
        )
        types = ["internet", "voice", "recurring", "bundle"]
        env["product.template"].create(
            [{"name": f"{prefix}{kind}", "tariff_type": kind} for kind in types]
        )
        env["res.partner"].create([{"name": f"{prefix}{i}"} for i in range(3)])
    chosen = {
        key: env[model].search([("name", "=like", f"{prefix}%")], order="id")
        for key, model in names.items()
    }
    values = {
        "tag": TAG,
        "number": number,
        "company": env.company.id,
        **{key: [*records.ids, None] for key, records in chosen.items()},
    }
    env.flush_all()
    env.cr.execute("SELECT count(*) FROM res_partner WHERE ref = %s", [TAG])
    if env.cr.fetchone() == (0,):
        for statement in (MAKE_CUSTOMERS, *MAKE_MORE):
            env.cr.execute(statement, values)
    env.cr.commit()
    for table in (
        "res_partner",
        "mass_sending_service",
        "mail_blacklist",
        "mass_sending_hold",
    ):
        env.cr.execute(f"ANALYZE {table}")
    env.cr.commit()
    return chosen


def get_agent(env):
    """Return the user with the least rights, in his environment."""
    users = env["res.users"].with_context(no_reset_password=True)
    agent = users.search([("login", "=", "bench_agent")]) or users.create(
        {
            "name": "Agent",
            "login": "bench_agent",
            "email": "agent@example.com",
            "group_ids": [
                Command.set(env.ref("mass_sending.mass_sending_group_user").ids)
            ],
        }
    )
    env.company.country_id = env.ref("base.be")
    env.cr.commit()
    return env(user=agent.id, su=False)


def get_filters(chosen, number):
    """Return what staff choose by: {what: filters}."""
    column = range(5, number, max(number // 10_000, 1))
    pasted = {
        "portal_login": "\n".join(f"C{i:08}" for i in column),
        "name": "\n".join(f"anna smith {i}" for i in column),
        "email": "\n".join(f"person{i}@mail{i % 50}.example.com" for i in column),
        "billing_email": "\n".join(f"billing{i}@accounts.example.com" for i in column),
        "phone": "\n".join(f"047{i // 10**4:03}/{i % 10**4:04}" for i in column),
    }
    return {
        "no filter": {},
        "status": {"filter_status_active": True},
        "one name": {"filter_name": "miller"},
        "rare name": {"filter_name": "Miller 123"},
        "20 parts of names": {
            "filter_name": "\n".join(f"smith {i}" for i in range(20))
        },
        "part of an e-mail": {"filter_email": "@mail7.example.com"},
        "part of a billing e-mail": {"filter_billing_email": "accounts"},
        "one phone number": {"filter_phone": "0470 00 00 17"},
        "companies": {"filter_category": "company"},
        "location with children": {"filter_location_ids": chosen["locations"][:1].ids},
        "service providers": {
            "filter_service_provider_ids": chosen["providers"][:2].ids
        },
        "tariff plans": {"filter_tariff_ids": chosen["tariffs"][:2].ids},
        "service types": {"filter_service_voice": True, "filter_service_bundle": True},
        "domain": {"filter_domain": "[('create_date', '>', '2020-01-01')]"},
        "all at once": {
            "filter_status_active": True,
            "filter_name": "smith, garcía",
            "filter_email": "example.com",
            "filter_location_ids": chosen["locations"][:1].ids,
            "filter_tariff_ids": chosen["tariffs"].ids,
            "filter_billing_recurring": True,
        },
        **{
            f"10,000 pasted: {name}": {f"filter_{name}": text}
            for name, text in pasted.items()
        },
    }


class Clock:
    """Time on the wall, and the processors' time of ours and of PostgreSQL's.

    The latter tells what it costs when others keep the machine busy.
    """

    def __init__(self, env):
        env.cr.execute("SELECT pg_backend_pid()")
        [pid] = env.cr.fetchone()
        self._backend = Path(f"/proc/{pid}/stat")

    def measure(self, function, runs=2):
        """Return (seconds of the slowest run, processor seconds, last result)."""
        walls, cpus = [], []
        for _run in range(runs):
            wall, cpu = time.monotonic(), self._cpu()
            result = function()
            walls.append(time.monotonic() - wall)
            cpus.append(self._cpu() - cpu)
        return max(walls), max(cpus), result

    def _cpu(self):
        seconds = time.process_time()
        if self._backend.exists():  # PostgreSQL is on this machine
            ticks = self._backend.read_text().rpartition(")")[2].split()[11:13]
            seconds += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        return seconds


class Report:
    """The table."""

    def __init__(self, clock):
        self.rows = []
        self._clock = clock
        print(f"{'':<48}{'wall':>9}{'cpu':>9}{'found':>10}")

    def add(self, what, function, limit):
        seconds, cpu, found = self._clock.measure(function)
        self.rows.append(
            {
                "what": what,
                "seconds": round(seconds, 3),
                "cpu": round(cpu, 3),
                "limit": limit,
                "found": found,
            }
        )
        verdict = "" if seconds < limit else "  over the limit"
        print(f"{what:<48}{seconds:>8.3f}s{cpu:>8.2f}s{found:>10}{verdict}", flush=True)

    def is_good(self):
        return all(row["seconds"] < row["limit"] for row in self.rows)


def measure_count(env, report, ways):
    for what, filters in ways.items():
        values = {
            name: [Command.set(value)] if isinstance(value, list) else value
            for name, value in filters.items()
        }

        def count(values=values):
            env.invalidate_all()
            return env["mass.sending.campaign"].new(values).audience_count

        report.add(f"live count: {what}", count, LIMIT_COUNT)


def measure_selection(env, report):
    """Select everybody, in the costliest ways.

    :return: the last campaign
    """
    ways = {
        "service, e-mail": {"send_to": "email", "purpose": "service"},
        "marketing, portal and e-mail, billing": {
            "send_to": "portal_email",
            "purpose": "marketing",
            "billing_email_mode": "addition",
        },
        "marketing, one per address": {
            "send_to": "email",
            "purpose": "marketing",
            "dedupe_mode": "address",
        },
    }
    for what, values in ways.items():
        campaign = env["mass.sending.campaign"].create(
            {"subject": TAG, "body": "<p>News</p>", **values}
        )
        env.cr.commit()

        def select(campaign=campaign):
            return campaign.sudo()._select_recipients()

        report.add(f"selection: {what}", select, LIMIT_SELECT)
        env.cr.commit()
    env.cr.execute("ANALYZE mass_sending_recipient")
    env.cr.commit()
    return campaign


def measure_list(env, report, campaign):
    """The confirmation's table, as the browser asks for it."""
    specification = {
        name: {} for name in ("is_kept", "portal_login", "name", "email", "phone")
    }
    of_campaign = [("campaign_id", "=", campaign.id)]

    def read(domain=(), **kwargs):
        env.invalidate_all()
        return env["mass.sending.recipient"].web_search_read(
            [*of_campaign, *domain], specification, limit=80, **kwargs
        )["length"]

    name_or_login = ["|", ("name", "ilike", "müller 1"), ("portal_login", "ilike", "9")]
    for what, ask in {
        "first page": lambda: read(),
        "page 1,000": lambda: read(offset=80_000),
        "sorted by name": lambda: read(order="name"),
        "sorted by e-mail, descending": lambda: read(order="email desc"),
        "search: name": lambda: read([("name", "ilike", "müller 1")]),
        "search: e-mail": lambda: read([("email", "ilike", "mail7.")]),
        "search: name or portal login": lambda: read(name_or_login),
        "who will receive it": lambda: read([("decision", "=", "kept")]),
        "skipped: opted out": lambda: read([("skip_reason", "=", "opted_out")]),
    }.items():
        report.add(f"confirmation: {what}", ask, LIMIT_LIST)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=200_000)
    parser.add_argument("--json")
    arguments, rest = parser.parse_known_args()
    dbname = next(a.partition("=")[2] for a in rest if a.startswith("--database="))
    configure(rest)
    with environment(dbname) as env:
        report = Report(Clock(env))
        chosen = make_people(env, arguments.number)
        agent = get_agent(env)
        measure_count(agent, report, get_filters(chosen, arguments.number))
        campaign = measure_selection(agent, report)
        campaign.sudo()._create_deliveries()
        env.cr.commit()
        earlier = {
            "filter_campaign_mode": "received",
            "filter_campaign_ids": campaign.ids,
        }
        measure_count(agent, report, {"not who got a campaign": earlier})
        measure_list(agent, report, campaign)
        env.cr.execute(
            "DELETE FROM mass_sending_recipient WHERE campaign_id = %s", [campaign.id]
        )
        env.cr.execute(
            "DELETE FROM mass_sending_campaign WHERE subject ->> 'en_US' = %s", [TAG]
        )
        env.cr.commit()
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(report.rows, file, indent=2)
    sys.exit(0 if report.is_good() else 1)


if __name__ == "__main__":
    main()
