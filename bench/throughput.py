# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""E-mails per second, end to end: Odoo Email Marketing, this module, bare smtplib.

The same recipients, text and sink, in one run on one database. Called by `run`.
"""

import argparse
import json
import smtplib
import sys
import time

from benchmark import (
    BODY,
    Sink,
    bench_domain,
    configure,
    confirm,
    environment,
    make_campaign,
    make_customers,
    run_queue,
    use_sink,
)

import odoo


def measure_mass_mailing(env, number):
    """Seconds that Odoo Email Marketing takes, from draft to the last mail."""
    mailing = env["mailing.mailing"].create(
        {
            "subject": "Works in your street",
            "body_html": BODY.format(name="name"),
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            "mailing_domain": repr(bench_domain(env, number)),
            "email_from": "support@example.com",
            "reply_to_mode": "new",
            "reply_to": "support@example.com",
        }
    )
    env.cr.commit()
    start = time.monotonic()
    mailing.action_put_in_queue()
    env.cr.commit()
    while mailing.state != "done":
        env["mailing.mailing"]._process_mass_mailing_queue()
        env.cr.commit()
        mailing.invalidate_recordset()
        if env["mail.mail"].search_count([("state", "=", "outgoing")], limit=1):
            env["mail.mail"].process_email_queue()
            env.cr.commit()
    return time.monotonic() - start


def measure_module(env, number):
    """Seconds that this module takes, from draft to the last mail.

    :return: dict of the phases
    """
    campaign = make_campaign(env, number)
    start = time.monotonic()
    campaign._select_recipients()
    env.cr.commit()
    selected = time.monotonic()
    confirm(campaign)
    run_queue(env, campaign)
    end = time.monotonic()
    counts = campaign.state_counts
    if counts != {"sent": number}:
        raise AssertionError(counts)
    return {"select": selected - start, "send": end - selected, "total": end - start}


def measure_smtplib(port, number, content):
    """Seconds that smtplib takes for as many ready-made mails."""
    start = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as session:
        for index in range(number):
            session.sendmail(
                "support@example.com", [f"bench{index}@example.com"], content
            )
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--large", type=int, default=20000)
    parser.add_argument("--only", default="", help="ours: leave out the others")
    arguments, rest = parser.parse_known_args()
    configure(rest)
    dbname = odoo.tools.config["db_name"][0]
    sink = Sink()
    figures = {}
    with environment(dbname) as env:
        make_customers(env, max(arguments.number, arguments.large))
        use_sink(env, sink.port)
        size = 3400
        content = b"Subject: x\r\n\r\n" + (b"x" * 76 + b"\r\n") * (size // 78)
        seconds = measure_smtplib(sink.port, arguments.number, content)
        figures["smtplib"] = arguments.number / seconds
        ours = measure_module(env, arguments.number)
        figures["ours"] = arguments.number / ours["total"]
        figures["ours_send_only"] = arguments.number / ours["send"]
        if arguments.only != "ours":
            seconds = measure_mass_mailing(env, arguments.number)
            figures["email_marketing"] = arguments.number / seconds
            figures["ratio_vs_email_marketing"] = (
                figures["ours"] / figures["email_marketing"]
            )
        if arguments.large:
            ours = measure_module(env, arguments.large)
            figures["ours_large"] = arguments.large / ours["total"]
    figures["fraction_of_smtplib"] = figures["ours_send_only"] / figures["smtplib"]
    sink.stop()
    for name, value in figures.items():
        sys.stdout.write(f"{name:30} {value:10.2f}\n")
    sys.stdout.write(json.dumps({k: round(v, 3) for k, v in figures.items()}) + "\n")


if __name__ == "__main__":
    main()
