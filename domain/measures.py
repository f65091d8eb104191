"""How measures are spread over many profiles: what the pools are made of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from domain.authenticity import comments_per_follower, likes_to_comments
from domain.cost import cost_per_engagement
from domain.creator import ProfileSnapshot
from domain.engagement import rate_definition, size_band
from domain.quantiles import Quantiles, percentile

BAND = "@"
"""Stands before the size band in a measure: "engagement:followers@10k–50k"."""

REACH = "views_per_follower"
"""The measure of views a post for each follower; kept by size band alone."""

SAMPLED = 20_000
"""Quantiles of more profiles than this are taken from every n-th of them."""

STEADY_SIZE = 5_000
"""Pools of this many values are told apart from chance."""

STEADY_PERCENT = 1.0
"""A large pool in which no value moves further than this is taken to be the same."""

Spread = dict[tuple[str, str], list[float]]
"""Values by platform and measure."""


def measures(snapshot: ProfileSnapshot) -> Iterator[tuple[str, float]]:
    """What a profile adds to the pools: measure and value."""
    figures = snapshot.figures
    if figures.engagement_rate is not None:
        measure = f"engagement:{rate_definition(figures)}"
        yield measure, figures.engagement_rate
        if figures.followers is not None:
            yield f"{measure}{BAND}{size_band(figures.followers)}", figures.engagement_rate
    if figures.followers and figures.average_views is not None:
        yield (
            f"{REACH}{BAND}{size_band(figures.followers)}",
            (figures.average_views / figures.followers),
        )
    cost = cost_per_engagement(figures)
    if figures.fee is not None and cost is not None and cost != float("inf"):
        yield f"cost:{figures.fee.currency}", cost
    for measure, value in (
        ("comments_per_follower", comments_per_follower(figures)),
        ("likes_to_comments", likes_to_comments(figures)),
    ):
        if value is not None:
            yield measure, value


def add_measures(spread: Spread, snapshot: ProfileSnapshot) -> None:
    """Add what a profile says to a spread (a `defaultdict` of lists)."""
    for measure, value in measures(snapshot):
        spread[snapshot.platform.value, measure].append(value)


def spread_of(snapshots: Iterable[ProfileSnapshot]) -> Spread:
    """All values of each measure, by platform and measure."""
    values: Spread = defaultdict(list)
    for snapshot in snapshots:
        add_measures(values, snapshot)
    return dict(values)


def step_for(profiles: int) -> int:
    """Every how many-th of so many profiles is sampled."""
    return max(1, profiles // SAMPLED)


def is_steady(before: Quantiles, after: Quantiles, size: int) -> bool:
    """Whether a pool is as good as unchanged: it is large, and nobody's place in it moves far.

    size: of the sample that `after` was taken from.
    """
    if before == after:
        return True
    if size < STEADY_SIZE:
        return False
    return all(
        abs(percentile(value, before) - percentile(value, after)) <= STEADY_PERCENT
        for value in {*before, *after}
    )
