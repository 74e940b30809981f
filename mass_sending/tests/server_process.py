# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Odoo's web server in a process of its own: in that of the tests, requests wait
until the tests are over."""

import os
import subprocess
import sys
import tempfile

from .kannel import free_ports, wait_for_port
from .worker_process import odoo_arguments


class ServerProcess:
    """Serves a database, without running its jobs unless asked to.

    :param str dbname: database of the tests
    :param int cron_threads: how many of its jobs it runs at once
    """

    def __init__(self, dbname, cron_threads=0):
        [self.port] = free_ports(1)
        arguments = [
            *odoo_arguments(dbname),
            f"--max-cron-threads={cron_threads}",
            *(f"--http-port={self.port}", "--http-interface=127.0.0.1", "--workers=0"),
        ]
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from odoo.cli.command import main; main()"]
            + ["server", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for_port(self.port, self._process, seconds=60)
        except TimeoutError as error:
            self.stop()
            raise TimeoutError(self.read_log()) from error

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self._process.pid

    def read_log(self):
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)
