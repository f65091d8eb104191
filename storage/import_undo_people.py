"""Undoing an import, of people: whom its links joined, and profiles it gave to known creators."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from domain.niche import Vocabulary
from storage import merging, profile_pairs, profile_store
from storage.models import Card, ImportRun, Partnership, Profile, QuotedFee, Snapshot
from storage.transaction import Transaction

MERGES_AT_ONCE = 10


def separate(tx: Transaction, run: ImportRun, vocabulary: Vocabulary) -> int:
    """Creators whom the links it brought have joined are two again; nothing of it is proposed."""
    profile_pairs.forget_import(tx, run.id or 0)
    found = merging.by_links_of_import(tx, run.id or 0, MERGES_AT_ONCE)
    for number in found:
        merging.separate(tx, number, vocabulary, for_good=False)
    return len(found)


def take_profiles(tx: Transaction, run: ImportRun, limit: int) -> int:
    """Profiles that it gave to creators who were there before: they go, unless they are used."""
    found = tx.session.exec(
        select(Profile)
        .where(Profile.workspace_id == tx.workspace_id, Profile.import_id == run.id)
        .order_by(col(Profile.id))
        .limit(limit)
    ).all()
    used = _used(tx, run, [one.id or 0 for one in found])
    for profile in found:
        number = profile.id or 0
        if number in used or _was_moved(tx, profile):
            profile.import_id = used.get(number)
            tx.session.add(profile)
        else:
            profile_store.forget_rows(tx, [number])
            tx.session.delete(profile)
    tx.session.flush()
    return len(found)


def _was_moved(tx: Transaction, profile: Profile) -> bool:
    """Whether somebody brought the creator whose profile it was together with another."""
    merges = merging.of_creator(tx, profile.creator_id)
    return any(profile.id in one.moved.get("profiles", ()) for one in merges)


def _used(tx: Transaction, run: ImportRun, profile_ids: Sequence[int]) -> dict[int, int | None]:
    """Profiles that people or other sources have said something of.

    Each with a later import that said the same of it, None where there is none.
    """
    used: dict[int, int | None] = {}
    for table, also in (
        (Card, ()),
        (Partnership, ()),
        (QuotedFee, ()),
        (Snapshot, (col(Snapshot.import_id).is_distinct_from(run.id),)),
    ):
        rows: Any = table
        numbers = tx.session.exec(
            select(rows.profile_id).where(
                rows.workspace_id == tx.workspace_id, col(rows.profile_id).in_(profile_ids), *also
            )
        )
        used |= {number: None for number in numbers if number}
    again = tx.session.exec(
        select(Snapshot.profile_id, Snapshot.seen_import_id).where(
            Snapshot.workspace_id == tx.workspace_id,
            Snapshot.import_id == run.id,
            col(Snapshot.profile_id).in_(profile_ids),
            col(Snapshot.seen_import_id).is_not(None),
        )
    )
    return {**used, **dict(again.all())}
