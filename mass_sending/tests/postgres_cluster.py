# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A PostgreSQL server of one's own, to be killed and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

from odoo.sql_db import connection_info_for

CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
# The operating system goes on when the server is killed: what it has is safe
fsync = off
autovacuum = off
jit = off
"""
# Commits that don't wait are on their way for long: more of them are lost
SLOW_TO_WRITE = """
wal_writer_delay = 10s
wal_writer_flush_after = 1GB
"""


def find_programs():
    """Return the folder of PostgreSQL's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    return Path(initdb).parent if initdb else None


class PostgresCluster:
    """A server with a copy of a database.

    :param str dbname: database to copy; what is committed there is copied
    :param bool is_slow_to_write: lose as much as possible in a crash
    """

    user = "odoo"

    def __init__(self, dbname, is_slow_to_write=True):
        self._programs = find_programs()
        self.folder = tempfile.mkdtemp(prefix="postgres-")
        self._data = f"{self.folder}/data"
        # the server refuses to run as root
        self._as = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
        self._run("initdb", "-D", self._data, "-U", self.user, "-A", "trust", "-N")
        configuration = CONFIGURATION.format(folder=self.folder)
        with open(f"{self._data}/postgresql.conf", "a") as file:
            file.write(configuration + SLOW_TO_WRITE * is_slow_to_write)
        self.start()
        self._copy(dbname)

    def start(self):
        """Start the server, and wait until it has recovered what a crash left."""
        with open(f"{self.folder}/log", "ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as,
            )
        while True:
            try:
                psycopg2.connect(**self.options, dbname="postgres").close()
                return
            except psycopg2.OperationalError:
                if self._server.poll() is not None:
                    raise RuntimeError(self.read_log()) from None
                time.sleep(0.02)

    def kill(self):
        """Let the server die; its processes notice that, and die too."""
        self._end(signal.SIGKILL)

    def stop_at_once(self):
        """Stop without tidying up: it is a crash that was wanted."""
        self._end(signal.SIGQUIT)

    def stop(self):
        """Stop properly, without waiting for those who are connected."""
        self._end(signal.SIGINT)

    def _end(self, signal_number):
        self._server.send_signal(signal_number)
        self._server.wait()
        while self._is_alive():
            time.sleep(0.01)

    def read_log(self):
        return Path(self.folder, "log").read_text()

    def connect(self):
        """Return a connection to the database."""
        return psycopg2.connect(**self.options, dbname=self.dbname)

    @property
    def options(self):
        """How to connect."""
        return {"host": self.folder, "user": self.user}

    def remove(self):
        """Stop it and forget everything."""
        if self._server.poll() is None:
            self.stop_at_once()
        shutil.rmtree(self.folder)

    def _run(self, program, *arguments):
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **self._as,
        )

    def _is_alive(self):
        """Tell whether any process of the server is left."""
        for entry in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if entry.readlink() == Path(self._data):
                    return True
            except OSError:
                continue  # it has ended, or is not ours
        return False

    def _copy(self, dbname):
        self.dbname = dbname
        _name, info = connection_info_for(dbname)
        source = psycopg2.connect(**info)
        parameters = source.get_dsn_parameters()
        source.close()
        environment = os.environ | {
            "PGHOST": parameters.get("host", ""),
            "PGPORT": parameters["port"],
            "PGUSER": parameters["user"],
            "PGPASSWORD": info.get("password", ""),
        }
        target = ["-h", self.folder, "-U", self.user, "-p", "5432"]
        self._run("createdb", *target, "-T", "template0", "-E", "UTF8", dbname)
        dump = subprocess.Popen(
            [self._programs / "pg_dump", "--no-owner", "--no-privileges", dbname],
            env=environment,
            stdout=subprocess.PIPE,
        )
        subprocess.run(
            [self._programs / "psql", *target, "-q", "-v", "ON_ERROR_STOP=1", dbname],
            check=True,
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
        )
        dump.stdout.close()
        if dump.wait():
            raise RuntimeError("the database could not be copied")
