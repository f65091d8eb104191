"""What waits for one person: votes to give, splits to decide, creators to write to."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, exists, func, or_, select, union
from sqlmodel import col

from domain.partnership import PIPELINE, Stage
from domain.roles import Role
from storage import shortlists
from storage.models import (
    Brief,
    Card,
    CardVote,
    Creator,
    OutboxMessage,
    Partnership,
    Person,
    Profile,
    Shortlist,
    ShortlistApprover,
    Workspace,
)
from storage.transaction import Transaction

NAMED = 3
STALLED_AFTER = dt.timedelta(days=7)
UNDER_WAY = tuple(stage.value for stage in PIPELINE if stage not in (Stage.APPROVED, Stage.DONE))


class Item(BaseModel):
    """One card or partnership that waits. key: changes when it waits anew, as after a reopening.

    since: when it began to wait.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    since: dt.datetime


class Waiting(BaseModel):
    """Something that waits. names: of the first creators; count: of all of them.

    number: of the shortlist or brief; channel_id: where a shortlist was posted, "" for
    partnerships; link: to its summary there, or to the card of a draft, "" = not known.
    """

    model_config = ConfigDict(frozen=True)

    number: int | None = None
    title: str
    channel_id: str = ""
    link: str = ""
    count: int
    names: tuple[str, ...]
    items: tuple[Item, ...] = ()


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
    return _by_shortlist(tx, query, "vote")


def splits(
    tx: Transaction, person_id: int, hidden: Collection[int] = (), *, manages: bool = False
) -> list[Waiting]:
    """Shortlists with cards that the approvers disagree on and that this person decides.

    manages: an owner or manager, who also decides for askers who have left.
    """
    mine = col(Shortlist.asker_id) == person_id
    query = _cards(tx, hidden).where(
        col(Card.state) == "split",
        or_(mine, col(Shortlist.asker_id).in_(_who_left(tx))) if manages else mine,
    )
    return _by_shortlist(tx, query, "split")


def partnerships(tx: Transaction, person_id: int, hidden: Collection[int] = ()) -> list[Waiting]:
    """Approved creators of this person to whom nobody has written yet, by brief."""
    return _owned(tx, person_id, hidden, col(Partnership.stage) == "approved")


def stalled(tx: Transaction, person_id: int, hidden: Collection[int] = ()) -> list[Waiting]:
    """Partnerships of this person under way of which nothing was logged for a week, by brief.

    Those with a day to follow up are left out: that day is told.
    """
    return _owned(
        tx,
        person_id,
        hidden,
        and_(
            col(Partnership.stage).in_(UNDER_WAY),
            col(Partnership.follow_up_on).is_(None),
            col(Partnership.updated_at) < tx.now - STALLED_AFTER,
        ),
    )


def people(tx: Transaction) -> set[int]:
    """Row numbers of everybody for whom something may wait."""
    running = (col(Shortlist.workspace_id) == tx.workspace_id, col(Shortlist.state) == "open")
    approvers = (
        select(col(ShortlistApprover.person_id))
        .join(Shortlist, col(Shortlist.id) == col(ShortlistApprover.shortlist_id))
        .where(*running)
    )
    askers = select(col(Shortlist.asker_id)).where(*running)
    owners = select(col(Partnership.owner_id)).where(
        col(Partnership.workspace_id) == tx.workspace_id,
        col(Partnership.owner_id).is_not(None),
        col(Partnership.stage).in_(("approved", *UNDER_WAY)),
    )
    orphaned = exists().where(*running, col(Shortlist.asker_id).in_(_who_left(tx)))
    managers = select(col(Person.id)).where(
        col(Person.workspace_id) == tx.workspace_id,
        col(Person.role).in_([Role.OWNER.value, Role.MANAGER.value]),
        orphaned,
    )
    return set(tx.session.execute(union(approvers, askers, owners, managers)).scalars())


