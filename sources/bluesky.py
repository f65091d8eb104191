"""Bluesky, through its public AppView: no key, no login.

searchActors finds accounts without their followers, getProfiles brings those for 25 at a time,
getAuthorFeed one account's posts: 50 creators are 53 calls.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import httpx

from domain.comments import CommentSeen
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.look_up import Account, GapKind, LookUpQuery, PostSeen
from domain.post_reading import PostAsked
from domain.recent_posts import POSTS_SEEN, averages, most_used
from sources import comments, shapes
from sources.bluesky_posts import read_posts
from sources.bluesky_rows import DID, HANDLE, Found, Item, Label, Post, Profile
from sources.pace import Pace
from sources.post_reader import PostAnswer
from sources.rounds import if_they_show_any, in_two_rounds
from sources.source import About, Refused, Wire

BASE_URL = "https://public.api.bsky.app/"
PHRASES = 3
PROFILES_AT_ONCE = 25
POSTS = 30

_MOST_FOUND = 100
_HIDDEN = frozenset({"!no-unauthenticated", "!hide", "!takedown"})
_IDENTIFIER = re.compile(f"{DID}|{HANDLE}")
_NO_SUCH = 400
_INVALID = "handle.invalid"


class Bluesky:
    """Bluesky's accounts; those that show themselves only to people who are logged in are left
    out.
    """

    def __init__(self, base_url: str = BASE_URL) -> None:
        self._xrpc = f"{base_url.rstrip('/')}/xrpc/"
        chosen = base_url.rstrip("/") != BASE_URL.rstrip("/")
        self.about = About(
            name="Bluesky",
            platform=Platform.BLUESKY,
            hosts=(httpx.URL(base_url).host,),
            pace=Pace(burst=120, per_second=8.0),
            base_urls=(base_url,) if chosen else (),
        )

    def find(self, query: LookUpQuery, wire: Wire) -> Iterator[Account]:
        """Accounts whose name or description has the words, with their recent posts."""
        return in_two_rounds(
            self._profiles(query, wire),
            query.limit,
            posts_of=lambda profile: self._posts(profile.did, wire),
            account_of=lambda profile, posts: _account(profile, posts, wire),
        )

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        """One account; a bare name is taken as one of bsky.social."""
        actor = handle if "." in handle or ":" in handle else f"{handle}.bsky.social"
        if not _IDENTIFIER.fullmatch(actor):
            return None
        try:
            found = wire.get_json(f"{self._xrpc}app.bsky.actor.getProfile", {"actor": actor})
        except Refused as error:
            if error.status == _NO_SUCH:
                return None
            raise
        profile = shapes.read(Profile, found)
        if profile is None:
            raise wire.gap(GapKind.GARBLED)
        if profile.handle == _INVALID:
            return None
        if _is_hidden(profile.labels):
            raise wire.gap(GapKind.OPTED_OUT)
        posts = if_they_show_any(lambda: self._posts(profile.did, wire))
        return _account(profile, posts, wire)

    def with_posts(self, accounts: Sequence[Account], wire: Wire) -> Iterable[Account]:
        """`find` has brought them."""
        return accounts

    def read_posts(self, asked: Sequence[PostAsked], wire: Wire) -> Iterator[PostAnswer]:
        """Single posts as they are now."""
        return read_posts(self._xrpc, asked, wire)

    def read_comments(self, asked: PostAsked, wire: Wire) -> list[CommentSeen]:
        """Replies to a post."""
        return comments.of_bluesky(self._xrpc, _is_hidden, asked, wire)

    def _profiles(self, query: LookUpQuery, wire: Wire) -> Iterator[Profile]:
        """Profiles of the wanted size, the best match of the best phrase first."""
        seen: set[str] = set()
        whole = True
        for phrase in query.words[:PHRASES]:
            found = wire.get_json(
                f"{self._xrpc}app.bsky.actor.searchActors", {"q": phrase, "limit": _MOST_FOUND}
            )
            actors, complete = shapes.read_all(Found, shapes.field(found, "actors"))
            whole = whole and complete
            wire.opted_out.update(each.did for each in actors if _is_hidden(each.labels))
            new = [each.did for each in actors if not _is_hidden(each.labels)]
            new = [did for did in dict.fromkeys(new) if did not in seen]
            seen.update(new)
            for start in range(0, len(new), PROFILES_AT_ONCE):
                some = new[start : start + PROFILES_AT_ONCE]
                answer = wire.get_json(f"{self._xrpc}app.bsky.actor.getProfiles", {"actors": some})
                profiles, complete = shapes.read_all(Profile, shapes.field(answer, "profiles"))
                whole = whole and complete
                wire.opted_out.update(one.did for one in profiles if _is_hidden(one.labels))
                yield from (
                    profile
                    for profile in profiles
                    if _may_be_shown(profile) and query.wants(profile.followersCount)
                )
        if not whole:
            raise wire.gap(GapKind.GARBLED)

    def _posts(self, did: str, wire: Wire) -> list[Post]:
        """An account's own posts, newest first."""
        answer = wire.get_json(
            f"{self._xrpc}app.bsky.feed.getAuthorFeed",
            {"actor": did, "limit": POSTS, "filter": "posts_no_replies"},
        )
        items, complete = shapes.read_all(Item, shapes.field(answer, "feed"))
        if not complete and not items:
            raise wire.gap(GapKind.GARBLED)
        return [i.post for i in items if i.reason is None and i.post.author.did == did]


def _is_hidden(labels: Sequence[Label]) -> bool:
    return any(label.val in _HIDDEN and not label.neg for label in labels)


def _may_be_shown(profile: Profile) -> bool:
    return not _is_hidden(profile.labels) and profile.handle != _INVALID


def _account(profile: Profile, posts: Sequence[Post], wire: Wire) -> Account:
    seen = tuple(_post_seen(post, profile) for post in posts)
    rates = averages(seen, profile.followersCount, RateDefinition.FOLLOWERS)
    website = profile.website or ""
    snapshot = ProfileSnapshot(
        platform=Platform.BLUESKY,
        handle=profile.handle,
        display_name=shapes.cut(profile.displayName, shapes.NAME_CHARACTERS) or None,
        url=f"https://bsky.app/profile/{profile.handle}",
        bio=shapes.cut(profile.description, shapes.BIO_CHARACTERS) or None,
        language=most_used([post.record.langs[0] if post.record.langs else None for post in posts]),
        verified=profile.verification.verifiedStatus == "valid" if profile.verification else None,
        figures=Figures(
            followers=profile.followersCount,
            following=profile.followsCount,
            posts=profile.postsCount,
            **rates,
        ),
        extra={POSTS_SEEN: str(len(seen))} if seen else {},
        as_of=wire.now().date(),
        source="bluesky",
        links=shapes.links(website, profile.description),
        post_texts=shapes.texts(post.text for post in seen),
    )
    return Account(snapshot=snapshot, native_id=profile.did, posts=seen)


def _post_seen(post: Post, profile: Profile) -> PostSeen:
    shares = [count for count in (post.repostCount, post.quoteCount) if count is not None]
    return PostSeen(
        url=f"https://bsky.app/profile/{profile.handle}/post/{post.uri.rpartition('/')[2]}",
        text=shapes.cut(post.record.text),
        published_at=post.record.createdAt,
        likes=post.likeCount,
        comments=post.replyCount,
        shares=sum(shares) if shares else None,
    )
