# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Making the files of financial documents, some at a time, and keeping them."""

import io
import logging
from itertools import islice

import psycopg2

from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..documents import DOCUMENT_KINDS

_logger = logging.getLogger(__name__)

# How many files are in memory, or in one call of wkhtmltopdf, at the most.
CHUNK_SIZE = 10
# What another transaction did to the same rows passes.
PASSING_ERRORS = (
    psycopg2.errors.TransactionRollback,  # serialisation failure, deadlock
    psycopg2.errors.LockNotAvailable,
)
TRIES = 3


class DocumentError(UserError):
    """A document could not be made; its text is shown to staff."""


class DocumentMaker:
    """Makes the files of one campaign, each once.

    :ivar dict made: {(kind code, source id): id of mass.sending.document, or
        DocumentError}
    """

    def __init__(self, campaign, commit):
        """
        :param campaign: mass.sending.campaign, as the queue
        :param commit: called after each file that was made
        """
        self.env = campaign.env
        self.campaign = campaign
        self._commit = commit
        self.made = {}

    def make_next(self, document, todo):
        """Make a document, and with it others that come next, as many of one kind
        and language as one go can make.

        :param document: (kind code, source id)
        :param dict todo: {(kind code, source id): language}, in order
        """
        code, lang, source_ids = self._get_chunk(document, todo)
        self._try(self._keep_known, code, lang, source_ids)
        waiting = [i for i in source_ids if (code, i) not in self.made]
        if waiting:
            size = CHUNK_SIZE if _wkhtml().is_patched_qt else 1
            self._try(self._render, code, lang, waiting[:size])

    def _get_chunk(self, first, todo):
        """Return kind, language and ids of documents that can be made together."""
        code, lang = first[0], todo[first]
        alike = (
            source_id
            for (other, source_id), other_lang in todo.items()
            if other == code
            and other_lang == lang
            and (other, source_id) not in self.made
            and (other, source_id) != first
        )
        return code, lang, [first[1], *islice(alike, CHUNK_SIZE - 1)]

    def _try(self, make, code, lang, source_ids):
        """Call `make` and commit; on failure find out whose it is."""
        try:
            made = self._repeat(make, code, lang, source_ids)
        except Exception as error:  # reports run code of any addon
            self.env.cr.rollback()
            if len(source_ids) > 1:
                for source_id in source_ids:
                    self._try(make, code, lang, [source_id])
                return
            _logger.info("Document %s %s: %s", code, source_ids[0], error)
            made = {source_ids[0]: self._describe(code, source_ids[0], error)}
        self.made.update({(code, source_id): made[source_id] for source_id in made})

    def _repeat(self, make, code, lang, source_ids):
        """Call `make` and commit, again when another transaction was in the way."""
        for tries_left in reversed(range(TRIES)):
            kind = DOCUMENT_KINDS[code](self.campaign._get_documents_env(lang))
            try:
                made = make(kind, source_ids)
                self._commit()
                return made
            except PASSING_ERRORS:
                self.env.cr.rollback()
                if not tries_left:
                    raise

    def _keep_known(self, kind, source_ids):
        """Take the files that are there already: from this campaign, or Odoo's."""
        records = kind.env[kind.model].browse(source_ids).exists()
        made = {
            source_id: DocumentError(
                self.env._("A document was deleted before it could be sent.")
            )
            for source_id in set(source_ids) - set(records.ids)
        }
        usable = self.env["mass.sending.document"]._find_usable(
            self.campaign, kind.model, records.ids
        )
        made |= {source_id: document.id for source_id, document in usable.items()}
        others = records.filtered(lambda record: record.id not in usable)
        return made | self._keep(kind, others, kind.split_stored(others))

    def _render(self, kind, source_ids):
        """Have the files made that are not there yet."""
        records = kind.env[kind.model].browse(source_ids)
        if _wkhtml().state == "install":
            raise DocumentError(
                self.env._(
                    "the program that makes PDF files, wkhtmltopdf, is missing on the "
                    "server. Have an administrator install it, then retry."
                )
            )
        contents = kind.render(records)
        if missing := set(source_ids) - contents.keys():
            raise DocumentError(
                self.env._("Odoo made no file of %(ids)s.", ids=sorted(missing))
            )
        return self._keep(kind, records, contents)

    def _keep(self, kind, records, contents):
        made = {}
        for record in records.filtered(lambda record: record.id in contents):
            check_pdf(self.env, contents[record.id])
            made[record.id] = (
                self.env["mass.sending.document"]
                ._store(self.campaign, kind, record, contents[record.id])
                .id
            )
        return made

    def _describe(self, code, source_id, error):
        """Return what staff should read about a document that failed."""
        kind = DOCUMENT_KINDS[code](self.campaign._get_documents_env())
        record = kind.env[kind.model].browse(source_id).exists()
        if not record:
            return DocumentError(
                self.env._("A document was deleted before it could be sent.")
            )
        return DocumentError(
            self.env._(
                "%(document)s could not be made: %(reason)s",
                document=kind.get_number(record),
                reason=self.campaign._summarise_render_error(error),
            )
        )


def check_pdf(env, content):
    """Check that a file is a PDF with at least one page.

    :raise DocumentError: it is not
    """
    try:
        pages = PdfFileReader(io.BytesIO(content), strict=False).getNumPages()
    except Exception as error:  # whatever a parser may raise on rubbish
        raise DocumentError(
            env._("the file is no readable PDF (%(reason)s).", reason=error)
        ) from None
    if not pages:
        raise DocumentError(env._("the PDF has no page."))
