# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Financial documents are made before the messages that carry them are claimed.

Printing takes a second per document, claiming must be quick. So a delivery that
carries documents is born with `documents_pending`, and no worker claims it before
that mark is gone. In order, for the next recipients of a campaign:

1. Find the documents of all of them with one query.
2. Make each file and keep it (`mass.sending.document`), committed one by one. What
   Odoo has stored already is taken as it is.
3. Write down on the deliveries which documents they carry, committed; then take
   the mark away. Who has a document that cannot be made, gets his outcome instead.

A worker that dies anywhere here has handed over nothing: its lock ends with its
connection, the next worker finds the same deliveries still marked and the files
that were committed, and goes on. One worker at a time does this for a campaign.
"""

import hashlib
import io
import logging
import time
from itertools import islice

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models.ir_actions_report import _wkhtml

from .. import states
from ..documents import DOCUMENT_KINDS
from .outcomes import Outcome

_logger = logging.getLogger(__name__)

# Namespace of our advisory locks; the second key is the campaign's id.
LOCK_CLASS = 0x6D736E66  # "msnf"
# After so many seconds what is ready is handed over.
SLICE_SECONDS = 5
# How many recipients' documents are found with one query.
BATCH_SIZE = 50
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


class DocumentPhase:
    """Makes the documents of one campaign's next deliveries."""

    def __init__(self, worker, campaign):
        """
        :param worker: `queue.worker.Worker`
        :param campaign: mass.sending.campaign, as the queue
        """
        self.worker = worker
        self.env = campaign.env
        self.campaign = campaign
        self._until = time.monotonic() + SLICE_SECONDS
        # (kind code, source id) -> id of mass.sending.document, or DocumentError
        self._made = {}
        self._steps = 0

    def run(self):
        """Work until nothing waits for documents, or the slice is over.

        :return: number of documents and recipients dealt with
        """
        pending = self._get_pending()
        if not pending or not self._lock():
            return 0
        try:
            while pending:
                self._work_batch(pending)
                if self._is_over():
                    break
                pending = self._get_pending()
        finally:
            self._unlock()
        return self._steps

    # === Which deliveries ===

    def _lock(self):
        [(locked,)] = self._execute(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, self.campaign.id)
        )
        return locked

    def _unlock(self):
        self._execute(
            SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, self.campaign.id)
        )

    def _execute(self, query):
        return self.worker.connection.execute(query)

    def _is_over(self):
        """Tell whether to stop: time is up, or the campaign was paused or ended."""
        if time.monotonic() >= self._until or self.worker.is_time_up():
            return True
        rows = self._execute(
            SQL(
                "SELECT state, is_paused FROM mass_sending_campaign WHERE id = %s",
                self.campaign.id,
            )
        )
        return not rows or rows[0][0] != states.PROCESSING or bool(rows[0][1])

    def _get_pending(self):
        """Return {recipient id: delivery ids} of those who are next."""
        return dict(
            self._execute(
                SQL(
                    """SELECT d.recipient_id, array_agg(d.id)
                         FROM mass_sending_delivery d
                        WHERE d.recipient_id IN (
                              SELECT recipient_id
                                FROM mass_sending_delivery
                               WHERE campaign_id = %(campaign)s
                                 AND state = %(new)s
                                 AND documents_pending
                            ORDER BY id
                               LIMIT %(size)s)
                          AND d.state = %(new)s
                          AND d.documents_pending
                     GROUP BY d.recipient_id
                     ORDER BY min(d.id)""",
                    campaign=self.campaign.id,
                    new=states.NEW,
                    size=BATCH_SIZE,
                )
            )
        )

    # === One batch ===

    def _work_batch(self, pending):
        self.worker._commit()
        if problem := self._get_right_problem():
            self._fail(dict.fromkeys(map(tuple, pending.values()), problem))
            return
        found = self.campaign._find_documents(pending)
        todo = self._get_todo(found)
        carried, failed, without = {}, {}, []
        for recipient_id, delivery_ids in pending.items():
            documents = found.get(recipient_id, [])
            if not self._make_all(documents, todo):
                break
            made = [self._made[document] for document in documents]
            errors = [error for error in made if isinstance(error, DocumentError)]
            if errors:
                failed[tuple(delivery_ids)] = " ".join(dict.fromkeys(map(str, errors)))
            elif not made and self.campaign.only_with_document:
                without += delivery_ids
            else:
                carried[tuple(delivery_ids)] = made
        self._release(carried)
        self._fail(failed)
        self._skip(without)

    def _get_right_problem(self):
        problems = self.campaign._get_document_right_problems(self.campaign.user_id)
        return problems[0] if problems else None

    def _get_todo(self, found):
        """Return {(kind, source id): language} in the order of the recipients."""
        recipients = self.env["mass.sending.recipient"].browse(found)
        langs = {r.id: self.campaign._get_known_lang(r.lang) for r in recipients}
        return {
            document: langs[recipient_id]
            for recipient_id, documents in found.items()
            for document in documents
        }

    # === Making files ===

    def _make_all(self, documents, todo):
        """Make some documents, and with them others that come next.

        :return: whether all are made, or known to fail; False when time is up
        """
        for document in documents:
            while document not in self._made:
                if self._steps and self._is_over():
                    return False
                self._make_chunk(*self._get_chunk(document, todo))
        return True

    def _get_chunk(self, first, todo):
        """Return kind, language and ids of documents that can be made together."""
        code, lang = first[0], todo[first]
        alike = (
            source_id
            for (other, source_id), other_lang in todo.items()
            if other == code
            and other_lang == lang
            and (other, source_id) not in self._made
            and (other, source_id) != first
        )
        return code, lang, [first[1], *islice(alike, CHUNK_SIZE - 1)]

    def _make_chunk(self, code, lang, source_ids):
        """Make documents of one kind and language, as many as one go can make."""
        self._try(self._keep_known, code, lang, source_ids)
        waiting = [i for i in source_ids if (code, i) not in self._made]
        if waiting:
            size = CHUNK_SIZE if _wkhtml().is_patched_qt else 1
            self._try(self._render, code, lang, waiting[:size])

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
        self._steps += len(made)
        self._made.update({(code, source_id): made[source_id] for source_id in made})

    def _repeat(self, make, code, lang, source_ids):
        """Call `make` and commit, again when another transaction was in the way."""
        for tries_left in reversed(range(TRIES)):
            kind = DOCUMENT_KINDS[code](self.campaign._get_documents_env(lang))
            try:
                made = make(kind, source_ids)
                self.worker._commit()
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

    # === What becomes of the deliveries ===

    def _release(self, carried):
        """Write down what deliveries carry, and let them be claimed.

        :param dict carried: {delivery ids: document ids}
        """
        if not carried:
            return
        self.env["mass.sending.delivery.document"]._write_down(
            {
                delivery_id: document_ids
                for delivery_ids, document_ids in carried.items()
                for delivery_id in delivery_ids
            }
        )
        # first what they carry, then that they may go
        self.worker._commit()
        self._settle([i for ids in carried for i in ids], states.NEW)

    def _fail(self, failed):
        """:param dict failed: {delivery ids: reason}"""
        for delivery_ids, reason in failed.items():
            outcome = Outcome.failed("attachment", reason, states.ATTACHMENT_ERROR)
            self._settle(delivery_ids, *_columns(outcome))

    def _skip(self, delivery_ids):
        """Who was chosen for his documents, and has none any more."""
        outcome = Outcome.failed("no_document", state=states.CANCELLED)
        self._settle(delivery_ids, *_columns(outcome))

    def _settle(self, delivery_ids, state, failure_type=None, failure_reason=None):
        """Write an outcome down, or take the mark, unless somebody ended them
        meanwhile. Who failed keeps the mark: tried again, he starts here again."""
        if not delivery_ids:
            return
        self._steps += len(delivery_ids)
        self._execute(
            SQL(
                """UPDATE mass_sending_delivery
                      SET state = %(state)s,
                          failure_type = %(failure_type)s,
                          failure_reason = %(failure_reason)s,
                          documents_pending = %(state)s <> %(new)s
                    WHERE id = ANY(%(ids)s)
                      AND state = %(new)s
                      AND documents_pending""",
                state=state,
                failure_type=failure_type,
                failure_reason=failure_reason,
                ids=list(delivery_ids),
                new=states.NEW,
            )
        )