def _who_left(tx: Transaction) -> Any:
    """People who can decide nothing any more, as `domain.roles.why_barred` has it."""
    gone = (Person.is_deleted, Person.is_guest, Person.is_stranger, Person.is_bot)
    return select(col(Person.id)).where(
        col(Person.workspace_id) == tx.workspace_id, or_(*(col(one) for one in gone))
    )


def _links(tx: Transaction, rows: Collection["_Row"]) -> dict[str, str]:
    """Addresses in Slack by what a message shows ("summary:3"), of the newest that shows it."""
    home = tx.session.execute(
        select(col(Workspace.url)).where(col(Workspace.id) == tx.workspace_id)
    ).scalar_one()
    about = {one for row in rows for one in row.shown}
    if not home or not about:
        return {}
    posted = tx.session.execute(
        select(col(OutboxMessage.about), col(OutboxMessage.channel_id), col(OutboxMessage.ts))
        .where(
            col(OutboxMessage.workspace_id) == tx.workspace_id,
            col(OutboxMessage.about).in_(about),
            col(OutboxMessage.method) == "chat.postMessage",
            col(OutboxMessage.ts).is_not(None),
        )
        .order_by(col(OutboxMessage.id))
    )
    return {
        shows: f"{home.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        for shows, channel, ts in posted
    }


def _owned(tx: Transaction, person_id: int, hidden: Collection[int], which: Any) -> list[Waiting]:
    rows = tx.session.execute(
        select(
            col(Brief.id),
            func.coalesce(col(Brief.name), "No brief"),
            col(Partnership.id),
            col(Partnership.stage),
            col(Partnership.updated_at),
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
            which,
            or_(
                col(Partnership.brand_id).is_(None),
                col(Partnership.brand_id).not_in(hidden),
            ),
        )
        .order_by(col(Partnership.id))
    ).all()
    return _grouped(
        [
            _Row(brief_id, title, "", _name(name, handle), _step(number, stage, changed))
            for brief_id, title, number, stage, changed, name, handle in rows
        ]
    )


def _step(number: int, stage: str, changed: dt.datetime) -> Item:
    once = stage == "approved"  # a stall is told again after each time something was logged
    moment = "" if once else f":{changed:%Y-%m-%dT%H:%M:%S}"
    return Item(key=f"step:{number}:{stage}{moment}", since=changed)


def _cards(tx: Transaction, hidden: Collection[int]) -> Any:
    return (
        select(
            col(Shortlist.id),
            shortlists.title(col(Brief.name)),
            col(Shortlist.channel_id),
            col(Card.id),
            col(Card.round),
            col(Card.created_at),
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


def _by_shortlist(tx: Transaction, query: Any, kind: str) -> list[Waiting]:
    rows = [
        _Row(number, title, channel, _name(name, handle),
             Item(key=f"{kind}:{card}:{time}", since=since),
             (f"summary:{number}", f"card:{card}"))
        for number, title, channel, card, time, since, name, handle in tx.session.execute(query)
    ]  # fmt: skip
    return _grouped(rows, _links(tx, rows))


class _Row(NamedTuple):
    number: int | None
    title: str
    channel_id: str
    name: str
    item: Item
    shown: tuple[str, ...] = ()


def _grouped(rows: list[_Row], links: Mapping[str, str] | None = None) -> list[Waiting]:
    known = links or {}
    groups: dict[int | None, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.number, []).append(row)
    return [
        Waiting(
            number=of_one[0].number,
            title=of_one[0].title,
            channel_id=of_one[0].channel_id,
            link=next((known[one] for one in of_one[0].shown if one in known), ""),
            count=len(of_one),
            names=tuple(row.name for row in of_one[:NAMED]),
            items=tuple(row.item for row in of_one),
        )
        for of_one in groups.values()
    ]


def _name(name: str, handle: str | None) -> str:
    return f"@{handle}" if handle else name
