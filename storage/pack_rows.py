"""Statements on packs and on the rows that they are made of."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from storage.index import ALL
from storage.pack_columns import Column, Gone
from storage.packs import asked
from storage.transaction import Transaction
from storage.visibility import hidden_imports

AT_ONCE = 500
LARGE = 2**20


def read_piece(tx: Transaction, version: int, name: str) -> bytes:
    """An array's bytes. Raises `Gone` when the pack has it no more."""
    pieces = asked(
        tx,
        "SELECT content FROM pack_pieces WHERE workspace_id = ? AND version = ? AND name = ? "
        "ORDER BY place",
        tx.workspace_id, version, name,
    ).all()  # fmt: skip
    if not pieces and not name.startswith("niche:"):
        raise Gone(name)
    content = b"".join(row[0] for row in pieces)
    if len(content) > LARGE and not tx.on_postgresql:
        asked(tx, "PRAGMA shrink_memory")  # its pages were read once and are not read again
    return content


def look_through(tx: Transaction) -> None:
    """Begin a look at everything, in one state of the database and in little memory."""
    if tx.on_postgresql:
        asked(tx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return
    tx.session.connection().detach()  # closed afterwards: others read with the usual caches
    asked(tx, "PRAGMA mmap_size = 0")
    asked(tx, "PRAGMA cache_size = -4096")


def seen(tx: Transaction) -> str:
    """The condition on rows of `niche_rows` that they are seen."""
    hidden = ", ".join(str(int(number)) for number in hidden_imports(tx))
    if not hidden:
        return "until_import = 0"
    return f"since_import NOT IN ({hidden}) AND (until_import = 0 OR until_import IN ({hidden}))"


def columns_of_all(
    tx: Transaction, columns: Sequence[Column], at_once: int
) -> Iterator[Sequence[Any]]:
    """Values of every profile that is seen, by profile number, some at once."""
    expressions = ", ".join(column.expression for column in columns)
    rows = asked(
        tx,
        f"SELECT {expressions} FROM niche_rows WHERE workspace_id = ? AND niche = '{ALL}' "  # noqa: S608  all ours
        f"AND {seen(tx)} ORDER BY profile_id",
        tx.workspace_id,
        many=True,
    )
    while found := rows.fetchmany(at_once):
        yield [tuple(row) for row in found]


def niches(tx: Transaction) -> Iterator[str]:
    """Names of all niches that have rows, one seek each."""
    last = ""
    while True:
        row = asked(
            tx,
            "SELECT min(niche) FROM niche_rows WHERE workspace_id = ? AND niche > ?",
            tx.workspace_id, last,
        ).first()  # fmt: skip
        if row is None or row[0] is None:
            return
        last = str(row[0])
        if last != ALL:
            yield last


def of_niche(tx: Transaction, niche: str, at_once: int) -> Iterator[Sequence[Any]]:
    """(profile, relevance) of a niche's rows that are seen, by profile number, some at once."""
    rows = asked(
        tx,
        "SELECT profile_id, relevance FROM niche_rows "  # noqa: S608  all ours
        f"WHERE workspace_id = ? AND niche = ? AND {seen(tx)} ORDER BY profile_id",
        tx.workspace_id, niche, many=True,
    )  # fmt: skip
    while found := rows.fetchmany(at_once):
        yield found


def of_profiles(
    tx: Transaction, columns: Sequence[Column], profile_ids: Iterable[int]
) -> Iterator[Any]:
    """(niche, relevance, values…) of these profiles' rows that are seen."""
    numbers = sorted(profile_ids)
    expressions = ", ".join(column.expression for column in columns)
    for start in range(0, len(numbers), AT_ONCE):
        some = ", ".join(str(int(number)) for number in numbers[start : start + AT_ONCE])
        yield from asked(
            tx,
            f"SELECT niche, relevance, {expressions} FROM niche_rows "  # noqa: S608  all ours
            f"WHERE workspace_id = ? AND profile_id IN ({some}) AND {seen(tx)}",
            tx.workspace_id,
        )


def brought_by(tx: Transaction, import_id: int, most: int) -> list[int]:
    """Profiles whose rows an import brought; no more than `most`."""
    rows = asked(
        tx,
        f"SELECT profile_id FROM niche_rows WHERE workspace_id = ? AND niche = '{ALL}' "  # noqa: S608  all ours
        f"AND since_import = ? LIMIT {int(most)}",
        tx.workspace_id, import_id,
    )  # fmt: skip
    return [int(row[0]) for row in rows]
