# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Debian's postfix on the loopback: one instance, for one test, in one directory.

Nothing of the system is touched: neither a configuration nor a spool nor a port of
an installed postfix. The programs are the installed ones, or those that
dev/fetch-postfix has unpacked.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# as in dev/lib.sh
CACHE = os.environ.get("MASS_SENDING_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mass_sending"
)
PLACES = (Path("/"), Path(CACHE) / "postfix")
# users of every Debian system that are neither root nor each other
MAIL_OWNER, SETGID_GROUP = "mail", "news"
QUEUES = "active bounce corrupt defer deferred flush hold incoming saved trace".split()

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
import_environment = MAIL_CONFIG LANG=C LD_LIBRARY_PATH={root}/usr/lib/postfix
mail_owner = {owner}
setgid_group = {group}
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.customers.example
mynetworks = 127.0.0.0/8
mydestination = customers.example
# accepted first, and returned when nobody is found: that is what makes a bounce
local_recipient_maps =
alias_maps =
mail_spool_directory = {home}/mail
transport_maps = inline:{{{bounce_domain}=smtp:[127.0.0.1]:{bounce_port}}}
smtputf8_enable = no
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def find_postfix():
    """Return the directory that has usr/lib/postfix/sbin/master, or None."""
    for place in PLACES:
        if (place / "usr/lib/postfix/sbin/master").exists():
            return place
    return None


def why_not():
    """Return why postfix cannot be run here, or None."""
    if os.geteuid() != 0:
        return "postfix' master process must be root"
    if not find_postfix():
        return "no postfix: run dev/fetch-postfix"
    return None


class Postfix:
    """Accepts mail for customers.example, knows nobody there, and returns it.

    :param str bounce_domain: domain of the senders; what is returned goes to
    :param int bounce_port: a port of localhost that speaks SMTP
    """

    def __init__(self, bounce_domain, bounce_port):
        self.home = Path(tempfile.mkdtemp(prefix="postfix"))
        self.port = _free_port()
        self._root = str(find_postfix()).rstrip("/")
        values = {
            "home": self.home,
            "root": self._root,
            "owner": MAIL_OWNER,
            "group": SETGID_GROUP,
            "port": self.port,
            "bounce_domain": bounce_domain,
            "bounce_port": bounce_port,
        }
        self._make_directories()
        (self.home / "main.cf").write_text(MAIN.format(**values))
        (self.home / "master.cf").write_text(MASTER.format(**values))
        self._process = subprocess.Popen(
            [
                f"{self._root}/usr/lib/postfix/sbin/master",
                *("-d", "-c", str(self.home)),
            ],
            env={
                "MAIL_CONFIG": str(self.home),
                "LD_LIBRARY_PATH": f"{self._root}/usr/lib/postfix",
                "PATH": os.environ["PATH"],
            },
            start_new_session=True,
        )
        self._wait_until_it_listens()

    def _make_directories(self):
        self.home.chmod(0o755)
        for name in ["data", "spool", *(f"spool/{queue}" for queue in QUEUES)]:
            (self.home / name).mkdir(mode=0o700)
            shutil.chown(self.home / name, MAIL_OWNER)
        shutil.chown(self.home / "spool", "root")
        (self.home / "spool").chmod(0o755)
        for name, mode in (("private", 0o700), ("public", 0o710), ("pid", 0o755)):
            (self.home / "spool" / name).mkdir(mode=mode)
            shutil.chown(self.home / "spool" / name, MAIL_OWNER, SETGID_GROUP)
        shutil.chown(self.home / "spool" / "pid", "root")
        (self.home / "spool" / "maildrop").mkdir(mode=0o730)
        shutil.chown(self.home / "spool" / "maildrop", MAIL_OWNER, SETGID_GROUP)

    def _wait_until_it_listens(self):
        for _attempt in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        log = self.log()
        self.stop()
        raise RuntimeError(f"postfix does not start: {log}")

    def log(self):
        """Return what postfix has said so far."""
        path = self.home / "log"
        return path.read_text() if path.exists() else ""

    def stop(self):
        """End it and forget everything."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
