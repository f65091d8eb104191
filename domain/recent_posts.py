"""What the recent posts of an account say of it."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from domain.creator import RateDefinition
from domain.look_up import PostSeen

POSTS_SEEN = "posts seen"
"""In a snapshot's `extra`: from how many posts the averages and the rate are."""


def engagements(post: PostSeen) -> int | None:
    """Likes, comments and, where the platform tells them, shares; None where likes or comments
    are unknown.
    """
    if post.likes is None or post.comments is None:
        return None
    return post.likes + post.comments + (post.shares or 0)


def averages(
    posts: Sequence[PostSeen], followers: int | None, definition: RateDefinition
) -> dict[str, Any]:
    """Fields of `Figures` that follow from recent posts; what is unknown is left out.

    Args:
        posts: the creator's own, without reposts.
        followers: of the account now.
        definition: FOLLOWERS, mean engagements a post over followers; or VIEWS, all engagements
            over all views of the posts of which both are known.

    Raises:
        ValueError: posts alone can't give a rate by this definition.
    """
    found: dict[str, Any] = {}
    for field, name in (
        ("average_views", "views"),
        ("average_likes", "likes"),
        ("average_comments", "comments"),
        ("average_shares", "shares"),
    ):
        known = [value for post in posts if (value := getattr(post, name)) is not None]
        if known:
            found[field] = fmean(known)
    engaged = [value for post in posts if (value := engagements(post)) is not None]
    if engaged:
        found["average_engagements"] = fmean(engaged)
    rate = _rate(posts, followers, definition)
    if rate is not None:
        found |= {"engagement_rate": rate, "rate_definition": definition}
    return found


def most_used(languages: Sequence[str | None]) -> str | None:
    """The language of more than half of the posts, as ISO 639-1; None where none is."""
    known = [code for each in languages if (code := _two_letters(each))]
    if not known:
        return None
    language, times = Counter(known).most_common(1)[0]
    return language if 2 * times > len(languages) else None


def _rate(
    posts: Sequence[PostSeen], followers: int | None, definition: RateDefinition
) -> float | None:
    if definition is RateDefinition.FOLLOWERS:
        engaged = [value for post in posts if (value := engagements(post)) is not None]
        return fmean(engaged) / followers if engaged and followers else None
    if definition is not RateDefinition.VIEWS:
        raise ValueError(f"posts alone give no rate by {definition}")
    pairs = [
        (value, post.views)
        for post in posts
        if (value := engagements(post)) is not None and post.views is not None
    ]
    views = sum(seen for _, seen in pairs)
    return sum(value for value, _ in pairs) / views if views else None


def _two_letters(tag: str | None) -> str | None:
    code = (tag or "").replace("_", "-").partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
