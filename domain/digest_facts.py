"""What a digest is made from, and what one week of it comes to. All days are local ones."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from domain.calendar import Days
from domain.creator import Money, Platform, RateDefinition
from domain.goal import Goal, Metric
from domain.partnership import Stage
from domain.results import (
    Reading,
    WeekFigure,
    WeekKind,
    WeekSum,
    engagement_figure,
    reach_figure,
    totals_on,
    week_figure,
    week_figures,
    week_sum,
)
from domain.wording import listed

Figures = Mapping[Metric, WeekFigure]
"""What one week brought of every metric of one post."""

_NEW = frozenset({WeekKind.MEASURED, WeekKind.FIRST_FIGURE, WeekKind.CORRECTED})


class Decision(BaseModel):
    """Cards of one shortlist that wait. creators: handles with "@"; waits_for: people's names.

    split: the approvers disagree, so whoever asked decides.
    """

    model_config = ConfigDict(frozen=True)

    shortlist: str
    creators: tuple[str, ...]
    waits_for: tuple[str, ...]
    split: bool = False


class Move(BaseModel):
    """A move of a partnership. from_stage None: it began."""

    model_config = ConfigDict(frozen=True)

    partnership_id: int
    from_stage: Stage | None = None
    to_stage: Stage
    day: dt.date


class PostRecord(BaseModel):
    """A published post with all its readings. followers: of the account now, None unknown."""

    model_config = ConfigDict(frozen=True)

    platform: Platform | None = None
    followers: int | None = None
    posted_on: dt.date | None = None
    readings: tuple[Reading, ...] = ()


class Tracked(BaseModel):
    """A partnership. name: the creator's handle with "@"; costs: its parts, each in its currency.

    whole: readings that were given for all posts together.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    stage: Stage
    goal: Goal | None = None
    costs: tuple[Money, ...] = ()
    posts: tuple[PostRecord, ...] = ()
    whole: tuple[Reading, ...] = ()
    rated: bool = False

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All readings, of single posts and of all together."""
        return (*self.whole, *(reading for post in self.posts for reading in post.readings))


class Voice(BaseModel):
    """What the audience said of a partnership, in a person's words. rating: 1-5 or None."""

    model_config = ConfigDict(frozen=True)

    name: str
    rating: int | None = None
    note: str = ""
    day: dt.date


class OwnMedian(BaseModel):
    """The middle engagement rate (a ratio) of the workspace's own profiles on a platform."""

    model_config = ConfigDict(frozen=True)

    platform: Platform
    definition: RateDefinition
    median: float
    size: int
    computed_on: dt.date


