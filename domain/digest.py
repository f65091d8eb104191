"""What a weekly digest says, from what is known: sentences, figures and charts, no layout."""

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from domain import comment_words, digest_costs, digest_figures, digest_forecast, digest_rates
from domain.calendar import Days
from domain.digest_facts import (
    Amount,
    Decision,
    Facts,
    Tracked,
    Voice,
    goal_amount,
    of_week,
    read_in,
    stages_at,
)
from domain.digest_figures import Chart, Row
from domain.goal import Goal
from domain.partnership import PIPELINE, Stage
from domain.rebook import Rebook
from domain.wording import counted, listed, named

BEST = 3
NOTES = 3
NOTE_LENGTH = 140
FIRST_WEEK = "First week on record: there is nothing to compare it with yet."
WITHOUT_COSTS = (
    "Costs and weakest partnerships are left out, because guests or people from outside are in "
    "this channel."
)
_UNDER_WAY = tuple(stage for stage in PIPELINE if stage != Stage.DONE)
_GOAL_WORDS = {
    Goal.AWARENESS: "reach",
    Goal.ENGAGEMENT: "engagements",
    Goal.CONVERSIONS: "conversions",
}


class Digest(BaseModel):
    """All that a digest says; texts are plain, as people and files wrote their parts.

    quiet: the one line of a week in which nothing happened, "" otherwise. notes: of the whole.
    in_short: what matters most, a line each. rebook: creators to ask again.
    """

    model_config = ConfigDict(frozen=True)

    week: Days
    notes: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    quiet: str = ""
    in_short: tuple[str, ...] = ()
    pipeline: tuple[str, ...] = ()
    figures: tuple[Row, ...] = ()
    figure_notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    rates: tuple[str, ...] = ()
    forecast: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    best: tuple[str, ...] = ()
    weakest: tuple[str, ...] = ()
    to_date: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    rebook: tuple[Rebook, ...] = ()


def compose(facts: Facts, *, outsiders: bool, passed_over: Sequence[dt.date] = ()) -> Digest:
    """What the digest says.

    Args:
        facts: of the partnerships and shortlists in its scope, and of no others.
        outsiders: whether people of other organisations read it: then it holds no costs, no
            figure that tells them, no notes, no forecasts and nothing about the weakest.
        passed_over: posting days that no digest came on, because the bot was away.
    """
    decisions = tuple(_waiting(decision) for decision in facts.decisions)
    away = (covers(facts.week, passed_over),) if passed_over else ()
    if _is_quiet(facts):
        return Digest(week=facts.week, notes=away, decisions=decisions, quiet=_quiet(facts))
    this, before = of_week(facts.tracked, facts.week), of_week(facts.tracked, facts.week_before)
    first = _is_first_week(facts)
    to_date = digest_costs.CostsToDate.of(facts)
    return Digest(
        week=facts.week,
        notes=(
            *away,
            *((FIRST_WEEK,) if first else ()),
            *((WITHOUT_COSTS,) if outsiders else ()),
        ),
        decisions=decisions,
        in_short=() if outsiders else _in_short(facts),
        pipeline=_pipeline(facts, first=first),
        figures=digest_figures.rows(this, before),
        figure_notes=digest_figures.notes(this, before),
        charts=digest_figures.charts(facts),
        rates=digest_rates.lines(facts),
        forecast=() if outsiders else digest_forecast.lines(facts),
        feedback=_feedback(facts, outsiders=outsiders),
        best=_best(facts),
        weakest=() if outsiders else to_date.weakest(),
        to_date=() if outsiders else to_date.lines(),
        missing=_missing(facts, () if outsiders else (*to_date.left_out(), *_to_look_at(facts))),
        rebook=() if outsiders else facts.rebook[:BEST],
    )


def covers(week: Days, passed_over: Sequence[dt.date]) -> str:
    """What a digest after downtime covers: "Covers 16–22 November 2026 only. …"."""
    if not passed_over:
        return f"Covers {week.describe()}."
    days = [f"{day.day} {day:%B %Y}" for day in passed_over]
    none = "No digest was posted" if len(days) > 1 else "The digest was not posted"
    return f"Covers {week.describe()} only. {none} on {named(days, 4)}, while I was away."


def _waiting(decision: Decision) -> str:
    waits = "waits" if len(decision.creators) == 1 else "wait"
    who = listed(decision.waits_for) or "an approver"
    if decision.split:
        is_are = "is" if len(decision.creators) == 1 else "are"
        return f"{decision.shortlist}: {named(decision.creators)} {is_are} split; {who} decides"
    return f"{decision.shortlist}: {named(decision.creators)} {waits} for {who}"


def _is_quiet(facts: Facts) -> bool:
    published = (post.posted_on for one in facts.tracked for post in one.posts)
    return not (
        any(move.day in facts.week for move in facts.moves)
        or any(voice.day in facts.week for voice in facts.voices)
        or any(day is not None and day in facts.week for day in published)
        or any(read_in(one, facts.week) for one in facts.tracked)
    )


def _quiet(facts: Facts) -> str:
    live = sum(one.stage == Stage.LIVE for one in facts.tracked)
    still = (
        f" {counted(live, 'live partnership has', 'live partnerships have')} none." if live else ""
    )
    first = ", with nothing on record before it" if _is_first_week(facts) else ""
    return f"A quiet week{first}: no moves, no new figures, no feedback.{still}"


def _is_first_week(facts: Facts) -> bool:
    """Whether nothing is on record from before the week."""
    readings = (reading for one in facts.tracked for reading in one.readings)
    return not (
        any(move.day < facts.week.first for move in facts.moves)
        or any(voice.day < facts.week.first for voice in facts.voices)
        or any(reading.as_of < facts.week.first for reading in readings)
    )


