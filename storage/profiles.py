"""Profiles and their dated snapshots: stored, merged and made findable."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, text, update
from sqlmodel import SQLModel, col, select

from domain.creator import Money, ProfileSnapshot
from domain.handle import handle_key
from domain.known import known_now
from domain.money import from_minor
from domain.niche import Vocabulary
from storage import index
from storage.index import IndexedProfile, Pools
from storage.models import Creator, NicheRow, Profile, QuotedFee, Snapshot, WordRow
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

CHUNK = 400  # bound parameters a statement; SQLite takes 32,766, PostgreSQL 65,535

Key = tuple[str, str]
"""(platform, handle_key) of a profile."""


@dataclass
class Stored:
    """Profile ids by what happened to them; creators: all creators of the batch."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    creators: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Current:
    """A profile with what is known of it now; a fee that a person typed stands above others."""

    profile: Profile
    creator: Creator
    snapshot: ProfileSnapshot


def store(
    tx: Transaction,
    snapshots: Sequence[ProfileSnapshot],
    vocabulary: Vocabulary,
    pools: Pools,
    import_id: int = 0,
) -> Stored:
    """Add what a source says of profiles; each profile at most once in `snapshots`.

    import_id: rows stay unseen until that import is published; 0 = seen at once.
    """
    done = Stored()
    known = find_keys(tx, [key_of(snapshot) for snapshot in snapshots])
    new = [snapshot for snapshot in snapshots if key_of(snapshot) not in known]
    old = {known[key_of(s)]: s for s in snapshots if key_of(s) in known}
    if new:
        _insert_new(tx, new, vocabulary, pools, import_id, done)
    if old:
        _append_to_known(tx, old, vocabulary, pools, import_id, done)
    return done


def key_of(snapshot: ProfileSnapshot) -> Key:
    """What identifies a profile in a workspace."""
    return snapshot.platform.value, handle_key(snapshot.handle)


def find_keys(tx: Transaction, keys: Sequence[Key]) -> dict[Key, int]:
    """Profile ids of those keys that are known, hidden ones included."""
    wanted, found = set(keys), {}
    handles = sorted({key[1] for key in keys})
    for start in range(0, len(handles), CHUNK):
        rows = tx.session.exec(
            select(Profile.platform, Profile.handle_key, Profile.id).where(
                Profile.workspace_id == tx.workspace_id,
                col(Profile.handle_key).in_(handles[start : start + CHUNK]),
            )
        )
        found.update({(p, h): number for p, h, number in rows if (p, h) in wanted and number})
    return found


def by_handle(tx: Transaction, handle: str, platform: str | None = None) -> list[Profile]:
    """Profiles with this handle, on one platform or on any."""
    hidden = hidden_imports(tx)
    query = select(Profile).where(
        Profile.workspace_id == tx.workspace_id,
        Profile.handle_key == handle_key(handle),
        brought_openly(Profile.import_id, hidden),
    )
    if platform is not None:
        query = query.where(Profile.platform == platform)
    return list(tx.session.exec(query.order_by(col(Profile.platform))))


def of_creator(tx: Transaction, creator_id: int) -> list[Profile]:
    """All profiles of a creator."""
    return list(
        tx.session.exec(
            select(Profile)
            .where(
                Profile.workspace_id == tx.workspace_id,
                Profile.creator_id == creator_id,
                brought_openly(Profile.import_id, hidden_imports(tx)),
            )
            .order_by(col(Profile.id))
        )
    )


def current(tx: Transaction, profile_ids: Iterable[int]) -> dict[int, Current]:
    """What is known now of these profiles."""
    ids = sorted(set(profile_ids))
    rows = tx.session.exec(
        select(Profile, Creator)
        .join(Creator, col(Creator.id) == col(Profile.creator_id))
        .where(Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(ids))
    ).all()
    history = snapshots_of(tx, ids)
    fees = quoted_fees(tx, ids)
    return {
        profile.id: Current(profile, creator, _now(history[profile.id], fees.get(profile.id)))
        for profile, creator in rows
        if profile.id is not None and history.get(profile.id)
    }


