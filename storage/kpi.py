"""What a digest is made from, read in one look: only what its scope names and its owner sees."""

import datetime as dt
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, union
from sqlmodel import col, select

from domain.calendar import DAYS_IN_A_WEEK, week_before
from domain.creator import Money, Platform, RateDefinition
from domain.digest_facts import Facts, Move, OwnMedian, PostRecord, Tracked, Voice
from domain.disclosure_count import DisclosureCount
from domain.goal import Goal
from domain.partnership import Stage
from domain.stage_plan import StagePlan, shared_names
from storage import (
    brands,
    comments,
    costs,
    disclosures,
    due_dates,
    forecasts,
    index,
    partnership_posts,
    profiles,
    rebook,
    results,
    sale_totals,
)
from storage.digest_scope import Sight, decisions, in_sight, name_of
from storage.models import (
    Brief,
    Creator,
    Partnership,
    PoolQuantiles,
    Post,
    Profile,
    Result,
    SaleEntry,
    StageChange,
)
from storage.profiles import Current
from storage.transaction import Transaction

KEPT_WEEKS = 8
"""Partnerships that are over are asked after for so long after their last change."""
_OVER = (Stage.DONE.value, Stage.DECLINED.value)
_MEDIAN = 50


def facts(tx: Transaction, seen: Sight, posting_day: dt.date, zone: ZoneInfo) -> Facts:
    """All that the digest of a posting day says something of; days are those of the zone."""
    week = week_before(posting_day)
    rows = _partnerships(tx, seen)
    numbers = [partnership.id or 0 for partnership, *_ in rows]
    tracked = _tracked(tx, rows, week.first)
    recent = {one.id: one.name for one in tracked if one.recent}
    disclosed = disclosures.by_partnership(tx, list(recent))
    late = due_dates.overdue(tx, [one.id for one in tracked if one.is_under_way], posting_day)
    codes = sale_totals.unknown(tx) if seen.everything else []
    return Facts(
        today=posting_day,
        week=week,
        week_before=week_before(posting_day - dt.timedelta(days=DAYS_IN_A_WEEK)),
        decisions=decisions(tx, seen),
        tracked=tracked,
        moves=_moves(tx, numbers, zone),
        voices=_voices(tx, rows, zone),
        own_medians=_own_medians(tx, zone),
        comments=comments.together(tx, list(recent)),
        compared=tuple(forecasts.compared_with(tx, numbers)),
        rebook=rebook.candidates(tx, seen, zone),
        disclosure=DisclosureCount.together(disclosed.values()),
        undisclosed=tuple(recent[n] for n, one in disclosed.items() if one.undisclosed),
        overdue=tuple((recent[number], due) for number, due in late.items()),
        unknown_codes=tuple((one.code, one.orders) for one in codes),
        benchmark=index.pools(tx).benchmark,
        stage_names=_stage_names(tx, [partnership for partnership, *_ in rows]),
    )


def last_days(tx: Transaction, seen: Sight, today: dt.date, days: int) -> tuple[Tracked, ...]:
    """Partnerships with figures or posts of the last days, today among them."""
    since = today - dt.timedelta(days=days - 1)
    measured = select(Result.partnership_id).where(
        Result.workspace_id == tx.workspace_id, col(Result.as_of) >= since
    )
    posted = select(Post.partnership_id).where(
        Post.workspace_id == tx.workspace_id, col(Post.posted_on) >= since
    )
    sold = select(SaleEntry.partnership_id).where(
        SaleEntry.workspace_id == tx.workspace_id, col(SaleEntry.day) >= since
    )
    rows = _partnerships(tx, seen, col(Partnership.id).in_(union(measured, posted, sold)))
    return _tracked(tx, rows, since)


_Row = tuple[Partnership, str, str | None, str | None]
"""A partnership, its creator's name, the handle of its profile, the goal of its brief."""