def _in_short(facts: Facts) -> tuple[str, ...]:
    """What is overdue, how many posts are disclosed, how forecasts did, what comments say."""
    disclosed = (facts.disclosure.describe(),) if facts.disclosure.known else ()
    liked = comment_words.in_short(facts.comments.counts)
    return (
        *_overdue(facts),
        *disclosed,
        *digest_forecast.in_short(facts),
        *([liked] if liked else []),
    )


def _overdue(facts: Facts) -> tuple[str, ...]:
    count = sum(len(due) for _, due in facts.overdue)
    if not count:
        return ()
    oldest = sorted(facts.overdue, key=lambda pair: pair[1][0].on)
    who = [f"{name} ({due[0].what}, {due[0].on.day} {due[0].on:%B})" for name, due in oldest]
    return (f"{counted(count, 'deliverable')} overdue: {named(who)}",)


def _to_look_at(facts: Facts) -> tuple[str, ...]:
    """Whose posts are not disclosed, and codes on orders that nobody knows."""
    codes = [f"{code} ({counted(orders, 'order')})" for code, orders in facts.unknown_codes]
    unseen = facts.disclosure.describe() if not facts.disclosure.known else ""
    return (
        *([_capital(unseen)] if unseen else []),
        *([f"Not disclosed: {named(facts.undisclosed)}"] if facts.undisclosed else []),
        *(
            [f"Codes that nobody knows, to assign with /influencer sales: {named(codes)}"]
            if codes
            else []
        ),
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _pipeline(facts: Facts, *, first: bool) -> tuple[str, ...]:
    now = list(stages_at(facts, facts.week.last).values())
    then = list(stages_at(facts, facts.week_before.last).values())
    standing = []
    for stage in _UNDER_WAY:
        count, before = now.count(stage), then.count(stage)
        if count or before:
            was = "" if first or count == before else f" (was {before})"
            standing.append(f"{count} {facts.stage_names.get(stage, stage)}{was}")
    moved = [move for move in facts.moves if move.day in facts.week]
    begun = sum(move.from_stage is None for move in moved)
    reached = [move.to_stage for move in moved if move.from_stage is not None]
    steps = [f"{counted(begun, 'new partnership')}"] if begun else []
    steps += [
        f"{reached.count(stage)} became {facts.stage_names.get(stage, stage)}"
        for stage in Stage
        if stage in reached
    ]
    return (
        f"Under way: {', '.join(standing) or 'none'}",
        f"This week: {', '.join(steps) or 'no moves'}",
    )


def _feedback(facts: Facts, *, outsiders: bool) -> tuple[str, ...]:
    under_posts = comment_words.lines(facts.comments, outsiders=outsiders)
    voices = [voice for voice in facts.voices if voice.day in facts.week]
    if not voices:
        return under_posts
    ratings = [voice.rating for voice in voices if voice.rating is not None]
    earlier = [
        voice.rating
        for voice in facts.voices
        if voice.day in facts.week_before and voice.rating is not None
    ]
    lines = []
    if ratings:
        before = f" (week before: {_mean(earlier)} from {len(earlier)})" if earlier else ""
        lines.append(f"{_mean(ratings)} of 5 from {counted(len(ratings), 'rating')}{before}")
    if not outsiders:
        lines += [_quote(voice) for voice in voices if voice.note][-NOTES:]
    said = lines or [f"{counted(len(voices), 'note')} on the audience"]
    return (*said, *under_posts)


def _quote(voice: Voice) -> str:
    note = " ".join(voice.note.split())
    cut = note if len(note) <= NOTE_LENGTH else f"{note[: NOTE_LENGTH - 1].rstrip()}…"
    rated = f" ({voice.rating} of 5)" if voice.rating is not None else ""
    return f"{voice.name}{rated}: “{cut}”"


def _mean(ratings: Sequence[int]) -> str:
    return f"{sum(ratings) / len(ratings):.1f}"


def _best(facts: Facts) -> tuple[str, ...]:
    """Who brought most of what the briefs ask for: engagements, unless all ask for the same."""
    goals = {one.goal for one in facts.tracked if one.recent and one.goal is not None}
    goal = goals.pop() if len(goals) == 1 else Goal.ENGAGEMENT
    brought = [(one, goal_amount(one, facts.week, goal)) for one in facts.tracked]
    known = [(one, amount) for one, amount in brought if (amount.total or 0) > 0]
    known.sort(key=lambda pair: (-(pair[1].total or 0), pair[0].name))
    return tuple(f"{one.name}: {_brought(amount, goal)}" for one, amount in known[:BEST])


def _brought(amount: Amount, goal: Goal) -> str:
    word = _GOAL_WORDS[goal].removesuffix("s") if amount.total == 1 else _GOAL_WORDS[goal]
    said = f"{amount.total:,} {word}"
    if amount.first is None:
        return said
    if not amount.measured:
        return f"{said} (first figure)"
    return f"{said} (first figures: {amount.first:,})"


def _missing(facts: Facts, left_out: Sequence[str]) -> tuple[str, ...]:
    published = [
        one for one in facts.tracked if one.recent and one.stage in (Stage.LIVE, Stage.DONE)
    ]
    live = [one for one in published if one.stage == Stage.LIVE and one.readings]
    groups: tuple[tuple[str, list[Tracked]], ...] = (
        ("No figures yet", [one for one in published if not one.readings]),
        ("No new figures this week", [one for one in live if not read_in(one, facts.week)]),
        (
            "No audience feedback yet",
            [one for one in published if one.stage == Stage.DONE and not one.rated],
        ),
    )
    lines = [f"{what}: {named([one.name for one in those])}" for what, those in groups if those]
    return (*lines, *left_out)
