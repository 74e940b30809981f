# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the measurements share: Odoo, customers, the sink, memory."""

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2

import odoo
from odoo.modules.registry import Registry
from odoo.sql_db import connection_info_for

HERE = Path(__file__).parent
BODY = (
    '<p>Dear <t t-out="object.{name}">customer</t>,</p>'
    "<p>On Tuesday between 2 and 4 in the morning we replace a switch in your "
    "street. Your connection may be interrupted for some minutes. Nothing needs to "
    "be done on your side; routers reconnect by themselves.</p>"
    * 6
    + "<p>Kind regards, your provider</p>"
)


def configure(arguments):
    """Configure Odoo from its own command-line options."""
    odoo.tools.config.parse_config([*arguments, "--no-http", "--max-cron-threads=0"])


@contextmanager
def environment(dbname):
    """Yield a superuser's environment; what is done in it is committed."""
    with Registry(dbname).cursor() as cr:
        yield odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})


class Sink:
    """The SMTP sink, in a process of its own."""

    def __init__(self, delay=0, record=None, port=0):
        command = [sys.executable, str(HERE / "sink.py"), f"--delay={delay}"]
        command += [f"--port={port}"]
        command += [f"--record={record}"] if record else []
        self._kept = Path(tempfile.mkdtemp(), "mail")
        command += [f"--keep={self._kept}"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    def get_first_mail(self):
        """Return the content of the first mail that it got, as bytes."""
        return self._kept.read_bytes()

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self._kept.parent)


def use_sink(env, port):
    """Make the sink the only outgoing mail server.

    :return: ir.mail_server
    """
    env["ir.mail_server"].with_context(active_test=False).search([]).unlink()
    server = env["ir.mail_server"].create(
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )
    env.cr.commit()
    return server


def settle(env):
    """Let PostgreSQL clean up, so that it doesn't during what is measured next."""
    _name, info = connection_info_for(env.cr.dbname)
    connection = psycopg2.connect(**info)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    env.cr.commit()


def make_customers(env, number):
    """Make sure that there are so many customers, named Bench 0, Bench 1 …

    By SQL, since how they are made is not what is measured.
    """
    env.cr.execute("SELECT count(*) FROM res_partner WHERE ref = 'bench'")
    [there] = env.cr.fetchone()
    env.cr.execute(
        """INSERT INTO res_partner (name, complete_name, email, email_normalized, ref,
                   customer_status, portal_login, active, type, lang, is_company,
                   commercial_partner_id, partner_share, color, message_bounce,
                   create_date, write_date, phone, phone_sanitized, autopost_bills)
           SELECT 'Bench ' || i, 'Bench ' || i, 'bench' || i || '@example.com',
                  'bench' || i || '@example.com', 'bench', 'active',
                  'b' || lpad(i::text, 8, '0'), TRUE, 'contact', 'en_US', FALSE,
                  NULL, TRUE, 0, 0, now(), now(), '+3247' || lpad(i::text, 7, '0'),
                  '+3247' || lpad(i::text, 7, '0'), 'ask'
             FROM generate_series(%s, %s) AS i""",
        [there, number - 1],
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id"
        " WHERE ref = 'bench' AND commercial_partner_id IS NULL"
    )
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner")
    env.cr.commit()


def bench_domain(env, number):
    """The first so many customers, as a domain."""
    env.cr.execute(
        "SELECT id FROM res_partner WHERE ref = 'bench' ORDER BY id OFFSET %s LIMIT 1",
        [number - 1],
    )
    [last] = env.cr.fetchone()
    return [("ref", "=", "bench"), ("id", "<=", last)]


def make_campaign(env, number, **values):
    """Make a campaign to the first so many customers, selected and confirmed."""
    campaign = env["mass.sending.campaign"].create(
        {
            "subject": "Works in your street",
            "body": BODY.format(name="msg_name"),
            "send_to": "email",
            "purpose": "service",
            "email_from": "support@example.com",
            "user_id": env.ref("base.user_admin").id,
            "filter_domain": repr(bench_domain(env, number)),
            **values,
        }
    )
    env.cr.commit()
    return campaign


def confirm(campaign):
    """Confirm without hold-back."""
    campaign.action_confirm()
    campaign.flush_recordset()
    campaign.env.cr.execute(
        "UPDATE mass_sending_campaign SET start_at = '2020-01-01' WHERE id = %s",
        [campaign.id],
    )
    campaign.env.cr.commit()
    campaign.invalidate_recordset()


def run_queue(env, campaign, patience=3600):
    """Run the queue, turn after turn, until the campaign is finished."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        env["mass.sending.campaign"]._cron_process_queue()
        env.cr.commit()
        campaign.invalidate_recordset()
        if campaign.state not in ("new", "processing"):
            return
    raise TimeoutError("the campaign does not end")


def rss_mb():
    """Memory of this process now, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def peak_rss_mb():
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
