"""What sources said of profiles: appended, never overwritten, and merged when it is read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Text, cast, func, update
from sqlmodel import col, select

from domain.creator import ProfileSnapshot
from domain.prepared import Prepared
from domain.source_terms import under_terms
from storage import bulk
from storage.models import Snapshot
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

CHUNK = 400  # bound parameters a statement; SQLite takes 32,766, PostgreSQL 65,535

COLUMNS = (
    "workspace_id",
    "profile_id",
    "import_id",
    "as_of",
    "seen_at",
    "source",
    "content_hash",
    "content",
)


def row(
    tx: Transaction, profile_id: int, as_of: dt.date | None, source: str, stored: tuple[str, str],
    import_id: int,
) -> tuple[Any, ...]:  # fmt: skip
    """A row in the order of `COLUMNS`; `stored` is what `domain.prepared.told` gave."""
    content_hash, content = stored
    return (
        tx.workspace_id,
        profile_id,
        import_id or None,
        as_of,
        tx.now,
        source,
        content_hash,
        content,
    )


def row_of(tx: Transaction, profile_id: int, said: Prepared, import_id: int) -> tuple[Any, ...]:
    """As `row`, of what was prepared."""
    as_of = dt.date.fromordinal(said.as_of) if said.as_of else None
    stored = (said.told_hash, said.content)
    return row(tx, profile_id, as_of, said.source, stored, import_id)


def append(tx: Transaction, rows: list[tuple[Any, ...]]) -> None:
    """Add rows made by `row`."""
    bulk.insert_rows(tx, Snapshot, COLUMNS, rows)


def of_profiles(
    tx: Transaction, profile_ids: Sequence[int], also_import: int = 0
) -> dict[int, list[ProfileSnapshot]]:
    """Snapshots of profiles in the order they came in; those of hidden imports are left out.

    also_import: one hidden import whose snapshots count, for it is the one asking.
    """
    hidden = [number for number in hidden_imports(tx) if number != also_import]
    found: dict[int, list[ProfileSnapshot]] = defaultdict(list)
    for start in range(0, len(profile_ids), CHUNK):
        rows = tx.session.exec(
            select(Snapshot.profile_id, cast(col(Snapshot.content), Text))
            .where(
                Snapshot.workspace_id == tx.workspace_id,
                col(Snapshot.profile_id).in_(profile_ids[start : start + CHUNK]),
                brought_openly(Snapshot.import_id, hidden),
            )
            .order_by(col(Snapshot.id))
        )
        for profile_id, content in rows:
            found[profile_id].append(read(tx, content))
    return found


def read(tx: Transaction, content: str) -> ProfileSnapshot:
    """A snapshot as it may be used now, from the JSON of `domain.prepared.told`."""
    return under_terms(ProfileSnapshot.model_validate_json(content), tx.underived)


def known_hashes(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Of each profile, what was said of it before: hash to the snapshot's row number."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for start in range(0, len(profile_ids), CHUNK):
        rows = tx.session.exec(
            select(Snapshot.profile_id, Snapshot.content_hash, Snapshot.id).where(
                Snapshot.workspace_id == tx.workspace_id,
                col(Snapshot.profile_id).in_(profile_ids[start : start + CHUNK]),
            )
        )
        for profile_id, content_hash, number in rows:
            found[profile_id][content_hash] = number or 0
    return found


def newest_dates(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, dt.date]:
    """The newest date of which anything was said of each profile; undated ones are left out."""
    found: dict[int, dt.date] = {}
    for start in range(0, len(profile_ids), CHUNK):
        rows = tx.session.exec(
            select(Snapshot.profile_id, func.max(Snapshot.as_of))
            .where(
                Snapshot.workspace_id == tx.workspace_id,
                col(Snapshot.profile_id).in_(profile_ids[start : start + CHUNK]),
            )
            .group_by(col(Snapshot.profile_id))
        )
        found.update({profile_id: newest for profile_id, newest in rows if newest})
    return found


def mark_seen(tx: Transaction, numbers: Collection[int], import_id: int) -> None:
    """The same was said again: nothing changes but when, and by which import."""
    mine = (col(Snapshot.workspace_id) == tx.workspace_id, col(Snapshot.id).in_(numbers))
    tx.session.execute(update(Snapshot).where(*mine).values(seen_at=tx.now))
    if import_id:
        others = col(Snapshot.import_id).is_distinct_from(import_id)
        tx.session.execute(update(Snapshot).where(*mine, others).values(seen_import_id=import_id))


def waiting_imports(
    tx: Transaction, profile_ids: Sequence[int], hidden: Collection[int]
) -> dict[int, int]:
    """Profiles of which a hidden import has something to say, with that import."""
    if not hidden:
        return {}
    found: dict[int, int] = {}
    for start in range(0, len(profile_ids), CHUNK):
        rows = tx.session.exec(
            select(Snapshot.profile_id, Snapshot.import_id).where(
                Snapshot.workspace_id == tx.workspace_id,
                col(Snapshot.profile_id).in_(profile_ids[start : start + CHUNK]),
                col(Snapshot.import_id).in_(hidden),
            )
        )
        found.update({profile_id: number for profile_id, number in rows if number})
    return found