def snapshots_of(
    tx: Transaction, profile_ids: Sequence[int], also_import: int = 0
) -> dict[int, list[ProfileSnapshot]]:
    """Snapshots of profiles in the order they came in; those of hidden imports are left out.

    also_import: one hidden import whose snapshots count, for it is the one asking.
    """
    hidden = [number for number in hidden_imports(tx) if number != also_import]
    found: dict[int, list[ProfileSnapshot]] = defaultdict(list)
    for start in range(0, len(profile_ids), CHUNK):
        rows = tx.session.exec(
            select(Snapshot)
            .where(
                Snapshot.workspace_id == tx.workspace_id,
                col(Snapshot.profile_id).in_(profile_ids[start : start + CHUNK]),
                brought_openly(Snapshot.import_id, hidden),
            )
            .order_by(col(Snapshot.id))
        )
        for row in rows:
            found[row.profile_id].append(ProfileSnapshot.model_validate(row.content))
    return found


def quoted_fees(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, Money]:
    """The newest fee that a person typed, by profile."""
    rows = tx.session.exec(
        select(QuotedFee)
        .where(
            QuotedFee.workspace_id == tx.workspace_id, col(QuotedFee.profile_id).in_(profile_ids)
        )
        .order_by(col(QuotedFee.id))
    )
    return {row.profile_id: from_minor(row.amount, row.currency) for row in rows}


def reindex(
    tx: Transaction, profile_ids: Sequence[int], vocabulary: Vocabulary, pools: Pools
) -> None:
    """Rewrite the index rows of profiles from what is known of them now."""
    ids = list(profile_ids)
    for table in (NicheRow, WordRow):
        tx.session.execute(
            delete(table).where(
                col(table.workspace_id) == tx.workspace_id, col(table.profile_id).in_(ids)
            )
        )
    known = current(tx, ids)
    _insert_rows(
        tx,
        [
            IndexedProfile(
                tx.workspace_id, number, one.profile.creator_id,
                _days(one.profile.created_at.date()), one.snapshot,
            )
            for number, one in known.items()
        ],
        vocabulary,
        pools,
    )  # fmt: skip


def _insert_new(
    tx: Transaction,
    snapshots: Sequence[ProfileSnapshot],
    vocabulary: Vocabulary,
    pools: Pools,
    import_id: int,
    done: Stored,
) -> None:
    creator_ids = next_ids(tx, Creator, len(snapshots))
    profile_ids = next_ids(tx, Profile, len(snapshots))
    shared = {"workspace_id": tx.workspace_id, "import_id": import_id or None}
    creators, profiles, rows, indexed = [], [], [], []
    for creator_id, profile_id, snapshot in zip(creator_ids, profile_ids, snapshots, strict=True):
        creators.append(
            {**shared, "id": creator_id, "name": snapshot.display_name or snapshot.handle,
             "owner_id": None, "created_at": tx.now}
        )  # fmt: skip
        profiles.append(
            {**shared, "id": profile_id, "creator_id": creator_id,
             "platform": snapshot.platform.value, "handle": snapshot.handle,
             "handle_key": handle_key(snapshot.handle), "created_at": tx.now}
        )  # fmt: skip
        rows.append(_snapshot_row(tx, profile_id, snapshot, import_id))
        indexed.append(
            IndexedProfile(tx.workspace_id, profile_id, creator_id, _days(tx.now.date()),
                           snapshot, import_id)
        )  # fmt: skip
    tx.session.execute(insert(Creator), creators)
    tx.session.execute(insert(Profile), profiles)
    tx.session.execute(insert(Snapshot), rows)
    _insert_rows(tx, indexed, vocabulary, pools)
    done.created.extend(profile_ids)
    done.creators.update(creator_ids)


