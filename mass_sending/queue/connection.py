# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The queue's own way to the database.

Odoo's cursor runs in REPEATABLE READ: there SKIP LOCKED raises serialisation
errors, and every commit empties the ORM's cache. Claims and outcomes therefore go
over a connection of their own, in autocommit and READ COMMITTED, on which each
statement is its own transaction.
"""

from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo.sql_db import connection_info_for


class QueueConnection:
    """An autocommit connection whose commits don't wait for the disk, unless asked.

    Not waiting is safe for outcomes: see `MassSendingGroup` for what happens when
    PostgreSQL crashes.
    """

    def __init__(self, dbname):
        """Connect.

        :param str dbname: name of the database
        """
        _name, info = connection_info_for(dbname)
        self._connection = psycopg2.connect(**info)
        self._connection.set_session(
            isolation_level=ISOLATION_LEVEL_READ_COMMITTED, autocommit=True
        )
        self._cursor = self._connection.cursor()
        self._cursor.execute("SET synchronous_commit = off")

    def execute(self, query):
        """Run a statement.

        :param query: `odoo.tools.SQL`
        :return: list of tuples, empty when the statement returns no rows
        """
        self._cursor.execute(query.code, query.params)
        return self._cursor.fetchall() if self._cursor.description else []

    @contextmanager
    def durable(self):
        """Run the statements inside as one transaction that waits for the disk."""
        self._cursor.execute("BEGIN; SET LOCAL synchronous_commit = on")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK")
            raise
        self._cursor.execute("COMMIT")

    def close(self):
        """Close, which also gives up every lease."""
        self._connection.close()
