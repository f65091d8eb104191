"""What a source is that can be asked for single posts, beside accounts."""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from domain.post_reading import PostAbsent, PostAsked, PostShown
from sources.wire import Wire

PostAnswer = PostShown | PostAbsent
POST_CHARACTERS = 10_000


@runtime_checkable
class ReadsPosts(Protocol):
    """A source that shows single posts with their figures."""

    def read_posts(self, asked: Sequence[PostAsked], wire: Wire) -> Iterator[PostAnswer]:
        """What is known of these posts, given as it comes in.

        A post that could not be asked for now is left out: nothing is said of it.

        Raises:
            SourceGap: it could not answer, or not in full.
        """
        ...
