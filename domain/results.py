"""Results of posts: totals to date, dated; what one week brought; corrections on the record."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.calendar import Days
from domain.creator import Money
from domain.goal import ENGAGEMENTS, Metric
from domain.money import sums


class Totals(BaseModel):
    """What a post brought from its first day to one date. None is unknown, never 0.

    accounts_reached: different people; it is never summed over days or posts. spend: money that
    went into it, as a file said.
    """

    model_config = ConfigDict(frozen=True)

    impressions: int | None = Field(default=None, ge=0)
    views: int | None = Field(default=None, ge=0)
    likes: int | None = Field(default=None, ge=0)
    comments: int | None = Field(default=None, ge=0)
    shares: int | None = Field(default=None, ge=0)
    saves: int | None = Field(default=None, ge=0)
    clicks: int | None = Field(default=None, ge=0)
    conversions: int | None = Field(default=None, ge=0)
    accounts_reached: int | None = Field(default=None, ge=0)
    revenue: Money | None = None
    spend: Money | None = None

    def of(self, metric: Metric) -> int | None:
        """The total of one metric."""
        total: int | None = getattr(self, metric.value)
        return total

    @property
    def engagements(self) -> int | None:
        """Likes, comments, shares and saves, as far as known; None when none is."""
        known = [total for total in map(self.of, ENGAGEMENTS) if total is not None]
        return sum(known) if known else None

    @property
    def reach(self) -> int | None:
        """Impressions, or views where there are none."""
        return self.impressions if self.impressions is not None else self.views


class Reading(BaseModel):
    """Totals of one post as they stood at the end of a day.

    as_of: the local day. recorded_at: when it was entered; of two readings for one day
    the later one corrects the earlier, which stays on the record.
    """

    model_config = ConfigDict(frozen=True)

    as_of: dt.date
    recorded_at: dt.datetime
    totals: Totals


class WeekKind(StrEnum):
    """How a week's figure came about."""

    MEASURED = "measured"
    FIRST_FIGURE = "first figure"
    CORRECTED = "corrected"
    NO_NEW_FIGURE = "no new figure"
    UNKNOWN = "unknown"


class WeekFigure(BaseModel):
    """What one week brought of one metric. value: None when the total is unknown.

    A first figure is the whole total, since nothing earlier is known. A corrected one is
    below 0: the later total is lower, so that the weeks still add up to the total.
    """

    model_config = ConfigDict(frozen=True)

    value: int | None
    kind: WeekKind


class WeekSum(BaseModel):
    """Figures of several posts together.

    value: None when none is known. first_figures: how much of it are first figures.
    corrected, missing: how many posts have a corrected figure, and none for this week.
    """

    model_config = ConfigDict(frozen=True)

    value: int | None
    first_figures: int = 0
    corrected: int = 0
    missing: int = 0


def totals_on(readings: Iterable[Reading], day: dt.date) -> Totals:
    """The totals as they stood at the end of a day: of each metric the newest known figure.

    An empty field of a newer reading doesn't remove what an older one knew.
    """
    until = [reading for reading in _in_order(readings) if reading.as_of <= day]
    known: dict[str, object] = {}
    for reading in until:
        known |= {name: value for name, value in reading.totals if value is not None}
    return Totals.model_validate(known)


def of_partnership(readings: Mapping[int | None, Sequence[Reading]], day: dt.date) -> Totals:
    """The totals of a whole partnership as they stood at the end of a day.

    Args:
        readings: by post; those under None are of all posts together.
        day: the local day.

    Returns:
        Of each metric the sum over the posts, or what was said of all of them together where
        that is more: the same likes are never counted twice.
    """
    posts = [totals_on(of, day) for post, of in readings.items() if post is not None]
    return combined(totals_on(readings.get(None, ()), day), posts)


def combined(whole: Totals, posts: Sequence[Totals]) -> Totals:
    """Totals of all posts together with those of single posts, none counted twice.

    Revenue in several currencies doesn't add up: then what was said of the whole stands, else
    that of the first post.
    """
    known: dict[str, object] = {}
    for metric in Metric:
        each = [total for post in posts if (total := post.of(metric)) is not None]
        stated = whole.of(metric)
        if each or stated is not None:
            known[metric.value] = max(sum(each), stated or 0)
    known["revenue"] = _revenue(whole.revenue, [post.revenue for post in posts if post.revenue])
    known["spend"] = _revenue(whole.spend, [post.spend for post in posts if post.spend])
    known["accounts_reached"] = _reached(whole, posts)
    return Totals.model_validate(known)


def beside(logged: Sequence[Reading], counted: Sequence[Reading]) -> list[Reading]:
    """What people logged of all posts together, beside what shops counted by themselves.

    Both are usually the same sales, so they never add up: of each metric the larger stands, day by
    day. Revenue of two currencies can't be compared; then what people logged stands.
    """
    if not (logged and counted):
        return list(logged or counted)
    days = sorted({reading.as_of for reading in (*logged, *counted)})
    at = max(reading.recorded_at for reading in (*logged, *counted))
    both = zip(_day_by_day(logged, days), _day_by_day(counted, days), strict=True)
    return [
        Reading(as_of=day, recorded_at=at, totals=combined(one, [other]))
        for day, (one, other) in zip(days, both, strict=True)
    ]


