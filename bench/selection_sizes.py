# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Selecting 1,000, 100,000 and 1,000,000 customers, as an agent with the least rights.

BENCH_NAME=million bench/with-odoo selection_sizes.py [--number 1000000]
    [--only SIZE] [--select-only] [--one-per-address] [--explain]

The customers are those of selection.py: one in twenty has no e-mail, some opted out,
some addresses are on hold. Selecting makes the recipients, each with the reason if he
cannot be reached; starting makes the deliveries, piece by piece. --one-per-address
compares everybody's addresses for each piece. --explain prints the plans of what took
long, and costs time itself.
"""

import argparse
import json
import sys
import time

from benchmark import configure, environment, rss_mb
from selection import TAG, Clock, get_agent, make_people

import odoo

SIZES = 1_000, 100_000, 1_000_000
NAMES = dict(zip(SIZES, ("1k", "100k", "1m"), strict=True))
LIMIT_MILLION = 20


class Explainer:
    """Prints the plans of the statements that take longest."""

    def __init__(self, cr):
        self._cr = cr
        cr.execute("LOAD 'auto_explain'")
        cr.execute(
            "SET auto_explain.log_min_duration = 300;"
            "SET auto_explain.log_analyze = on; SET auto_explain.log_triggers = on;"
            "SET auto_explain.log_buffers = on; SET client_min_messages = log"
        )

    def stop(self):
        for notice in self._cr._cnx.notices:
            sys.stderr.write(notice)


def make_campaign(agent, number, dedupe_mode):
    """Make a campaign of the agent's to the first so many customers."""
    agent.cr.execute(
        "SELECT id FROM res_partner WHERE ref = %s ORDER BY id OFFSET %s LIMIT 1",
        [TAG, number - 1],
    )
    [last] = agent.cr.fetchone()
    return agent["mass.sending.campaign"].create(
        {
            "subject": "News",
            "body": "<p>News</p>",
            "send_to": "email",
            "purpose": "marketing",
            "dedupe_mode": dedupe_mode,
            "email_from": "support@example.com",
            "filter_domain": repr([("ref", "=", TAG), ("id", "<=", last)]),
        }
    )


def measure_start(campaign):
    """Start a campaign, as the scheduled action does but without sending.

    :return: dict of figures
    """
    step, seconds = campaign._start, []
    while step:
        start = time.monotonic()
        step()
        campaign.env.cr.commit()
        seconds.append(time.monotonic() - start)
        step = campaign._make_piece if campaign.is_starting else None
    start = time.monotonic()
    lacking = campaign._create_deliveries()
    return {
        "reachable": campaign.delivery_count,
        "start_s": sum(seconds),
        "pieces": len(seconds),
        "longest_piece_s": max(seconds),
        # what finishing does
        "check_s": time.monotonic() - start,
        "lacking": lacking,
    }


def forget(campaign):
    """Delete a campaign that has started, by SQL: the ORM refuses to."""
    # only importable once Odoo knows where addons are
    from odoo.addons.mass_sending.tools.large_joins import (  # noqa: PLC0415
        keys_by_index,
    )

    cr = campaign.env.cr
    with keys_by_index(cr):  # else deleting sometimes takes minutes
        for table, column in (
            ("mass_sending_delivery", "campaign_id"),
            ("mass_sending_recipient", "campaign_id"),
            ("mass_sending_campaign", "id"),
        ):
            cr.execute(f"DELETE FROM {table} WHERE {column} = %s", [campaign.id])
    cr.commit()


def measure(env, number, clock, dedupe_mode, with_start):
    """Select so many customers, and make their deliveries; nothing is kept.

    :return: dict of figures
    """
    campaign = make_campaign(get_agent(env), number, dedupe_mode)
    before = rss_mb()
    select, select_cpu, found = clock.measure(campaign._select_recipients, runs=1)
    sys.stdout.write(f"{number}: selected {found} in {select:.2f} s\n")
    sys.stdout.flush()
    figures = {
        "customers": number,
        "found": found,
        "select_s": select,
        "select_cpu_s": select_cpu,
    }
    if with_start:
        env.cr.commit()
        figures |= measure_start(campaign.sudo())
        forget(campaign)
    figures["memory_mb"] = rss_mb() - before
    env.cr.rollback()
    env.invalidate_all()
    return {key: round(value, 2) for key, value in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=SIZES[-1])
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--select-only", action="store_true")
    parser.add_argument(
        "--one-per-address",
        dest="dedupe",
        action="store_const",
        const="address",
        default="customer",
    )
    parser.add_argument("--only", type=int, help="one size only")
    arguments, rest = parser.parse_known_args()
    configure(rest)
    sizes = [size for size in SIZES if size <= arguments.number]
    measured = [arguments.only] if arguments.only else sizes
    rows = []
    with environment(odoo.tools.config["db_name"][0]) as env:
        make_people(env, sizes[-1])
        clock = Clock(env)
        explainer = Explainer(env.cr) if arguments.explain else None
        for size in measured:
            rows.append(
                measure(env, size, clock, arguments.dedupe, not arguments.select_only)
            )
            line = "  ".join(f"{key} {value}" for key, value in rows[-1].items())
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        if explainer:
            explainer.stop()
    figures = {f"select_{NAMES[row['customers']]}_s": row["select_s"] for row in rows}
    sys.stdout.write(json.dumps(figures) + "\n")
    slow = figures.get("select_1m_s", 0)
    sys.exit(slow >= LIMIT_MILLION and f"a million takes {slow} s")


if __name__ == "__main__":
    main()
