"""When a post's figures are asked for again: often while it is young, then ever more seldom."""

import datetime as dt
import zlib

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MARKS = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
"""Ages at which a post is looked at."""
AFTER = 25 * DAY
"""Between two looks at an older post: before YouTube's figures have to be deleted at 30 days."""
FOLLOWED = 365 * DAY
"""A post older than this is no longer looked at."""
COMMENT_MARKS = (2 * DAY, 6 * DAY, 13 * DAY, 27 * DAY)
"""So long after they were read first, comments under a post are read again."""
COMMENTS_UNTIL = 90 * DAY
FIRST_PAUSE = dt.timedelta(minutes=10)
LONGEST_PAUSE = DAY
_SPREAD = 0.1


def next_look(published_at: dt.datetime, now: dt.datetime, key: str = "") -> dt.datetime | None:
    """When to look at a post again that has been looked at just now.

    Args:
        published_at: when it went live; a time to come counts as now.
        now: an aware instant.
        key: of the post. Looks of different posts are spread by it, up to a tenth of the wait,
            so that posts of one campaign are not all asked for in one moment.

    Returns:
        An instant after `now`; None once the post is a year old.
    """
    age = max(now - published_at, dt.timedelta())
    if age >= FOLLOWED:
        return None
    mark = next((each for each in MARKS if each > age), age + AFTER)
    wait = (mark - age) * (1 - _SPREAD * _share(key))
    return now + wait


def next_comments(
    published_at: dt.datetime | None, first_at: dt.datetime | None, now: dt.datetime
) -> dt.datetime | None:
    """When comments under a post are read next.

    Args:
        published_at: when it went live, None = unknown; older posts than a quarter of a year are
            not begun with.
        first_at: when they were read first, None = never yet.
        now: an aware instant.

    Returns:
        An instant; None where there is nothing more to read. For four weeks only: a comment is
        deleted after thirty days, and would be counted again if it were read again.
    """
    if first_at is None:
        since = published_at or now
        return max(since + DAY, now) if now - since < COMMENTS_UNTIL else None
    return next((first_at + each for each in COMMENT_MARKS if first_at + each > now), None)


def next_try(failures: int, now: dt.datetime, until: dt.datetime | None = None) -> dt.datetime:
    """When to ask again after a platform did not answer.

    Args:
        failures: how often in a row by now, at least 1.
        now: an aware instant.
        until: before which the platform wants to be left alone, None = it did not say.
    """
    pause = min(FIRST_PAUSE * int(2 ** min(failures - 1, 10)), LONGEST_PAUSE)
    return max(now + pause, until or now)


def _share(key: str) -> float:
    return zlib.crc32(key.encode(errors="replace")) / 2**32
