# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""E-mails per second, end to end: Odoo Email Marketing, this module, bare smtplib.

The same recipients, text and sink, in one run on one database, with the default
settings. Everything is run once with a few recipients first, so that nobody is
measured while Odoo compiles its templates. Called by `run`.
"""

import argparse
import json
import smtplib
import statistics
import sys
import time
from collections import Counter

from benchmark import (
    BODY,
    Sink,
    bench_domain,
    configure,
    confirm,
    environment,
    make_campaign,
    make_customers,
    peak_rss_mb,
    run_queue,
    settle,
    use_sink,
)

import odoo

WARM_UP = 50
# milliseconds that each answer takes: a server nearby, and one far away
ROUND_TRIPS = (1, 10)
MANY_SESSIONS = 8


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
    outgoing = [("state", "=", "outgoing")]
    while mailing.state != "done" or env["mail.mail"].search_count(outgoing, limit=1):
        env["mailing.mailing"]._process_mass_mailing_queue()
        env.cr.commit()
        # takes 1,000 at a time; its job runs once an hour, here at once
        env["mail.mail"].process_email_queue()
        env.cr.commit()
        mailing.invalidate_recordset()
    seconds = time.monotonic() - start
    sent = env["mailing.trace"].search_count(
        [("mass_mailing_id", "=", mailing.id), ("trace_status", "=", "sent")]
    )
    if sent != number:
        raise AssertionError(f"Email Marketing sent {sent} of {number}")
    return seconds


def measure_module(env, number):
    """Seconds that this module takes, from draft to the last mail.

    :return: dict of the phases: `select`, `send` (preparing and all else that the
        queue does included), `hand_over` (the part of it in SMTP sessions), `total`
    """
    campaign = make_campaign(env, number)
    start = time.monotonic()
    campaign._select_recipients()
    env.cr.commit()
    selected = time.monotonic()
    confirm(campaign)
    with timed_hand_over() as phases:
        run_queue(env, campaign)
    end = time.monotonic()
    counts = campaign.state_counts
    if counts != {"sent": number}:
        raise AssertionError(counts)
    return {
        "select": selected - start,
        "send": end - selected,
        "hand_over": phases["hand_over"],
        "total": end - start,
    }


class timed_hand_over:  # noqa: N801 (reads as a function)
    """Context in which the time spent in SMTP sessions is added up."""

    def __enter__(self):
        # only importable once Odoo knows where addons are
        from odoo.addons.mass_sending.channels.email import (  # noqa: PLC0415
            EmailChannel,
        )

        self._owner, self._original = EmailChannel, EmailChannel.hand_over
        phases = Counter()

        def hand_over(*arguments):
            start = time.monotonic()
            try:
                return self._original(*arguments)
            finally:
                phases["hand_over"] += time.monotonic() - start

        EmailChannel.hand_over = hand_over
        return phases

    def __exit__(self, *_exception):
        self._owner.hand_over = self._original


def measure_smtplib(port, number, content):
    """Seconds that smtplib takes for as many ready-made mails."""
    start = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as session:
        for index in range(number):
            session.sendmail(
                "support@example.com", [f"bench{index}@example.com"], content
            )
    return time.monotonic() - start


def measure_side_by_side(env, number, with_others):
    """Measure all three, twice in turn, with a sink that answers at once.

    :return: dict of figures
    """
    with Sink() as sink:
        use_sink(env, sink.port)
        measure_module(env, WARM_UP)
        content = sink.get_first_mail()
        ours, theirs, bare = [], [], []
        if with_others:
            measure_mass_mailing(env, WARM_UP)
        for _round in range(2):
            settle(env)
            bare.append(number / measure_smtplib(sink.port, number, content))
            ours.append(measure_module(env, number))
            if with_others:
                settle(env)
                theirs.append(number / measure_mass_mailing(env, number))

    def speed(phase):
        return statistics.mean(number / seconds[phase] for seconds in ours)

    smtplib_speed = statistics.mean(bare)
    figures = {
        "mail_bytes": len(content),
        "ours": speed("total"),
        "ours_prepare_and_hand_over": speed("send"),
        "ours_hand_over": speed("hand_over"),
        "smtplib": smtplib_speed,
        "fraction_of_smtplib": speed("send") / smtplib_speed,
        "hand_over_fraction": speed("hand_over") / smtplib_speed,
    }
    if theirs:
        figures["email_marketing"] = statistics.mean(theirs)
        figures["ratio_vs_email_marketing"] = (
            figures["ours"] / figures["email_marketing"]
        )
    return figures


def measure_round_trips(env):
    """Mails per second when each answer takes a while, with one session and many.

    :return: dict of figures
    """
    figures = {}
    for delay in ROUND_TRIPS:
        with Sink(delay) as sink:
            server = use_sink(env, sink.port)
            number = 100
            seconds = measure_smtplib(sink.port, number, b"Subject: x\r\n\r\nx\r\n")
            figures[f"smtplib_{delay}ms"] = number / seconds
            for sessions in (1, MANY_SESSIONS):
                server.mass_sending_sessions = sessions
                number = min(2000, 2000 * sessions // delay)
                settle(env)
                ours = measure_module(env, number)
                figures[f"ours_{delay}ms_{sessions}_sessions"] = number / ours["total"]
    return figures


def measure_memory(env, numbers):
    """How much more memory campaigns take, the larger they are.

    :param numbers: numbers of recipients, in ascending order
    :return: dict of figures, `rss_growth_mb` between the first and the last
    """
    figures, peaks = {}, []
    with Sink() as sink:
        use_sink(env, sink.port)
        measure_module(env, WARM_UP)
        for number in numbers:
            settle(env)
            ours = measure_module(env, number)
            figures[f"ours_{number}"] = number / ours["total"]
            peaks.append(peak_rss_mb())
            figures[f"rss_mb_{number}"] = peaks[-1]
    figures["rss_growth_mb"] = peaks[-1] - peaks[0]
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--large", type=int, nargs="*", default=[5000, 20000, 50000])
    parser.add_argument("--only", default="", help="ours: leave out the others")
    arguments, rest = parser.parse_known_args()
    configure(rest)
    dbname = odoo.tools.config["db_name"][0]
    with environment(dbname) as env:
        make_customers(env, max([arguments.number, *arguments.large]))
        # first, before anything else has made the process large
        figures = measure_memory(env, arguments.large) if arguments.large else {}
        figures |= measure_side_by_side(env, arguments.number, arguments.only != "ours")
        figures |= measure_round_trips(env)
    for name, value in figures.items():
        sys.stdout.write(f"{name:30} {value:10.2f}\n")
    sys.stdout.write(json.dumps({k: round(v, 3) for k, v in figures.items()}) + "\n")


if __name__ == "__main__":
    main()
