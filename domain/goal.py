"""What a brief is after, and which figures speak of it."""

from enum import StrEnum


class Goal(StrEnum):
    """What a brief is after."""

    AWARENESS = "awareness"
    ENGAGEMENT = "engagement"
    CONVERSIONS = "conversions"


class Metric(StrEnum):
    """A result that is counted for each post; totals to date."""

    IMPRESSIONS = "impressions"
    VIEWS = "views"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    SAVES = "saves"
    CLICKS = "clicks"
    CONVERSIONS = "conversions"


ENGAGEMENTS = (Metric.LIKES, Metric.COMMENTS, Metric.SHARES, Metric.SAVES)
"""What counts as an engagement with a post."""

_FIRST = {
    Goal.AWARENESS: (Metric.IMPRESSIONS, Metric.VIEWS),
    Goal.ENGAGEMENT: ENGAGEMENTS,
    Goal.CONVERSIONS: (Metric.CONVERSIONS, Metric.CLICKS),
}


def leading_metrics(goal: Goal | None) -> tuple[Metric, ...]:
    """The metrics that speak of the goal; none without one."""
    return () if goal is None else _FIRST[goal]


def metrics_for(goal: Goal | None) -> tuple[Metric, ...]:
    """All metrics, those of the goal first: the order in which a form asks for them."""
    first = leading_metrics(goal)
    return (*first, *(metric for metric in Metric if metric not in first))
