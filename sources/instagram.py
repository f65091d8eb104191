"""Instagram's `business_discovery`: professional accounts by name, through the operator's own.

It knows no search, so it only brings figures of accounts whose handle is known.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import httpx
from pydantic import Field, SecretStr

from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.look_up import Account, GapKind, LookUpQuery, PostSeen
from domain.recent_posts import POSTS_SEEN, averages
from sources import shapes
from sources.pace import Pace
from sources.shapes import Address, Count, Instant, Row, Text
from sources.source import About, Refused, SourceGap, Wire

BASE_URL = "https://graph.facebook.com/v24.0/"
POSTS = 25

_NAME = r"[A-Za-z0-9._]{1,30}"
_HANDLE = re.compile(_NAME)
_MEDIA = "id,caption,like_count,comments_count,permalink,timestamp"
_PROFILE = "id,username,name,biography,website,followers_count,follows_count,media_count"
_NO_SUCH = frozenset({110, 24, 803})
_TOO_MANY = frozenset({4, 17, 32, 613})
_TOKEN = frozenset({102, 190})
_MISSING_RIGHT = frozenset({10, 100, 200})
_NO_SUCH_SUBCODE = 2207013


class _Medium(Row):
    permalink: Address = None
    caption: Text = ""
    like_count: Count | None = None
    comments_count: Count | None = None
    timestamp: Instant = None


class _Media(Row):
    data: tuple[dict[str, Any], ...] = ()


class _Profile(Row):
    id: Text
    username: Annotated[Text, Field(pattern=f"^{_NAME}$")]
    name: Text = ""
    biography: Text = ""
    website: Text = ""
    followers_count: Count | None = None
    follows_count: Count | None = None
    media_count: Count | None = None
    media: _Media = _Media()


class Instagram:
    """Professional accounts of Instagram, one at a time.

    Args:
        token: of the operator's app, with `instagram_basic` and `pages_read_engagement`.
        user_id: the operator's own professional account, which asks.
    """

    def __init__(
        self, token: SecretStr | None, user_id: str = "", *, base_url: str = BASE_URL
    ) -> None:
        self._token = token
        self._address = f"{base_url.rstrip('/')}/{user_id}"
        chosen = base_url.rstrip("/") != BASE_URL.rstrip("/")
        missing = [
            name
            for name, value in (("INSTAGRAM_TOKEN", token), ("INSTAGRAM_USER_ID", user_id))
            if not value
        ]
        self.about = About(
            name="Instagram",
            platform=Platform.INSTAGRAM,
            hosts=(httpx.URL(base_url).host,),
            finds=False,
            needs_key=True,
            why_not=f"{' and '.join(missing)} {_are(missing)} not set." if missing else "",
            pace=Pace(burst=40, per_second=0.04),
            base_urls=(base_url,) if chosen else (),
        )

    def find(self, query: LookUpQuery, wire: Wire) -> Iterable[Account]:
        """Nobody: Instagram lets no such app search."""
        return ()

    def with_posts(self, accounts: Sequence[Account], wire: Wire) -> Iterable[Account]:
        """`fetch` has brought them."""
        return accounts

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        """One professional account with its recent posts; None for all others."""
        if self._token is None:
            raise wire.gap(GapKind.SWITCHED_OFF)
        if not _HANDLE.fullmatch(handle):
            return None
        wanted = f"{_PROFILE},media.limit({POSTS}){{{_MEDIA}}}"
        asked = {"fields": f"business_discovery.username({handle}){{{wanted}}}"}
        try:
            answer = wire.get_json(
                self._address, asked, secret={"access_token": self._token.get_secret_value()}
            )
        except Refused as error:
            if _is_no_such(error.body):
                return None
            raise _told(error, wire) from None
        profile = shapes.read(_Profile, shapes.field(answer, "business_discovery"))
        if profile is None:
            raise wire.gap(GapKind.GARBLED)
        return _account(profile, wire)


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _is_no_such(body: Any) -> bool:
    return (
        shapes.field(body, "error", "code") in _NO_SUCH
        or shapes.field(body, "error", "error_subcode") == _NO_SUCH_SUBCODE
    )


def _told(error: Refused, wire: Wire) -> SourceGap:
    """What an error of the Graph API means for whoever runs the bot."""
    code = shapes.field(error.body, "error", "code")
    if code in _TOO_MANY:
        return wire.gap(GapKind.OUT_OF_QUOTA, "{} lets us ask no more for about an hour.")
    if code in _TOKEN:
        return wire.gap(GapKind.REFUSED, "{} does not accept the token in INSTAGRAM_TOKEN.")
    if code in _MISSING_RIGHT:
        said = "{} says that INSTAGRAM_TOKEN or INSTAGRAM_USER_ID lacks a permission."
        return wire.gap(GapKind.REFUSED, said)
    return error


def _account(profile: _Profile, wire: Wire) -> Account:
    media, _ = shapes.read_all(_Medium, list(profile.media.data))
    posts = tuple(_post_seen(each) for each in media if each.permalink)
    rates = averages(posts, profile.followers_count, RateDefinition.FOLLOWERS)
    snapshot = ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle=profile.username,
        display_name=shapes.cut(profile.name, shapes.NAME_CHARACTERS) or None,
        url=f"https://www.instagram.com/{profile.username}/",
        bio=shapes.cut(profile.biography, shapes.BIO_CHARACTERS) or None,
        figures=Figures(
            followers=profile.followers_count,
            following=profile.follows_count,
            posts=profile.media_count,
            **rates,
        ),
        extra={POSTS_SEEN: str(len(posts))} if posts else {},
        as_of=wire.now().date(),
        source="instagram",
        links=shapes.links(profile.website, profile.biography),
        post_texts=shapes.texts(post.text for post in posts),
    )
    return Account(snapshot=snapshot, native_id=profile.id, posts=posts)


def _post_seen(medium: _Medium) -> PostSeen:
    return PostSeen(
        url=medium.permalink or "",
        text=shapes.cut(medium.caption),
        published_at=medium.timestamp,
        likes=medium.like_count,
        comments=medium.comments_count,
    )
