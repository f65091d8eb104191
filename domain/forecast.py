"""What planned posts are expected to bring: an interval that holds 80 %, and its middle.

From what recent posts of the account brought, drawn towards similar accounts the more the fewer
posts there are, and from how outcomes of this workspace compared. What is not known stays unknown
for that figure alone. docs/forecast.md says how, and how often it was right.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.cost import expected_engagements
from domain.creator import Figures, Money, Platform
from domain.findable import Pools
from domain.forecast_outcomes import Learned
from domain.forecast_peers import Peers, engagement_peers, views_peers
from domain.forecast_plan import Plan
from domain.log_normal import Level, Total, added, drawn_towards, level_of, log_of, sum_of
from domain.look_up import PostSeen
from domain.recent_posts import engagements
from domain.wording import PLATFORM_NAMES, listed

MODEL = "1"
"""The version of these rules; a forecast keeps the one it was made by."""
ENOUGH_POSTS = 5
MOST_POSTS = 30
"""So many of the newest posts are looked at."""
YOUNGEST = dt.timedelta(days=3)
"""A younger post is still being seen: it tells too little."""
SCATTER = 1.0
SCATTER_WORTH = 4.0
"""How far posts of an account usually lie from their median, in logarithms, and how many posts
that is worth: from the back-test's first half."""
FADING = 0.9
"""How much a post counts of what the next newer one counts."""
DRIFT = 0.2
"""How far an account's level moves until the planned posts are out."""
TOO_LITTLE = "too little history"


class Measure(StrEnum):
    """What is forecast of posts."""

    VIEWS = "views"
    ENGAGEMENTS = "engagements"


class Range(BaseModel):
    """An interval that holds 80 %, and the median in it; 0 and more."""

    model_config = ConfigDict(frozen=True)

    low: float = Field(ge=0)
    middle: float = Field(ge=0)
    high: float = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if not (self.low <= self.middle <= self.high and math.isfinite(self.high)):
            raise ValueError("a range needs low <= middle <= high, all finite")
        return self

    def __contains__(self, value: float) -> bool:
        """Whether a figure lies in it, as it is rounded to a whole one."""
        return math.floor(self.low) <= value <= math.ceil(self.high)


class Basis(BaseModel):
    """What a figure rests on. posts: recent ones of the account; averaged: its stated average.

    peers: how many similar accounts; peers_said: who they are, or the publication. outcomes: how
    many results of this workspace. missing: why there is no figure, "" where there is one.
    """

    model_config = ConfigDict(frozen=True)

    posts: int = 0
    averaged: bool = False
    peers: int = 0
    peers_said: str = ""
    outcomes: int = 0
    missing: str = ""


class Forecast(BaseModel):
    """What planned posts are expected to bring; None is unknown, and `bases` says why.

    posts: how many are planned. left_out: what can't be forecast, in words. assumed: nothing was
    planned yet, so one post is taken. cost: of all of it. organic: by measure, the middle that
    the posts would have if they were no advertising. bases: by name of the figure.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str = MODEL
    posts: int = 0
    left_out: tuple[str, ...] = ()
    assumed: bool = False
    views: Range | None = None
    engagements: Range | None = None
    conversions: Range | None = None
    cost: Money | None = None
    organic: dict[str, float] = Field(default_factory=dict)
    bases: dict[str, Basis] = Field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is forecast."""
        return self.views is None and self.engagements is None

    @property
    def cost_per_engagement(self) -> Range | None:
        """In the main unit of the cost's currency; None where a side is unknown."""
        return _cost_per(self.cost, self.engagements)

    @property
    def cost_per_conversion(self) -> Range | None:
        """In the main unit of the cost's currency; None where a side is unknown."""
        return _cost_per(self.cost, self.conversions)


@dataclass(frozen=True)
class Track:
    """What is known of an account that will post. posts: its recent ones, the newest first."""

    platform: Platform
    followers: int | None = None
    posts: tuple[PostSeen, ...] = ()
    figures: Figures = field(default_factory=Figures)


@dataclass(frozen=True)
class _Single:
    """One post of one account: its level, or why there is none."""

    level: Level | None
    basis: Basis


def forecast(
    plan: Plan,
    tracks: Mapping[Platform, Track],
    pools: Pools,
    learned: Learned,
    cost: Money | None,
    today: dt.datetime,
) -> Forecast:
    """What the planned posts are expected to bring.

    Args:
        plan: the posts, by platform; those on a platform without a track are left out.
        tracks: accounts of the creator from whose figures something may be worked out.
        pools: how figures are spread in the workspace.
        learned: from outcomes of the workspace.
        cost: of the whole plan, None unknown.
        today: posts that are younger than three days by then don't count.
    """
    there = {where: count for where, count in plan.posts.items() if where in tracks}
    lacking = tuple(
        f"{count} on {PLATFORM_NAMES[where]} (no account known there)"
        for where, count in plan.posts.items()
        if where not in tracks
    )
    organic: dict[str, float] = {}
    bases: dict[str, Basis] = {}
    totals: dict[Measure, Total] = {}
    singles = {where: _both(tracks[where], pools, today) for where in there}
    for measure in Measure:
        of_each = {where: singles[where][measure] for where in there}
        total, bases[measure] = _total(of_each, there)
        if total is None:
            continue
        organic[measure] = total.at(0)
        ratio = learned.ratio(measure)
        totals[measure] = total.times(ratio.factor)
        bases[measure] = bases[measure].model_copy(update={"outcomes": ratio.outcomes})
    conversions = _conversions(totals.get(Measure.ENGAGEMENTS), learned, bases)
    return Forecast(
        posts=sum(there.values()),
        left_out=(*plan.left_out, *lacking),
        assumed=plan.assumed,
        views=_range(totals.get(Measure.VIEWS)),
        engagements=_range(totals.get(Measure.ENGAGEMENTS)),
        conversions=_range(conversions),
        cost=cost if cost is not None and cost.amount > 0 else None,
        organic=organic,
        bases={str(name): basis for name, basis in bases.items()},
    )


