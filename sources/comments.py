"""Comments under posts of Bluesky, Mastodon and YouTube; who wrote them is not kept."""

from collections.abc import Callable, Iterable, Sequence

from domain.comments import CommentSeen, cleaned
from domain.look_up import GapKind
from domain.post_reading import PostAsked
from sources import shapes
from sources.bluesky_rows import Did, Label
from sources.comment_reader import AT_MOST, key_of
from sources.mastodon_rows import Account
from sources.shapes import Row, Text
from sources.source import Refused, Wire
from sources.youtube_posts import Call

_NOT_SHOWN = frozenset({400, 401, 403, 404, 410, 422})
_PUBLIC = frozenset({"public", "unlisted"})


class BlueskyAuthor(Row):
    """Who wrote a reply. labels: what they or moderators say of the account."""

    did: Did
    labels: tuple[Label, ...] = ()


class BlueskyRecord(Row):
    """What was written. langs: in which languages, as its author says."""

    text: Text
    langs: tuple[Text, ...] = ()


class BlueskyReply(Row):
    """A reply to a post."""

    uri: Text
    author: BlueskyAuthor
    record: BlueskyRecord
    labels: tuple[Label, ...] = ()


class MastodonReply(Row):
    """A reply to a post; `content` is HTML."""

    uri: Text
    account: Account
    content: Text
    visibility: Text
    language: Text | None = None


class YouTubeAuthor(Row):
    """The channel of who wrote a comment."""

    value: Text = ""


class YouTubeSnippet(Row):
    """What was written."""

    textDisplay: Text  # noqa: N815
    authorChannelId: YouTubeAuthor = YouTubeAuthor()  # noqa: N815


class YouTubeComment(Row):
    """A comment that stands directly under a video."""

    id: Text
    snippet: YouTubeSnippet


class YouTubeThreadSnippet(Row):
    """Where a thread's first comment stands. channelId: whose video it is under."""

    channelId: Text = ""  # noqa: N815
    topLevelComment: YouTubeComment  # noqa: N815


class YouTubeThread(Row):
    """A comment with what was answered to it."""

    snippet: YouTubeThreadSnippet


def of_bluesky(
    xrpc: str, hidden: Callable[[Sequence[Label]], bool], asked: PostAsked, wire: Wire
) -> list[CommentSeen]:
    """Replies to a post. hidden: whether labels ask that nobody outside is shown it."""
    if not asked.native_id:
        return []
    question: dict[str, str | int] = {"uri": asked.native_id, "depth": 1, "parentHeight": 0}
    try:
        answer = wire.get_json(f"{xrpc}app.bsky.feed.getPostThread", question)
    except Refused as error:
        return _none_shown(error)
    author = shapes.field(answer, "thread", "post", "author", "did")
    threads = shapes.field(answer, "thread", "replies")
    posts = [shapes.field(each, "post") for each in threads] if isinstance(threads, list) else []
    rows, _ = shapes.read_all(BlueskyReply, [each for each in posts if each is not None])
    return _kept(
        CommentSeen(
            key=key_of("bluesky", row.uri),
            text=cleaned(row.record.text),
            language=_one_of(row.record.langs),
        )
        for row in rows
        if row.author.did != author and not hidden((*row.labels, *row.author.labels))
    )


def of_mastodon(
    base: str, opted_out: Callable[[Account], bool], asked: PostAsked, wire: Wire
) -> list[CommentSeen]:
    """Replies to a post, as its server has them. opted_out: who wants to be left alone."""
    try:
        answer = wire.get_json(f"{base}/api/v1/statuses/{asked.code}/context")
    except Refused as error:
        return _none_shown(error)
    found = shapes.field(answer, "descendants")
    if not isinstance(found, list):
        raise wire.gap(GapKind.GARBLED)
    rows, _ = shapes.read_all(MastodonReply, found)
    author = asked.account.lstrip("@").lower()
    return _kept(
        CommentSeen(
            key=key_of("mastodon", row.uri),
            text=cleaned(shapes.plain_text(row.content)[0]),
            language=row.language or "",
        )
        for row in rows
        if row.visibility in _PUBLIC
        and row.account.acct.lower() != author
        and row.account.username.lower() != author.partition("@")[0]
        and not opted_out(row.account)
    )


def of_youtube(call: Call, asked: PostAsked, wire: Wire) -> list[CommentSeen]:
    """The newest comments under a video, for one unit of the day's budget."""
    question: dict[str, str | int] = {
        "videoId": asked.code, "part": "snippet", "order": "time",
        "textFormat": "plainText", "maxResults": AT_MOST,
    }  # fmt: skip
    try:
        answer = call("commentThreads", question, wire)
    except Refused as error:  # commentsDisabled, videoNotFound
        return _none_shown(error)
    items = answer.get("items", []) if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise wire.gap(GapKind.GARBLED)
    rows, _ = shapes.read_all(YouTubeThread, items)
    threads = [(row.snippet.topLevelComment, row.snippet.channelId) for row in rows]
    return _kept(
        CommentSeen(key=key_of("youtube", each.id), text=cleaned(each.snippet.textDisplay))
        for each, owner in threads
        if not owner or each.snippet.authorChannelId.value != owner
    )


def _none_shown(error: Refused) -> list[CommentSeen]:
    """A post that is gone, closed or without comments has none; everything else is a gap."""
    if error.status in _NOT_SHOWN:
        return []
    raise error


def _kept(found: Iterable[CommentSeen]) -> list[CommentSeen]:
    by_key = {each.key: each for each in found if each.text}
    return list(by_key.values())[:AT_MOST]


def _one_of(languages: tuple[str, ...]) -> str:
    """The language of a text that is in one; several tell nothing."""
    return languages[0] if len(languages) == 1 else ""
