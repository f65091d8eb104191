"""Finding in two rounds: who there is, then what they posted, as far as time allows."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from domain.look_up import Account, GapKind
from sources.gaps import Refused, SourceGap

Profile = TypeVar("Profile")
Post = TypeVar("Post")

_ONE_ONLY = frozenset({400, 403, 404, 410})
"""Answers that mean this account, not the whole platform."""


def in_two_rounds(
    profiles: Iterable[Profile],
    limit: int,
    posts_of: Callable[[Profile], Sequence[Post]],
    account_of: Callable[[Profile, Sequence[Post]], Account],
) -> Iterator[Account]:
    """Every account as soon as it is known, then each again with its recent posts.

    Raises:
        SourceGap: the first thing that went wrong, when all that could be given was.
    """
    failure: SourceGap | None = None
    kept: list[Profile] = []
    try:
        for profile in itertools.islice(profiles, limit):
            kept.append(profile)
            yield account_of(profile, ())
    except SourceGap as error:
        failure = error
    if failure is None or _only_this(failure):
        for profile in kept:
            try:
                posts = posts_of(profile)
            except SourceGap as error:
                failure = failure or error
                if not _only_this(error):
                    break
                continue
            if posts:
                yield account_of(profile, posts)
    if failure:
        raise failure


def if_they_show_any(posts: Callable[[], Sequence[Post]]) -> Sequence[Post]:
    """The posts of one account; none where it, or its server, keeps them from strangers.

    Raises:
        SourceGap: they could not be asked for.
    """
    try:
        return posts()
    except Refused as error:
        if error.status in _ONE_ONLY | {401}:
            return ()
        raise


def _only_this(error: SourceGap) -> bool:
    """Whether the next call may still be answered."""
    if isinstance(error, Refused):
        return error.status in _ONE_ONLY
    return error.gap.kind is GapKind.GARBLED
