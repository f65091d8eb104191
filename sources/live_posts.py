"""Single posts, the comments under them and short links, asked of the sources that know them."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import cast

from domain.comments import CommentSeen
from domain.creator import Platform
from domain.look_up import Gap, GapKind
from domain.post_link import PostLink
from domain.post_reading import PostAsked
from sources import short_links
from sources.comment_reader import ReadsComments
from sources.gaps import SourceGap, gap
from sources.line_up import SWITCHED_OFF, Line, LineUp
from sources.live_settings import LiveSettings
from sources.network import Network
from sources.post_reader import PostAnswer, ReadsPosts
from sources.source import Quota, SearchCache

_NO_COMMENTS = "Comments on {} can't be read here."
_NO_POSTS = "Posts on {} can't be looked up here."


class LivePosts(LineUp):
    """What the line-up knows of single posts."""

    def __init__(
        self,
        settings: LiveSettings,
        now: Callable[[], dt.datetime],
        quota: Quota,
        cache: SearchCache | None = None,
        network: Network | None = None,
    ) -> None:
        super().__init__(settings, now, quota, cache, network)
        self._comments = settings.comments

    def shows_posts(self) -> tuple[Platform, ...]:
        """Platforms whose single posts can be asked for now."""
        platforms = (line.source.about.platform for line in self._post_readers())
        return tuple(dict.fromkeys(platforms))

    def read_posts(
        self, platform: Platform, asked: Sequence[PostAsked], deadline_seconds: float = 20.0
    ) -> tuple[list[PostAnswer], Gap | None]:
        """Single posts of one platform, as far as they could be had by the deadline.

        Returns:
            what was answered, and why there is not more. A post of which nothing is said could
            not be asked for now.
        """
        line = next((o for o in self._post_readers() if o.source.about.platform is platform), None)
        if line is None:
            return [], self.missing(platform, _NO_POSTS)
        reader = cast(ReadsPosts, line.source)
        return self.ask_one(line, lambda wire: reader.read_posts(asked, wire), deadline_seconds)

    @property
    def reads_comments(self) -> bool:
        """Whether the operator has comments under posts read at all."""
        return self.on and self._comments

    def shows_comments(self) -> tuple[Platform, ...]:
        """Platforms whose comments under posts can be read now, and may be."""
        platforms = (line.source.about.platform for line in self._comment_readers())
        return tuple(dict.fromkeys(platforms))

    def read_comments(
        self, asked: PostAsked, deadline_seconds: float = 10.0
    ) -> tuple[list[CommentSeen], Gap | None]:
        """Comments under one post, and why there are not more."""
        line = next(
            (o for o in self._comment_readers() if o.source.about.platform is asked.platform), None
        )
        if line is None:
            return [], self.missing(asked.platform, _NO_COMMENTS)
        reader = cast(ReadsComments, line.source)
        return self.ask_one(line, lambda wire: reader.read_comments(asked, wire), deadline_seconds)

    def follow(self, link: PostLink) -> PostLink:
        """The post that a short link stands for.

        Raises:
            SourceGap: it leads to none, nobody could be asked, or looking up is switched off.
        """
        if not self.on:
            raise SourceGap(gap("LIVE_SOURCES", GapKind.SWITCHED_OFF, SWITCHED_OFF))
        return short_links.resolve(link, self.network, self.now)

    def _post_readers(self) -> list[Line]:
        """Sources that show single posts and can be asked."""
        return [line for line in self.ready() if isinstance(line.source, ReadsPosts)]

    def _comment_readers(self) -> list[Line]:
        """Sources that show comments and can be asked; none where the operator reads none."""
        ready = self.ready() if self.reads_comments else []
        return [line for line in ready if isinstance(line.source, ReadsComments)]
