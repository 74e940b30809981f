# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Odoo's web server in a process of its own: in that of the tests, requests wait
until the tests are over."""

import os
import subprocess
import sys
import tempfile

from odoo.tools import config

from .kannel import free_ports, wait_for_port


class ServerProcess:
    """Serves a database, without running its jobs.

    :param str dbname: database of the tests
    """

    def __init__(self, dbname):
        [self.port] = free_ports(1)
        arguments = [
            *(f"--database={dbname}", f"--http-port={self.port}"),
            *("--http-interface=127.0.0.1", "--max-cron-threads=0", "--workers=0"),
            f"--data-dir={config['data_dir']}",
        ]
        for option in ("db_host", "db_port", "db_user", "db_password"):
            if config[option]:
                arguments.append(f"--{option}={config[option]}")
        paths = config["addons_path"]
        arguments.append(
            "--addons-path=" + (paths if isinstance(paths, str) else ",".join(paths))
        )
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
