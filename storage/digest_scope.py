"""What a digest may tell of, and the decisions that wait within it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy import select as rows_of
from sqlmodel import col, select

from domain.digest_facts import Decision
from domain.roles import why_barred
from domain.shortlist import CardState
from storage import shortlists
from storage.models import (
    Brand,
    Brief,
    Card,
    CardVote,
    Creator,
    Person,
    Profile,
    Shortlist,
    ShortlistApprover,
)
from storage.transaction import Transaction


@dataclass(frozen=True)
class Sight:
    """What a digest may tell of. brands, briefs: those it is limited to, both empty = all.

    hidden: brands of which it tells nothing, limited ones among them.
    """

    brands: frozenset[int] = frozenset()
    briefs: frozenset[int] = frozenset()
    everything: bool = True
    hidden: frozenset[int] = frozenset()


def sight(tx: Transaction, scope: dict[str, list[int]], hidden: Collection[int]) -> Sight:
    """What a schedule's digest tells of: limited brands only where its scope names them.

    Args:
        scope: {"brands": [id], "briefs": [id]}; empty is all but limited brands.
        hidden: brands that the schedule's owner may not see.
    """
    brands, briefs = frozenset(scope.get("brands", ())), frozenset(scope.get("briefs", ()))
    if not brands and not briefs:
        return Sight(hidden=limited_brands(tx) | frozenset(hidden))
    return Sight(brands, briefs, everything=False, hidden=frozenset(hidden))


def limited_brands(tx: Transaction) -> frozenset[int]:
    """Brands that only named people see."""
    found = tx.session.exec(
        select(Brand.id).where(Brand.workspace_id == tx.workspace_id, col(Brand.limited))
    )
    return frozenset(number for number in found if number is not None)


def in_sight(seen: Sight, brand_id: Any, brief_id: Any, brand_of_brief: Any) -> ColumnElement[bool]:
    """Whether a row is in the scope, and neither it nor its brief is of a hidden brand."""
    chosen: ColumnElement[bool] = true()
    if not seen.everything:
        chosen = or_(
            col(brand_id).in_(seen.brands) if seen.brands else false(),
            col(brief_id).in_(seen.briefs) if seen.briefs else false(),
        )
    return and_(chosen, *(_open(brand, seen.hidden) for brand in (brand_id, brand_of_brief)))


def _open(brand_id: Any, hidden: Collection[int]) -> ColumnElement[bool]:
    column = col(brand_id)
    return or_(column.is_(None), column.not_in(hidden)) if hidden else true()


def decisions(tx: Transaction, seen: Sight) -> tuple[Decision, ...]:
    """Open and split cards by shortlist, the oldest first, with the people they wait for."""
    rows = tx.session.execute(
        rows_of(
            Shortlist,
            Card,
            col(Creator.name),
            col(Profile.handle),
            shortlists.title(col(Brief.name)),
        )
        .select_from(Shortlist)
        .join(Card, col(Card.shortlist_id) == col(Shortlist.id))
        .join(Creator, col(Creator.id) == col(Card.creator_id))
        .join(Profile, col(Profile.id) == col(Card.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Shortlist.brief_id))
        .where(
            col(Shortlist.workspace_id) == tx.workspace_id,
            col(Shortlist.state) == "open",
            col(Card.state).in_((CardState.OPEN.value, CardState.SPLIT.value)),
            in_sight(seen, Shortlist.brand_id, Shortlist.brief_id, Brief.brand_id),
        )
        .order_by(col(Shortlist.id), col(Card.id))
    ).all()
    groups: dict[tuple[int, str], list[tuple[Shortlist, int, str, str]]] = defaultdict(list)
    for shortlist, card, name, handle, brief in rows:
        entry = (shortlist, card.id or 0, name_of(name, handle), brief)
        groups[shortlist.id or 0, card.state].append(entry)
    voters = _awaited(tx, {number for number, _ in groups}, {row[1].id or 0 for row in rows})
    askers = _deciders(tx, {of[0][0].asker_id for of in groups.values()})
    return tuple(
        Decision(
            shortlist=of[0][3],
            creators=tuple(entry[2] for entry in of),
            waits_for=(askers[of[0][0].asker_id],)
            if state == CardState.SPLIT.value
            else tuple(dict.fromkeys(n for entry in of for n in voters[number, entry[1]])),
            split=state == CardState.SPLIT.value,
        )
        for (number, state), of in groups.items()
    )


def _awaited(
    tx: Transaction, shortlist_ids: Collection[int], card_ids: Collection[int]
) -> dict[tuple[int, int], list[str]]:
    """By shortlist and card, the names of approvers who have no vote on it yet and can give one."""
    voted = set(
        tx.session.exec(
            select(CardVote.card_id, CardVote.person_id).where(
                CardVote.workspace_id == tx.workspace_id,
                col(CardVote.card_id).in_(card_ids),
                col(CardVote.vote).is_not(None),
            )
        )
    )
    cards = tx.session.exec(
        select(Shortlist, col(Card.id), Person)
        .join(Card, col(Card.shortlist_id) == col(Shortlist.id))
        .join(ShortlistApprover, col(ShortlistApprover.shortlist_id) == col(Card.shortlist_id))
        .join(Person, col(Person.id) == col(ShortlistApprover.person_id))
        .where(
            Card.workspace_id == tx.workspace_id,
            col(Card.id).in_(card_ids),
            col(Card.shortlist_id).in_(shortlist_ids),
        )
        .order_by(col(Card.id), col(Person.name))
    )
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for shortlist, card_id, person in cards:
        barred = shortlists.why_barred(shortlist, person)
        if card_id is None or (card_id, person.id) in voted or barred:
            continue
        found[shortlists.number_of(shortlist), card_id].append(person.name or "somebody")
    return found


def _deciders(tx: Transaction, person_ids: Collection[int]) -> dict[int, str]:
    """Who decides the split cards of these people: they do, or nobody of that name any more."""
    rows = tx.session.exec(
        select(Person).where(Person.workspace_id == tx.workspace_id, col(Person.id).in_(person_ids))
    )
    return {
        one.id: "a manager" if why_barred(one) else one.name or "whoever asked"
        for one in rows
        if one.id is not None
    }


def name_of(name: str, handle: str | None) -> str:
    """What a creator is called: their handle, where one is known."""
    return f"@{handle}" if handle else name