def _day_by_day(readings: Sequence[Reading], days: Sequence[dt.date]) -> Iterator[Totals]:
    """The totals as they stood at the end of each of these days, as `totals_on` gives them."""
    waiting = deque(_in_order(readings))
    known: dict[str, object] = {}
    for day in days:
        while waiting and waiting[0].as_of <= day:
            new = waiting.popleft().totals
            known |= {name: value for name, value in new if value is not None}
        yield Totals.model_validate(known)


def is_on_record(readings: Iterable[Reading], new: Reading) -> bool:
    """Whether a reading says nothing that the record doesn't say of the same day already."""
    that_day = [reading for reading in readings if reading.as_of == new.as_of]
    known = totals_on(that_day, new.as_of)
    said = [(name, value) for name, value in new.totals if value is not None]
    return all(getattr(known, name) == value for name, value in said)


def is_correction(earlier: Iterable[Reading], new: Reading) -> bool:
    """Whether a reading lowers a total that was on the record, or changes that day's."""
    for reading in earlier:
        for metric in Metric:
            before, after = reading.totals.of(metric), new.totals.of(metric)
            if before is None or after is None:
                continue
            if reading.as_of <= new.as_of and after < before:
                return True
            if reading.as_of == new.as_of and after != before:
                return True
    return False


def week_figure(before: int | None, end: int | None, *, read: bool, new_post: bool) -> WeekFigure:
    """What a week brought: the total at its end less the total at its start.

    Args:
        before: total before the week began, None when there is no earlier figure.
        end: total at its end.
        read: whether anybody read the figure in that week.
        new_post: whether the post went live in that week, so that its total began at 0.
    """
    if end is None:
        return WeekFigure(value=None, kind=WeekKind.UNKNOWN)
    if before is None and new_post:
        before = 0
    if before is None:
        return WeekFigure(value=end, kind=WeekKind.FIRST_FIGURE)
    if not read:
        return WeekFigure(value=end - before, kind=WeekKind.NO_NEW_FIGURE)
    kind = WeekKind.CORRECTED if end < before else WeekKind.MEASURED
    return WeekFigure(value=end - before, kind=kind)


def week_figures(
    readings: Sequence[Reading], week: Days, published: dt.date | None = None
) -> Mapping[Metric, WeekFigure]:
    """What one week brought of every metric of one post.

    Args:
        readings: all of the post, in any order, corrections among them.
        week: the local days that count.
        published: the day on which the post went live, None when unknown.
    """
    before = totals_on(readings, week.first - dt.timedelta(days=1))
    end = totals_on(readings, week.last)
    read = {
        metric
        for reading in readings
        if reading.as_of in week
        for metric in Metric
        if reading.totals.of(metric) is not None
    }
    new_post = published is not None and published in week
    return {
        metric: week_figure(
            before.of(metric), end.of(metric), read=metric in read, new_post=new_post
        )
        for metric in Metric
    }


def engagement_figure(figures: Mapping[Metric, WeekFigure]) -> WeekFigure:
    """The week's engagements of one post: likes, comments, shares and saves together."""
    known = [figures[metric] for metric in ENGAGEMENTS if figures[metric].value is not None]
    return _together(known)


def reach_figure(figures: Mapping[Metric, WeekFigure]) -> WeekFigure:
    """The week's reach of one post: impressions, or views where there are none."""
    impressions = figures[Metric.IMPRESSIONS]
    return impressions if impressions.value is not None else figures[Metric.VIEWS]


def week_sum(figures: Iterable[WeekFigure]) -> WeekSum:
    """The same metric of several posts, added up; what is not known is counted as missing."""
    all_figures = list(figures)
    known = [figure for figure in all_figures if figure.value is not None]
    first = (figure for figure in known if figure.kind == WeekKind.FIRST_FIGURE)
    missing = {WeekKind.UNKNOWN, WeekKind.NO_NEW_FIGURE}
    return WeekSum(
        value=sum(figure.value or 0 for figure in known) if known else None,
        first_figures=sum(figure.value or 0 for figure in first),
        corrected=sum(figure.kind == WeekKind.CORRECTED for figure in all_figures),
        missing=sum(figure.kind in missing for figure in all_figures),
    )


def _together(figures: Sequence[WeekFigure]) -> WeekFigure:
    """Several metrics of one post as one figure; the most telling kind is kept."""
    if not figures:
        return WeekFigure(value=None, kind=WeekKind.UNKNOWN)
    kinds = {figure.kind for figure in figures}
    telling = (
        WeekKind.CORRECTED,
        WeekKind.FIRST_FIGURE,
        WeekKind.MEASURED,
        WeekKind.NO_NEW_FIGURE,
    )
    return WeekFigure(
        value=sum(figure.value or 0 for figure in figures),
        kind=next(kind for kind in telling if kind in kinds),
    )


def _reached(whole: Totals, posts: Sequence[Totals]) -> int | None:
    """What was said of the whole, else the most that one post reached: people overlap."""
    each = [post.accounts_reached for post in posts if post.accounts_reached is not None]
    if whole.accounts_reached is not None:
        return max([whole.accounts_reached, *each])
    return max(each, default=None)


def _revenue(whole: Money | None, posts: Sequence[Money]) -> Money | None:
    by_currency = sums(posts)
    if len(by_currency) != 1:
        return whole or next(iter(posts), None)
    if whole is None or whole.currency != by_currency[0].currency:
        return whole or by_currency[0]
    return max(whole, by_currency[0], key=lambda money: money.amount)


def _in_order(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: (reading.as_of, reading.recorded_at))
