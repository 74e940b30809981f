# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The logs with a million deliveries: lists, periods, searches, dashboard, export.

Each is what the web client asks for when somebody opens it, with his rights, in a
fresh environment; the second of two calls counts (the first warms PostgreSQL).

    bench/with-odoo logs.py [--number 1000000]
"""

import argparse
import sys
import time
from ast import literal_eval

from benchmark import configure, environment, make_customers
from lxml import etree

from odoo.tools.safe_eval import safe_eval

CUSTOMERS = 100_000
CAMPAIGNS = 200
EXPORTED = 100_000
LIMITS = {"export of 100,000": 60}
LIMIT = 1.0

FINISH_CAMPAIGNS = """
    UPDATE mass_sending_campaign c
       SET state = 'sent',
           user_id = CASE WHEN n.i %% 10 = 0 THEN %(agent)s ELSE %(manager)s END,
           create_date = d.day, confirmed_at = d.day, started_at = d.day,
           finished_at = d.day, recipient_count = %(number)s / %(campaigns)s,
           state_counts = jsonb_build_object('sent', %(number)s / %(campaigns)s)
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS i
              FROM mass_sending_campaign
             WHERE subject ->> 'en_US' LIKE 'Log campaign %%') n,
           LATERAL (SELECT (now() AT TIME ZONE 'UTC')
                           - make_interval(days => (n.i * 365 / %(campaigns)s)::int)
                           AS day) d
     WHERE n.id = c.id
"""
MAKE_DELIVERIES = """
    WITH campaign AS (
        SELECT id, user_id, create_date, row_number() OVER (ORDER BY id DESC) AS n
          FROM mass_sending_campaign WHERE subject ->> 'en_US' LIKE 'Log campaign %%'
    ), partner AS (
        SELECT id, email_normalized, phone_sanitized, portal_login, name,
               row_number() OVER (ORDER BY id) AS n
          FROM res_partner WHERE ref = 'bench'
    ), recipient AS (
        INSERT INTO mass_sending_recipient (
               campaign_id, person_model, person_id, partner_id, name, portal_login,
               email, email_normalized, phone, phone_sanitized,
               decision, skip_reason, create_date)
        SELECT c.id, 'res.partner', p.id, p.id, p.name, p.portal_login,
               p.email_normalized, p.email_normalized,
               p.phone_sanitized, p.phone_sanitized,
               CASE WHEN p.n %% 50 = 0 THEN 'skipped' ELSE 'kept' END,
               CASE WHEN p.n %% 50 = 0 THEN 'email_missing' END, c.create_date
          FROM campaign c
          JOIN partner p ON (p.n + c.n * 7) %% (%(customers)s::bigint
                            * %(campaigns)s / %(number)s) = 0
      ORDER BY c.create_date
     RETURNING id, campaign_id, partner_id, portal_login, email, phone, create_date,
               decision
    )
    INSERT INTO mass_sending_delivery (
           campaign_id, recipient_id, company_id, user_id, partner_id, type, channel,
           address, subject, state, failure_type, attempts, sent_at, delivered_at,
           read_at, message_uid, sms_text, sms_segments, sms_price, create_date)
    SELECT r.campaign_id, r.id, %(company)s, c.user_id, r.partner_id, 'mass', channel,
           CASE channel WHEN 'portal' THEN r.portal_login WHEN 'sms' THEN r.phone
                        ELSE r.email END,
           CASE channel WHEN 'sms' THEN NULL ELSE 'Works in your street' END,
           CASE WHEN r.id %% 33 = 0 THEN 'error' ELSE 'sent' END,
           CASE WHEN r.id %% 33 = 0 THEN 'refused' END, 1,
           r.create_date, CASE channel WHEN 'sms' THEN r.create_date END,
           CASE WHEN r.id %% 8 = 0 THEN r.create_date END,
           '<' || r.id || '@bench>',
           CASE channel WHEN 'sms' THEN 'Works in your street tonight' END,
           CASE channel WHEN 'sms' THEN 1 END, CASE channel WHEN 'sms' THEN 0.07 END,
           r.create_date
      FROM recipient r
      JOIN campaign c ON c.id = r.campaign_id,
           LATERAL (SELECT CASE r.id %% 4 WHEN 0 THEN 'portal' WHEN 1 THEN 'sms'
                                          ELSE 'email' END AS channel) of_row
     WHERE r.decision = 'kept'
  ORDER BY r.create_date
