"""Profiles as they are stored: what a source says is added and made findable."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, text, update
from sqlmodel import col, select

from domain import prepared
from domain.creator import ProfileSnapshot
from domain.known import is_only_history
from domain.niche import Vocabulary
from domain.prepared import Prepared
from domain.source_terms import judged_by, withheld
from storage import (
    bulk,
    forgotten_keys,
    index,
    marks,
    profiles,
    recent_posts,
    same_rows,
    snapshots,
)
from storage.index import Entry, Place, Pools
from storage.models import Creator, NicheRow, Profile, WordRow
from storage.profiles import Key
from storage.snapshots import CHUNK
from storage.transaction import Transaction
from storage.visibility import hidden_imports, unindexed_yet

_ADVISORY = 0x5052  # a lock of PostgreSQL's, by this and the workspace
_CREATORS = ("id", "workspace_id", "import_id", "name", "owner_id", "created_at")
_PROFILES = (
    "id",
    "workspace_id",
    "import_id",
    "creator_id",
    "platform",
    "handle",
    "handle_key",
    "created_at",
)


@dataclass
class Stored:
    """Profile ids by what happened to them; creators: all creators of the batch.

    older: something was said of them that is older than what is known, and changes nothing shown.
    created: of new creators; further: other accounts of creators who are in the batch or known.
    unindexed: of new creators whose index rows are still to be written, in the order of numbers.
    forgotten: how many were left out because they are of people whom the team has forgotten.
    """

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    older: list[int] = field(default_factory=list)
    creators: set[int] = field(default_factory=set)
    further: list[int] = field(default_factory=list)
    unindexed: list[tuple[Place, Entry]] = field(default_factory=list)
    forgotten: int = 0


def prepare(
    found: Iterable[ProfileSnapshot], vocabulary: Vocabulary, pools: Pools
) -> list[Prepared]:
    """Do the slow part of storing, outside any transaction."""
    return [prepared.prepare(snapshot, vocabulary, pools) for snapshot in found]


def store(
    tx: Transaction,
    found: Sequence[ProfileSnapshot],
    vocabulary: Vocabulary,
    pools: Pools,
    import_id: int = 0,
) -> Stored:
    """Add what a source says of profiles; each profile at most once in `found`.

    import_id: rows stay unseen until that import is published; 0 = seen at once.
    """
    return store_prepared(tx, prepare(found, vocabulary, pools), vocabulary, pools, import_id)


def take_turn(tx: Transaction) -> None:
    """Profiles are stored by one transaction at a time, so that a new one comes in once.

    Whoever waited sees what the other stored, and adds to it.
    """
    if tx.on_postgresql:  # SQLite has one writer at a time
        lock = text("SELECT pg_advisory_xact_lock(:kind, :workspace)")
        tx.session.execute(lock, {"kind": _ADVISORY, "workspace": tx.workspace_id})


def store_prepared(
    tx: Transaction,
    found: Sequence[Prepared],
    vocabulary: Vocabulary,
    pools: Pools,
    import_id: int = 0,
    *,
    indexed_later: bool = False,
) -> Stored:
    """As `store`, with the slow part done before.

    indexed_later: index rows of new creators are left to the import (`storage.import_index`).
    """
    take_turn(tx)
    done, named = Stored(), len(found)
    found = forgotten_keys.without(tx, found)
    done.forgotten = named - len(found)
    keys = [one.key for one in found]
    keys += [named for one in found for named in same_rows.keys_of(one)]
    known = profiles.find_keys(tx, keys)
    new = [one for one in found if one.key not in known]
    if new:
        _insert_new(tx, new, known, import_id, done, indexed_later=indexed_later)
    left = [one for one in found if one.key in known]
    while left:  # twice where one account is named by its handle and by its id
        old = {known[one.key]: one for one in reversed(left)}
        left = [one for one in left if old[known[one.key]] is not one]
        _append_to_known(tx, old, vocabulary, pools, import_id, done)
        same_rows.propose(tx, old, import_id)
    recent_posts.keep_told(tx, found, import_id)
    return done


def reindex(
    tx: Transaction, profile_ids: Sequence[int], vocabulary: Vocabulary, pools: Pools
) -> None:
    """Rewrite the index rows of profiles from what is known of them now.

    Where a hidden import has something to say of a profile, its rows are written beside the
    ones that are seen, to take their place when it is published. Of creators whom it brought
    itself it writes them in its turn, with all that is known then.
    """
    hidden = hidden_imports(tx)
    unindexed = unindexed_yet(tx, profile_ids) if hidden else set()
    ids = [number for number in profile_ids if number not in unindexed]
    forget_rows(tx, ids)
    waiting = snapshots.waiting_imports(tx, ids, hidden)
    found = _profiles(tx, ids, locked=True)
    seen = [one for one in found if one.import_id not in hidden]
    _write_entries(tx, seen, vocabulary, pools, until=waiting)
    by_import: dict[int, list[Profile]] = defaultdict(list)
    for profile in found:
        if profile.id in waiting:
            by_import[waiting[profile.id]].append(profile)
    for import_id, theirs in by_import.items():
        _write_entries(tx, theirs, vocabulary, pools, since=import_id)


def _insert_new(
    tx: Transaction,
    new: Sequence[Prepared],
    known: Mapping[Key, int],
    import_id: int,
    done: Stored,
    *,
    indexed_later: bool,
) -> None:
    creator_ids, fresh = same_rows.creators_of(tx, new, known)
    profile_ids = bulk.next_ids(tx, Profile, len(new))
    brought_by, today = import_id or None, _days(tx.now.date())
    creators, rows, said = [], [], []
    entries: list[tuple[Place, Entry]] = []
    for creator_id, profile_id, one in zip(creator_ids, profile_ids, new, strict=True):
        if one.key in fresh:
            creators.append((creator_id, tx.workspace_id, brought_by, one.name, None, tx.now))
            done.created.append(profile_id)
        else:
            done.further.append(profile_id)
        rows.append(
            (profile_id, tx.workspace_id, brought_by, creator_id, one.platform, one.handle,
             one.handle_key, tx.now)
        )  # fmt: skip
        said.append(snapshots.row_of(tx, profile_id, one, import_id))
        place = Place(tx.workspace_id, profile_id, creator_id, today, import_id)
        later = indexed_later and one.key in fresh
        (done.unindexed if later else entries).append((place, one.entry))
    bulk.insert_rows(tx, Creator, _CREATORS, creators)
    bulk.insert_rows(tx, Profile, _PROFILES, rows)
    snapshots.append(tx, said)
    index.insert(tx, entries)
    _mark_new(tx, creator_ids, new, fresh, import_id)
    done.creators.update(creator_ids)


def _mark_new(
    tx: Transaction,
    creator_ids: Sequence[int],
    new: Sequence[Prepared],
    fresh: Collection[Key],
    import_id: int,
) -> None:
    """Tags and notes of new profiles; of a further account's creator some may be there already."""
    whose = list(zip(creator_ids, new, strict=True))
    marks.add(tx, {number: one for number, one in whose if one.key in fresh}, {}, import_id)
    further = [(number, one) for number, one in whose if one.key not in fresh]
    marks.add_to_known(tx, further, {}, import_id)


