"""What waits for one person: votes to give, splits to decide, creators to write to."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from storage.models import (
    Brief,
    Card,
    CardVote,
    Creator,
    Partnership,
    Profile,
    Shortlist,
    ShortlistApprover,
)
from storage.transaction import Transaction

SHOWN = 8
NAMED = 3


class Waiting(BaseModel):
    """Something that waits. names: of the first creators; count: of all of them.

    channel_id: where a shortlist was posted, "" for partnerships.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    channel_id: str = ""
    count: int
    names: tuple[str, ...]


def votes(tx: Transaction, person_id: int, hidden: Collection[int] = ()) -> list[Waiting]:
    """Open shortlists with cards on which this approver has no vote that counts."""
    mine = and_(
        col(ShortlistApprover.shortlist_id) == col(Shortlist.id),
        col(ShortlistApprover.person_id) == person_id,
    )
    given = and_(
        col(CardVote.card_id) == col(Card.id),
        col(CardVote.person_id) == person_id,
        or_(col(CardVote.vote).is_not(None), col(CardVote.waiting)),
    )
    query = (
        _cards(tx, hidden)
        .join(ShortlistApprover, mine)
        .outerjoin(CardVote, given)
        .where(col(Card.state) == "open", col(CardVote.id).is_(None))
    )
    return _by_shortlist(tx, query)


def splits(tx: Transaction, person_id: int, hidden: Collection[int] = ()) -> list[Waiting]:
    """Shortlists of this person with cards that the approvers disagree on."""
    query = _cards(tx, hidden).where(
        col(Card.state) == "split", col(Shortlist.asker_id) == person_id
    )
    return _by_shortlist(tx, query)


def partnerships(tx: Transaction, person_id: int, hidden: Collection[int] = ()) -> list[Waiting]:
    """Approved creators of this person to whom nobody has written yet, by brief."""
    rows = tx.session.execute(
        select(
            col(Brief.id),
            func.coalesce(col(Brief.name), "No brief"),
            col(Creator.name),
            col(Profile.handle),
        )
        .select_from(Partnership)
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            col(Partnership.workspace_id) == tx.workspace_id,
            col(Partnership.owner_id) == person_id,
            col(Partnership.stage) == "approved",
            or_(
                col(Partnership.brand_id).is_(None),
                col(Partnership.brand_id).not_in(hidden),
            ),
        )
        .order_by(col(Partnership.id))
    ).all()
    return _grouped([(brief_id, title, "", _name(*who)) for brief_id, title, *who in rows])


def _cards(tx: Transaction, hidden: Collection[int]) -> Any:
    return (
        select(
            col(Shortlist.id),
            func.coalesce(col(Brief.name), col(Shortlist.name)),
            col(Shortlist.channel_id),
            col(Creator.name),
            col(Profile.handle),
        )
        .select_from(Card)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .outerjoin(Brief, col(Brief.id) == col(Shortlist.brief_id))
        .join(Creator, col(Creator.id) == col(Card.creator_id))
        .join(Profile, col(Profile.id) == col(Card.profile_id))
        .where(
            col(Card.workspace_id) == tx.workspace_id,
            col(Shortlist.state) == "open",
            or_(col(Shortlist.brand_id).is_(None), col(Shortlist.brand_id).not_in(hidden)),
        )
        .order_by(col(Shortlist.id), col(Card.id))
    )


def _by_shortlist(tx: Transaction, query: Any) -> list[Waiting]:
    rows = tx.session.execute(query).all()
    return _grouped(
        [(number, title, channel, _name(*who)) for number, title, channel, *who in rows]
    )


def _grouped(rows: list[tuple[int | None, str, str, str]]) -> list[Waiting]:
    groups: dict[int | None, list[tuple[int | None, str, str, str]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return [
        Waiting(
            title=of_one[0][1],
            channel_id=of_one[0][2],
            count=len(of_one),
            names=tuple(row[3] for row in of_one[:NAMED]),
        )
        for of_one in list(groups.values())[:SHOWN]
    ]


def _name(name: str, handle: str | None) -> str:
    return f"@{handle}" if handle else name
