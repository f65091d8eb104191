"""Accounts that a file names in one row are one person's: whose profile each becomes."""

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from domain.prepared import Prepared
from storage import bulk, profile_pairs
from storage.models import Creator, Profile
from storage.profiles import Key
from storage.snapshots import CHUNK
from storage.transaction import Transaction


def keys_of(one: Prepared) -> list[Key]:
    """The other accounts that were named in the same row."""
    named = (target.partition(":") for target in one.same_as)
    return [(platform, handle_key) for platform, _, handle_key in named]


def creators_of(
    tx: Transaction, new: Sequence[Prepared], known: Mapping[Key, int]
) -> tuple[list[int], set[Key]]:
    """Whose the new profiles are.

    Args:
        new: profiles that are not known, each at most once.
        known: profiles that are, those among them that were named beside new ones.

    Returns:
        A creator for each, and the keys of those whose creator is new with them.
    """
    taken: dict[Key, int] = {}
    if any(one.same_as for one in new):
        beside = {key: known[key] for one in new for key in keys_of(one) if key in known}
        whose = _creators(tx, list(beside.values()))
        taken = {key: whose[number] for key, number in beside.items()}
    ids = iter(bulk.next_ids(tx, Creator, len(new)))
    found: list[int] = []
    fresh: set[Key] = set()
    for one in new:
        number = next((taken[key] for key in keys_of(one) if key in taken), None)
        if number is None:
            number = next(ids)
            fresh.add(one.key)
        if one.same_as:
            taken[one.key] = number
        found.append(number)
    return found, fresh


def propose(tx: Transaction, old: Mapping[int, Prepared], import_id: int) -> None:
    """Known profiles of two creators that a file names in one row: a person is asked.

    old: profiles that were known before, by number.
    """
    by_key = {one.key: number for number, one in old.items()}
    named = {
        (by_key[one.key], by_key[key])
        for one in old.values()
        for key in keys_of(one)
        if key in by_key
    }
    pairs = sorted({(min(pair), max(pair)) for pair in named})
    whose = _creators(tx, sorted({number for pair in pairs for number in pair}))
    for first, second in pairs:
        if whose[first] != whose[second]:
            source = old[first].source.removeprefix("import:")
            why = f"{source or 'A file'} has both in one row"
            profile_pairs.propose(tx, first, second, why, import_id)


def _creators(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(profile_ids), CHUNK):
        rows = tx.session.exec(
            select(Profile.id, Profile.creator_id).where(
                Profile.workspace_id == tx.workspace_id,
                col(Profile.id).in_(profile_ids[start : start + CHUNK]),
            )
        )
        found.update({number: creator for number, creator in rows if number})
    return found
