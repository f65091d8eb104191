"""Single videos of YouTube: 50 for one unit of the day's budget."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from domain.look_up import GapKind
from domain.post_reading import Absence, PostAbsent, PostAsked, PostShown
from sources import shapes
from sources.post_reader import POST_CHARACTERS, PostAnswer
from sources.shapes import Flag, Row, Text
from sources.source import Wire
from sources.youtube_rows import Id, VideoSnippet, VideoStatistics

AT_ONCE = 50
KEEP_DAYS = 30
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)


class Status(Row):
    """Who may see a video."""

    privacyStatus: Text = ""  # noqa: N815


class Placement(Row):
    """Whether its author marked it as paid promotion."""

    hasPaidProductPlacement: Flag = False  # noqa: N815


class Video(Row):
    """One video."""

    id: Id
    snippet: VideoSnippet
    statistics: VideoStatistics = VideoStatistics()
    status: Status = Status()
    paidProductPlacementDetails: Placement = Placement()  # noqa: N815


class Call(Protocol):
    """One call of YouTube's, paid for from the day's budget."""

    def __call__(self, method: str, asked: Mapping[str, str | int], wire: Wire) -> Any:
        """The answer's JSON."""
        ...


def read_posts(call: Call, asked: Sequence[PostAsked], wire: Wire) -> Iterator[PostAnswer]:
    """What YouTube shows of these videos; posts and clips of a channel it shows to no bot."""
    for each in asked:
        if not _VIDEO.fullmatch(each.code):
            yield PostAbsent(key=each.key, why=Absence.CLOSED)
    videos = [each for each in asked if _VIDEO.fullmatch(each.code)]
    for start in range(0, len(videos), AT_ONCE):
        some = videos[start : start + AT_ONCE]
        shown = _shown(call, [each.code for each in some], wire)
        for each in some:
            video = shown.get(each.code)
            if video is None:
                yield PostAbsent(key=each.key, why=Absence.GONE)
            elif video.status.privacyStatus == "private":
                yield PostAbsent(key=each.key, why=Absence.PRIVATE)
            else:
                yield _answer(each, video, wire.now())


def _shown(call: Call, ids: Sequence[str], wire: Wire) -> dict[str, Video]:
    asked: dict[str, str | int] = {
        "id": ",".join(ids),
        "part": "snippet,statistics,status,paidProductPlacementDetails",
        "maxResults": AT_ONCE,
    }
    answer = call("videos", asked, wire)
    items = answer.get("items", []) if isinstance(answer, dict) else None
    videos, whole = shapes.read_all(Video, items)
    if not whole:
        raise wire.gap(GapKind.GARBLED)
    return {video.id: video for video in videos}


def _answer(asked: PostAsked, video: Video, now: dt.datetime) -> PostShown:
    figures = video.statistics
    return PostShown(
        key=asked.key,
        source="youtube",
        native_id=video.id,
        author_id=video.snippet.channelId,
        title=shapes.cut(video.snippet.title, shapes.NAME_CHARACTERS),
        text=shapes.cut(video.snippet.description, POST_CHARACTERS),
        links=shapes.links(video.snippet.description),
        published_at=video.snippet.publishedAt,
        views=figures.viewCount,
        likes=figures.likeCount,
        comments=figures.commentCount,
        labelled=video.paidProductPlacementDetails.hasPaidProductPlacement,
        keep_until=now + dt.timedelta(days=KEEP_DAYS),
    )
