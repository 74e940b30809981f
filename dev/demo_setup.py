"""Settings of the demo database, run through `odoo-bin shell` at every start.

What depends on this machine (ports) is here rather than in the addon's demo
data: an outgoing mail server that is the sink, addresses that fit it.
"""

import os
from pathlib import Path

DOMAIN = "demo.example.com"


def sender_domains(env):
    """The domains that companies and staff write from."""
    staff = env["res.users"].search([("share", "=", False)])
    addresses = staff.mapped("email") + env["res.company"].search([]).mapped("email")
    return {DOMAIN} | {a.rpartition("@")[2].lower() for a in addresses if a}


def use_mail_sink(env, port):
    """Send every mail to the sink: the other mail servers are archived."""
    servers = env["ir.mail_server"].with_context(active_test=False).search([])
    sink = servers.filtered(lambda server: server.name == "Mail sink")[:1]
    values = {
        "name": "Mail sink",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_encryption": "none",
        "smtp_authentication": "login",
        # Without it Odoo would replace every sender by the notification address.
        "from_filter": ",".join(sorted(sender_domains(env))),
        "sequence": 1,
        "active": True,
    }
    if sink:
        sink.write(values)
    else:
        sink = env["ir.mail_server"].create(values)
    (servers - sink).write({"active": False})


def use_addresses(env, http_port):
    """A sender, a bounce address, and links that lead back to this demo."""
    domains = env["mail.alias.domain"]
    domain = domains.search([("name", "=", DOMAIN)], limit=1)
    domain = domain or domains.create({"name": DOMAIN})
    for company in env["res.company"].search([]):
        company.alias_domain_id = domain
        company.email = company.email or f"info@{DOMAIN}"
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", f"http://localhost:{http_port}")
    parameters.set_param("web.base.url.freeze", "True")


def logins(env):
    """One line per account worth trying: the module's own, then Odoo's."""
    own = env["ir.model.data"].search(
        [("module", "=", "mass_sending"), ("model", "=", "res.users")]
    )
    users = env["res.users"].browse(own.mapped("res_id")).exists()
    users |= env["res.users"].search([("login", "in", ["admin", "demo", "portal"])])
    for user in users.sorted(lambda user: (user.share, user.login != "admin")):
        kind = "portal" if user.share else "staff"
        # The module's own customers sign in with their number, all with one password.
        is_own = user.share and user.id in own.mapped("res_id")
        login, password = (
            (user.partner_id.portal_login, "demo") if is_own else (user.login,) * 2
        )
        yield f"{login} / {password}   {user.name} ({kind})"


use_addresses(env, os.environ["HTTP_PORT"])  # noqa: F821 (the shell's env)
use_mail_sink(env, int(os.environ["SMTP_PORT"]))  # noqa: F821
Path(os.environ["DEMO_LOGINS"]).write_text("\n".join(logins(env)) + "\n")  # noqa: F821
env.cr.commit()  # noqa: F821
