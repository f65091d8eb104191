"""What a search of a workspace reads: its pack, and beside it what changed since it was made.

Changed profiles are read from `niche_rows` and made into a small segment of their own; their rows
in the pack count no more. Both are kept in memory for as long as nothing else changes, which the
number of written changes tells.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from domain.part import NEUTRAL
from storage import pack_rows
from storage.index import ALL
from storage.pack_columns import (
    ABOUT,
    BY_CREATOR,
    BY_PROFILE,
    COLUMNS,
    ORDERED_PARTS,
    SHARED,
    About,
    Array,
    Gathered,
    InMemory,
    Segment,
    order_of,
    posting_bytes,
)
from storage.pack_kept import ArraysKept, OfPack
from storage.pack_triggers import IMPORT, PROFILE, RELATIONSHIP
from storage.packs import MOST_CHANGED, Stamp, asked
from storage.transaction import Transaction

Known = tuple[tuple[Any, ...], dict[str, int]]
"""Values of a profile in the order of `COLUMNS`, and its niches with their relevance."""


@dataclass
class State:
    """A pack with what changed since.

    about: of the pack. seen: numbers of the changes that are in here. changed: by profile, what
    is known of it now, None = it is gone. dead: rows of the pack that count no more. suspects:
    rows of the pack whose creators may have others; both None = no row. related: (creator, brand,
    value); relationships, by_row: what was made of it, by the brands hidden from a person, and by
    whether it is of the pack's rows. too_many: so much changed that this can't be used.
    """

    stamp: Stamp
    about: About
    seen: frozenset[int] = frozenset()
    changed: dict[int, Known | None] = field(default_factory=dict)
    added: Segment | None = None
    dead: Array | None = None
    suspects: Array | None = None
    related: Array = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))
    too_many: bool = False
    relationships: dict[frozenset[int], dict[int, int]] = field(default_factory=dict)
    by_row: dict[tuple[frozenset[int], bool], Array | None] = field(default_factory=dict)


_STATES: WeakKeyDictionary[Any, dict[int, State]] = WeakKeyDictionary()
_ARRAYS: WeakKeyDictionary[Any, ArraysKept] = WeakKeyDictionary()


def base(tx: Transaction, state: State) -> Segment:
    """The pack itself, its arrays read when they are needed."""
    version = state.stamp.version
    return Segment(
        state.about,
        OfPack(arrays_kept(tx), tx.workspace_id, version),
        lambda name: pack_rows.read_piece(tx, version, name),
    )


def arrays_kept(tx: Transaction) -> ArraysKept:
    """Arrays read from this database."""
    return _ARRAYS.setdefault(tx.session.get_bind().engine, ArraysKept())


def current(tx: Transaction, now: Stamp) -> State | None:
    """The pack with all that has changed; None when that is too much. Raises `Gone`."""
    states = _STATES.setdefault(tx.session.get_bind().engine, {})
    state = states.get(tx.workspace_id)
    if state is None or state.stamp != now:
        if state is None or state.stamp.version != now.version:
            about = About.from_bytes(pack_rows.read_piece(tx, now.version, ABOUT))
            state = State(now, about, related=_related(tx))
            arrays_kept(tx).forget(tx.workspace_id, now.version)
        state = states[tx.workspace_id] = _brought_up(tx, state, now)
    return None if state.too_many else state


def _brought_up(tx: Transaction, state: State, now: Stamp) -> State:
    """The state with the changes it has not seen."""
    rows = asked(
        tx,
        "SELECT id, kind, subject_id FROM pack_changes WHERE workspace_id = ? AND epoch >= ?",
        tx.workspace_id, now.version,
    ).all()  # fmt: skip
    fresh = [row for row in rows if row[0] not in state.seen]
    profiles = {int(row[2]) for row in fresh if row[1] == PROFILE}
    for row in fresh:
        if row[1] == IMPORT:
            profiles.update(pack_rows.brought_by(tx, row[2], MOST_CHANGED + 1))
    made = State(
        Stamp(now.version, len(rows)),
        state.about,
        seen=frozenset(int(row[0]) for row in rows),
        changed=state.changed,
        added=state.added,
        dead=state.dead,
        suspects=state.suspects,
        related=state.related,
        relationships=state.relationships,
        by_row={key: found for key, found in state.by_row.items() if key[1]},
        too_many=state.too_many or len(profiles | state.changed.keys()) > MOST_CHANGED,
    )
    if any(row[1] == RELATIONSHIP for row in fresh):
        made.related, made.relationships, made.by_row = _related(tx), {}, {}
    if not made.too_many and (profiles or made.suspects is None):
        made.changed = {**state.changed, **_known(tx, profiles)}
        _set_beside(made, base(tx, made), profiles)
    return made


def _known(tx: Transaction, profile_ids: Iterable[int]) -> dict[int, Known | None]:
    """What is known now of profiles; None of one that is gone or not seen."""
    found: dict[int, Known | None] = dict.fromkeys(profile_ids)
    for niche, relevance, *values in pack_rows.of_profiles(tx, COLUMNS, found.keys()):
        number = int(values[_PROFILE_AT])
        known = found[number] = found[number] or (tuple(values), {})
        if niche != ALL:
            known[1][niche] = int(relevance)
    return found


_PROFILE_AT = [column.name for column in COLUMNS].index("profile_id")
_CREATOR_AT = [column.name for column in COLUMNS].index("creator_id")


def _set_beside(state: State, pack: Segment, fresh: Iterable[int]) -> None:
    """Make the changed profiles a segment, and mark what they mean for the pack's rows."""
    if state.about.shared and state.suspects is None:
        state.suspects = pack.column(SHARED)
    if not state.changed:
        return
    there = [known for known in state.changed.values() if known is not None]
    state.added = segment_of(there) if there else None
    numbers = np.array(sorted(fresh), dtype=np.int64)
    state.dead = _marked(state.dead, pack, BY_PROFILE, numbers)
    creators = {int(known[0][_CREATOR_AT]) for known in there}
    state.suspects = _marked(
        state.suspects, pack, BY_CREATOR, np.array(sorted(creators), dtype=np.int64)
    )


