"""Which rows of the database are about one creator, found from the tables themselves.

A table whose rows refer to a creator, profile, card, partnership or post is one of theirs: nobody
has to remember a new one. How each is treated when its creator is forgotten is in
`storage.forgetting_rows`; a test sees that none is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_
from sqlalchemy import select as select_rows
from sqlmodel import SQLModel, col, select

from storage.models import Creator
from storage.transaction import Transaction

LEADING = ("creators", "profiles", "cards", "partnerships", "posts")
"""Tables whose rows lead on to further rows about the same creator."""
UNTIED = {"niche_rows": "profile_id", "word_rows": "profile_id"}
"""Tables of the index: they refer to a profile without a foreign key."""
CHUNK = 400

Numbers = Mapping[str, list[int]]
"""Row numbers by the name of a table of `LEADING`."""


def family(tx: Transaction, creator_id: int) -> list[int]:
    """A creator, whom they were merged into and who was merged into them: all one person."""
    found: set[int] = set()
    new = {creator_id}
    while new:
        found |= new
        rows = tx.session.exec(
            select(Creator.id, Creator.merged_into).where(
                Creator.workspace_id == tx.workspace_id,
                or_(col(Creator.id).in_(found), col(Creator.merged_into).in_(found)),
            )
        ).all()
        new = {number for pair in rows for number in pair if number} - found
    return sorted(found)


def leading(tx: Transaction, creator_ids: Iterable[int]) -> dict[str, list[int]]:
    """The numbers of a creator's profiles, cards, partnerships and posts."""
    found: dict[str, list[int]] = {"creators": sorted(creator_ids)}
    for name in LEADING[1:]:
        table = SQLModel.metadata.tables[name]
        found[name] = [row.id for row in rows(tx, table, found, table.c.id)]
    return found


def tables() -> list[Table]:
    """All tables whose rows may be about a creator, those that lead on included."""
    return [
        table
        for table in SQLModel.metadata.sorted_tables
        if references(table) or table.name in {"creators", *UNTIED}
    ]


def references(table: Table) -> list[tuple[Column[Any], str]]:
    """Columns of a table that say whose a row is, each with the table that it refers to."""
    tied = [
        (column, key.column.table.name)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in LEADING
    ]
    untied = UNTIED.get(table.name)
    return [*tied, (table.c[untied], "profiles")] if untied else tied


def rows(tx: Transaction, table: Table, numbers: Numbers, *columns: Any) -> list[Any]:
    """Rows of a table that are about a creator, whole or some columns of them, in key order."""
    found: dict[Any, Any] = {}
    key = list(table.primary_key.columns)
    chosen = list(columns) or list(table.columns)
    for condition in conditions(table, numbers):
        query = select_rows(*key, *chosen).where(table.c.workspace_id == tx.workspace_id, condition)
        for row in tx.session.execute(query):
            found[tuple(row)[: len(key)]] = row
    return [found[number] for number in sorted(found)]


def conditions(table: Table, numbers: Numbers) -> Iterable[ColumnElement[bool]]:
    """What tells a creator's rows, some hundred numbers at a time."""
    own = [(table.c.id, "creators")] if table.name == "creators" else []
    for column, name in [*own, *references(table)]:
        theirs = numbers.get(name, [])
        for start in range(0, len(theirs), CHUNK):
            yield column.in_(theirs[start : start + CHUNK])
