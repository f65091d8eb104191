"""What a digest is made from, and what one week of it comes to. All days are local ones."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from domain.agreement import Due
from domain.calendar import Days
from domain.comments import Feedback
from domain.creator import Money, Platform, RateDefinition
from domain.disclosure_count import DisclosureCount
from domain.forecast_compare import Compared
from domain.goal import ENGAGEMENTS, Goal, Metric
from domain.partnership import Stage
from domain.rebook import Rebook
from domain.results import (
    Reading,
    WeekFigure,
    WeekKind,
    reach_figure,
    totals_on,
    week_figure,
    week_figures,
)

Figures = Mapping[Metric, WeekFigure]
"""What one week brought of every metric of one post."""

_MOVED = frozenset({WeekKind.MEASURED, WeekKind.CORRECTED, WeekKind.NO_NEW_FIGURE})
_MEASURED = frozenset({WeekKind.MEASURED, WeekKind.CORRECTED})
SMALLEST_RATE_BASE = 5


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

    whole: readings that were given for all posts together. recent: under way, or not over for
    long; of others only the costs and results to date are told.
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
    recent: bool = True

    @property
    def is_under_way(self) -> bool:
        """Whether something may still come of it."""
        return self.stage not in (Stage.DONE, Stage.DECLINED)

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

    today: the day for what is "to date". compared: forecasts beside what came. rebook: creators to
    ask again. disclosure: of the live posts of recent partnerships; undisclosed: who has some that
    are not. unknown_codes: on paid orders, with how many, where the digest is of everything.
    overdue: names of creators with the deliverables that should have come. comments: under the
    posts of recent partnerships.
    benchmark: name of the published set that the workspace chose, None = the default one.
    stage_names: what all brands in it call a stage, where that differs from ours.
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
    compared: tuple[Compared, ...] = ()
    rebook: tuple[Rebook, ...] = ()
    disclosure: DisclosureCount = DisclosureCount()
    undisclosed: tuple[str, ...] = ()
    unknown_codes: tuple[tuple[str, int], ...] = ()
    overdue: tuple[tuple[str, tuple[Due, ...]], ...] = ()
    comments: Feedback = Feedback()
    benchmark: str | None = None
    stage_names: Mapping[Stage, str] = {}


class Amount(BaseModel):
    """What a week brought of one metric over several posts.

    measured: totals at its end less totals at its start; None when no post has both and anything
    new. first: totals of posts with nothing earlier to subtract, so of no single week; None when
    there are none. corrected: posts whose total was corrected downwards.
    """

    model_config = ConfigDict(frozen=True)

    measured: int | None = None
    first: int | None = None
    corrected: int = 0

    @property
    def total(self) -> int | None:
        """Both together; the totals of all weeks add up to the newest total."""
        if self.measured is None and self.first is None:
            return None
        return (self.measured or 0) + (self.first or 0)


class Week(BaseModel):
    """What one week brought over all partnerships.

    rate: measured engagements by measured reach, a ratio, over posts where both are known.
    """

    model_config = ConfigDict(frozen=True)

    days: Days
    published: int
    reach: Amount
    engagements: Amount
    clicks: Amount
    conversions: Amount
    rate: float | None


def of_week(tracked: Iterable[Tracked], week: Days) -> Week:
    """What a week brought: totals at its end less totals at its start, added up."""
    partnerships = list(tracked)
    each = [figures for one in partnerships for figures in figures_of(one, week)]
    dates = [post.posted_on for one in partnerships for post in one.posts]
    return Week(
        days=week,
        published=sum(day is not None and day in week for day in dates),
        reach=_amount([_reach(figures) for figures in each]),
        engagements=_amount([_engagements(figures) for figures in each]),
        clicks=_amount([[figures[Metric.CLICKS]] for figures in each]),
        conversions=_amount([[figures[Metric.CONVERSIONS]] for figures in each]),
        rate=_rate(each),
    )


def figures_of(tracked: Tracked, week: Days) -> list[Figures]:
    """What a week brought, for each post, and for what was only said of all posts together."""
    of_posts = [week_figures(post.readings, week, post.posted_on) for post in tracked.posts]
    return [*of_posts, _rest(tracked, week, of_posts)] if tracked.whole else of_posts


def goal_amount(tracked: Tracked, week: Days, goal: Goal) -> Amount:
    """What a partnership brought in a week of what the goal asks for."""
    each = figures_of(tracked, week)
    if goal == Goal.AWARENESS:
        return _amount([_reach(figures) for figures in each])
    if goal == Goal.CONVERSIONS:
        return _amount([[figures[Metric.CONVERSIONS]] for figures in each])
    return _amount([_engagements(figures) for figures in each])


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


def _rest(tracked: Tracked, week: Days, of_posts: Sequence[Figures]) -> Figures:
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
        if figure.value and figure.kind in _MOVED and not fell:
            # single posts now say more or less of it: this evens their own figures out
            first = any(of[metric].kind == WeekKind.FIRST_FIGURE for of in of_posts)
            kind = WeekKind.FIRST_FIGURE if first and figure.value < 0 else WeekKind.MEASURED
            figure = figure.model_copy(update={"kind": kind})
        found[metric] = figure
    return found


def _beyond(whole: int | None, posts: Sequence[int | None]) -> int | None:
    return None if whole is None else max(0, whole - sum(post or 0 for post in posts))


def _fell(before: int | None, end: int | None) -> bool:
    return before is not None and end is not None and end < before


def _reach(figures: Figures) -> list[WeekFigure]:
    return [reach_figure(figures)]


def _engagements(figures: Figures) -> list[WeekFigure]:
    return [figures[metric] for metric in ENGAGEMENTS]


def _amount(posts: Sequence[Sequence[WeekFigure]]) -> Amount:
    """Figures of posts added up. A week that nobody measured brought nothing known, not 0."""
    figures = [figure for post in posts for figure in post]
    measured = [figure.value or 0 for figure in figures if figure.kind in _MEASURED]
    first = [figure.value or 0 for figure in figures if figure.kind == WeekKind.FIRST_FIGURE]
    return Amount(
        measured=sum(measured) if measured else None,
        first=sum(first) if first else None,
        corrected=sum(any(figure.kind == WeekKind.CORRECTED for figure in post) for post in posts),
    )


def _rate(each: Iterable[Figures]) -> float | None:
    pairs = [
        (_amount([_engagements(figures)]).measured, _amount([_reach(figures)]).measured)
        for figures in each
    ]
    both = [(engaged, reached) for engaged, reached in pairs if engaged is not None and reached]
    engaged, reached = sum(pair[0] for pair in both), sum(pair[1] for pair in both)
    return engaged / reached if reached >= SMALLEST_RATE_BASE and engaged >= 0 else None