def _append_to_known(
    tx: Transaction,
    old: dict[int, Prepared],
    vocabulary: Vocabulary,
    pools: Pools,
    import_id: int,
    done: Stored,
) -> None:
    ids = sorted(old)
    known = snapshots.known_hashes(tx, ids)
    changed = [number for number in ids if old[number].told_hash not in known[number]]
    seen = [number for number in ids if old[number].told_hash in known[number]]
    if seen:
        again = [known[number][old[number].told_hash] for number in seen]
        snapshots.mark_seen(tx, again, import_id)
    found = _profiles(tx, ids)
    older = _only_history(tx, {number: old[number] for number in changed}, import_id)
    if changed:
        _append_changes(tx, {number: old[number] for number in changed}, found, import_id)
        _replace_rows(tx, changed, vocabulary, pools, import_id)
    done.changed.extend(number for number in changed if number not in older)
    done.older.extend(older)
    done.seen.extend(seen)
    done.creators.update(profile.creator_id for profile in found)


def _only_history(tx: Transaction, said: dict[int, Prepared], import_id: int) -> list[int]:
    """Profiles of which something older is said that changes nothing of what is shown."""
    newest = snapshots.newest_dates(tx, list(said))
    candidates = [
        number
        for number, one in said.items()
        if number in newest and newest[number].toordinal() > (one.as_of or 0)
    ]
    before = snapshots.of_profiles(tx, candidates, also_import=import_id)
    return [
        number for number in candidates if is_only_history(before[number], said[number].snapshot)
    ]


