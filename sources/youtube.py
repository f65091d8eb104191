"""YouTube's Data API, with the operator's own key and within its daily quota.

A search costs one of 100 searches a day, all else units of 10,000 a day. So `find` spends one
search and one unit, answers of searches are kept for a day, and what costs a unit a channel
(recent videos) is asked only by `with_posts`, for channels that are about to be shown.

By YouTube's policy figures expire, and what is worked out from them (averages, rates) is left out
unless the operator says that it may be.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from domain.comments import CommentSeen
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.look_up import Account, GapKind, LookUpQuery, PostSeen
from domain.post_reading import PostAsked
from domain.quota import YOUTUBE_SEARCHES, YOUTUBE_UNITS, DailyBudget
from domain.recent_posts import POSTS_SEEN, averages, most_used
from sources import comments, shapes
from sources.pace import Pace
from sources.post_reader import PostAnswer
from sources.shapes import RowType
from sources.source import About, Quota, Refused, SearchCache, SourceGap, Wire
from sources.youtube_posts import read_posts
from sources.youtube_rows import CHANNEL_ID, Channel, Found, Item, Video

BASE_URL = "https://youtube.googleapis.com/"
REFRESH_DAYS, KEEP_DAYS = 25, 30
SEARCH_KEPT = dt.timedelta(days=1)
PHRASES = 3
AT_ONCE = 50
VIDEOS = 12

_CHANNELS_A_CALL = AT_ONCE // VIDEOS
_NOT_THERE = 404
_CHANNEL_ID = re.compile(CHANNEL_ID)
_HANDLE = re.compile(r"[\w.·-]{1,100}")
_OPERATORS = re.compile(r"[|\"]|(?<!\w)-")
_QUOTA_REASONS = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_KEY_REASONS = frozenset({"keyInvalid", "keyExpired", "badRequest", "accessNotConfigured"})


class YouTube:
    """YouTube's channels.

    Args:
        key: of the operator's project; None leaves the source out.
        quota: the ledger of the day's calls.
        cache: keeps which channels a search found.
        derived: whether the operator may show figures worked out from YouTube's.
    """

    def __init__(
        self,
        key: SecretStr | None,
        quota: Quota,
        cache: SearchCache,
        *,
        derived: bool = False,
        base_url: str = BASE_URL,
    ) -> None:
        self._key = key
        self._quota = quota
        self._cache = cache
        self._derived = derived
        self._api = f"{base_url.rstrip('/')}/youtube/v3/"
        chosen = base_url.rstrip("/") != BASE_URL.rstrip("/")
        self.about = About(
            name="YouTube",
            platform=Platform.YOUTUBE,
            hosts=(httpx.URL(base_url).host,),
            needs_key=True,
            why_not="" if key else "YOUTUBE_API_KEY is not set.",
            pace=Pace(burst=60, per_second=10.0),
            base_urls=(base_url,) if chosen else (),
        )

    def find(self, query: LookUpQuery, wire: Wire) -> Iterator[Account]:
        """Channels of the wanted size, as YouTube ranks them, without their videos."""
        wanted = [
            channel
            for channel in self._by_id(self._search(query, wire), wire)
            if not channel.statistics.hiddenSubscriberCount
            and query.wants(channel.statistics.subscriberCount)
        ]
        for channel in wanted[: query.limit]:
            yield self._account(channel, (), wire)

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        """One channel by its handle or id, with its recent videos."""
        return next(iter(self._with_videos(self._named(handle, wire), wire)), None)

    def fetch_figures(self, handle: str, wire: Wire) -> Account | None:
        """The same for one unit, without its videos where no figures may follow from them."""
        if self._derived:
            return self.fetch(handle, wire)
        return next((self._account(each, (), wire) for each in self._named(handle, wire)), None)

    def with_posts(self, accounts: Sequence[Account], wire: Wire) -> Iterator[Account]:
        """The channels as they are now, with their recent videos."""
        for start in range(0, len(accounts), AT_ONCE):
            some = accounts[start : start + AT_ONCE]
            ids = [each.native_id for each in some if _CHANNEL_ID.fullmatch(each.native_id)]
            yield from self._with_videos(self._by_id(ids, wire), wire)

    def read_posts(self, asked: Sequence[PostAsked], wire: Wire) -> Iterator[PostAnswer]:
        """Single videos as they are now, 50 for one unit."""
        return read_posts(self._call, asked, wire)

    def read_comments(self, asked: PostAsked, wire: Wire) -> list[CommentSeen]:
        """The newest comments under a video, where something may be worked out from them."""
        return comments.of_youtube(self._call, asked, wire) if self._derived else []

    def _named(self, handle: str, wire: Wire) -> list[Channel]:
        """The channel of this handle or id, if there is one."""
        name = handle.lstrip("@")
        if not _HANDLE.fullmatch(name):
            return []
        by_id = _CHANNEL_ID.fullmatch(name)
        return self._channels({"id": name} if by_id else {"forHandle": f"@{name}"}, wire)[:1]

    def _with_videos(self, channels: Sequence[Channel], wire: Wire) -> Iterator[Account]:
        for start in range(0, len(channels), _CHANNELS_A_CALL):
            some = channels[start : start + _CHANNELS_A_CALL]
            ids = [video for each in some for video in self._newest(each, wire)]
            videos = self._videos(ids, wire) if ids else []
            for channel in some:
                own = [video for video in videos if video.snippet.channelId == channel.id]
                yield self._account(channel, own, wire)

    def _search(self, query: LookUpQuery, wire: Wire) -> list[str]:
        """Ids of channels, best first; from the cache where the same was asked lately."""
        phrases = [_OPERATORS.sub(" ", phrase).strip() for phrase in query.words[:PHRASES]]
        words = "|".join(f'"{each}"' if " " in each else each for each in phrases if each)
        if not words:
            return []
        asked: dict[str, str | int] = {
            "q": words,
            "type": "channel",
            "part": "snippet",
            "maxResults": AT_ONCE,
        }
        if query.country:
            asked["regionCode"] = query.country
        if query.language:
            asked["relevanceLanguage"] = query.language
        key = f"youtube {json.dumps(asked, sort_keys=True)}"
        kept = _kept_ids(self._cache.get(key))
        if kept is not None:
            return kept
        answer = self._call("search", asked, wire, YOUTUBE_SEARCHES)
        found = _rows(Found, answer, wire)
        ids = list(dict.fromkeys(each.id.channelId for each in found))
        self._cache.put(key, json.dumps(ids), wire.now() + SEARCH_KEPT)
        return ids

    def _by_id(self, ids: Sequence[str], wire: Wire) -> list[Channel]:
        """Up to 50 channels in the order of their ids; those that are gone are left out."""
        found = self._channels({"id": ",".join(ids)}, wire) if ids else []
        by_id = {channel.id: channel for channel in found}
        return [by_id[each] for each in ids if each in by_id]

    def _channels(self, which: Mapping[str, str], wire: Wire) -> list[Channel]:
        parts: dict[str, str | int] = {
            "part": "snippet,statistics,contentDetails,topicDetails",
            "maxResults": AT_ONCE,
        }
        return _rows(Channel, self._call("channels", {**which, **parts}, wire), wire)

    def _newest(self, channel: Channel, wire: Wire) -> list[str]:
        """Ids of a channel's newest videos; none where it shows none."""
        uploads = channel.contentDetails.relatedPlaylists.uploads
        if not uploads:
            return []
        asked: dict[str, str | int] = {
            "playlistId": uploads,
            "part": "contentDetails",
            "maxResults": VIDEOS,
        }
        try:
            answer = self._call("playlistItems", asked, wire)
        except Refused as error:
            if error.status == _NOT_THERE:
                return []
            raise
        items = _rows(Item, answer, wire)
        return [item.contentDetails.videoId for item in items][:VIDEOS]

    def _videos(self, ids: Sequence[str], wire: Wire) -> list[Video]:
        asked: dict[str, str | int] = {
            "id": ",".join(ids),
            "part": "snippet,statistics",
            "maxResults": AT_ONCE,
        }
        return _rows(Video, self._call("videos", asked, wire), wire)

    def _call(
        self,
        method: str,
        asked: Mapping[str, str | int],
        wire: Wire,
        budget: DailyBudget = YOUTUBE_UNITS,
    ) -> Any:
        """One call, paid for first.

        Raises:
            SourceGap: `OUT_OF_QUOTA` until the day of the budget ends.
        """
        if self._key is None:
            raise wire.gap(GapKind.SWITCHED_OFF)
        if not self._quota.spend(budget, 1):
            raise _out_of_quota(budget, wire)
        try:
            return wire.get_json(
                f"{self._api}{method}", asked, secret={"key": self._key.get_secret_value()}
            )
        except Refused as error:
            reasons = _reasons(error.body)
            if reasons & _QUOTA_REASONS:
                raise _out_of_quota(budget, wire) from None
            if reasons & _KEY_REASONS:
                said = "{} does not accept the key in YOUTUBE_API_KEY."
                raise wire.gap(GapKind.REFUSED, said) from None
            raise

    def _account(self, channel: Channel, videos: Sequence[Video], wire: Wire) -> Account:
        posts = tuple(_post_seen(video) for video in videos)
        figures = channel.statistics
        counted: dict[str, Any] = {}
        if self._derived:
            counted = averages(posts, figures.subscriberCount, RateDefinition.VIEWS)
        now = wire.now()
        snapshot = ProfileSnapshot(
            platform=Platform.YOUTUBE,
            handle=_handle(channel),
            display_name=shapes.cut(channel.snippet.title, shapes.NAME_CHARACTERS) or None,
            url=f"https://www.youtube.com/channel/{channel.id}",
            bio=shapes.cut(channel.snippet.description, shapes.BIO_CHARACTERS) or None,
            categories=_topics(channel.topicDetails.topicCategories),
            country=_country(channel.snippet.country),
            language=most_used([channel.snippet.defaultLanguage]),
            figures=Figures(
                followers=None if figures.hiddenSubscriberCount else figures.subscriberCount,
                posts=figures.videoCount,
                total_views=figures.viewCount,
                **counted,
            ),
            extra={POSTS_SEEN: str(len(posts))} if counted else {},
            as_of=now.date(),
            source="youtube",
            links=shapes.links(channel.snippet.description),
            post_texts=shapes.texts(post.text for post in posts),
        )
        return Account(
            snapshot=snapshot,
            native_id=channel.id,
            posts=posts,
            keep_until=now + dt.timedelta(days=KEEP_DAYS),
            refresh_by=now + dt.timedelta(days=REFRESH_DAYS),
            may_derive=self._derived,
        )


