"""Results and feedback as people type them, with a sentence for each field that is wrong."""

import datetime as dt
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from domain.chosen_day import NO_DAY, chosen_day
from domain.creator import Money
from domain.goal import Goal, Metric, leading_metrics, metrics_for
from domain.money import MoneyError, parse_money
from domain.results import Totals
from domain.values import NEGATIVE, Problem, number

REVENUE, AS_OF, RATING, NOTE = "revenue", "as_of", "rating", "note"
LARGEST_TOTAL = 10**11
OLDEST_YEARS = 10
LOWEST_RATING, HIGHEST_RATING = 1, 5
LONGEST_NOTE = 1_000

Problems = dict[str, str]

_NOTHING = "Please give at least one figure, or close this form."
_MORE_THAN = (
    (Metric.LIKES, Metric.VIEWS),
    (Metric.LIKES, Metric.IMPRESSIONS),
    (Metric.VIEWS, Metric.IMPRESSIONS),
    (Metric.CLICKS, Metric.IMPRESSIONS),
    (Metric.CONVERSIONS, Metric.CLICKS),
)


class ResultDraft(BaseModel):
    """Totals to date that can be stored, with the local day on which they were true."""

    model_config = ConfigDict(frozen=True)

    as_of: dt.date
    totals: Totals


class FeedbackDraft(BaseModel):
    """What the audience said: a rating 1-5, a note, or both."""

    model_config = ConfigDict(frozen=True)

    rating: int | None = None
    note: str = ""


def fields_for(goal: Goal | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The figures that a form asks for: those of the goal first, then all others."""
    leading = leading_metrics(goal)
    first = [metric.value for metric in leading]
    others = [metric.value for metric in metrics_for(goal) if metric not in leading]
    (first if goal == Goal.CONVERSIONS else others).append(REVENUE)
    return tuple(first), tuple(others)


def read_results(
    typed: Mapping[str, str], today: dt.date, currency: str | None
) -> ResultDraft | Problems:
    """The results that were typed, or a sentence for every field that is wrong.

    Args:
        typed: text by metric, "revenue" and "as_of" (YYYY-MM-DD); "" is not given.
        today: the person's local day; nothing is true later than that.
        currency: of a revenue that names none.
    """
    problems: Problems = {}
    counts: dict[str, int] = {}
    for metric in Metric:
        found = _count(typed.get(metric, ""))
        if isinstance(found, str):
            problems[metric.value] = found
        elif found is not None:
            counts[metric.value] = found
    revenue = _revenue(typed.get(REVENUE, ""), currency, problems)
    as_of = _day(typed.get(AS_OF, ""), today, problems)
    if not problems and not counts and revenue is None:
        problems[next(iter(typed), AS_OF)] = _NOTHING
    if problems or as_of is None:
        return problems
    return ResultDraft(as_of=as_of, totals=Totals.model_validate({**counts, REVENUE: revenue}))


def read_feedback(rating: str, note: str) -> FeedbackDraft | Problems:
    """The audience's feedback, or a sentence for what is wrong or missing."""
    text = " ".join(note.split())
    if len(text) > LONGEST_NOTE:
        return {NOTE: f"Please use at most {LONGEST_NOTE:,} characters."}
    if rating and rating not in {str(one) for one in range(LOWEST_RATING, HIGHEST_RATING + 1)}:
        return {RATING: f"A rating is {LOWEST_RATING} to {HIGHEST_RATING}."}
    if not rating and not text:
        return {NOTE: "Please give a rating, a note, or both."}
    return FeedbackDraft(rating=int(rating) if rating else None, note=text)


def oddities(totals: Totals) -> tuple[str, ...]:
    """Figures that rarely go together, one short sentence each; they are kept all the same."""
    odd = []
    for part, whole in _MORE_THAN:
        few, many = totals.of(whole), totals.of(part)
        if few is not None and many is not None and many > few:
            odd.append(f"More {part.value} ({many:,}) than {whole.value} ({few:,})")
    return tuple(odd)


def _count(text: str) -> int | str | None:
    """A total; a sentence when it is none."""
    if not text.strip():
        return None
    found = number(text.strip())
    if found is None or isinstance(found, Problem):
        if found is NEGATIVE:
            return "A total can't be negative."
        return "Please give a whole number, for example 12,300 or 12.3k."
    if found > LARGEST_TOTAL:
        return "That is more than any post ever had."
    if found != int(found):
        return "Please give a whole number, for example 12,300 or 12.3k."
    return int(found)


def _revenue(text: str, currency: str | None, problems: Problems) -> Money | None:
    if not text.strip():
        return None
    try:
        return parse_money(text, currency)
    except MoneyError as error:
        problems[REVENUE] = str(error)
        return None


def _day(text: str, today: dt.date, problems: Problems) -> dt.date | None:
    try:
        day = chosen_day(text) if text else today
    except ValueError:
        problems[AS_OF] = NO_DAY
        return None
    if day > today:
        problems[AS_OF] = "That day is still to come. Totals are those of today or earlier."
    elif day.year < today.year - OLDEST_YEARS:
        problems[AS_OF] = f"That is more than {OLDEST_YEARS} years ago."
    return day
