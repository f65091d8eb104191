"""What was decided about creators before, as far as a person may see it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, true, union
from sqlmodel import col, select

from domain.decision import REOPENED, EarlierDecision, recalled
from domain.shortlist import DECIDED, UNDECIDED, CardState
from storage import cards, creators, first_look, people, reasons, shortlists
from storage.models import Brief, Card, Partnership, Reason, Shortlist
from storage.transaction import Transaction


def _table(model: Any) -> Any:
    return model.__table__


def about(
    tx: Transaction,
    creator_ids: Collection[int],
    hidden_brands: Collection[int] = (),
    besides_card: int = 0,
) -> dict[int, list[EarlierDecision]]:
    """Decisions about creators, newest first, and cards that somebody gave a reason on.

    Args:
        creator_ids: of whom; those without a decision are left out of the result.
        hidden_brands: from `access.hidden_brands`: nothing of them is told.
        besides_card: a card that is being drawn and is no earlier one.
    """
    if not creator_ids:
        return {}
    means = creators.with_merged(tx, creator_ids)
    asked = {
        "workspace_id": tx.workspace_id,
        "creator_ids": list(means),
        "besides_card": besides_card,
        "hidden_brands": list(hidden_brands),
    }
    rows = tx.session.exec(_ABOUT, params=asked).all()
    if not rows:
        return {}
    given = _reasons(tx, [card for card, _, _ in rows])
    names = _names(tx, given)
    found: dict[int, list[EarlierDecision]] = {}
    for card, shortlist, brief in rows:
        decision = _decision(card, shortlist, brief or "", given[cards.number_of(card)], names)
        found.setdefault(means[card.creator_id], []).append(decision)
    for decisions in found.values():
        decisions.sort(key=lambda decision: decision.at, reverse=True)
    return found


_KNOWN_HERE = union(
    *(
        select(table.c.creator_id).where(
            table.c.workspace_id == bindparam("workspace_id"),
            table.c.creator_id.in_(bindparam("creator_ids", expanding=True)),
        )
        for table in (_table(Card), _table(Partnership))
    )
)


def with_history(tx: Transaction, creator_ids: Collection[int]) -> set[int]:
    """Those creators who were ever on a shortlist or in a partnership: mostly few, or none."""
    look = first_look.taken(tx)
    if look is not None and not (look.any_card or look.any_partnership):
        return set()
    asked = {"workspace_id": tx.workspace_id, "creator_ids": list(creator_ids)}
    return set(tx.session.connection().execute(_KNOWN_HERE, asked).scalars())


def in_use_elsewhere(
    tx: Transaction, creator_ids: Collection[int], hidden_brands: Collection[int]
) -> set[int]:
    """Creators whom a brand that this person may not see considers or works with."""
    if not hidden_brands or not creator_ids:
        return set()
    considered = select(Card.creator_id).join(
        Shortlist, col(Shortlist.id) == col(Card.shortlist_id)
    )
    undecided = [state.value for state in UNDECIDED]
    means = creators.with_merged(tx, creator_ids)
    on_cards = tx.session.exec(
        considered.where(
            Card.workspace_id == tx.workspace_id,
            col(Card.creator_id).in_(means),
            col(Shortlist.brand_id).in_(hidden_brands),
            col(Card.state).in_([*undecided, CardState.APPROVED.value]),
        )
    )
    working = tx.session.exec(
        select(Partnership.creator_id).where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.creator_id).in_(creator_ids),
            col(Partnership.brand_id).in_(hidden_brands),
            Partnership.stage != "declined",
        )
    )
    return {*(means[number] for number in on_cards), *working}


def cards_of(tx: Transaction, creator_id: int, hidden_brands: Collection[int]) -> int:
    """How many cards of a creator a person may see, withdrawn ones aside."""
    means = creators.with_merged(tx, [creator_id])
    return tx.session.exec(
        select(func.count())
        .select_from(Card)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .where(
            Card.workspace_id == tx.workspace_id,
            col(Card.creator_id).in_(means),
            Card.state != CardState.WITHDRAWN,
            Shortlist.kind == shortlists.TEAM,
            _seen(Shortlist.brand_id, hidden_brands),
        )
    ).one()


def counted(
    tx: Transaction, creator_ids: Collection[int]
) -> dict[tuple[int, int], list[EarlierDecision]]:
    """Decided cards by (creator, brand; 0 = none), oldest first: what a relationship is made of."""
    means = creators.with_merged(tx, creator_ids)
    rows = tx.session.exec(
        select(Card, Shortlist)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .where(
            Card.workspace_id == tx.workspace_id,
            col(Card.creator_id).in_(means),
            col(Card.state).in_([state.value for state in DECIDED]),
            Shortlist.kind != shortlists.DRAFT,
        )
        .order_by(col(Card.decided_at), col(Card.id))
    ).all()
    given = _reasons(tx, [card for card, _ in rows])
    found: dict[tuple[int, int], list[EarlierDecision]] = {}
    for card, shortlist in rows:
        decision = _decision(card, shortlist, "", given[cards.number_of(card)], {})
        whose = means[card.creator_id]
        found.setdefault((whose, shortlist.brand_id or 0), []).append(decision)
    return found


def last_reason(tx: Transaction, card: Card) -> str:
    """The last reason given on a card, as it is recalled; "" where none was."""
    given = _reasons(tx, [card])[cards.number_of(card)]
    return recalled(given[-1].category, given[-1].text) if given else ""


def _reasons(tx: Transaction, of: Sequence[Card]) -> dict[int, list[Reason]]:
    """Why people think so, by card; why a card was reopened says nothing about the creator."""
    given = reasons.of_cards(tx, [cards.number_of(card) for card in of])
    return {
        number: [reason for reason in reasons if reason.category != REOPENED]
        for number, reasons in given.items()
    }


def _names(tx: Transaction, given: Mapping[int, Sequence[Reason]]) -> dict[int, str]:
    by = {one.person_id for reasons in given.values() for one in reasons if one.person_id}
    return {number: person.name for number, person in people.by_ids(tx, by).items()} if by else {}


def _decision(
    card: Card,
    shortlist: Shortlist,
    brief: str,
    given: Sequence[Reason],
    names: Mapping[int, str],
) -> EarlierDecision:
    last = given[-1] if given else None
    return EarlierDecision(
        creator_id=card.creator_id,
        card_id=cards.number_of(card),
        shortlist_id=card.shortlist_id,
        state=CardState(card.state),
        at=card.decided_at or (last.created_at if last else card.created_at),
        brief=brief or shortlist.name,
        decided_by=tuple(card.decided_by),
        category=last.category if last else "",
        reason=last.text if last else "",
        reasons=tuple(
            (names.get(one.person_id or 0, ""), recalled(one.category, one.text)) for one in given
        ),
    )


def _has_reason() -> ColumnElement[bool]:
    return exists().where(
        col(Reason.workspace_id) == col(Card.workspace_id),
        col(Reason.card_id) == col(Card.id),
        col(Reason.category) != REOPENED,
    )


def _seen(brand_id: Any, hidden_brands: Collection[int]) -> ColumnElement[bool]:
    if not hidden_brands:
        return true()
    return or_(col(brand_id).is_(None), col(brand_id).not_in(hidden_brands))


_ABOUT = (
    select(Card, Shortlist, Brief.name)
    .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
    .join(Brief, col(Brief.id) == col(Shortlist.brief_id), isouter=True)
    .where(
        col(Card.workspace_id) == bindparam("workspace_id"),
        col(Card.creator_id).in_(bindparam("creator_ids", expanding=True)),
        col(Card.id) != bindparam("besides_card"),
        col(Shortlist.kind) != shortlists.DRAFT,
        or_(
            col(Shortlist.brand_id).is_(None),
            col(Shortlist.brand_id).not_in(bindparam("hidden_brands", expanding=True)),
        ),
        or_(col(Card.decided_at).is_not(None), _has_reason()),
    )
    .order_by(col(Card.id).desc())
)
