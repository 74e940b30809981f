# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import logging
import time

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import states
from ..tools.large_joins import use_ample_memory

_logger = logging.getLogger(__name__)

# The deliveries of so many recipients are made at once. It takes some seconds: long
# enough that a million are soon made, short enough for others not to notice.
PIECE_SIZE = 50_000
# Namespace of the advisory locks; the second key is the campaign's id.
LOCK_CLASS = 0x6D737374  # "msst"


class MassSendingCampaign(models.Model):
    """Starting: deliveries are made a piece at a time, in the order of the recipients.

    A campaign is `processing` as soon as its first piece is made, and what is made is
    sent; `is_starting` says that pieces are missing, `started_until` which. Piece and
    position are one transaction: a worker that dies leaves nothing half done, and the
    next one goes on. Who pauses or stops the campaign meanwhile wins: noting the
    position fails then, and the piece is undone.
    """

    _inherit = "mass.sending.campaign"

    is_starting = fields.Boolean(
        readonly=True, copy=False, help="Not all deliveries are made yet."
    )
    started_until = fields.Integer(
        readonly=True,
        copy=False,
        help="Id of the last recipient whose deliveries are made, while it starts.",
    )

    _starting_idx = models.Index("(id) WHERE is_starting")

    @api.model
    def _get_machine_field_names(self):
        return super()._get_machine_field_names() | {"is_starting", "started_until"}

    # === Whose turn it is ===

    @api.model
    def _start_campaigns(self, until):
        """Start what is due, and go on with what has begun to start.

        :param float until: when to stop, by `time.monotonic`
        :return: whether this worker could go on with something
        """
        are_due = self._start_due_campaigns(until)
        return self._continue_starting(until) or are_due

    @api.model
    def _start_due_campaigns(self, until):
        due = self.search(
            [
                ("state", "=", states.NEW),
                ("confirmed_at", "!=", False),
                ("start_at", "<=", fields.Datetime.now()),
                ("is_paused", "=", False),
            ],
            order="start_at, id",
        )
        are_left = False
        for campaign in due:
            if time.monotonic() >= until:
                return True
            are_left |= self._attempt(campaign._start_if_due)
        return are_left

    @api.model
    def _continue_starting(self, until):
        """Make pieces, one of each campaign in turn."""
        waiting = self.search(self._get_starting_domain(), order="id")
        while waiting:
            for campaign in waiting:
                if time.monotonic() >= until:
                    return True
                if not self._attempt(campaign._continue_start):
                    waiting -= campaign
        return False

    @api.model
    def _get_starting_domain(self):
        """Campaigns that lack deliveries; the far end need not be reached for that."""
        return (
            Domain("is_starting", "=", True)
            & Domain("state", "=", states.PROCESSING)
            & Domain("is_paused", "=", False)
        )

    @api.model
    def _attempt(self, step):
        """Do a step in a transaction of its own.

        :param step: function that returns whether there is more to do
        :return: the same; True when somebody else just changed the same rows
        """
        # a fresh one, so that it sees what others have done meanwhile
        self._commit_step()
        try:
            result = step()
            self._commit_step()
        except (TransactionRollbackError, ConcurrencyError) as error:
            self.env.cr.rollback()
            _logger.info("Starting a campaign is tried again: %s", error)
            return True
        return result

    # === Starting ===

    def _start_if_due(self):
        """Start the campaign unless it was undone meanwhile, or is being started.

        :return: False, since there is no more to do about it
        """
        campaign = self.try_lock_for_update()
        if campaign.filtered(lambda c: c.state == states.NEW and c.confirmed_at):
            campaign._start()
        return False

    def _start(self):
        """Begin, and make the first piece."""
        self.ensure_one()
        self._store_recipient_counts()
        self._set_state(
            states.PROCESSING,
            started_at=fields.Datetime.now(),
            is_starting=True,
            started_until=0,
        )
        _logger.info("Campaign %s starts: %s people", self.id, self.recipient_count)
        self._make_piece()

    def _continue_start(self):
        """Make the next piece, unless another worker does.

        :return: whether there are more for this worker
        """
        self.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_CLASS, self.id)
        )
        [is_mine] = self.env.cr.fetchone()
        campaign = self.search(self._get_starting_domain() & Domain("id", "=", self.id))
        return bool(is_mine and campaign) and campaign._make_piece()

    def _make_piece(self):
        """Make the deliveries of the next recipients, and note how far that goes.

        :return: whether there are more
        """
        self.ensure_one()
        use_ample_memory(self.env.cr)
        first, last, people = self._find_piece()
        number = self._create_deliveries(
            # from the first, not from the end of the piece before: in between are the
            # recipients of other campaigns, of all that there were before the first
            lambda column: SQL("%s >= %s AND %s <= %s", column, first, column, last),
            # an address is the first one's who has it: nobody's who comes later
            SQL("(SELECT * FROM mass_sending_recipient WHERE id <= %s)", last),
        )
        self._note_piece(last, is_last=people < PIECE_SIZE)
        _logger.info("Campaign %s: %s deliveries made", self.id, number)
        return self.is_starting

    def _find_piece(self):
        """Return the next piece: ids of its first and last recipient, and how many."""
        [row] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(min(id), %(after)s),
                          COALESCE(max(id), %(after)s),
                          count(*)
                     FROM (SELECT id
                             FROM mass_sending_recipient
                            WHERE campaign_id = %(campaign)s
                              AND decision = %(kept)s
                              AND id > %(after)s
                         ORDER BY id
                            LIMIT %(size)s) piece""",
                after=self.started_until,
                campaign=self.id,
                kept=states.KEPT,
                size=PIECE_SIZE,
            )
        )
        return row

    def _note_piece(self, until, is_last):
        # By SQL, because failing is no error here: it says that the campaign was
        # paused or stopped, or otherwise changed, since this transaction began.
        self.env.cr.execute(
            SQL(
                """UPDATE mass_sending_campaign
                      SET started_until = %s, is_starting = %s
                    WHERE id = %s""",
                until,
                not is_last,
                self.id,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset(["started_until", "is_starting"], flush=False)

    # === Figures ===

    def _count_unmade(self):
        """Count the deliveries that are still to be made: one for each channel of a
        recipient, which may be more in the end, or fewer.

        :return: {campaign id: number}
        """
        counts = {}
        for campaign in self.filtered("is_starting"):
            people = self.env["mass.sending.recipient"].search_count(
                [
                    ("campaign_id", "=", campaign.id),
                    ("decision", "=", states.KEPT),
                    ("id", ">", campaign.started_until),
                ]
            )
            counts[campaign.id] = people * len(campaign._get_channels())
        return counts
