"""Pairs of profiles that may be one person's: proposed to people, and remembered when refused."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from storage import audit, deliveries
from storage.models import Profile, ProfilePair
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

PROPOSED, REFUSED = "proposed", "refused"
_FIRST, _SECOND = aliased(Profile), aliased(Profile)


def propose(tx: Transaction, one: int, other: int, why: str, import_id: int | None = None) -> bool:
    """Ask people whether two profiles are one person's; False where they were asked before.

    import_id: the import that tells so; the proposal goes when that is undone.
    """
    first, second = sorted((one, other))
    return deliveries.insert_ignoring(
        tx,
        ProfilePair,
        {
            "workspace_id": tx.workspace_id,
            "first_id": first,
            "second_id": second,
            "state": PROPOSED,
            "why": why,
            "import_id": import_id or None,
            "created_at": tx.now,
        },
    )


def refuse(tx: Transaction, one: int, other: int, person_id: int | None) -> None:
    """Two profiles are not one person's: it is not proposed again, nor done by itself."""
    first, second = sorted((one, other))
    propose(tx, first, second, "")
    tx.session.execute(
        update(ProfilePair)
        .where(
            col(ProfilePair.workspace_id) == tx.workspace_id,
            col(ProfilePair.first_id) == first,
            col(ProfilePair.second_id) == second,
        )
        .values(state=REFUSED, person_id=person_id, decided_at=tx.now)
        .execution_options(synchronize_session=False)
    )


def refuse_all(
    tx: Transaction, some: Collection[int], others: Collection[int], person_id: int | None
) -> None:
    """None of these profiles is one person's with one of those."""
    for one in some:
        for other in others:
            if one != other:
                refuse(tx, one, other, person_id)


def say_no(tx: Transaction, pair_id: int, person_id: int | None) -> ProfilePair | None:
    """Somebody says that a proposed pair is of two people, and so are all pairs of these two."""
    pair = get(tx, pair_id)
    if pair is None or pair.state != PROPOSED:
        return None
    for other in between(tx, pair):
        refuse(tx, other.first_id, other.second_id, person_id)
    after = {"profiles": [pair.first_id, pair.second_id], "why": pair.why}
    audit.record(tx, "refuse", "profile_pair", pair_id, after=after)
    return pair


def between(tx: Transaction, pair: ProfilePair) -> list[ProfilePair]:
    """All proposed pairs of the same two creators."""
    first, second = (_creator(tx, number) for number in (pair.first_id, pair.second_id))
    proposed = of_creator(tx, first)
    return [one for one, other in proposed if other.creator_id == second] or [pair]


def get(tx: Transaction, pair_id: int) -> ProfilePair | None:
    """The pair with this number."""
    return tx.session.exec(
        select(ProfilePair).where(
            ProfilePair.workspace_id == tx.workspace_id, ProfilePair.id == pair_id
        )
    ).one_or_none()


def forget_import(tx: Transaction, import_id: int) -> None:
    """An import is undone: what it told is no longer proposed. What people said of it stays."""
    tx.session.execute(
        delete(ProfilePair).where(
            col(ProfilePair.workspace_id) == tx.workspace_id,
            col(ProfilePair.import_id) == import_id,
            col(ProfilePair.state) == PROPOSED,
        )
    )


def decided(tx: Transaction, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these pairs (the smaller number first) that people said no to."""
    wanted = set(pairs)
    found = tx.session.exec(
        select(ProfilePair.first_id, ProfilePair.second_id).where(
            ProfilePair.workspace_id == tx.workspace_id,
            ProfilePair.state == REFUSED,
            col(ProfilePair.first_id).in_({first for first, _ in wanted}),
        )
    )
    return wanted & set(found)


def of_creator(tx: Transaction, creator_id: int) -> list[tuple[ProfilePair, Profile]]:
    """Pairs proposed of a creator's profiles, each with the other person's profile."""
    mine = set(
        tx.session.exec(
            select(Profile.id).where(
                Profile.workspace_id == tx.workspace_id, Profile.creator_id == creator_id
            )
        )
    )
    found = _proposed(
        tx, or_(col(ProfilePair.first_id).in_(mine), col(ProfilePair.second_id).in_(mine))
    )
    return [(pair, second if first.id in mine else first) for pair, first, second in found]


def waiting(tx: Transaction, limit: int) -> list[tuple[ProfilePair, Profile, Profile]]:
    """Pairs that nobody has decided on, the newest first."""
    return _proposed(tx, limit=limit)


def _proposed(
    tx: Transaction, *conditions: Any, limit: int = 50
) -> list[tuple[ProfilePair, Profile, Profile]]:
    """Proposed pairs of two creators, neither of whom a hidden import brings."""
    first, second = _FIRST, _SECOND
    hidden = hidden_imports(tx)
    rows = tx.session.exec(
        select(ProfilePair)
        .join(first, col(first.id) == col(ProfilePair.first_id))
        .join(second, col(second.id) == col(ProfilePair.second_id))
        .where(
            ProfilePair.workspace_id == tx.workspace_id,
            ProfilePair.state == PROPOSED,
            first.creator_id != second.creator_id,
            *(brought_openly(one.import_id, hidden) for one in (first, second)),
            *conditions,
        )
        .order_by(col(ProfilePair.id).desc())
        .limit(limit)
    ).all()
    numbers = {number for pair in rows for number in (pair.first_id, pair.second_id)}
    known = {
        one.id: one
        for one in tx.session.exec(
            select(Profile).where(
                Profile.workspace_id == tx.workspace_id, col(Profile.id).in_(numbers)
            )
        )
    }
    return [(pair, known[pair.first_id], known[pair.second_id]) for pair in rows]


def _creator(tx: Transaction, profile_id: int) -> int:
    return tx.session.exec(
        select(Profile.creator_id).where(
            Profile.workspace_id == tx.workspace_id, Profile.id == profile_id
        )
    ).one()