def _marked(before: Array | None, pack: Segment, index: str, numbers: Array) -> Array:
    """The same rows as before, and those of these profiles or creators."""
    marked = np.zeros(pack.size, dtype=bool) if before is None else before.astype(bool)
    marked[pack.rows_of(index, numbers)] = True
    return marked


def segment_of(known: list[Known]) -> Segment:
    """A segment of a few profiles, whole in memory."""
    gathered = Gathered(COLUMNS)
    gathered.add([values for values, _ in known])
    words = {name: list(codes) for name, codes in gathered.words.items()}
    columns = {column.name: gathered.take(column.name) for column in COLUMNS}
    order = order_of([columns[name.value] for name in ORDERED_PARTS])
    best_first = np.lexsort((columns["profile_id"], -order))
    kept = InMemory({name: values[best_first] for name, values in columns.items()})
    of_niche: dict[str, list[tuple[int, int]]] = {}
    for row, place in enumerate(best_first):
        for niche, relevance in known[place][1].items():
            of_niche.setdefault(niche, []).append((row, relevance))
    for niche, found in of_niche.items():
        rows, relevance = np.array(found, dtype=np.int32).T
        made = posting_bytes(rows, relevance, order[best_first])
        kept[f"niche:{niche}"] = np.frombuffer(made, dtype=np.uint8)
    types = {name: values.dtype.str for name, values in kept.items()}
    return Segment(About(len(known), 0, types, words), kept, lambda name: b"")


# ---- how working with creators went ----------------------------------------------------------


def _related(tx: Transaction) -> Array:
    rows = asked(
        tx,
        "SELECT creator_id, brand_id, value FROM relationships WHERE workspace_id = ?",
        tx.workspace_id,
    ).all()
    return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 3)


def relationships(state: State, hidden_brands: frozenset[int]) -> dict[int, int]:
    """By creator, the mean over the brands that the person may see, rounded down."""
    found = state.relationships.get(hidden_brands)
    if found is None:
        seen = state.related[~np.isin(state.related[:, 1], sorted(hidden_brands))]
        creators, place = np.unique(seen[:, 0], return_inverse=True)
        totals = np.zeros(len(creators), dtype=np.int64)
        np.add.at(totals, place, seen[:, 2])
        means = totals // np.maximum(np.bincount(place, minlength=len(creators)), 1)
        found = dict(zip(creators.tolist(), means.tolist(), strict=True))
        _keep(state.relationships, hidden_brands, found)
    return found


def relationship_by_row(
    state: State, segment: Segment, hidden_brands: frozenset[int], *, of_pack: bool
) -> Array | None:
    """The same by row of a segment, less `NEUTRAL`, 0 unknown; None when nobody has any."""
    key = (hidden_brands, of_pack)
    if key not in state.by_row:
        _keep(state.by_row, key, _spread(segment, relationships(state, hidden_brands), of_pack))
    return state.by_row[key]


def _spread(segment: Segment, values: dict[int, int], of_pack: bool) -> Array | None:
    if not values:
        return None
    by_row = np.zeros(segment.size, dtype=np.int16)
    if of_pack:
        numbers = np.array(sorted(values), dtype=np.int64)
        for creator, row in _places(segment, numbers):
            by_row[row] = values[creator] - NEUTRAL
    else:
        for row, creator in enumerate(segment.column("creator_id").tolist()):
            by_row[row] = values.get(creator, NEUTRAL) - NEUTRAL
    return by_row


def _places(segment: Segment, creators: Array) -> Iterable[tuple[int, int]]:
    rows = segment.rows_of(BY_CREATOR, creators)
    return zip(segment.column("creator_id")[rows].tolist(), rows.tolist(), strict=True)


MOST_VIEWS = 4


def _keep(kept: dict[Any, Any], key: Any, value: Any) -> None:
    """Keep for a few sets of brands that people may not see."""
    if len(kept) >= MOST_VIEWS:
        kept.clear()
    kept[key] = value
