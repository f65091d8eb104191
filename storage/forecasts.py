"""Forecasts as they were written down, and beside what came of them. Never changed afterwards."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, func, or_
from sqlmodel import col, select

from domain.forecast import Forecast
from domain.forecast_compare import Compared, counted
from domain.forecast_outcomes import Learned, Outcome, learn
from domain.goal import Goal
from domain.money import sums
from domain.partnership import Stage
from storage import costs, results
from storage.expiry import Ended
from storage.models import Brief, Card, ForecastRow, Partnership, Profile, Result, Snapshot
from storage.partnerships import seen
from storage.results import Known
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

SHORTLISTED, AGREED, TERMS_CHANGED = "shortlisted", "agreed", "terms changed"
MOST_OUTCOMES = 200
"""Forecasts learn from so many of the partnerships that were finished last."""


@dataclass(frozen=True)
class New:
    """A forecast to be written down. sources, keep_until: of the figures it rests on."""

    profile_id: int
    occasion: str
    forecast: Forecast
    card_id: int | None = None
    partnership_id: int | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    keep_until: dt.datetime | None = None


@dataclass(frozen=True)
class Kept:
    """A forecast as it was written down."""

    id: int
    occasion: str
    made_at: dt.datetime
    forecast: Forecast


def add(tx: Transaction, made: Iterable[New]) -> None:
    """Write forecasts down; those that were there before stay as they are."""
    for one in made:
        tx.session.add(
            ForecastRow(
                workspace_id=tx.workspace_id,
                card_id=one.card_id,
                partnership_id=one.partnership_id,
                profile_id=one.profile_id,
                occasion=one.occasion,
                made_at=tx.now,
                model=one.forecast.model,
                inputs=dict(one.inputs),
                content=one.forecast.model_dump(mode="json", exclude_defaults=True),
                sources=list(one.sources),
                keep_until=one.keep_until,
            )
        )
    tx.session.flush()


def of_cards(tx: Transaction, card_ids: Collection[int]) -> dict[int, Kept]:
    """The newest forecast of each card, made when it was shortlisted."""
    asked = {"workspace_id": tx.workspace_id, "card_ids": sorted(card_ids)}
    rows = tx.session.exec(_OF_CARDS, params=asked)
    return {
        row.card_id: _kept(row)
        for row in rows
        if row.card_id is not None and not _is_ended(tx, row)
    }


_OF_CARDS = (
    select(ForecastRow)
    .where(
        col(ForecastRow.workspace_id) == bindparam("workspace_id"),
        col(ForecastRow.card_id).in_(bindparam("card_ids", expanding=True)),
    )
    .order_by(col(ForecastRow.id))
)


def of_partnerships(tx: Transaction, partnerships: Sequence[Partnership]) -> dict[int, list[Kept]]:
    """All forecasts of partnerships and of the cards they began with, the oldest first."""
    by_card = {row.card_id: row.id or 0 for row in partnerships if row.card_id is not None}
    found: dict[int, list[Kept]] = {row.id or 0: [] for row in partnerships}
    rows = _rows(
        tx,
        or_(
            col(ForecastRow.partnership_id).in_(sorted(found)),
            col(ForecastRow.card_id).in_(sorted(by_card)),
        ),
    )
    for row in rows:
        number = row.partnership_id or by_card.get(row.card_id or 0, 0)
        if number in found:
            found[number].append(_kept(row))
    return found


def compared(tx: Transaction, partnerships: Sequence[Partnership]) -> dict[int, Compared]:
    """The forecast that counts of each partnership beside what came of it.

    That is the last one before the first result was logged; partnerships without one, or of which
    nothing could be forecast, are left out.
    """
    made = of_partnerships(tx, partnerships)
    forecast = [row for row in partnerships if made[row.id or 0]]
    return _compared(tx, forecast, made, results.known(tx, [row.id or 0 for row in forecast]))


def _compared(
    tx: Transaction,
    partnerships: Sequence[Partnership],
    made: Mapping[int, Sequence[Kept]],
    came: Mapping[int, Known],
) -> dict[int, Compared]:
    numbers = [number for number, kept in made.items() if kept]
    first, paid = _first_results(tx, numbers), costs.of_partnerships(tx, numbers)
    goals = _goals(tx, partnerships)
    found = {}
    for row in partnerships:
        number, kept = row.id or 0, made[row.id or 0]
        place = counted([one.made_at for one in kept], first.get(number))
        if place is None or kept[place].forecast.is_empty:
            continue
        found[number] = Compared(
            partnership_id=number,
            made_at=kept[place].made_at,
            forecast=kept[place].forecast,
            came=came[number].totals,
            costs=sums(paid[number].values()),
            goal=goals.get(row.brief_id),
            finished=row.stage == Stage.DONE,
        )
    return found


def compared_with(tx: Transaction, partnership_ids: Collection[int]) -> list[Compared]:
    """As `compared`, of partnerships by number: for digests and reports.

    `domain.forecast_compare.record_of` sums them up: "6 of 8 within what we expected".
    """
    rows = tx.session.exec(
        select(Partnership)
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.id).in_(sorted(partnership_ids)),
        )
        .order_by(col(Partnership.id))
    ).all()
    return list(compared(tx, rows).values())


def learned(tx: Transaction, hidden: Collection[int]) -> Learned:
    """What outcomes of the workspace teach, without those of hidden brands."""
    rows = tx.session.exec(
        select(Partnership)
        .where(
            Partnership.workspace_id == tx.workspace_id,
            Partnership.stage == Stage.DONE.value,
            seen(hidden),
        )
        .order_by(col(Partnership.updated_at).desc(), col(Partnership.id).desc())
        .limit(MOST_OUTCOMES)
    ).all()
    if not rows:
        return learn(())
    came = results.known(tx, [row.id or 0 for row in rows])
    beside = _compared(tx, rows, of_partnerships(tx, rows), came)
    return learn(
        Outcome(
            organic=beside[number].forecast.organic if number in beside else {},
            views=known.totals.views,
            engagements=known.totals.engagements,
            conversions=known.totals.conversions,
        )
        for number, known in came.items()
    )


def ends_of_sources(tx: Transaction, profile_ids: Collection[int]) -> dict[int, dt.datetime]:
    """By profile, when what its platform showed of it must be gone."""
    rows = tx.session.exec(
        select(Snapshot.profile_id, func.max(Snapshot.keep_until))
        .where(
            Snapshot.workspace_id == tx.workspace_id,
            col(Snapshot.profile_id).in_(sorted(profile_ids)),
            col(Snapshot.keep_until).is_not(None),
        )
        .group_by(col(Snapshot.profile_id))
    )
    return {number: end for number, end in rows if end is not None}


def accounts_of(tx: Transaction, creator_ids: Collection[int]) -> list[int]:
    """All profiles of these creators that everybody sees."""
    found = tx.session.exec(
        select(Profile.id)
        .where(
            Profile.workspace_id == tx.workspace_id,
            col(Profile.creator_id).in_(sorted(creator_ids)),
            brought_openly(Profile.import_id, hidden_imports(tx)),
        )
        .order_by(col(Profile.id))
    )
    return [number for number in found if number is not None]


def has_any(tx: Transaction, partnership_id: int, *occasions: str) -> bool:
    """Whether a forecast was made of a partnership on one of these occasions."""
    return (
        tx.session.exec(
            select(ForecastRow.id)
            .where(
                ForecastRow.workspace_id == tx.workspace_id,
                ForecastRow.partnership_id == partnership_id,
                col(ForecastRow.occasion).in_(occasions),
            )
            .limit(1)
        ).first()
        is not None
    )


def delete_ended(tx: Transaction, limit: int) -> Ended:
    """Delete forecasts from figures whose terms end, or of which nothing may be worked out now.

    Gives how many, and the cards that showed them.
    """
    found = tx.session.exec(
        select(ForecastRow)
        .where(
            ForecastRow.workspace_id == tx.workspace_id, col(ForecastRow.keep_until).is_not(None)
        )
        .order_by(col(ForecastRow.keep_until))
        .limit(limit)
    ).all()
    ended = [row for row in found if _is_ended(tx, row)]
    gone = [row.id for row in ended]
    shown = tx.session.exec(
        select(Card).where(
            Card.workspace_id == tx.workspace_id,
            col(Card.id).in_({row.card_id for row in ended if row.card_id is not None}),
        )
    ).all()
    tx.session.execute(
        delete(ForecastRow)
        .where(col(ForecastRow.workspace_id) == tx.workspace_id, col(ForecastRow.id).in_(gone))
        .execution_options(synchronize_session=False)
    )
    return Ended(len(gone), list(shown))


def _rows(tx: Transaction, condition: Any) -> list[ForecastRow]:
    """The oldest first; those from figures of which nothing may be worked out now are left out."""
    found = tx.session.exec(
        select(ForecastRow)
        .where(ForecastRow.workspace_id == tx.workspace_id, condition)
        .order_by(col(ForecastRow.id))
    )
    return [row for row in found if not _is_ended(tx, row)]


def _is_ended(tx: Transaction, row: ForecastRow) -> bool:
    ended = row.keep_until is not None and row.keep_until <= tx.now
    return ended or bool(tx.underived & set(row.sources))


def _kept(row: ForecastRow) -> Kept:
    return Kept(row.id or 0, row.occasion, row.made_at, Forecast.model_validate(row.content))


def _first_results(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, dt.datetime]:
    rows = tx.session.exec(
        select(Result.partnership_id, func.min(Result.recorded_at))
        .where(
            Result.workspace_id == tx.workspace_id,
            col(Result.partnership_id).in_(sorted(partnership_ids)),
        )
        .group_by(col(Result.partnership_id))
    )
    return {number: at for number, at in rows if at is not None}


def _goals(tx: Transaction, partnerships: Sequence[Partnership]) -> dict[int | None, Goal]:
    wanted = sorted({row.brief_id for row in partnerships if row.brief_id is not None})
    rows = tx.session.exec(
        select(Brief.id, Brief.goal).where(
            Brief.workspace_id == tx.workspace_id, col(Brief.id).in_(wanted)
        )
    )
    return {number: Goal(goal) for number, goal in rows if goal}