def _append_to_known(
    tx: Transaction,
    snapshots: dict[int, ProfileSnapshot],
    vocabulary: Vocabulary,
    pools: Pools,
    import_id: int,
    done: Stored,
) -> None:
    ids = sorted(snapshots)
    rows = {number: _snapshot_row(tx, number, snapshots[number], import_id) for number in ids}
    known = _hashes(tx, ids)
    changed = [number for number in ids if rows[number]["content_hash"] not in known[number]]
    seen = [number for number in ids if rows[number]["content_hash"] in known[number]]
    for number in seen:
        tx.session.execute(
            update(Snapshot)
            .where(
                col(Snapshot.workspace_id) == tx.workspace_id,
                col(Snapshot.profile_id) == number,
                col(Snapshot.content_hash) == rows[number]["content_hash"],
            )
            .values(seen_at=tx.now)
        )
    if changed:
        tx.session.execute(insert(Snapshot), [rows[number] for number in changed])
        _replace_rows(tx, changed, vocabulary, pools, import_id)
    done.changed.extend(changed)
    done.seen.extend(seen)
    done.creators.update(
        tx.session.exec(
            select(Profile.creator_id).where(
                Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(ids)
            )
        )
    )


def _replace_rows(
    tx: Transaction, ids: list[int], vocabulary: Vocabulary, pools: Pools, import_id: int
) -> None:
    """New index rows for known profiles; an import's replace the old ones when it is published."""
    if not import_id:
        reindex(tx, ids, vocabulary, pools)
        return
    history = snapshots_of(tx, ids, also_import=import_id)
    fees = quoted_fees(tx, ids)
    for table in (NicheRow, WordRow):
        mine = (col(table.workspace_id) == tx.workspace_id, col(table.profile_id).in_(ids))
        tx.session.execute(delete(table).where(*mine, col(table.since_import) == import_id))
        tx.session.execute(
            update(table).where(*mine, col(table.until_import) == 0).values(until_import=import_id)
        )
    profiles = tx.session.exec(
        select(Profile).where(Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(ids))
    )
    _insert_rows(
        tx,
        [
            IndexedProfile(
                tx.workspace_id, profile.id, profile.creator_id, _days(profile.created_at.date()),
                _now(history[profile.id], fees.get(profile.id)), import_id,
            )
            for profile in profiles
            if profile.id is not None
        ],
        vocabulary,
        pools,
    )  # fmt: skip


def _hashes(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for number, content_hash in tx.session.exec(
        select(Snapshot.profile_id, Snapshot.content_hash).where(
            Snapshot.workspace_id == tx.workspace_id, col(Snapshot.profile_id).in_(profile_ids)
        )
    ):
        found[number].add(content_hash)
    return found


def _snapshot_row(
    tx: Transaction, profile_id: int, snapshot: ProfileSnapshot, import_id: int
) -> dict[str, Any]:
    content = snapshot.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    told = repr(sorted((k, v) for k, v in content.items() if k != "source"))
    return {
        "workspace_id": tx.workspace_id,
        "profile_id": profile_id,
        "import_id": import_id or None,
        "as_of": snapshot.as_of,
        "seen_at": tx.now,
        "source": snapshot.source,
        "content_hash": hashlib.blake2b(told.encode(), digest_size=12).hexdigest(),
        "content": content,
    }


def _now(history: Sequence[ProfileSnapshot], fee: Money | None) -> ProfileSnapshot:
    known: ProfileSnapshot = known_now(history)
    if fee is None:
        return known
    figures = known.figures.model_copy(update={"fee": fee})
    return known.model_copy(update={"figures": figures})


def _insert_rows(
    tx: Transaction, profiles: Sequence[IndexedProfile], vocabulary: Vocabulary, pools: Pools
) -> None:
    of_niches, of_words = index.all_rows(profiles, vocabulary, pools)
    if of_niches:
        tx.session.execute(insert(NicheRow), of_niches)
    if of_words:
        tx.session.execute(insert(WordRow), of_words)


def next_ids(tx: Transaction, model: type[SQLModel], count: int) -> list[int]:
    """Row numbers for rows about to be inserted in bulk; nobody else gets them."""
    table = model.__table__  # type: ignore[attr-defined]
    if tx.on_postgresql:
        sequence = text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"
        )
        rows = tx.session.execute(sequence, {"table": table.name, "count": count})
        return [int(row[0]) for row in rows]
    highest = tx.session.execute(select(func.max(table.c.id))).scalar() or 0
    return list(range(highest + 1, highest + 1 + count))


def _days(date: dt.date) -> int:
    return (date - index.EPOCH).days
