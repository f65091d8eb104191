"""What is known of a creator: profiles on platforms and the figures seen there."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class Platform(StrEnum):
    """Where a profile lives; `OTHER` is a platform that has no name here."""

    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    TWITCH = "twitch"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    THREADS = "threads"
    X = "x"
    FACEBOOK = "facebook"
    PINTEREST = "pinterest"
    RUTUBE = "rutube"
    PODCAST = "podcast"
    OTHER = "other"


class RateDefinition(StrEnum):
    """What an engagement rate was divided by; rates of two definitions never compare."""

    FOLLOWERS = "followers"
    VIEWS = "views"
    REACH = "reach"
    UNSTATED = "unstated"


class Money(BaseModel):
    """An amount with its currency (ISO 4217, upper case); amounts never lose it."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    currency: str


class Figures(BaseModel):
    """Figures of one profile as seen on one date. `None` is unknown, never 0.

    followers, following, posts, totals: counts. average_*: per post, recent posts.
    engagement_rate: a ratio (0.031 = 3.1 %) by `rate_definition`.
    average_engagements: likes + comments (+ shares) per post;
    authentic_engagements: the same less what the tool judged fake.
    fake_follower_share, credibility: ratios 0-1. fee: price of one post.
    """

    model_config = ConfigDict(frozen=True)

    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    total_views: int | None = None
    average_views: float | None = None
    average_likes: float | None = None
    average_comments: float | None = None
    average_shares: float | None = None
    average_engagements: float | None = None
    authentic_engagements: float | None = None
    engagement_rate: float | None = None
    rate_definition: RateDefinition | None = None
    fake_follower_share: float | None = None
    credibility: float | None = None
    fee: Money | None = None


INVENTED = "invented for the playground"
"""The source of the playground's creators: there is no such account, so nothing links to one."""


class ToldPost(NamedTuple):
    """A post that a row of a file is about; None is unknown. shares: reposts among them."""

    url: str
    posted_on: dt.date | None = None
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None


class ProfileSnapshot(BaseModel):
    """Everything one source said of one profile at one time.

    as_of: the date on which it was true; None = date unknown. source: "import:<file>",
    "playground", "bluesky", … extra: columns that nobody mapped, under their own header.
    country, audience_country: ISO 3166-1 alpha-2, upper case. language: ISO 639-1, lower case.
    handle: without "@", in the case in which it was seen. tags, note: what people wrote
    beside the profile in a file of their own. links: addresses that the profile shows, in its
    own fields or its bio; verified_links: those of them that the platform has checked point
    back (Mastodon's rel=me). post_texts: of a few recent posts, cut, newest first. same_as:
    other accounts of the same person that a file names in the same row, "tiktok:anna".
    may_derive: whether its source's terms let figures be worked out from these and shown.
    told_posts: posts that a file is about, kept beside the snapshot and never in it.
    """

    model_config = ConfigDict(frozen=True)

    platform: Platform
    handle: str
    display_name: str | None = None
    url: str | None = None
    bio: str | None = None
    categories: tuple[str, ...] = ()
    country: str | None = None
    language: str | None = None
    audience_country: str | None = None
    audience_language: str | None = None
    verified: bool | None = None
    email: str | None = None
    figures: Figures = Field(default_factory=Figures)
    extra: dict[str, str] = Field(default_factory=dict)
    as_of: dt.date | None = None
    source: str = ""
    tags: tuple[str, ...] = ()
    note: str | None = None
    links: tuple[str, ...] = ()
    verified_links: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    post_texts: tuple[str, ...] = ()
    may_derive: bool = True
    told_posts: tuple[ToldPost, ...] = Field(default=(), exclude=True, repr=False)
