"""The week's figures beside the week before, and over the last weeks."""

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from domain import digest_rates
from domain.calendar import Days, week_before
from domain.digest_facts import Amount, Facts, Week, of_week
from domain.kpi import Change, compare
from domain.wording import counted

CHART_WEEKS = 8
SMALLEST_CHART = 2
NOTHING_NEW = "none new"
FIRST_FIGURES = "first figures"
_EMPTY = frozenset({NOTHING_NEW, "–", "0", digest_rates.shown(None)})
FIRST_FIGURES_NOTE = (
    "First figures are totals with nothing earlier to subtract. Changes, charts and the rate "
    "leave them out."
)


class Row(BaseModel):
    """A figure of the week beside the week before, as it is shown.

    change: "−6,000 (−60 %)"; trend: its shortest form, "−60 %", for a narrow table.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    this_week: str
    week_before: str
    change: str
    trend: str


class Chart(BaseModel):
    """A figure over the last weeks, oldest first: (week, value), at least two."""

    model_config = ConfigDict(frozen=True)

    title: str
    points: tuple[tuple[str, int], ...]

    def in_words(self) -> str:
        """ "Reach by week: 2–8 Nov 1,200; 9–15 Nov 1,500"."""
        return f"{self.title}: {'; '.join(f'{week} {value:,}' for week, value in self.points)}"


def rows(this: Week, before: Week) -> tuple[Row, ...]:
    """What the week brought of each figure, beside the week before."""
    amounts: tuple[tuple[str, Callable[[Week], Amount]], ...] = (
        ("Reach", lambda week: week.reach),
        ("Engagements", lambda week: week.engagements),
        ("Clicks", lambda week: week.clicks),
        ("Conversions", lambda week: week.conversions),
    )
    by_name = {name: _rows_of(name, of(this), of(before)) for name, of in amounts}
    if (this.clicks.total, before.clicks.total) == (None, None):
        del by_name["Clicks"]
    rates = (digest_rates.shown(this.rate), digest_rates.shown(before.rate))
    by_name["Engagements"].append(
        _row("Engagement rate", *rates, digest_rates.change(this.rate, before.rate))
    )
    published = compare(this.published, before.published)
    posts = _row("Posts published", f"{this.published:,}", f"{before.published:,}", published)
    return (*(row for of_one in by_name.values() for row in of_one), posts)


def is_empty(row: Row) -> bool:
    """Whether nothing is known of either week, or nothing happened in both."""
    return {row.this_week, row.week_before} <= _EMPTY


def _rows_of(name: str, this: Amount, before: Amount) -> list[Row]:
    """A metric's row, and one for first figures, which the change leaves out."""
    change: Change | str = "–"
    if this.measured is not None and before.measured is not None:
        change = compare(this.measured, before.measured)
    found = [_row(name, _shown(this), _shown(before), change)]
    if this.first is not None or before.first is not None:
        firsts = (_count(this.first), _count(before.first))
        found.append(_row(f"{name}, {FIRST_FIGURES}", *firsts, "–"))
    return found


def _row(name: str, this: str, before: str, change: Change | str) -> Row:
    said = change if isinstance(change, str) else change.describe()
    trend = said
    if isinstance(change, Change) and change.percent:
        trend = f"{Change(difference=change.percent, percent=None).describe()} %"
    return Row(name=name, this_week=this, week_before=before, change=said, trend=trend)


def _shown(amount: Amount) -> str:
    return NOTHING_NEW if amount.total is None else _count(amount.measured)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}".replace("-", "−")


def notes(this: Week, before: Week) -> tuple[str, ...]:
    """What is to be known about the figures."""
    amounts = (this.reach, this.engagements, this.clicks, this.conversions)
    earlier = (before.reach, before.engagements, before.clicks, before.conversions)
    said = [
        "Reach is impressions, or views where there are none; the rate is engagements by reach."
    ]
    if any(amount.first is not None for amount in (*amounts, *earlier)):
        said.append(FIRST_FIGURES_NOTE)
    corrected = max(amount.corrected for amount in amounts)
    if corrected:
        said.append(
            f"{counted(corrected, 'post')} had totals corrected downwards; the week counts that."
        )
    return tuple(said)


def charts(facts: Facts) -> tuple[Chart, ...]:
    """Engagements and reach over the last weeks; none with fewer than two points."""
    weeks = [facts.week]
    while len(weeks) < CHART_WEEKS:
        weeks.insert(0, week_before(weeks[0].first))
    all_weeks = [of_week(facts.tracked, week) for week in weeks]
    drawn = (
        Chart(title=title, points=_points(all_weeks, of))
        for title, of in (
            ("Engagements by week", lambda week: week.engagements),
            ("Reach by week", lambda week: week.reach),
        )
    )
    return tuple(chart for chart in drawn if len(chart.points) >= SMALLEST_CHART)


def _points(weeks: Sequence[Week], of: Callable[[Week], Amount]) -> tuple[tuple[str, int], ...]:
    found = ((short(week.days), of(week).measured) for week in weeks)
    return tuple((label, value) for label, value in found if value is not None)


def short(days: Days) -> str:
    """A week on the axis of a chart: "9–15 Nov", "28 Dec – 3 Jan"."""
    first, last = days.first, days.last
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}"
