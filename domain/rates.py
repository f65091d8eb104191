"""Engagement rates from averages, by each platform's usual definition."""

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
    definition = usual_definition(platform)
    if definition is RateDefinition.VIEWS:
        base, engagements = figures.average_views, _with_shares(figures)
    elif definition is RateDefinition.FOLLOWERS:
        base, engagements = figures.followers, _likes_and_comments(figures)
    else:
        return None
    if engagements is None:
        engagements = figures.average_engagements
    if not base or engagements is None:
        return None
    return round(engagements / base, 10), definition


def _likes_and_comments(figures: Figures) -> float | None:
    if figures.average_likes is None or figures.average_comments is None:
        return None
    return figures.average_likes + figures.average_comments


def _with_shares(figures: Figures) -> float | None:
    both = _likes_and_comments(figures)
    return None if both is None else both + (figures.average_shares or 0)
