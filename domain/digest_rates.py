"""Engagement rates in a digest, each with its definition, beside a named and dated benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.benchmark import tier_median
from domain.calendar import Days
from domain.creator import Platform, RateDefinition
from domain.digest_facts import Facts, PostRecord
from domain.engagement import THIN_POOL
from domain.rates import usual_definition
from domain.results import totals_on
from domain.wording import DEFINITION_WORDS, PLATFORM_NAMES, counted, percent

SMALLEST_BASE = 5
HUNDRED = 100


@dataclass(frozen=True)
class _Rated:
    """Engagements of one post to date, and what they are divided by."""

    engagements: int
    base: int
    followers: int | None


def shown(rate: float | None) -> str:
    """A rate in percent, or "unknown"."""
    return "unknown" if rate is None else percent(rate)


def change(this: float | None, before: float | None) -> str:
    """The change of a rate in points, as it follows from the rounded rates beside it."""
    if this is None or before is None:
        return "–"
    points = round(round(HUNDRED * this, 1) - round(HUNDRED * before, 1), 1)
    if not points:
        return "no change"
    return f"{'+' if points > 0 else '−'}{abs(points):.1f} points"


def lines(facts: Facts) -> tuple[str, ...]:
    """One line for each platform: the rate of posts with new figures, to date, and a benchmark.

    By the platform's usual definition: engagements of a post by followers of its account, or by
    its views; the posts' sums are divided, so that a small post does not weigh as a large one.
    """
    this = _by_platform(facts, facts.week)
    before = _by_platform(facts, facts.week_before)
    return tuple(_line(facts, key, this[key], before.get(key, [])) for key in sorted(this))


def _by_platform(facts: Facts, week: Days) -> dict[tuple[Platform, RateDefinition], list[_Rated]]:
    found: dict[tuple[Platform, RateDefinition], list[_Rated]] = {}
    for tracked in facts.tracked:
        for post in tracked.posts:
            if post.platform is None or not any(r.as_of in week for r in post.readings):
                continue
            definition = usual_definition(post.platform)
            rated = _rated(post, definition, week)
            if rated is not None:
                found.setdefault((post.platform, definition), []).append(rated)
    return found


def _rated(post: PostRecord, definition: RateDefinition, week: Days) -> _Rated | None:
    totals = totals_on(post.readings, week.last)
    base = {
        RateDefinition.FOLLOWERS: post.followers,
        RateDefinition.VIEWS: totals.views,
    }.get(definition)
    if totals.engagements is None or base is None or base < SMALLEST_BASE:
        return None
    return _Rated(totals.engagements, base, post.followers)


def _line(
    facts: Facts,
    key: tuple[Platform, RateDefinition],
    this: Sequence[_Rated],
    before: Sequence[_Rated],
) -> str:
    platform, definition = key
    said = (
        f"{PLATFORM_NAMES[platform]}, {DEFINITION_WORDS[definition]}: {_rate(this)} "
        f"over {counted(len(this), 'post')}"
    )
    if before:
        said += f" (week before: {_rate(before)} over {counted(len(before), 'post')})"
    return f"{said}. {_benchmark(facts, platform, definition, this)}"


def _rate(posts: Sequence[_Rated]) -> str:
    return percent(sum(post.engagements for post in posts) / sum(post.base for post in posts))


def _benchmark(
    facts: Facts, platform: Platform, definition: RateDefinition, posts: Sequence[_Rated]
) -> str:
    name = PLATFORM_NAMES[platform]
    for own in facts.own_medians:
        if (own.platform, own.definition) == (platform, definition) and own.size >= THIN_POOL:
            day = f"{own.computed_on.day} {own.computed_on:%b %Y}"
            return f"Your own {own.size:,} {name} profiles: {percent(own.median)} (median, {day})"
    known = (
        tier_median(platform, definition, post.followers, facts.benchmark)
        for post in posts
        if post.followers is not None
    )
    found = {(row.median, source.label, source.date) for row, source in filter(None, known)}
    if not found:
        return f"No benchmark for {name} rates {DEFINITION_WORDS[definition]}"
    low, high = min(found), max(found)
    span = percent(low[0]) if low[0] == high[0] else f"{percent(low[0])} to {percent(high[0])}"
    date = "" if low[2] in low[1] else f", {low[2]}"
    return f"Accounts of that size: {span} (median, {low[1]}{date})"
