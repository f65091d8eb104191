"""What a source is that shows comments under single posts."""

import hashlib
from typing import Protocol, runtime_checkable

from domain.comments import CommentSeen
from domain.post_reading import PostAsked
from sources.wire import Wire

AT_MOST = 100
"""Comments of a post that are read at one time."""


@runtime_checkable
class ReadsComments(Protocol):
    """A source that shows what people write under a post."""

    def read_comments(self, asked: PostAsked, wire: Wire) -> list[CommentSeen]:
        """At most a hundred comments, without those of the post's own author.

        Empty where there are none, comments are off, or the post is not there.

        Raises:
            SourceGap: it could not answer.
        """
        ...


def key_of(platform: str, native_id: str) -> str:
    """Tells a comment from others without saying whose it is: its id may name its author."""
    return hashlib.sha256(f"{platform}:{native_id}".encode()).hexdigest()[:32]