def _append_changes(
    tx: Transaction, changed: dict[int, Prepared], found: Sequence[Profile], import_id: int
) -> None:
    if any(one.tags or one.note for one in changed.values()):
        creators = {profile.id: profile.creator_id for profile in found}
        before = snapshots.of_profiles(tx, list(changed), also_import=import_id)
        said_before: dict[int, list[ProfileSnapshot]] = defaultdict(list)
        for number in changed:
            said_before[creators[number]] += before[number]
        said = [(creators[number], one) for number, one in changed.items()]
        marks.add_to_known(tx, said, said_before, import_id)
    rows = [snapshots.row_of(tx, number, one, import_id) for number, one in changed.items()]
    snapshots.append(tx, rows)


def _replace_rows(
    tx: Transaction, ids: list[int], vocabulary: Vocabulary, pools: Pools, import_id: int
) -> None:
    """New index rows for known profiles; an import's replace the old ones when it is published."""
    if not import_id:
        reindex(tx, ids, vocabulary, pools)
        return
    for table in (NicheRow, WordRow):
        mine = (col(table.workspace_id) == tx.workspace_id, col(table.profile_id).in_(ids))
        tx.session.execute(delete(table).where(*mine, col(table.since_import) == import_id))
        tx.session.execute(
            update(table).where(*mine, col(table.until_import) == 0).values(until_import=import_id)
        )
    _write_entries(tx, _profiles(tx, ids), vocabulary, pools, since=import_id)


def _write_entries(
    tx: Transaction,
    found: Sequence[Profile],
    vocabulary: Vocabulary,
    pools: Pools,
    *,
    since: int = 0,
    until: dict[int, int] | None = None,
) -> None:
    """Index rows of what is known of profiles, as an import (`since`) or everybody sees them."""
    by_id = {profile.id: profile for profile in found if profile.id is not None}
    ids = sorted(by_id)
    history = snapshots.of_profiles(tx, ids, also_import=since)
    fees = profiles.quoted_fees(tx, ids)
    entries = []
    for number in ids:
        if history.get(number):
            profile = by_id[number]
            place = Place(
                tx.workspace_id, number, profile.creator_id, _days(profile.created_at.date()),
                since, (until or {}).get(number, 0),
            )  # fmt: skip
            shown = profiles.now_known(history[number], fees.get(number))
            free = judged_by(history[number])
            known = profiles.now_known(free, fees.get(number)) if free else withheld(shown)
            entries.append((place, index.entry(known, vocabulary, pools, shown)))
    index.insert(tx, entries)


def forget_rows(tx: Transaction, ids: Sequence[int]) -> None:
    """Delete the index rows of profiles: nobody finds them any more."""
    for table in (NicheRow, WordRow):
        tx.session.execute(
            delete(table).where(
                col(table.workspace_id) == tx.workspace_id, col(table.profile_id).in_(ids)
            )
        )


def _profiles(tx: Transaction, ids: Sequence[int], *, locked: bool = False) -> list[Profile]:
    """Profiles by number; locked: nobody gives them to another creator meanwhile."""
    found: list[Profile] = []
    for start in range(0, len(ids), CHUNK):
        query = select(Profile).where(
            Profile.workspace_id == tx.workspace_id,
            col(Profile.id).in_(ids[start : start + CHUNK]),
        )
        if locked:
            query = query.with_for_update(read=True).execution_options(populate_existing=True)
        found.extend(tx.session.exec(query))
    return found


def _days(date: dt.date) -> int:
    return (date - index.EPOCH).days