"""


def get_user(env, login, group):
    user = env["res.users"].search([("login", "=", login)])
    return user or env["res.users"].create(
        {
            "name": login,
            "login": login,
            "group_ids": [
                (4, env.ref(f"mass_sending.{group}").id),
                (4, env.ref("base.group_allow_export").id),
            ],
        }
    )


def make_log(env, number):
    """Fill the log, unless it is there from the last run."""
    manager = get_user(env, "log_manager", "mass_sending_group_manager")
    agent = get_user(env, "log_agent", "mass_sending_group_user")
    env.flush_all()
    env.cr.execute("SELECT count(*) FROM mass_sending_delivery")
    if env.cr.fetchone()[0] < number * 0.9:
        values = {
            "number": number,
            "customers": CUSTOMERS,
            "campaigns": CAMPAIGNS,
            "company": env.company.id,
            "manager": manager.id,
            "agent": agent.id,
        }
        make_customers(env, CUSTOMERS)
        env["mass.sending.campaign"].create(
            [{"subject": f"Log campaign {i}"} for i in range(CAMPAIGNS)]
        )
        env.flush_all()
        for statement in (FINISH_CAMPAIGNS, MAKE_DELIVERIES):
            env.cr.execute(statement, values)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return manager.id, agent.id


class Screen:
    """What somebody does on one list."""

    def __init__(self, dbname, user_id, xmlid):
        self.dbname = dbname
        self.user_id = user_id
        self.xmlid = xmlid

    def measure(self, function):
        """Return seconds of the second call, each in an environment of its own."""
        for _try in range(2):
            with environment(self.dbname) as env:
                env = env(user=self.user_id, context={"lang": "en_US", "tz": "UTC"})
                action = env["ir.actions.act_window"]._for_xml_id(self.xmlid)
                model = env[action["res_model"]]
                start = time.monotonic()
                function(model, literal_eval(action["domain"] or "[]"))
                seconds = time.monotonic() - start
        return seconds

    def get_arch(self, kind):
        with environment(self.dbname) as env:
            env = env(user=self.user_id)
            action = env["ir.actions.act_window"]._for_xml_id(self.xmlid)
            view_id = {mode: id_ for id_, mode in action["views"]}.get(kind)
            views = env[action["res_model"]].get_views([(view_id, kind)])
            return etree.fromstring(views["views"][kind]["arch"])

    def get_columns(self):
        return {
            node.get("name"): {"fields": {"display_name": {}}}
            if node.get("widget") == "many2one"
            else {}
            for node in self.get_arch("list").xpath("/list/field")
        }

    def get_filters(self):
        """Return {label: domain} of the filters without variables."""
        filters = {}
        for node in self.get_arch("search").xpath("//filter[@domain]"):
            if "uid" not in node.get("domain"):
                filters[node.get("string")] = literal_eval(node.get("domain"))
        return filters

    def get_search_domain(self, field, text):
        """Return what the search view asks for when somebody types a text."""
        [node] = self.get_arch("search").xpath(f"/search/field[@name='{field}']")
        if node.get("filter_domain"):
            return safe_eval(node.get("filter_domain"), {"self": text})
        return [(field, "ilike", text)]


def measure_list(screen, name):
    """Yield (what, seconds) of opening a list, its filters and groups."""
    columns = screen.get_columns()

    def open_with(more):
        def run(model, domain):
            specification = {c: s for c, s in columns.items() if c in model._fields}
            model.web_search_read(
                domain + more, specification, limit=80, count_limit=10001
            )

        return run

    yield f"{name}: open", screen.measure(open_with([]))
    for label, domain in screen.get_filters().items():
        yield f"{name}: {label}", screen.measure(open_with(domain))


def measure_search(screen, name, field, text):
    def run(model, domain):
        model.web_search_read(
            domain + screen.get_search_domain(field, text),
            {field: {}},
            limit=80,
            count_limit=10001,
        )

    yield f"{name}: {field} contains {text}", screen.measure(run)


def measure_groups(screen, name, groupings, aggregates):
    for groupby in groupings:

        def run(model, domain, groupby=groupby):
            model.formatted_read_group(domain, groupby, aggregates)

        yield f"{name}: by {', '.join(groupby)}", screen.measure(run)


def measure_export(screen, name):
    fields = ["id", "address", "type", "state", "failure_type", "create_date"]
    fields += ["sent_at", "partner_id/name", "subject"]

    def run(model, domain):
        model.search(domain, limit=EXPORTED).export_data(fields)

    yield f"{name}: export of 100,000", screen.measure(run)


def measure_all(dbname, user_id):
    log = Screen(dbname, user_id, "mass_sending.mass_sending_delivery_action_email")
    yield from measure_list(log, "E-mail log")
    yield from measure_search(log, "E-mail log", "address", "bench4242@")
    yield from measure_search(log, "E-mail log", "address", "nobody.has.this")
    yield from measure_search(log, "E-mail log", "partner_id", "Bench 4242")
    yield from measure_groups(
        log, "E-mail log", [["state"], ["create_date:day"]], ["__count"]
    )
    sms = Screen(dbname, user_id, "mass_sending.mass_sending_delivery_action_sms")
    yield from measure_list(sms, "SMS log")
    yield from measure_search(sms, "SMS log", "address", "+32470004242")
    yield from measure_search(sms, "SMS log", "address", "0004242")
    yield from measure_search(sms, "SMS log", "address", "99999999999")
    yield from measure_groups(
        sms,
        "SMS log",
        [["state"], ["create_date:day"]],
        ["__count", "sms_segments:sum", "sms_price:sum"],
    )
    history = Screen(dbname, user_id, "mass_sending.mass_sending_campaign_action")
    yield from measure_list(history, "History")
    dashboard = Screen(dbname, user_id, "mass_sending.mass_sending_report_action")
    month = [("date", ">=", "today -29d")]
    measures = ["total:sum", "sent:sum", "failed:sum", "skipped:sum", "opened:sum"]
    for groupby in (
        ["date:day", "state"],
        ["campaign_id", "channel"],
        ["location_id"],
        ["reason"],
    ):

        def run(model, domain, groupby=groupby):
            model.formatted_read_group([*domain, *month], groupby, measures)

        yield f"Dashboard, 30 days: by {groupby}", dashboard.measure(run)
    yield from measure_export(log, "E-mail log")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--database", required=True)
    options, rest = parser.parse_known_args()
    configure([f"--database={options.database}", *rest])
    with environment(options.database) as env:
        users = make_log(env, options.number)
    too_slow = 0
    for role, user_id in zip(("manager", "user"), users, strict=True):
        for what, seconds in measure_all(options.database, user_id):
            limit = LIMITS.get(what.rpartition(": ")[2], LIMIT)
            too_slow += seconds > limit
            mark = "  TOO SLOW" if seconds > limit else ""
            print(f"{role:8} {what:55} {seconds:7.3f} s{mark}", flush=True)
    return 1 if too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
