"""Rows of Bluesky's answers, as far as they are used; named as its lexicons name them."""

# ruff: noqa: N815

from typing import Annotated, Any

from pydantic import Field

from sources.shapes import Count, Instant, Row, Text

DID = r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}"
HANDLE = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"

Did = Annotated[Text, Field(pattern=f"^{DID}$")]
Handle = Annotated[Text, Field(pattern=f"^{HANDLE}$")]


class Label(Row):
    """A mark that moderation or the account itself set."""

    val: Text
    neg: bool = False


class Found(Row):
    """What a search found."""

    did: Did
    labels: tuple[Label, ...] = ()


class Verification(Row):
    """Whether trusted verifiers vouch for the account."""

    verifiedStatus: Text = ""


class Profile(Row):
    """One account."""

    did: Did
    handle: Handle
    displayName: Text = ""
    description: Text = ""
    website: Text | None = None
    followersCount: Count | None = None
    followsCount: Count | None = None
    postsCount: Count | None = None
    labels: tuple[Label, ...] = ()
    verification: Verification | None = None


class Record(Row):
    """What was written."""

    text: Text = ""
    langs: tuple[Text, ...] = ()
    createdAt: Instant = None


class Author(Row):
    """Who wrote a post."""

    did: Did


class Post(Row):
    """One post with its counts."""

    uri: Text
    author: Author
    record: Record
    likeCount: Count | None = None
    replyCount: Count | None = None
    repostCount: Count | None = None
    quoteCount: Count | None = None


class Item(Row):
    """One entry of a feed; `reason` tells a repost or a pinned post."""

    post: Post
    reason: dict[str, Any] | None = None
