"""Single posts of Bluesky: `getPosts` shows 25 at a time, by the author's id."""

from collections.abc import Iterator, Sequence

from pydantic import Field

from domain.look_up import GapKind
from domain.post_reading import Absence, PostAbsent, PostAsked, PostShown
from sources import shapes
from sources.bluesky_rows import Did, Handle, Label
from sources.post_reader import POST_CHARACTERS, PostAnswer
from sources.shapes import Count, Instant, Row, Text
from sources.source import Wire

AT_ONCE = 25
COLLECTION = "app.bsky.feed.post"
_HIDDEN = frozenset({"!no-unauthenticated", "!hide", "!takedown"})
_MOST_MARKS = 30
"""Marks of a post that are looked through for links."""


class Known(Row):
    """An account, as far as finding its posts takes."""

    did: Did
    handle: Handle


class Author(Row):
    """Who wrote a post."""

    did: Did
    handle: Handle
    labels: tuple[Label, ...] = ()


class Record(Row):
    """What was written. facets: marks in the text, links among them."""

    text: Text = ""
    createdAt: Instant = None  # noqa: N815
    facets: tuple[dict[str, object], ...] = ()
    embed: dict[str, object] = Field(default_factory=dict)


class Post(Row):
    """One post with its counts."""

    uri: Text
    author: Author
    record: Record
    likeCount: Count | None = None  # noqa: N815
    replyCount: Count | None = None  # noqa: N815
    repostCount: Count | None = None  # noqa: N815
    quoteCount: Count | None = None  # noqa: N815
    labels: tuple[Label, ...] = ()


def read_posts(xrpc: str, asked: Sequence[PostAsked], wire: Wire) -> Iterator[PostAnswer]:
    """What Bluesky shows of these posts; one that it does not know is gone."""
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        ids = _ids(xrpc, some, wire)
        by_uri = {_uri(each, ids): each for each in some if _uri(each, ids)}
        shown = _shown(xrpc, list(by_uri), wire) if by_uri else {}
        for each in some:
            post = shown.get(_uri(each, ids))
            if post is None:
                yield PostAbsent(key=each.key, why=Absence.GONE)
            elif _is_hidden(post.labels) or _is_hidden(post.author.labels):
                yield PostAbsent(key=each.key, why=Absence.CLOSED)
            else:
                yield _answer(each, post)


def _ids(xrpc: str, asked: Sequence[PostAsked], wire: Wire) -> dict[str, str]:
    """The ids of accounts that links name by their handle; those unknown are left out."""
    handles = sorted({a.account.lower() for a in asked if not a.native_id and ":" not in a.account})
    if not handles:
        return {}
    answer = wire.get_json(f"{xrpc}app.bsky.actor.getProfiles", {"actors": handles})
    known, whole = shapes.read_all(Known, shapes.field(answer, "profiles"))
    if not whole and not known:
        raise wire.gap(GapKind.GARBLED)
    return {each.handle.lower(): each.did for each in known}


def _uri(asked: PostAsked, ids: dict[str, str]) -> str:
    """The post's own name, "" where its author is unknown."""
    if asked.native_id:
        return asked.native_id
    did = asked.account if asked.account.startswith("did:") else ids.get(asked.account.lower(), "")
    return f"at://{did}/{COLLECTION}/{asked.code}" if did else ""


def _shown(xrpc: str, uris: Sequence[str], wire: Wire) -> dict[str, Post]:
    answer = wire.get_json(f"{xrpc}app.bsky.feed.getPosts", {"uris": list(uris)})
    posts, whole = shapes.read_all(Post, shapes.field(answer, "posts"))
    if not whole:
        raise wire.gap(GapKind.GARBLED)
    return {post.uri: post for post in posts}


def _answer(asked: PostAsked, post: Post) -> PostShown:
    shares = [count for count in (post.repostCount, post.quoteCount) if count is not None]
    return PostShown(
        key=asked.key,
        source="bluesky",
        native_id=post.uri,
        account=post.author.handle,
        author_id=post.author.did,
        text=shapes.cut(post.record.text, POST_CHARACTERS),
        links=_links(post.record),
        published_at=post.record.createdAt,
        likes=post.likeCount,
        comments=post.replyCount,
        shares=sum(shares) if shares else None,
    )


def _links(record: Record) -> tuple[str, ...]:
    """Where a post links to: the text shows addresses shortened, its marks have them whole."""
    marks = [
        shapes.field(feature, "uri")
        for facet in record.facets[:_MOST_MARKS]
        for feature in _list(shapes.field(facet, "features"))
    ]
    marks.append(shapes.field(record.embed, "external", "uri"))
    return shapes.links(record.text, *(each for each in marks if isinstance(each, str)))


def _list(value: object) -> list[object]:
    return value[:_MOST_MARKS] if isinstance(value, list) else []


def _is_hidden(labels: Sequence[Label]) -> bool:
    return any(label.val in _HIDDEN and not label.neg for label in labels)
