# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Financial documents per second, stored and rendered, and the memory they take.

Stored: each invoice has its legal PDF already, as Odoo keeps it. Rendered: a fresh
PDF each, by wkhtmltopdf. From the confirmed campaign to the last mail in the sink.
Run it with `bench/with-odoo documents.py`.
"""

import argparse
import json
import sys
import time

from benchmark import (
    Sink,
    configure,
    confirm,
    environment,
    make_campaign,
    make_customers,
    peak_rss_mb,
    rss_mb,
    run_queue,
    use_sink,
)

import odoo
from odoo import Command

# Memory is looked at after so many documents.
STEP = 100


def make_invoices(env, number):
    """Give the first customers a posted invoice each; the first by Odoo, the others
    as copies of its row and lines."""
    env.cr.execute(
        "SELECT id FROM res_partner WHERE ref = 'bench' ORDER BY id LIMIT %s", [number]
    )
    first, *others = [partner_id for (partner_id,) in env.cr.fetchall()]
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": first,
            "invoice_date": "2026-01-15",
            "invoice_line_ids": [
                Command.create({"name": "Internet", "price_unit": 30, "tax_ids": []})
            ],
        }
    )
    move.action_post()
    env.flush_all()
    env.cr.execute(COPY_MOVES, {"move": move.id, "partners": others})
    moves = move.browse([move.id, *(row[0] for row in env.cr.fetchall())])
    env.cr.commit()
    env.cr.execute("ANALYZE account_move, account_move_line")
    env.cr.commit()
    return moves


COPY_MOVES = """
    WITH copy AS (
        INSERT INTO account_move
        SELECT (jsonb_populate_record(m, jsonb_build_object(
                   'id', nextval('account_move_id_seq'),
                   'name', m.name || '/' || partner.id,
                   'sequence_number', NULL,
                   'partner_id', partner.id,
                   'commercial_partner_id', partner.id))).*
          FROM account_move m, unnest(%(partners)s) AS partner (id)
         WHERE m.id = %(move)s
     RETURNING id, partner_id),
    line AS (
        INSERT INTO account_move_line
        SELECT (jsonb_populate_record(l, jsonb_build_object(
                   'id', nextval('account_move_line_id_seq'),
                   'move_id', copy.id,
                   'partner_id', copy.partner_id))).*
          FROM account_move_line l, copy
         WHERE l.move_id = %(move)s)
    SELECT id FROM copy"""


def store_files(env, moves):
    """Give each invoice a legal PDF, as if Odoo had sent it before."""
    from reportlab.pdfgen.canvas import Canvas

    for move in moves:
        path = f"/tmp/bench-document-{move.id}.pdf"
        canvas = Canvas(path, pageCompression=0)
        canvas.drawString(100, 700, move.name)
        canvas.setTitle("x" * 50_000)  # as heavy as an invoice
        canvas.showPage()
        canvas.save()
        with open(path, "rb") as file:
            env["ir.attachment"].create(
                {
                    "name": f"{move.name}.pdf".replace("/", "_"),
                    "raw": file.read(),
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
    env.cr.commit()


def watch_memory(samples):
    """Note the memory of this process after every STEP documents."""
    # only Odoo that is configured knows where the addon is
    from odoo.addons.mass_sending.queue import documents as phase

    original = phase.DocumentPhase._keep

    def keep(this, *args):
        made = original(this, *args)
        samples["documents"] += len(made)
        if samples["documents"] // STEP > len(samples["rss"]):
            samples["rss"].append(round(rss_mb(), 1))
        return made

    phase.DocumentPhase._keep = keep


def measure(env, moves, samples):
    """Send each invoice to its customer.

    :return: seconds
    """
    samples.update(documents=0, rss=[])
    campaign = make_campaign(
        env,
        len(moves),
        only_with_document=True,
        document_line_ids=[
            Command.create({"kind": "invoice", "enabled": True, "date_range": "all"})
        ],
    )
    campaign._select_recipients()
    env.cr.commit()
    start = time.monotonic()
    confirm(campaign)
    run_queue(env, campaign)
    seconds = time.monotonic() - start
    if campaign.state_counts != {"sent": len(moves)}:
        raise AssertionError(campaign.state_counts)
    return seconds


def forget(env, moves):
    """Take the invoices away: the next measurement is about its own."""
    env.cr.execute("DELETE FROM account_move_line WHERE move_id = ANY(%s)", [moves.ids])
    env.cr.execute("DELETE FROM account_move WHERE id = ANY(%s)", [moves.ids])
    env.cr.commit()
    env.invalidate_all()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, default=1000)
    parser.add_argument("--rendered", type=int, default=20)
    arguments, rest = parser.parse_known_args()
    configure(rest)
    sink = Sink()
    figures, samples = {}, {}
    watch_memory(samples)
    with environment(odoo.tools.config["db_name"][0]) as env:
        make_customers(env, max(arguments.stored, arguments.rendered))
        use_sink(env, sink.port)
        for name in ("rendered", "stored"):
            number = getattr(arguments, name)
            moves = make_invoices(env, number)
            if name == "stored":
                store_files(env, moves)
            figures[f"{name}_per_second"] = number / measure(env, moves, samples)
            forget(env, moves)
    sink.stop()
    figures["rss_mb_after_each_hundred"] = samples["rss"]
    figures["peak_rss_mb"] = peak_rss_mb()
    for name, value in figures.items():
        shown = value if isinstance(value, list) else f"{value:10.2f}"
        sys.stdout.write(f"{name:28} {shown}\n")
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
