"""What a report is made from: partnerships of a brief, a brand or all, of a period or ever."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, select

from domain.calendar import Days
from domain.comments import Counts
from domain.goal import Goal
from domain.partnership import Stage
from domain.report_facts import BriefAim, Partner, ReportFacts, revenues, with_shops
from domain.results import combined, totals_on
from storage import (
    brands,
    briefs,
    comments,
    costs,
    disclosures,
    forecasts,
    partnership_posts,
    preferences,
    results,
    sale_totals,
)
from storage.digest_scope import Sight, in_sight, name_of
from storage.models import Brief, Creator, Partnership, Post, Profile, Result, StageChange
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

_Row = tuple[Partnership, str, str | None, Brief | None]
"""A partnership, its creator's name, the handle of its profile, its brief."""


@dataclass(frozen=True)
class Scope:
    """What a report is of: one brief, else one brand, else all. hidden: brands not to be told."""

    title: str
    brief_id: int | None = None
    brand_id: int | None = None
    period: Days | None = None
    hidden: Collection[int] = field(default_factory=frozenset)

    @property
    def sight(self) -> Sight:
        """The same for what digests read."""
        return Sight(
            brands=frozenset(() if self.brand_id is None else (self.brand_id,)),
            briefs=frozenset(() if self.brief_id is None else (self.brief_id,)),
            everything=self.brand_id is None and self.brief_id is None,
            hidden=frozenset(self.hidden),
        )


def facts(tx: Transaction, scope: Scope, zone: ZoneInfo) -> ReportFacts:
    """All that the report says something of, in a few queries; days are those of the zone."""
    of_scope = _numbers(tx, scope)
    counted = set(of_scope)
    if scope.period is not None:
        counted = _published_in(tx, of_scope, scope.period, zone)
    touched = {of_scope[number] for number in counted}
    wanted = [
        number
        for number, brief_id in of_scope.items()
        if number in counted or (brief_id is not None and brief_id in touched)
    ]
    rows = _rows(tx, wanted)
    aims = {brief.id: _aim(brief) for *_, brief in rows if brief is not None}
    if scope.brief_id is not None and (named := briefs.get(tx, scope.brief_id)) is not None:
        aims[named.id] = _aim(named)
    wishes = preferences.current(tx)
    budget = aims[scope.brief_id].budget if scope.brief_id in aims else None
    return ReportFacts(
        title=scope.title,
        today=tx.now.astimezone(zone).date(),
        period=scope.period,
        one_brief=scope.brief_id is not None,
        briefs=tuple(sorted(aims.values(), key=lambda aim: aim.name)),
        partners=_partners(tx, rows, counted),
        currency=budget.currency if budget else wishes.currency,
        rates=wishes.rates,
        unknown_orders=sum(one.orders for one in sale_totals.unknown(tx)),
    )


def count(tx: Transaction, scope: Scope) -> int:
    """How many partnerships a report of this scope looks at."""
    return len(_numbers(tx, scope))


def _numbers(tx: Transaction, scope: Scope) -> dict[int, int | None]:
    """Partnerships that the scope names, with their briefs."""
    found = tx.session.exec(
        select(Partnership.id, Partnership.brief_id)
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            in_sight(scope.sight, Partnership.brand_id, Partnership.brief_id, Brief.brand_id),
        )
        .order_by(col(Partnership.id))
    )
    return {number: brief_id for number, brief_id in found if number is not None}


def _published_in(
    tx: Transaction, numbers: Collection[int], period: Days, zone: ZoneInfo
) -> set[int]:
    """Those whose first post was published in the period.

    The day of the first post with one, else the day it was set to live, else that of its first
    figures.
    """
    posted = tx.session.exec(
        select(Post.partnership_id, func.min(Post.posted_on))
        .where(Post.workspace_id == tx.workspace_id, col(Post.posted_on).is_not(None))
        .group_by(col(Post.partnership_id))
    )
    live = tx.session.exec(
        select(StageChange.partnership_id, func.min(StageChange.at))
        .where(
            StageChange.workspace_id == tx.workspace_id,
            col(StageChange.to_stage).in_((Stage.LIVE.value, Stage.DONE.value)),
        )
        .group_by(col(StageChange.partnership_id))
    )
    measured = tx.session.exec(
        select(Result.partnership_id, func.min(Result.as_of))
        .where(
            Result.workspace_id == tx.workspace_id,
            brought_openly(Result.import_id, hidden_imports(tx)),
        )
        .group_by(col(Result.partnership_id))
    )
    days: dict[int, dt.date] = dict(measured.all())
    days |= {number: at.astimezone(zone).date() for number, at in live}
    days |= {number: day for number, day in posted if day is not None}
    return {number for number in numbers if number in days and days[number] in period}


def _rows(tx: Transaction, numbers: Sequence[int]) -> list[_Row]:
    found = tx.session.exec(
        select(Partnership, Creator.name, col(Profile.handle), Brief)
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(Partnership.workspace_id == tx.workspace_id, col(Partnership.id).in_(numbers))
        .order_by(col(Partnership.id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _partners(
    tx: Transaction, rows: Sequence[_Row], counted: Collection[int]
) -> tuple[Partner, ...]:
    numbers = [partnership.id or 0 for partnership, *_ in rows]
    paid = costs.of_partnerships(tx, numbers)
    posts = partnership_posts.of_partnerships(tx, numbers)
    readings = results.readings(tx, numbers)
    said = results.feedback(tx, numbers)
    sold = sale_totals.sold(tx, numbers)
    disclosed = disclosures.by_partnership(tx, numbers)
    written = comments.counts_of(tx, numbers)
    beside = {one.partnership_id: one for one in forecasts.compared_with(tx, numbers)}
    plans = brands.stage_plans(tx)
    found = []
    for partnership, name, handle, brief in rows:
        number = partnership.id or 0
        each = [totals_on(of, dt.date.max) for post, of in readings[number].items() if post]
        whole = totals_on(readings[number].get(None, ()), dt.date.max)
        found.append(
            Partner(
                id=number,
                name=name_of(name, handle),
                stage=Stage(partnership.stage),
                stage_name=plans[partnership.brand_id].name(Stage(partnership.stage))
                if partnership.brand_id in plans
                else "",
                brief_id=brief.id if brief else None,
                brief=brief.name if brief else "",
                costs=tuple(paid[number].values()),
                posts=len(posts[number]),
                totals=combined(whole, each),
                revenues=with_shops(
                    revenues(whole, each), sold[number].revenue if number in sold else ()
                ),
                results_as_of=max(
                    (one.as_of for of in readings[number].values() for one in of), default=None
                ),
                rating=results.newest_rating(said[number]),
                compared=beside.get(number),
                disclosure=disclosed[number],
                comments=written.get(number, Counts()),
                in_period=number in counted,
            )
        )
    return tuple(found)


def _aim(brief: Brief) -> BriefAim:
    return BriefAim(
        id=brief.id or 0,
        name=brief.name,
        goal=Goal(brief.goal) if brief.goal else None,
        target=brief.target,
        budget=briefs.budget(brief),
        starts_on=brief.starts_on,
        ends_on=brief.ends_on,
    )