class Facts(BaseModel):
    """All that a digest says something of.

    today: the day for what is "to date". benchmark: name of the published set that the workspace
    chose, None = the default one.
    """

    model_config = ConfigDict(frozen=True)

    today: dt.date
    week: Days
    week_before: Days
    decisions: tuple[Decision, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    moves: tuple[Move, ...] = ()
    voices: tuple[Voice, ...] = ()
    own_medians: tuple[OwnMedian, ...] = ()
    benchmark: str | None = None


class Week(BaseModel):
    """What one week brought over all partnerships. A sum is None when nothing new was read.

    rate: the week's engagements by the week's reach, a ratio, over posts where both are known.
    """

    model_config = ConfigDict(frozen=True)

    days: Days
    published: int
    reach: WeekSum | None
    engagements: WeekSum | None
    clicks: WeekSum | None
    conversions: WeekSum | None
    rate: float | None


SMALLEST_RATE_BASE = 5


def of_week(tracked: Iterable[Tracked], week: Days) -> Week:
    """What a week brought: totals at its end less totals at its start, added up."""
    partnerships = list(tracked)
    each = [figures for one in partnerships for figures in figures_of(one, week)]
    dates = [post.posted_on for one in partnerships for post in one.posts]
    return Week(
        days=week,
        published=sum(day is not None and day in week for day in dates),
        reach=_sum_of_new(reach_figure(figures) for figures in each),
        engagements=_sum_of_new(engagement_figure(figures) for figures in each),
        clicks=_sum_of_new(figures[Metric.CLICKS] for figures in each),
        conversions=_sum_of_new(figures[Metric.CONVERSIONS] for figures in each),
        rate=_rate(each),
    )


def figures_of(tracked: Tracked, week: Days) -> list[Figures]:
    """What a week brought, for each post, and for what was only said of all posts together."""
    of_posts = [week_figures(post.readings, week, post.posted_on) for post in tracked.posts]
    return [*of_posts, _rest(tracked, week)] if tracked.whole else of_posts


def goal_figure(tracked: Tracked, week: Days, goal: Goal) -> WeekSum | None:
    """What a partnership brought in a week of what the goal asks for; None: nothing new."""
    each = figures_of(tracked, week)
    if goal == Goal.AWARENESS:
        return _sum_of_new(reach_figure(figures) for figures in each)
    if goal == Goal.CONVERSIONS:
        return _sum_of_new(figures[Metric.CONVERSIONS] for figures in each)
    return _sum_of_new(engagement_figure(figures) for figures in each)


def named(names: Sequence[str], most: int = 3) -> str:
    """Some names and how many more: "@a, @b, @c and 2 more"."""
    if len(names) <= most:
        return listed(names)
    return listed([*names[:most], f"{len(names) - most:,} more"])


def stages_at(facts: Facts, day: dt.date) -> dict[int, Stage]:
    """Where each partnership stood at the end of a day; those not begun are left out."""
    at: dict[int, Stage] = {}
    for move in facts.moves:
        if move.day <= day:
            at[move.partnership_id] = move.to_stage
    return at


def read_in(tracked: Tracked, week: Days) -> bool:
    """Whether anybody logged figures of that week."""
    return any(reading.as_of in week for reading in tracked.readings)


def _rest(tracked: Tracked, week: Days) -> Figures:
    """What all posts together brought beyond what single posts say: nothing counts twice."""
    eve = week.first - dt.timedelta(days=1)
    whole = {day: totals_on(tracked.whole, day) for day in (eve, week.last)}
    posts = {
        day: [totals_on(post.readings, day) for post in tracked.posts] for day in (eve, week.last)
    }
    found = {}
    for metric in Metric:
        before, end = (
            _beyond(whole[day].of(metric), [post.of(metric) for post in posts[day]])
            for day in (eve, week.last)
        )
        read = any(
            reading.as_of in week and reading.totals.of(metric) is not None
            for reading in tracked.whole
        )
        figure = week_figure(before, end, read=read, new_post=False)
        fell = _fell(whole[eve].of(metric), whole[week.last].of(metric))
        if figure.kind == WeekKind.CORRECTED and not fell:
            figure = figure.model_copy(update={"kind": WeekKind.MEASURED})
        found[metric] = figure
    return found


def _beyond(whole: int | None, posts: Sequence[int | None]) -> int | None:
    return None if whole is None else max(0, whole - sum(post or 0 for post in posts))


def _fell(before: int | None, end: int | None) -> bool:
    return before is not None and end is not None and end < before


def _sum_of_new(figures: Iterable[WeekFigure]) -> WeekSum | None:
    """The sum, or None where no figure is new: a week that nobody measured brought no 0."""
    known = list(figures)
    return week_sum(known) if any(figure.kind in _NEW for figure in known) else None


def _rate(each: Iterable[Figures]) -> float | None:
    pairs = [(engagement_figure(figures), reach_figure(figures)) for figures in each]
    both = [
        (engaged.value, reached.value)
        for engaged, reached in pairs
        if engaged.kind in _NEW and reached.kind in _NEW
        if engaged.value is not None and reached.value is not None
    ]
    engaged, reached = sum(pair[0] for pair in both), sum(pair[1] for pair in both)
    return engaged / reached if reached >= SMALLEST_RATE_BASE and engaged >= 0 else None
