# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Nobody is lost, nobody is sent to twice: what happens when something dies.

BENCH_NAME=kills bench/with-odoo kills.py [--number 300] [--kills 8] [--seed 1]

Workers are killed (SIGKILL) at random moments of selecting, preparing and handing
over, one to three of them working at once; then the SMTP server; then PostgreSQL, in
a cluster of its own. After each, the server's record is compared with the
deliveries. BENCH_NAME gives it a database of its own, because that is copied.
"""

import argparse
import importlib
import json
import sys
from functools import partial

import psycopg2
from benchmark import configure, environment, make_campaign, make_customers, use_sink

import odoo
from odoo import Command
from odoo.sql_db import connection_info_for

# how long one row of the table may take
SECONDS = 240
# seconds that the server needs for a mail: a group lasts, and something can die in it
DELAY = 0.002
WAITING_CAMPAIGNS = 30


def addon(name):
    """Import a part of the addon, which is not found before Odoo is configured."""
    return importlib.import_module(f"odoo.addons.mass_sending.{name}")


class Bench:
    """The table of what died and what became of the mails.

    :param env: Environment of the database, superuser
    :param int number: recipients of each campaign
    """

    def __init__(self, env, number, seed):
        self.env = env
        self.number = number
        self._seed = seed
        self.rows = []
        self._sink = addon("tests.sink_process").SinkProcess(delay=DELAY)
        make_customers(env, number)
        use_sink(env, self._sink.port)
        # left by a run that was ended
        env.cr.execute(
            "UPDATE mass_sending_campaign SET state = 'cancelled'"
            " WHERE state IN ('new', 'processing')"
        )
        env.cr.execute("DELETE FROM mass_sending_hold")
        self.author = self._get_author()
        self._campaign_ids = []
        env.cr.commit()

    def _get_author(self):
        users = self.env["res.users"].with_context(no_reset_password=True)
        group = self.env.ref("mass_sending.mass_sending_group_user")
        values = {"name": "Kills", "login": "bench_kills", "email": "kills@example.com"}
        return users.search([("login", "=", values["login"])]) or users.create(
            {**values, "group_ids": [Command.set(group.ids)]}
        )

    def stop(self):
        self._sink.stop()

    # === What dies ===

    def kill_workers(self, workers, kills):
        """Kill workers so often in each phase."""
        farm = self._make_farm(self.env.cr.dbname)
        try:
            breaker = self._break(farm, workers, self._connect, self._make_work)
            hits = breaker.kill_workers(kills)
            breaker.wait()
        finally:
            farm.stop()
        what = f"one of {workers} workers" if workers > 1 else "the only worker"
        self._add(what, hits, hits["handing over"], self._compare())

    def kill_smtp_server(self, workers, kills):
        """Kill the SMTP server while mails are handed over."""
        farm = self._make_farm(self.env.cr.dbname)
        try:
            breaker = self._break(farm, workers, self._connect, self._make_work)
            breaker.break_something(kills, self._restart_sink)
            breaker.wait()
        finally:
            farm.stop()
        hits = {"handing over": kills}
        self._add("the SMTP server", hits, kills * workers, self._compare())

    def _restart_sink(self, _slot):
        self._sink.kill()
        self._sink.start()

    def kill_postgres(self, workers, kills):
        """Kill PostgreSQL in three ways while mails are handed over."""
        self._sink.forget()
        waiting = [self._make_campaign(False).id for _index in range(WAITING_CAMPAIGNS)]
        self.env.cr.commit()
        cluster = addon("tests.postgres_cluster").PostgresCluster(
            self.env.cr.dbname, is_slow_to_write=False
        )
        farm = None
        try:
            used = []
            options = {f"db_{key}": value for key, value in cluster.options.items()}
            farm = self._make_farm(cluster.dbname, **options)

            def make_work():
                used.append(waiting.pop())
                self._give_to_author(cluster, used[-1])

            breaker = self._break(farm, workers, cluster.connect, make_work)
            for end in (cluster.kill, cluster.stop_at_once, cluster.stop):
                breaker.break_something(
                    kills, lambda _slot, end=end: (end(), cluster.start())
                )
            breaker.wait()
            with cluster.connect() as connection, connection.cursor() as cr:
                figures = self._count(cr, used)
            most = (
                workers
                * kills
                * (2 * addon("channels.email").EmailChannel.open_size + 1)
            )
            hits = {"handing over": 3 * kills}
            self._add("PostgreSQL", hits, most, figures)
        finally:
            if farm:
                farm.stop()
            cluster.remove()

    def _give_to_author(self, cluster, campaign_id):
        with cluster.connect() as connection, connection.cursor() as cr:
            cr.execute(
                "UPDATE mass_sending_campaign SET user_id = %s WHERE id = %s",
                [self.author.id, campaign_id],
            )

    # === Helpers ===

    def _break(self, farm, workers, connect, make_work):
        breaker = addon("tests.promise").Breaker
        return breaker(farm, workers, connect, make_work, SECONDS, self._seed)

    @property
    def _connect(self):
        _name, info = connection_info_for(self.env.cr.dbname)
        return partial(psycopg2.connect, **info)

    def _make_campaign(self, is_authors):
        author = self.author if is_authors else self.env.ref("base.user_admin")
        return make_campaign(self.env, self.number, user_id=author.id)

    def _make_work(self):
        self._campaign_ids.append(self._make_campaign(True).id)
        self.env.cr.commit()

    def _make_farm(self, dbname, **options):
        farm = addon("tests.worker_farm").WorkerFarm
        return farm(dbname, self.author.id, **options)

    def _count(self, cr, campaign_ids):
        record = self._sink.read_record()
        return addon("tests.promise").compare(cr, campaign_ids, record)

    def _compare(self):
        self.env.cr.rollback()
        figures = self._count(self.env.cr, self._campaign_ids)
        self._campaign_ids.clear()
        self._sink.forget()
        return figures

    def _add(self, what, hits, most, figures):
        names = "selecting", "preparing", "handing over"
        row = {"what": what, "kills": [hits.get(name, 0) for name in names]}
        self.rows.append({**row, "most": most, **figures})
        kills = "".join(f"{number:>7}" for number in row["kills"])
        sys.stdout.write(f"{what:<18}{kills}")
        for name in ("recipients", "lost", "doubled", "uncertain"):
            sys.stdout.write(f"{figures[name]:>9}")
        sys.stdout.write(f"{most:>6}\n")
        sys.stdout.flush()


def measure(env, number=300, kills=8, seed=1):
    """Break everything, and print a table.

    :param env: Environment, superuser; it is committed
    :param int number: recipients of each campaign
    :param int kills: how often a worker is killed in each of its phases
    :return: dict of `lost`, `doubled`, `kills`, `uncertain_per_kill` (of workers) and
        `uncertain_per_crash` (of PostgreSQL)
    """
    sys.stdout.write(
        f"{'what is killed':<18}{'select':>7}{'prep.':>7}{'hand o.':>7}"
        f"{'mails':>9}{'lost':>9}{'doubled':>9}{'in doubt':>9}{'most':>6}\n"
    )
    bench = Bench(env, number, seed)
    try:
        for workers in (1, 2, 3):
            bench.kill_workers(workers, kills)
        bench.kill_smtp_server(2, kills)
        bench.kill_postgres(2, max(kills // 4, 1))
    finally:
        bench.stop()
    workers, postgres = bench.rows[:3], bench.rows[-1]
    killed = sum(sum(row["kills"]) for row in workers)
    crashes = sum(postgres["kills"])
    return {
        "lost": sum(row["lost"] for row in bench.rows),
        "doubled": sum(row["doubled"] for row in bench.rows),
        "kills": killed,
        "uncertain_per_kill": round(sum(r["uncertain"] for r in workers) / killed, 3),
        "uncertain_per_crash": round(postgres["uncertain"] / crashes, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments, rest = parser.parse_known_args()
    configure(rest)
    with environment(odoo.tools.config["db_name"][0]) as env:
        figures = measure(env, arguments.number, arguments.kills, arguments.seed)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
