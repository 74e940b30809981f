# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long other mail of Odoo waits while a large campaign is sent.

A real Odoo server with two cron threads, its default, sends the campaign. Meanwhile
mails are queued, one after the other, as an invoice would be; each is waited for in
the record of the mail server.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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

PAUSE = 5


def start_server(arguments):
    """Start Odoo, with its jobs and without a port."""
    return subprocess.Popen(
        [sys.executable, "-c", "from odoo.cli.command import main; main()", "server"]
        + [*arguments, "--no-http", "--max-cron-threads=2"]
    )


def queue_mail(dbname, number):
    """Queue a mail that is none of a campaign's."""
    with environment(dbname) as env:
        env["mail.mail"].create(
            {
                "subject": "Invoice",
                "body_html": "<p>Invoice</p>",
                "email_from": "support@example.com",
                "email_to": f"other{number}@example.com",
            }
        )
        env.cr.commit()


def wait_for(record, number, patience):
    """Return the seconds until a mail has arrived."""
    start = time.monotonic()
    wanted = f"other{number}@example.com "
    while time.monotonic() < start + patience:
        if wanted in record.read_text():
            return time.monotonic() - start
        time.sleep(0.2)
    return float("inf")


def count_sent(dbname, campaign_id):
    with environment(dbname) as env:
        campaign = env["mass.sending.campaign"].browse(campaign_id)
        return campaign.state, campaign._count_deliveries().get(campaign_id, {})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100_000)
    arguments, rest = parser.parse_known_args()
    configure(rest)
    dbname = odoo.tools.config["db_name"][0]
    record = Path(tempfile.mkdtemp(), "record")
    waits = []
    with Sink(record=record) as sink:
        with environment(dbname) as env:
            make_customers(env, arguments.number)
            use_sink(env, sink.port)
            campaign = make_campaign(env, arguments.number)
            campaign._select_recipients()
            env.cr.commit()
            settle(env)
            confirm(campaign)
            campaign._trigger_queue()
            env.cr.commit()
        server = start_server(rest)
        begin = time.monotonic()
        state = "new"
        while state in ("new", "processing"):
            time.sleep(PAUSE)
            state, counts = count_sent(dbname, campaign.id)
            if counts.get("sent") and state == "processing":
                queue_mail(dbname, len(waits))
                waits.append(wait_for(record, len(waits), 120))
                sys.stdout.write(f"{counts}: other mail after {waits[-1]:.1f} s\n")
                sys.stdout.flush()
        seconds = time.monotonic() - begin
        server.terminate()
        server.wait()
    figures = {
        "campaign": counts,
        "campaign_s": round(seconds),
        "other_mails": len(waits),
        "longest_wait_s": round(max(waits, default=0), 1),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
