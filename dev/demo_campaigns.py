"""Two campaigns of the demo database, really sent: through the queue, to the sink.

Run through `odoo-bin shell` after demo_setup.py; does nothing where there is a
campaign already.
"""

import time

SECONDS = 60


def prepare(env, author, template, **values):
    """A draft of a member of staff, with the text of one of the demo's templates."""
    template = env.ref(f"mass_sending.template_{template}_demo")
    audience = template.audience_id
    filters = {
        name: value
        for name, value in (audience.copy_data() or [{}])[0].items()
        if name in audience._get_audience_field_names()
    }
    user = env.ref(f"mass_sending.user_{author}_demo")
    return (
        env["mass.sending.campaign"]
        .with_user(user)
        .create(
            {
                "subject": template.subject,
                "body": template.body,
                "purpose": template.purpose,
                **filters,
                **values,
            }
        )
    )


def send(env, campaign):
    """Confirm, skip the hold-back, and work the queue off."""
    campaign._select_recipients()
    campaign.action_confirm()
    campaign.sudo().start_at = campaign.confirmed_at
    env.cr.commit()
    until = time.monotonic() + SECONDS
    while campaign.state in ("new", "processing") and time.monotonic() < until:
        env["mass.sending.campaign"]._cron_process_queue()
        campaign.invalidate_recordset()


def main(env):
    if env["mass.sending.campaign"].search_count([], limit=1):
        return
    active = {"filter_status_active": True}
    send(env, prepare(env, "agent", "outage", send_to="portal_email"))
    send(env, prepare(env, "manager", "newsletter", send_to="email", **active))
    prepare(env, "agent", "price", send_to="portal_email", **active)
    env.cr.commit()


main(env)  # noqa: F821 (the shell's env)
