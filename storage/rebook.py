"""Creators' last partnerships with results, and what is under way with them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from domain.creator import Money
from domain.money import sums
from domain.partnership import PIPELINE, Stage
from domain.rebook import Past, Rebook, median_costs, rebook
from domain.results import of_partnership
from domain.shortlist import CardState
from storage import costs, forecasts, restrictions, results
from storage.digest_scope import Sight, in_sight, name_of
from storage.models import Brief, Card, Creator, Partnership, Profile, Shortlist, StageChange
from storage.transaction import Transaction

_WITH_RESULTS = (Stage.LIVE.value, Stage.DONE.value)
_UNDER_WAY = tuple(
    stage.value for stage in PIPELINE if stage not in (Stage.LIVE, Stage.DONE)
)  # fmt: skip
MOST_LOOKED_AT = 500
"""Of so many partnerships that began last the results are looked at."""


class _Row(NamedTuple):
    partnership: Partnership
    name: str
    profile_id: int
    brief: str


def candidates(tx: Transaction, seen: Sight, zone: ZoneInfo) -> tuple[Rebook, ...]:
    """Whom to ask again, the strongest first, from what the sight shows; days are the zone's."""
    rows = _rows(tx, seen)
    if not rows:
        return ()
    today = tx.now.astimezone(zone).date()
    numbers = [row.partnership.id or 0 for row in rows]
    paid = {number: _one(of.values()) for number, of in costs.of_partnerships(tx, numbers).items()}
    brought = {
        number: of_partnership(of, dt.date.max).engagements
        for number, of in results.readings(tx, numbers).items()
    }
    medians = median_costs(
        (row.partnership.brief_id, paid[number], brought[number])
        for row, number in zip(rows, numbers, strict=True)
    )
    last = _last_of_each(rows, brought)
    creators = {row.partnership.creator_id for row in last}
    busy = _busy(tx, seen, creators) | set(restrictions.in_force(tx, creators, today))
    asked = _asked_on(tx, seen, creators)
    beside = {
        one.partnership_id: one
        for one in forecasts.compared_with(tx, [row.partnership.id or 0 for row in last])
    }
    pasts = [
        Past(
            profile_id=row.profile_id,
            name=row.name,
            brief_id=row.partnership.brief_id,
            brief=row.brief,
            paid=paid[row.partnership.id or 0],
            engagements=brought[row.partnership.id or 0],
            compared=beside.get(row.partnership.id or 0),
            asked_on=asked[row.partnership.creator_id].astimezone(zone).date(),
            busy=row.partnership.creator_id in busy,
        )
        for row in last
    ]
    return rebook(pasts, medians, today)


def _rows(tx: Transaction, seen: Sight) -> list[_Row]:
    """The partnerships that began last and went live, oldest first, of creators still listed."""
    found = tx.session.exec(
        select(Partnership, Creator.name, Profile, Brief.name)
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .join(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.stage).in_(_WITH_RESULTS),
            in_sight(seen, Partnership.brand_id, Partnership.brief_id, Brief.brand_id),
        )
        .order_by(col(Partnership.created_at).desc(), col(Partnership.id).desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    return [
        _Row(row, name_of(name, profile.handle), profile.id or 0, brief or "")
        for row, name, profile, brief in reversed(found)
    ]


def _last_of_each(rows: Iterable[_Row], brought: dict[int, int | None]) -> list[_Row]:
    """The newest partnership with results of each creator."""
    last = {
        row.partnership.creator_id: row
        for row in rows
        if brought[row.partnership.id or 0] is not None
    }
    return list(last.values())


def _busy(tx: Transaction, seen: Sight, creators: Collection[int]) -> set[int]:
    """Creators with whom something is under way that this sight shows, or whom a vote is on."""
    working = tx.session.exec(
        select(Partnership.creator_id)
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.creator_id).in_(creators),
            col(Partnership.stage).in_(_UNDER_WAY),
            _open_to(seen, Partnership),
        )
    )
    voted_on = tx.session.exec(
        select(Card.creator_id)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .outerjoin(Brief, col(Brief.id) == col(Shortlist.brief_id))
        .where(
            Card.workspace_id == tx.workspace_id,
            col(Card.creator_id).in_(creators),
            col(Card.state).in_((CardState.OPEN.value, CardState.SPLIT.value)),
            Shortlist.state == "open",
            _open_to(seen, Shortlist),
        )
    )
    return {*working, *voted_on}


def _asked_on(tx: Transaction, seen: Sight, creators: Collection[int]) -> dict[int, dt.datetime]:
    """When each was last put before approvers, taken on or written to."""
    begun = tx.session.exec(
        select(Partnership.creator_id, func.max(Partnership.created_at))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.creator_id).in_(creators),
            _open_to(seen, Partnership),
        )
        .group_by(col(Partnership.creator_id))
    )
    written = tx.session.exec(
        select(Partnership.creator_id, func.max(StageChange.at))
        .join(StageChange, col(StageChange.partnership_id) == col(Partnership.id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.creator_id).in_(creators),
            col(StageChange.to_stage).in_((Stage.CONTACTED.value, Stage.DECLINED.value)),
            _open_to(seen, Partnership),
        )
        .group_by(col(Partnership.creator_id))
    )
    proposed = tx.session.exec(
        select(Card.creator_id, func.max(Card.created_at))
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .outerjoin(Brief, col(Brief.id) == col(Shortlist.brief_id))
        .where(
            Card.workspace_id == tx.workspace_id,
            col(Card.creator_id).in_(creators),
            _open_to(seen, Shortlist),
        )
        .group_by(col(Card.creator_id))
    )
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    for creator_id, at in (*begun, *written, *proposed):
        found[creator_id].append(at)
    return {creator_id: max(at) for creator_id, at in found.items()}


def _open_to(seen: Sight, model: Any) -> ColumnElement[bool]:
    """Whether a row is of no hidden brand, whatever the sight is limited to."""
    everything = Sight(hidden=seen.hidden)
    return in_sight(everything, model.brand_id, model.brief_id, Brief.brand_id)


def _one(amounts: Iterable[Money]) -> Money | None:
    """What it cost, where that is in one currency."""
    totals = [one for one in sums(amounts) if one.amount > 0]
    return totals[0] if len(totals) == 1 else None
