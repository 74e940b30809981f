# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The queue's own way to the database.

Odoo's cursor runs in REPEATABLE READ: there SKIP LOCKED raises serialisation
errors, and every commit empties the ORM's cache. Claims and outcomes therefore go
over a connection of their own, in autocommit and READ COMMITTED, on which each
statement is its own transaction.

The connection is asynchronous, so that something else can be done while a
statement runs: writing an outcome takes as long as building a mail.
"""

import select
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE

from odoo.sql_db import connection_info_for

_EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}


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
        self._connection = psycopg2.connect(**info, async_=True)
        self._poll = select.poll()
        self._check = None
        self._prepared = set()
        self._wait()
        self._cursor = self._connection.cursor()
        self._cursor.execute(
            "SET synchronous_commit = off;"
            " SET default_transaction_isolation = 'read committed';"
            # planning what `start` runs takes longer than running it
            " SET plan_cache_mode = force_generic_plan"
        )
        self._wait()

    def _wait(self):
        """Wait for the server's answer.

        :raise psycopg2.Error: the statement failed, or the connection is lost
        """
        while (state := self._connection.poll()) != POLL_OK:
            self._poll.register(self._connection.fileno(), _EVENTS[state])
            self._poll.poll()

    def execute(self, query):
        """Run a statement.

        :param query: `odoo.tools.SQL`
        :return: list of tuples, empty when the statement returns no rows
        """
        return self._execute(query.code, query.params)

    def _execute(self, code, params=()):
        self.finish()
        self._cursor.execute(code, params or None)
        self._wait()
        return self._cursor.fetchall() if self._cursor.description else []

    def start(self, name, types, statement, params, check):
        """Begin to run a statement that is run often, and return at once.

        :param str name: what to call it; it is parsed once per connection
        :param str types: SQL types of its parameters, in brackets
        :param str statement: its SQL, with `$1` for the first parameter
        :param tuple params: their values
        :param check: function called with the rows, by `finish`
        """
        self.finish()
        if name not in self._prepared:
            self._execute(f"PREPARE {name} {types} AS {statement}")
            self._prepared.add(name)
        places = ", ".join(["%s"] * len(params))
        self._cursor.execute(f"EXECUTE {name} ({places})", params)
        self._check = check

    def finish(self):
        """Wait for what was started, if anything was.

        :raise Exception: whatever its `check` raises
        """
        if self._check:
            check, self._check = self._check, None
            self._wait()
            check(self._cursor.fetchall())

    @contextmanager
    def durable(self):
        """Run the statements inside as one transaction that waits for the disk."""
        self._execute("BEGIN; SET LOCAL synchronous_commit = on")
        try:
            yield
        except BaseException:
            self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")

    def close(self):
        """Close, which also gives up every lease."""
        self._connection.close()
