# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Kill the worker at random points and compare what the sink got with the log.

Nothing may be lost, nothing sent twice, and at most one delivery per kill may be
uncertain (one SMTP session is open at a time).
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter

from benchmark import (
    Sink,
    bench_domain,
    configure,
    confirm,
    environment,
    make_campaign,
    make_customers,
    use_sink,
)

import odoo
from odoo.modules.registry import Registry


def run_worker(dbname):
    """Start a worker in a process of its own; it works until nothing is left.

    :return: its process id
    """
    child = os.fork()
    if child:
        return child
    # the parent's connections are not ours
    odoo.sql_db._Pool = None
    odoo.sql_db._Pool_readonly = None
    try:
        with Registry(dbname).cursor() as cr:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            while env["mass.sending.campaign"].search_count(
                [("state", "in", ("new", "processing")), ("confirmed_at", "!=", False)]
            ):
                env["mass.sending.campaign"]._cron_process_queue()
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


def kill_until_done(dbname, workers, seed):
    """Run workers and kill one after the other until the campaign is done.

    :return: number of kills that hit a working process
    """
    chance = random.Random(seed)
    kills = 0
    running = [run_worker(dbname) for _number in range(workers)]
    while running:
        time.sleep(chance.uniform(0.5, 4))
        victim = running.pop(0)
        ended, _status = os.waitpid(victim, os.WNOHANG)
        if ended:
            continue
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
        running.append(run_worker(dbname))
    return kills


def compare(env, campaign, record):
    """Compare the sink's record with the deliveries.

    :return: dict of figures
    """
    with open(record) as lines:
        received = Counter(line.split()[1] for line in lines)
    campaign.invalidate_recordset()
    deliveries = campaign.delivery_ids
    sent = set(deliveries.filtered(lambda d: d.state == "sent").mapped("message_uid"))
    uncertain = deliveries.filtered(lambda d: d.state == "uncertain")
    return {
        "state": campaign.state,
        "deliveries": len(deliveries),
        "uncertain": len(uncertain),
        # said to be sent, or not accounted for
        "lost": len(sent - received.keys())
        + len(deliveries)
        - len(sent)
        - len(uncertain),
        "doubled": sum(number > 1 for number in received.values()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments, rest = parser.parse_known_args()
    configure(rest)
    dbname = odoo.tools.config["db_name"][0]
    with tempfile.TemporaryDirectory() as folder, environment(dbname) as env:
        record = f"{folder}/record"
        sink = Sink(record=record)
        make_customers(env, arguments.number)
        use_sink(env, sink.port)
        assert bench_domain(env, arguments.number)
        # left by a run that was ended
        env.cr.execute(
            "UPDATE mass_sending_campaign SET state = 'cancelled'"
            " WHERE state IN ('new', 'processing')"
        )
        campaign = make_campaign(env, arguments.number)
        campaign._select_recipients()
        env.cr.commit()
        confirm(campaign)
        kills = kill_until_done(dbname, arguments.workers, arguments.seed)
        env.cr.rollback()
        figures = {"kills": kills, **compare(env, campaign, record)}
        sink.stop()
    figures["uncertain_per_kill"] = round(figures["uncertain"] / max(kills, 1), 3)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
