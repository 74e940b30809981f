# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What every kind of financial document can do."""

from datetime import datetime, time, timedelta

import pytz

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval
from odoo.tools.safe_eval import time as safe_time


class DocumentKind:
    """A kind of document: which there are, whose they are, and their PDF.

    All methods work in the environment that they are given: superuser, because who
    may attach documents need not be an accountant; but as the author and in the
    campaign's company only. So every search names company and owner.

    :cvar str code: stored on the campaign's lines
    :cvar str label: shown to people
    :cvar str model: model of the documents
    :cvar str date_field: the date printed on them, which date ranges are about
    :cvar str report_xmlid: report that prints them
    :cvar str status_label: what the filter of a line is called
    """

    code = None
    label = None
    model = None
    date_field = None
    report_xmlid = None
    status_label = "Status"

    def __init__(self, env):
        """
        :param env: Environment made by `mass.sending.campaign._get_documents_env`
        """
        self.env = env

    # === Which ===

    def get_status_options(self):
        """Return [(code, label)] of what a line can be narrowed to."""
        return []

    def get_base_domain(self):
        """Return which documents may be sent at all, whatever a line says.

        Asked again right before a document leaves the house.
        """
        raise NotImplementedError  # abstract

    def get_status_domain(self, codes, today):
        """Return the documents with one of the chosen statuses.

        :param set codes: codes of `get_status_options`; empty when none is chosen
        :param date today: the author's today when the campaign started
        """
        return Domain.TRUE

    def get_line_domain(self, line):
        """Return the documents that a line of a campaign asks for.

        :param line: mass.sending.document.line
        """
        return (
            self._get_company_domain()
            & self.get_base_domain()
            & self._get_date_domain(*line._get_dates(), line._get_timezone())
            & self.get_status_domain(line._get_status_codes(), line._get_today())
        )

    def _get_company_domain(self):
        return Domain("company_id", "=", self.env.company.id)

    def _get_date_domain(self, date_from, date_to, timezone):
        """Documents of some days, both included; None is open."""
        domain = Domain.TRUE
        if self.env[self.model]._fields[self.date_field].type == "datetime":
            # to the end of the last day, where the author is
            if date_to:
                end = self._to_utc(date_to + timedelta(days=1), timezone)
                domain &= Domain(self.date_field, "<", end)
            if date_from:
                start = self._to_utc(date_from, timezone)
                domain &= Domain(self.date_field, ">=", start)
            return domain
        if date_from:
            domain &= Domain(self.date_field, ">=", date_from)
        if date_to:
            domain &= Domain(self.date_field, "<=", date_to)
        return domain

    def _to_utc(self, day, timezone):
        local = pytz.timezone(timezone).localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # === Whose ===

    def owner_sql(self, alias):
        """Return the commercial partner of a document, as an SQL expression.

        :param str alias: alias of the documents' table
        """
        return SQL(
            "(SELECT p.commercial_partner_id FROM res_partner p WHERE p.id = %s)",
            SQL.identifier(alias, "partner_id"),
        )

    def documents_sql(self, domain):
        """Return a SELECT with the columns `source_id`, `owner_id` and `dated`.

        :param Domain domain: which documents
        """
        query = self.env[self.model]._search(domain, bypass_access=True)
        alias = query.table
        return query.select(
            SQL("%s AS source_id", SQL.identifier(alias, "id")),
            SQL("%s AS owner_id", self.owner_sql(alias)),
            SQL("%s::date AS dated", SQL.identifier(alias, self.date_field)),
        )

    def get_owners(self, source_ids):
        """Return who documents belong to: {source id: id of commercial partner}.

        Those that were deleted, are no longer what they were (reset to draft,
        cancelled), or are of another company, are missing.
        """
        domain = (
            Domain("id", "in", list(source_ids))
            & self._get_company_domain()
            & self.get_base_domain()
        )
        self.env[self.model].flush_model()
        rows = self.env.execute_query(self.documents_sql(domain))
        return {source_id: owner_id for source_id, owner_id, _dated in rows}

    # === Their PDF ===

    def get_number(self, record):
        """Return what staff and customers call a document."""
        return record.display_name

    def get_file_name(self, record):
        """Return the name of a document's file."""
        report = self.env.ref(self.report_xmlid)
        name = None
        if report.print_report_name:
            name = safe_eval(
                report.print_report_name, {"object": record, "time": safe_time}
            )
        name = name or f"{report.name} - {self.get_number(record)}"
        return name.replace("/", "_") + ".pdf"

    def stored_size_sql(self, alias):
        """Return the size of a document's file where it is known already.

        :param str alias: alias of a table with a column `source_id`
        :return: SQL expression, NULL where it must be rendered first
        """
        return SQL("NULL::int")

    def split_stored(self, records):
        """Return the documents whose file is there already: {id: bytes}."""
        return {}

    def render(self, records):
        """Make the files of documents.

        :param records: documents of this kind; several only where wkhtmltopdf can
            tell them apart afterwards
        :return: {id: bytes}
        :raise Exception: whatever a report may raise
        """
        reports = self.env["ir.actions.report"]
        report = self.env.ref(self.report_xmlid)
        content, file_type = reports._pre_render_qweb_pdf(
            report.report_name, res_ids=records.ids
        )
        return reports._get_splitted_report(report.report_name, content, file_type)