def _columns(outcome):
    return outcome.state, outcome.failure_type, outcome.failure_reason


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


def check_deliveries(campaign, deliveries):
    """Check, right before handing over, that all carry their own documents only.

    The document still exists and is posted, its commercial partner is the
    recipient's, its company the campaign's, and the file is what was written down.

    :param campaign: mass.sending.campaign, as the queue
    :param deliveries: mass.sending.delivery of one group
    :return: {delivery id: Outcome} of those that may not go
    """
    env = campaign.env
    carried = env["mass.sending.delivery.document"].search(
        [("delivery_id", "in", deliveries.ids)]
    )
    failures = {}
    for code, of_kind in carried.grouped("kind").items():
        kind = DOCUMENT_KINDS[code](campaign._get_documents_env())
        owners = kind.get_owners(of_kind.mapped("source_id"))
        for row in of_kind:
            if problem := _get_problem(row, owners.get(row.source_id)):
                reason = f"{row.file_name}: {problem}"
                failures[row.delivery_id.id] = Outcome.failed(
                    "attachment", reason, states.ATTACHMENT_ERROR
                )
    return failures


def _get_problem(row, owner_id):
    """Return why a document may not be handed over, or None."""
    env = row.env
    recipient = row.delivery_id.recipient_id
    if not owner_id:
        return env._("was deleted, or is no longer posted.")
    if owner_id != recipient.partner_id.commercial_partner_id.id:
        return env._("does not belong to this recipient.")
    if (
        owner_id != row.owner_id.id
        or row.document_id.campaign_id != recipient.campaign_id
    ):
        return env._("changed hands after it was made.")
    content = row.attachment_id.raw or b""
    # many may be large
    row.attachment_id.invalidate_recordset(["raw", "datas"], flush=False)
    if hashlib.sha256(content).hexdigest() != row.file_hash:
        return env._("the stored file is missing or was changed.")
    return None
