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
                      (VALUES %(values)s) AS v (position, %(own)s)
                WHERE one.id = %(id)s
             ORDER BY v.position
            RETURNING id""",
            table=SQL.identifier(model._table),
            copied=SQL(", ").join(map(SQL.identifier, copied)),
            own=SQL(", ").join(map(SQL.identifier, own)),
            from_record=SQL(", ").join(SQL.identifier("one", name) for name in copied),
            from_values=SQL(", ").join(
                SQL(
                    "%s::%s",
                    SQL.identifier("v", name),
                    SQL(model._fields[name].column_type[1]),
                )
                for name in own
            ),
            values=SQL(", ").join(
                SQL("%s", (position, *(_to_column(model, name, row) for name in own)))
                for position, row in enumerate(rows)
            ),
            id=record.id,
        )
    )
    # the sequence numbers the rows in the order in which they are inserted
    return sorted(row_id for (row_id,) in ids)


def update_rows(records, name, rows):
    """Write another value of one column to each of many rows.

    :param records: the records, whose cached value is forgotten
    :param str name: a stored field without compute or constraint of its own
    :param list[tuple] rows: (id, value)
    """
    ids, values = map(list, zip(*rows, strict=True))
    field = records._fields[name]
    records.env.flush_all()
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s t SET %(column)s = v.value"
            " FROM unnest(%(ids)s, %(values)s::%(type)s[]) AS v (id, value)"
            " WHERE t.id = v.id",
            table=SQL.identifier(records._table),
            column=SQL.identifier(name),
            ids=ids,
            values=values,
            type=SQL(field.column_type[0]),
        )
    )
    records.invalidate_recordset([name], flush=False)


def _to_column(model, name, row):
    """Odoo says False where the database says NULL."""
    value = row[name]
    is_empty = value is False and model._fields[name].type != "boolean"
    return None if is_empty else value
