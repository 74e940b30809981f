# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A queue worker in a process of its own, so that tests can kill it.

Started by `WorkerProcess`; runs the cron's method once and prints "done".
"""

import os
import signal
import subprocess
import sys

NOT_A_SERVER = "--no-http", "--max-cron-threads=0"


def odoo_arguments(dbname, **options):
    """Return the command line that gives another process our configuration.

    :param str dbname: database
    :param options: what differs, e.g. `db_host`
    """
    from odoo.tools import config

    arguments = [f"--database={dbname}", f"--data-dir={config['data_dir']}"]
    for option in ("db_host", "db_port", "db_user", "db_password"):
        value = options.get(option) or config[option]
        if value:
            arguments.append(f"--{option}={value}")
    paths = config["addons_path"]
    paths = paths if isinstance(paths, str) else ",".join(paths)
    return [*arguments, f"--addons-path={paths}"]


class WorkerProcess:
    """One run of the queue, in another process.

    :param str dbname: database of the tests
    :param int piece_size: deliveries of so many recipients are made at once
    """

    def __init__(self, dbname, piece_size=None):
        arguments = [*odoo_arguments(dbname), *NOT_A_SERVER]
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(piece_size or 0), *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kill(self):
        """End it like a power cut ends it."""
        self.process.send_signal(signal.SIGKILL)

    def wait(self):
        """Wait for its end.

        :return: what it printed
        """
        output, _nothing = self.process.communicate(timeout=120)
        return output


def main(piece_size, *arguments):
    """Run the queue once, with Odoo configured by `arguments`."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(list(arguments))
    with Registry(odoo.tools.config["db_name"][0]).cursor() as cr:
        if int(piece_size):
            # this is run as a script, which is in no package
            # pylint: disable=odoo-addons-relative-import
            from odoo.addons.mass_sending.models import mass_sending_campaign_start

            mass_sending_campaign_start.PIECE_SIZE = int(piece_size)
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        env["mass.sending.campaign"]._cron_process_queue()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    # this folder would hide standard modules from the rest
    sys.path.pop(0)
    main(*sys.argv[1:])