def one_post(track: Track, pools: Pools, today: dt.datetime) -> dict[Measure, Level | None]:
    """The level of single posts of an account, before outcomes of the workspace count."""
    return {measure: single.level for measure, single in _both(track, pools, today).items()}


def _both(track: Track, pools: Pools, today: dt.datetime) -> dict[Measure, _Single]:
    posts = [one for one in track.posts[:MOST_POSTS] if _is_grown(one, today)]
    views = _single(
        [one.views for one in posts],
        track.figures.average_views,
        views_peers(track.platform, track.followers, pools),
    )
    expected = math.exp(views.level.middle) if views.level else track.figures.average_views
    engaged = _single(
        [engagements(one) for one in posts],
        expected_engagements(track.figures),
        engagement_peers(track.platform, track.followers, expected, pools),
    )
    return {Measure.VIEWS: views, Measure.ENGAGEMENTS: engaged}


def _is_grown(post: PostSeen, today: dt.datetime) -> bool:
    return post.published_at is None or today - post.published_at >= YOUNGEST


def _single(seen: Sequence[int | None], average: float | None, peers: Peers | None) -> _Single:
    logs = [log_of(value) for value in seen if value is not None]
    enough = len(logs) >= ENOUGH_POSTS
    basis = Basis(
        posts=len(logs),
        averaged=average is not None and average > 0 and not enough,
        peers=peers.size if peers else 0,
        peers_said=peers.said if peers else "",
    )
    if peers is None and not enough:
        return _Single(None, basis.model_copy(update={"missing": TOO_LITTLE}))
    own = _own(logs, average if basis.averaged else None)
    if peers is None:
        level = own
    elif own is None:
        level = Level(peers.middle, peers.spread, SCATTER, SCATTER_WORTH)
    else:
        level = drawn_towards(own, peers.middle, peers.spread)
    return _Single(level, basis)


def _own(logs: Sequence[float], average: float | None) -> Level | None:
    """What the account's own figures say: its posts, or its average in the place of five."""
    if average is not None:
        middle = log_of(average) - SCATTER**2 / 2  # of log-normal figures, the mean lies above
        level = level_of([middle] * ENOUGH_POSTS, SCATTER, SCATTER_WORTH)
        level = Level(middle, SCATTER / math.sqrt(ENOUGH_POSTS), SCATTER, level.freedom)
    elif logs:
        level = level_of(logs, SCATTER, SCATTER_WORTH, FADING)
    else:
        return None
    return Level(level.middle, math.hypot(level.doubt, DRIFT), level.scatter, level.freedom)


def _total(
    singles: Mapping[Platform, _Single], counts: Mapping[Platform, int]
) -> tuple[Total | None, Basis]:
    """All planned posts together; unknown where one account's level is."""
    if not singles:
        return None, Basis(missing="nothing is planned that I can forecast")
    unknown = [where for where, one in singles.items() if one.level is None]
    basis = _together([one.basis for one in singles.values()])
    if unknown:
        where = (
            f" on {listed([PLATFORM_NAMES[one] for one in unknown])}" if len(singles) > 1 else ""
        )
        return None, basis.model_copy(update={"missing": f"{TOO_LITTLE}{where}"})
    sums = [sum_of(one.level, counts[where]) for where, one in singles.items() if one.level]
    return added(sums), basis


def _together(bases: Sequence[Basis]) -> Basis:
    return Basis(
        posts=sum(one.posts for one in bases),
        averaged=any(one.averaged for one in bases),
        peers=sum(one.peers for one in bases),
        peers_said=listed([one.peers_said for one in bases if one.peers_said]),
    )


def _conversions(engaged: Total | None, learned: Learned, bases: dict[str, Basis]) -> Total | None:
    rate = learned.conversion_rate
    if engaged is None or rate is None:
        why = TOO_LITTLE if engaged is None else "too few results with conversions yet"
        bases["conversions"] = Basis(missing=why)
        return None
    bases["conversions"] = Basis(outcomes=rate.outcomes)
    return engaged.times(rate.factor)


def _range(total: Total | None) -> Range | None:
    if total is None:
        return None
    return Range(low=total.at(-1), middle=total.at(0), high=total.at(1))


def _cost_per(cost: Money | None, result: Range | None) -> Range | None:
    if cost is None or result is None or result.low <= 0:
        return None
    amount = float(cost.amount.quantize(Decimal("0.0001")))
    return Range(low=amount / result.high, middle=amount / result.middle, high=amount / result.low)
