# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A real Kannel with its fake SMSC, on free ports (Debian: kannel, kannel-extras)."""

import contextlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

FAKE_SMSC = "/usr/lib/kannel/test/fakesmsc"
# No operator takes these: Kannel refuses them for good.
UNROUTABLE = "+49159"

CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
host = localhost
port = {smsc}
connect-allow-ip = 127.0.0.1
denied-prefix = "{unroutable}"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = isp
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
text = "no"
max-messages = 0
"""


def find_programs():
    """Return Kannel's programs, or None when they aren't installed."""
    programs = [shutil.which(name) for name in ("bearerbox", "smsbox", FAKE_SMSC)]
    return programs if all(programs) else None


def free_ports(number):
    """Return some ports of localhost that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _index in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def wait_for_port(port, process=None, seconds=20):
    """Wait until somebody listens on a port.

    :raise TimeoutError: nobody does, or `process`, who should, has ended
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until and (process is None or process.poll() is None):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


class Kannel:
    """A running Kannel. Its SMSC keeps what it gets for `received`."""

    password = "k4nn3l"

    def __init__(self):
        bearerbox, smsbox, fakesmsc = find_programs()
        self._folder = Path(tempfile.mkdtemp(prefix="kannel-"))
        self._processes = []
        self._forgotten = 0
        admin, box, smsc, self._port = free_ports(4)
        configuration = self._folder / "kannel.conf"
        configuration.write_text(
            CONFIGURATION.format(
                admin=admin,
                box=box,
                smsc=smsc,
                sendsms=self._port,
                password=self.password,
                unroutable=UNROUTABLE,
            )
        )
        try:
            wait_for_port(smsc, self._start(bearerbox, configuration))
            wait_for_port(self._port, self._start(smsbox, configuration))
            self._start(
                *(fakesmsc, "-v", "0", "-H", "127.0.0.1", "-r", str(smsc), "-m", "0"),
                "1 2 text none",
            )
            self._wait_until_connected()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}/cgi-bin/sendsms"

    def _start(self, *command):
        log = self._folder / f"{Path(command[0]).name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, cwd=self._folder
            )
        self._processes.append(process)
        return process

    def _wait_until_connected(self):
        until = time.monotonic() + 20
        while "Connecting to" not in self._read_smsc():
            if time.monotonic() > until:
                raise TimeoutError(self._read_smsc())
            time.sleep(0.05)

    def _read_smsc(self):
        return (self._folder / "fakesmsc.log").read_text("utf-8", "replace")

    def received(self):
        """Return [(sender, number, content)] of the SMS that went out, each part."""
        found = re.findall(r"Got message \d+: <(\S+) (\S+) (.*)>", self._read_smsc())
        return found[self._forgotten :]

    def forget(self):
        """Forget the SMS that went out so far."""
        self._forgotten = 0
        self._forgotten = len(self.received())

    def stop(self):
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=5)
        shutil.rmtree(self._folder, ignore_errors=True)
