"""Phrases in the texts of profiles: the index has single words, what is said has their order."""

from collections.abc import Iterable, Sequence

from domain.creator import ProfileSnapshot
from domain.exclusion import phrase_stands
from domain.known import known_now
from domain.text import words
from storage import snapshots
from storage.transaction import Transaction


def standing_apart(
    tx: Transaction, phrase: Sequence[str], profile_ids: Sequence[int]
) -> tuple[int, ...]:
    """Of profiles that use all words of a phrase, those that never use them side by side."""
    said = snapshots.of_profiles(tx, profile_ids)
    return tuple(
        number
        for number in profile_ids
        if number in said
        and not phrase_stands(map(words, phrase_texts(known_now(said[number]))), phrase)
    )


def phrase_texts(snapshot: ProfileSnapshot) -> Iterable[str]:
    """The texts in each of which a phrase may stand: a category, the name, the handle, the bio."""
    return (
        *snapshot.categories,
        snapshot.display_name or "",
        snapshot.handle,
        snapshot.bio or "",
    )
