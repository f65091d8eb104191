"""Engagement rates from averages, by each platform's usual definition."""

from collections.abc import Mapping
from typing import Any

from domain.creator import Figures, Platform, RateDefinition

_BY_VIEWS = frozenset({Platform.TIKTOK, Platform.YOUTUBE})
_BY_FOLLOWERS = frozenset(
    {Platform.INSTAGRAM, Platform.THREADS, Platform.FACEBOOK, Platform.BLUESKY, Platform.MASTODON}
    | {Platform.X, Platform.PINTEREST}
)


def usual_definition(platform: Platform | None) -> RateDefinition:
    """What rates on a platform are usually divided by; UNSTATED where no use is settled."""
    if platform in _BY_VIEWS:
        return RateDefinition.VIEWS
    return RateDefinition.FOLLOWERS if platform in _BY_FOLLOWERS else RateDefinition.UNSTATED


def derived_rate(figures: Figures, platform: Platform) -> tuple[float, RateDefinition] | None:
    """The engagement rate that a profile's averages give; None when a part is unknown.

    By followers: (likes + comments) / followers, or engagements / followers where only their
    sum is known. By views: (likes + comments + shares) / views; shares that nobody counts
    (YouTube has none) are left out. Likes and comments must both be known: a rate without one
    of them would pass for a low one.

    Returns:
        the ratio (0.031 = 3.1 %) and what it was divided by.
    """
    return rate_from(figures.__dict__, platform)


def rate_from(
    figures: Mapping[str, Any], platform: Platform
) -> tuple[float, RateDefinition] | None:
    """As `derived_rate`, from figures by name; what is not there is unknown."""
    definition = usual_definition(platform)
    if definition is RateDefinition.UNSTATED:
        return None
    by_views = definition is RateDefinition.VIEWS
    base = figures.get("average_views" if by_views else "followers")
    likes, comments = figures.get("average_likes"), figures.get("average_comments")
    if likes is None or comments is None:
        engagements = figures.get("average_engagements")
    else:
        shares = figures.get("average_shares") if by_views else None
        engagements = likes + comments + (shares or 0)
    if not base or engagements is None:
        return None
    return round(engagements / base, 10), definition
