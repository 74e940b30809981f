# Copyright 2026 The mass_sending authors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Many rows like one that the ORM made.

Creating a message and a mail by the ORM costs a millisecond each. One is created
by the ORM, so that defaults, computed columns and other modules' overrides are
there; the others are copies of its row with their own values, in one statement.
"""

from odoo.tools import SQL


def insert_like(record, rows):
    """Insert copies of a record's row.

    :param record: one record, flushed by this function
    :param list[dict] rows: column -> value, the same columns in each
    :return: list of the new ids, in the order of `rows`
    """
    if not rows:
        return []
    record.env.flush_all()
    model = record.env[record._name]
    own = list(rows[0])
    copied = [
        name
        for name, field in model._fields.items()
        if field.store and field.column_type and name not in own and name != "id"
    ]
    ids = record.env.execute_query(
        SQL(
            """INSERT INTO %(table)s (%(copied)s, %(own)s)
               SELECT %(from_record)s, %(from_values)s
                 FROM %(table)s AS one,
                      ROWS FROM (%(values)s) WITH ORDINALITY AS v (%(own)s, position)
                WHERE one.id = %(id)s
             ORDER BY v.position
            RETURNING id""",
            table=SQL.identifier(model._table),
            copied=SQL(", ").join(map(SQL.identifier, copied)),
            own=SQL(", ").join(map(SQL.identifier, own)),
            from_record=SQL(", ").join(SQL.identifier("one", name) for name in copied),
            from_values=SQL(", ").join(SQL.identifier("v", name) for name in own),
            values=SQL(", ").join(
                _unnest(model, name, [row[name] for row in rows]) for name in own
            ),
            id=record.id,
        )
    )
    # the sequence numbers the rows in the order in which they are inserted
    return sorted(row_id for (row_id,) in ids)


def update_rows(records, names, rows):
    """Write other values of some columns to each of many rows.

    :param records: the records, whose cached values are forgotten
    :param list[str] names: stored fields without compute or constraint of their own
    :param list[tuple] rows: (id, a value per field)
    """
    ids, *columns = map(list, zip(*rows, strict=True))
    model = records.env[records._name]
    records.env.flush_all()
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s t SET %(assignments)s"
            " FROM ROWS FROM (unnest(%(ids)s), %(values)s) AS v (id, %(names)s)"
            " WHERE t.id = v.id",
            table=SQL.identifier(model._table),
            assignments=SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("v", name))
                for name in names
            ),
            ids=ids,
            values=SQL(", ").join(map(_unnest, [model] * len(names), names, columns)),
            names=SQL(", ").join(map(SQL.identifier, names)),
        )
    )
    records.invalidate_recordset(names, flush=False)


def _unnest(model, name, values):
    """Return SQL for a column of values; a list is quicker to quote than rows."""
    field = model._fields[name]
    is_boolean = field.type == "boolean"
    # Odoo says False where the database says NULL
    plain = [None if v is False and not is_boolean else _to_plain(v) for v in values]
    return SQL("unnest(%s::%s[])", plain, SQL(field.column_type[0]))


def _to_plain(value):
    """Return `Markup` as the text that it is: psycopg2 looks up subclasses slowly."""
    return str(value) if isinstance(value, str) else value
