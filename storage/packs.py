"""Packs: which workspace has one, whether a search may read it, and when a new one is due.

A pack is a copy of `niche_rows` as arrays, for workspaces so large that SQL takes too long. This
module needs no arrays itself, so that a small workspace never loads NumPy.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from storage.asked import Criteria
from storage.models import Pack
from storage.transaction import Transaction

FEWEST = 5_000
"""Workspaces with fewer profiles than this need no pack."""
MOST_CHANGED = 10_000
"""With more changes than this a pack is not used until a younger one has seen them."""
MANY_CHANGED, TOO_MANY_CHANGED = 1_000, 4_000
"""With more changes than this a new pack is due: in its turn, at once."""
REST = dt.timedelta(minutes=10)
"""How long a pack is read, at least, before another one's turn comes (real time)."""
LEASE = dt.timedelta(minutes=2)
"""A builder that gave no sign of life for so long is dead (real time)."""


@dataclass(frozen=True)
class Stamp:
    """Which pack is read and how many changes came since: with the same one, nothing changed."""

    version: int
    changes: int


def can_answer(criteria: Criteria) -> bool:
    """Whether all that is asked for stands in packs: not words, tags, lists, owners, partners."""
    asked_elsewhere = (
        criteria.tags or criteria.lists or criteria.worked_with or criteria.owner_id is not None
    )
    words = criteria.must_words or criteria.never_words
    terms = (term for group in criteria.groups for term in group)
    return not (asked_elsewhere or words) and all(term.niche for term in terms)


_STAMP = (
    "SELECT version, (SELECT count(*) FROM (SELECT 1 FROM pack_changes "  # noqa: S608  all ours
    "WHERE pack_changes.workspace_id = packs.workspace_id AND epoch >= packs.version "
    f"LIMIT {MOST_CHANGED + 1}) AS few) FROM packs WHERE workspace_id = ? AND version > 0"
)


def stamp(tx: Transaction) -> Stamp | None:
    """Which pack a search may read now; None when there is none, or too much has changed."""
    if tx.writable:  # what it has changed itself is not to be remembered by others
        return None
    row = asked(tx, _STAMP, tx.workspace_id).first()
    return Stamp(*row) if row is not None and row[1] <= MOST_CHANGED else None


_DUE = (
    "SELECT version, epoch, (SELECT count(*) FROM (SELECT 1 FROM pack_changes "  # noqa: S608  all ours
    "WHERE pack_changes.workspace_id = packs.workspace_id AND epoch >= packs.version "
    f"LIMIT {TOO_MANY_CHANGED + 1}) AS few) FROM packs WHERE workspace_id = ?"
)
_MANY = (
    "SELECT count(*) FROM (SELECT 1 FROM niche_rows WHERE workspace_id = ? AND niche = '*' "
    "LIMIT ?) AS few"
)


def due(tx: Transaction) -> int | None:
    """The epoch that a new pack would follow, when one is due; None when none is."""
    row = asked(tx, _DUE, tx.workspace_id).first()
    if row is not None:
        pack = tx.session.get_one(Pack, tx.workspace_id)
        if _is_worked_on(pack) or (pack.version and not _is_old(tx, pack, row[2])):
            return None
    if asked(tx, _MANY, tx.workspace_id, FEWEST).scalar_one() < FEWEST:
        return None
    return 0 if row is None else int(row[1])


def _is_worked_on(pack: Pack) -> bool:
    alive = pack.working_at is not None and pack.working_at > dt.datetime.now(dt.UTC) - LEASE
    return pack.epoch > pack.version and alive


def _is_old(tx: Transaction, pack: Pack, changes: int) -> bool:
    """Too much has changed since the pack was made, or a whole import came into sight."""
    rested = pack.built_at is None or pack.built_at < dt.datetime.now(dt.UTC) - REST
    return changes > (MANY_CHANGED if rested else TOO_MANY_CHANGED) or imported_since(tx)


def imported_since(tx: Transaction) -> bool:
    """Whether the rows of a whole import came into sight since the pack was made."""
    found = asked(
        tx,
        "SELECT 1 FROM pack_changes JOIN packs ON packs.workspace_id = pack_changes.workspace_id "
        "WHERE pack_changes.workspace_id = ? AND pack_changes.epoch >= version "
        "AND kind = 'import' LIMIT 1",
        tx.workspace_id,
    ).first()
    return found is not None


def asked(tx: Transaction, statement: str, *values: Any, many: bool = False) -> Any:
    """Run a statement written with `?` for values. many: its rows come as they are fetched.

    As the driver takes it: SQLAlchemy takes longer to write a statement than a search takes.
    """
    if tx.on_postgresql:
        statement = statement.replace("?", "%s")
    options = {"stream_results": True} if many else None
    return tx.session.connection().exec_driver_sql(statement, values, options)
