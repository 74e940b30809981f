# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Joining large sets that PostgreSQL takes for small ones."""

from contextlib import contextmanager


@contextmanager
def large_joins(cr):
    """Make PostgreSQL join sets as sets, not row by row.

    It has no statistics of rows that were just inserted, takes them for a handful,
    and loops: with 200,000 recipients that was five minutes instead of two seconds.

    :param cr: cursor on which the statements inside are run
    """
    cr.execute("SET LOCAL enable_nestloop = off")
    yield
    # not after an error: the transaction, and the setting with it, is over
    cr.execute("SET LOCAL enable_nestloop = on")


@contextmanager
def keys_by_index(cr):
    """Make PostgreSQL look up foreign keys by index, whatever it thinks of the tables.

    It plans the lookup once, with what it knows at that moment. When many recipients
    were just deleted, their table is small and its index still large; then it reads
    the whole table for each row, and goes on doing so while a campaign fills it:
    100,000 deliveries took minutes.

    :param cr: cursor on which the statements inside are run
    """
    cr.execute("SET LOCAL enable_seqscan = off")
    yield
    # not after an error: the transaction, and the setting with it, is over
    cr.execute("SET LOCAL enable_seqscan = on")


def use_ample_memory(cr):
    """Let statements sort and hash in memory until the transaction ends.

    PostgreSQL's 4 MB are meant for many small statements at once; with a million
    people the selection writes temporary files instead, for two seconds of twenty.

    :param cr: cursor in a transaction
    """
    cr.execute("SET LOCAL work_mem = '128MB'")
