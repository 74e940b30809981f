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

import time

from odoo.tools import SQL

from .. import states
from .document_maker import DocumentError, DocumentMaker
from .outcomes import Outcome

# Namespace of our advisory locks; the second key is the campaign's id.
LOCK_CLASS = 0x6D736E66  # "msnf"
# After so many seconds what is ready is handed over.
SLICE_SECONDS = 5
# How many recipients' documents are found with one query.
BATCH_SIZE = 50


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
        self._maker = DocumentMaker(campaign, worker._commit)
        self._settled = 0

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
        return self._count_steps()

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
            made = [self._maker.made[document] for document in documents]
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

    def _make_all(self, documents, todo):
        """Make some documents, and with them others that come next.

        :return: whether all are made, or known to fail; False when time is up
        """
        for document in documents:
            while document not in self._maker.made:
                if self._count_steps() and self._is_over():
                    return False
                self._maker.make_next(document, todo)
        return True

    def _count_steps(self):
        return self._settled + len(self._maker.made)

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
        self._settled += len(delivery_ids)
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