def _rows(model: type[RowType], answer: Any, wire: Wire) -> list[RowType]:
    """The items of an answer; YouTube leaves the list out where it is empty."""
    items = answer.get("items", []) if isinstance(answer, dict) else None
    rows, whole = shapes.read_all(model, items)
    if not whole and not rows:
        raise wire.gap(GapKind.GARBLED)
    return rows


def _handle(channel: Channel) -> str:
    """A channel's handle; its id where it has none (an old custom address is no handle)."""
    name = channel.snippet.customUrl
    is_handle = name.startswith("@") and _HANDLE.fullmatch(name[1:])
    return name[1:] if is_handle else channel.id


def _topics(articles: Sequence[str]) -> tuple[str, ...]:
    """ "https://en.wikipedia.org/wiki/Lifestyle_(sociology)" as "Lifestyle"."""
    names = [article.rpartition("/")[2].replace("_", " ") for article in articles]
    return tuple(dict.fromkeys(re.sub(r"\s*\(.*", "", name).strip() for name in names if name))


def _country(code: str | None) -> str | None:
    return code.upper() if code and re.fullmatch("[A-Za-z]{2}", code) else None


def _post_seen(video: Video) -> PostSeen:
    figures = video.statistics
    return PostSeen(
        url=f"https://www.youtube.com/watch?v={video.id}",
        text=shapes.cut(f"{video.snippet.title}\n{video.snippet.description}"),
        published_at=video.snippet.publishedAt,
        likes=figures.likeCount,
        comments=figures.commentCount,
        views=figures.viewCount,
    )


def _kept_ids(kept: str | None) -> list[str] | None:
    """The ids of an answer that was kept; None where there is none of use."""
    try:
        ids = json.loads(kept) if kept else None
    except ValueError:
        return None
    if not isinstance(ids, list):
        return None
    return [each for each in ids if isinstance(each, str) and _CHANNEL_ID.fullmatch(each)]


def _reasons(body: Any) -> set[str]:
    errors = shapes.field(body, "error", "errors")
    reasons = [shapes.field(each, "reason") for each in errors] if isinstance(errors, list) else []
    return {reason for reason in reasons if isinstance(reason, str)}


def _out_of_quota(budget: DailyBudget, wire: Wire) -> SourceGap:
    what = "searches" if budget == YOUTUBE_SEARCHES else "calls"
    said = f"{{}}'s {what} for today are used up."
    return wire.gap(GapKind.OUT_OF_QUOTA, said, budget.renewed_at(wire.now()))