def _partnerships(tx: Transaction, seen: Sight, *which: ColumnElement[bool]) -> list[_Row]:
    """All of them, however long ago: costs to date are over every one. which: only some."""
    rows = tx.session.exec(
        select(Partnership, Creator.name, col(Profile.handle), col(Brief.goal))
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            in_sight(seen, Partnership.brand_id, Partnership.brief_id, Brief.brand_id),
            *which,
        )
        .order_by(col(Partnership.id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _tracked(tx: Transaction, rows: Sequence[_Row], first_day: dt.date) -> tuple[Tracked, ...]:
    kept = dt.datetime.combine(first_day, dt.time(), dt.UTC) - dt.timedelta(weeks=KEPT_WEEKS)
    numbers = [partnership.id or 0 for partnership, *_ in rows]
    costs = _costs(tx, numbers)
    posts = partnership_posts.of_partnerships(tx, numbers)
    readings = results.readings(tx, numbers)
    feedback = results.feedback(tx, numbers)
    known = profiles.current(tx, {p.profile_id for p, *_ in rows if p.profile_id is not None})
    found = []
    for partnership, name, handle, goal in rows:
        number = partnership.id or 0
        account = known.get(partnership.profile_id or 0)
        found.append(
            Tracked(
                id=number,
                name=name_of(name, handle),
                stage=Stage(partnership.stage),
                goal=Goal(goal) if goal else None,
                costs=tuple(costs[number]),
                posts=tuple(
                    PostRecord(
                        platform=_platform(post.platform, account),
                        followers=_followers(post.platform, account),
                        posted_on=post.posted_on,
                        readings=tuple(readings[number].get(post.id, ())),
                    )
                    for post in posts[number]
                ),
                whole=tuple(readings[number].get(None, ())),
                rated=bool(feedback[number]),
                recent=partnership.stage not in _OVER or partnership.updated_at >= kept,
            )
        )
    return tuple(found)


def _stage_names(tx: Transaction, rows: Sequence[Partnership]) -> dict[Stage, str]:
    """What all brands of these partnerships call a stage, where they agree."""
    plans = brands.stage_plans(tx)
    return shared_names(plans.get(n or 0, StagePlan()) for n in {row.brand_id for row in rows})


def _platform(platform: str | None, account: Current | None) -> Platform | None:
    if platform is not None:
        return Platform(platform)
    return account.snapshot.platform if account else None


def _followers(platform: str | None, account: Current | None) -> int | None:
    """Followers of the account that a post is on; those of another platform say nothing."""
    if account is None or platform not in (None, account.snapshot.platform.value):
        return None
    return account.snapshot.figures.followers


def _costs(tx: Transaction, numbers: Collection[int]) -> dict[int, list[Money]]:
    known = costs.of_partnerships(tx, numbers)
    return {number: list(of_kind.values()) for number, of_kind in known.items()}


def _moves(tx: Transaction, numbers: Collection[int], zone: ZoneInfo) -> tuple[Move, ...]:
    rows = tx.session.exec(
        select(StageChange)
        .where(
            StageChange.workspace_id == tx.workspace_id,
            col(StageChange.partnership_id).in_(numbers),
        )
        .order_by(col(StageChange.at), col(StageChange.id))
    )
    return tuple(
        Move(
            partnership_id=row.partnership_id,
            from_stage=Stage(row.from_stage) if row.from_stage else None,
            to_stage=Stage(row.to_stage),
            day=row.at.astimezone(zone).date(),
        )
        for row in rows
    )


def _voices(tx: Transaction, rows: Sequence[_Row], zone: ZoneInfo) -> tuple[Voice, ...]:
    names = {p.id or 0: name_of(name, handle) for p, name, handle, _ in rows}
    said = [each for of in results.feedback(tx, list(names)).values() for each in of]
    return tuple(
        Voice(
            name=names[row.partnership_id],
            rating=row.rating,
            note=row.note,
            day=row.created_at.astimezone(zone).date(),
        )
        for row in sorted(said, key=lambda row: (row.created_at, row.id or 0))
    )


def _own_medians(tx: Transaction, zone: ZoneInfo) -> tuple[OwnMedian, ...]:
    rows = tx.session.exec(
        select(PoolQuantiles).where(
            PoolQuantiles.workspace_id == tx.workspace_id,
            col(PoolQuantiles.measure).startswith("engagement:"),
            ~col(PoolQuantiles.measure).contains("@"),  # all sizes, not one band
        )
    )
    return tuple(
        OwnMedian(
            platform=Platform(row.platform),
            definition=RateDefinition(row.measure.partition(":")[2]),
            median=row.quantiles[_MEDIAN],
            size=row.size,
            computed_on=row.computed_at.astimezone(zone).date(),
        )
        for row in rows
    )
