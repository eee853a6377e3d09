"""SQL for the rows beside the log, from changes and conditions that are data. Names come from `TABLES` alone."""

from collections.abc import Collection, Mapping

from bot.touchpoints.log import TABLES, Change, Put, Value, Where

LAST_POSITION = (1 << 63) - 1

TOUCHPOINTS = """SELECT t.id, s.name, t.seq, t.type, t.time, t.facts, s.customer_ref, t.position, t.recorded, p.sealed
FROM touchpoint t JOIN stream s ON s.id = t.stream LEFT JOIN personal p ON p.position = t.position """


WITH_PERSONAL = """SELECT t.id, s.name, t.seq, t.type, t.time, t.facts, s.customer_ref, t.position, t.recorded, NULL
FROM personal p JOIN touchpoint t ON t.position = p.position JOIN stream s ON s.id = t.stream """
"""Those that have personal content, without it."""

Statement = tuple[str, tuple[Value, ...]]
"""An SQL statement and the values of its marks."""


def statement(change: Change) -> Statement:
    """The statement that applies one change, and its values; raises KeyError or ValueError for unknown names."""
    table = TABLES[change.table]
    if isinstance(change, Put):
        _known(change.table, change.row)
        values = tuple(change.row[column] for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        insert = f"INSERT INTO {change.table} ({', '.join(table.columns)}) VALUES ({marks})"
        if change.new:
            return insert, values
        key = ", ".join(table.columns[: table.key])
        rest = ", ".join(f"{column} = excluded.{column}" for column in table.columns[table.key :])
        return f"{insert} ON CONFLICT ({key}) DO UPDATE SET {rest}", values
    _known(change.table, change.key)
    return f"DELETE FROM {change.table} WHERE {_conditions(change.key, {})}", _values(change.key)


def select(table: str, where: Where, below: Mapping[str, int]) -> Statement:
    """The query for the rows that equal `where` and are smaller than `below`, in order of their key."""
    _known(table, where)
    _known(table, below)
    columns = TABLES[table].columns
    query = f"SELECT {', '.join(columns)} FROM {table}"
    if where or below:
        query += f" WHERE {_conditions(where, below)}"
    return f"{query} ORDER BY {', '.join(columns[: TABLES[table].key])}", _values(where) + tuple(below.values())


def backwards(before: int | None, limit: int, types: Collection[str], after: int) -> Statement:
    """The end of the query for touchpoints `t` between two positions, newest first; see `TouchpointLog.backwards`."""
    condition = "WHERE t.position > ? AND t.position < ?"
    if types:
        condition += f" AND t.type IN ({', '.join('?' * len(types))})"
    values: tuple[Value, ...] = (after, LAST_POSITION if before is None else before, *types, limit)
    return f"{condition} ORDER BY t.position DESC LIMIT ?", values


def _known(table: str, row: Mapping[str, object]) -> None:
    for column in row:
        if column not in TABLES[table].columns:
            raise ValueError(f"table {table} has no column {column!r}")


def _conditions(where: Where, below: Mapping[str, int]) -> str:
    equal = [_condition(column, value) for column, value in where.items()]
    return " AND ".join([*equal, *(f"{column} < ?" for column in below)])


def _condition(column: str, value: Value | Collection[Value]) -> str:
    if value is None:
        return f"{column} IS NULL"
    if not isinstance(value, str | int | float | bytes):
        return f"{column} IN ({', '.join('?' * len(value))})"
    return f"{column} = ?"


def _values(where: Where) -> tuple[Value, ...]:
    values: list[Value] = []
    for value in where.values():
        if value is None or isinstance(value, str | int | float | bytes):
            values += [] if value is None else [value]
        else:
            values += value
    return tuple(values)
