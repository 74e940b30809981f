# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long other mail of Odoo waits while a large campaign is sent.

A real Odoo server with two cron threads, its default, sends the campaign. Meanwhile
mails are queued, one after the other, as another addon would: every other one wakes
Odoo's mail job, as the better ones do, and the rest rely on somebody else to do so
(by itself it runs once an hour). Each is waited for in the record of the mail server.
Afterwards the same with the module idle, where only the first kind would ever leave.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from benchmark import (
    Sink,
    configure,
    confirm,
    environment,
    make_campaign,
    make_customers,
    settle,
    use_sink,
)

import odoo
from odoo.sql_db import connection_info_for

PAUSE = 2
PATIENCE = 120
MAIL_CRON = "mail.ir_cron_mail_scheduler_action"


def start_server(arguments):
    """Start Odoo, with its jobs and without a port; return when it waits for jobs."""
    server = subprocess.Popen(
        [sys.executable, "-c", "from odoo.cli.command import main; main()", "server"]
        + [*arguments, "--no-http", "--max-cron-threads=2"]
    )
    _name, info = connection_info_for("postgres")
    connection = psycopg2.connect(**info)
    connection.autocommit = True
    with connection.cursor() as cursor:
        while True:
            time.sleep(0.2)
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = 'postgres'"
                " AND application_name = %s AND state = 'idle'",
                [f"odoo-{server.pid}"],
            )
            if cursor.fetchone()[0] >= 2:
                break
    connection.close()
    return server


def queue_mail(dbname, number, wake):
    """Queue a mail that is none of a campaign's.

    :param bool wake: whether to wake Odoo's mail job
    """
    with environment(dbname) as env:
        env["mail.mail"].create(
            {
                "subject": "Invoice",
                "body_html": "<p>Invoice</p>",
                "email_from": "support@example.com",
                "email_to": f"other{number}@example.com",
            }
        )
        if wake:
            env.ref(MAIL_CRON)._trigger()
        env.cr.commit()


def wait_for(record, number):
    """Return the seconds until a mail has arrived."""
    start = time.monotonic()
    wanted = f"other{number}@example.com "
    while time.monotonic() < start + PATIENCE:
        if wanted in record.read_text():
            return time.monotonic() - start
        time.sleep(0.05)
    return float("inf")


def count_sent(dbname, campaign_id):
    with environment(dbname) as env:
        campaign = env["mass.sending.campaign"].browse(campaign_id)
        return campaign.state, campaign._count_deliveries().get(campaign_id, {})


def prepare(dbname, number, port):
    """Make a campaign that only has to be woken.

    :return: its id
    """
    with environment(dbname) as env:
        # what other measurements left would stand before ours
        env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
        # nobody else's jobs are measured
        env["ir.cron"].search(
            [
                ("id", "!=", env.ref(MAIL_CRON).id),
                ("model_id.model", "not like", "mass.sending"),
            ]
        ).active = False
        make_customers(env, number)
        use_sink(env, port)
        campaign = make_campaign(env, number)
        campaign._select_recipients()
        env.cr.commit()
        settle(env)
        return campaign.id


def start_campaign(dbname, campaign_id):
    with environment(dbname) as env:
        campaign = env["mass.sending.campaign"].browse(campaign_id)
        confirm(campaign)
        campaign._trigger_queue()
        env.cr.commit()


class Waits:
    """Queues mails, and keeps how long each waited."""

    def __init__(self, dbname, record):
        self._dbname = dbname
        self._record = record
        self._number = 0

    def measure(self, wake):
        self._number += 1
        queue_mail(self._dbname, self._number, wake)
        return wait_for(self._record, self._number)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100_000)
    arguments, rest = parser.parse_known_args()
    configure(rest)
    dbname = odoo.tools.config["db_name"][0]
    record = Path(tempfile.mkdtemp(), "record")
    waits = {True: [], False: []}
    with Sink(record=record) as sink:
        campaign_id = prepare(dbname, arguments.number, sink.port)
        server = start_server(rest)
        mails = Waits(dbname, record)
        begin = time.monotonic()
        start_campaign(dbname, campaign_id)
        state, wake = "new", True
        while state in ("new", "processing"):
            time.sleep(PAUSE)
            wait, at = mails.measure(wake), time.monotonic() - begin
            state, counts = count_sent(dbname, campaign_id)
            if counts.get("new"):
                waits[wake].append(wait)
                kind = "woken" if wake else "not woken"
                sys.stdout.write(f"{at:4.0f} s, {counts}: {kind} {wait:.1f} s\n")
                sys.stdout.flush()
                wake = not wake
        seconds = time.monotonic() - begin
        idle = [mails.measure(True) for _mail in range(5)]
        server.terminate()
        server.wait()
    sys.stdout.write(f"{counts} in {seconds:.0f} s\n")
    figures = {
        "other_mails": sum(map(len, waits.values())),
        "other_mail_wait_s": max(waits[False], default=0),
        "other_mail_wait_woken_s": max(waits[True], default=0),
        "other_mail_wait_idle_s": max(idle),
    }
    figures = {k: round(v, 1) if k.endswith("_s") else v for k, v in figures.items()}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
