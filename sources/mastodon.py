"""Mastodon, server by server: what each shows to everybody, without a login.

Every server that the operator named is a source of its own, so one that is down hides no other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import httpx

from domain.comments import CommentSeen
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.look_up import Account, Gap, GapKind, LookUpQuery, PostSeen
from domain.post_reading import PostAsked
from domain.recent_posts import POSTS_SEEN, averages, most_used
from sources import comments, mastodon_rows, shapes
from sources.mastodon_posts import read_posts
from sources.mastodon_rows import Field, Status, Tagged
from sources.pace import Pace
from sources.post_reader import PostAnswer
from sources.rounds import if_they_show_any, in_two_rounds
from sources.source import ANY_HOST, About, Refused, SourceGap, Wire
from sources.wire import CALL_SECONDS

SERVERS = ("mastodon.social",)
PHRASES = 3
ACCOUNTS_AT_ONCE = 40
POSTS = 20
HOME_SECONDS = 4.0
"""For an account's own server, so that there is time left to ask ours."""

_HANDLE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})(?:@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+))?")
_FOR_MEMBERS = frozenset({401, 403, 404, 422})
_OPT_OUT_TAGS = re.compile(r"#no(?:bot|index|search)\b", re.IGNORECASE)
_NOT_IN_A_TAG = re.compile(r"[\W_]+")


class Mastodon:
    """The accounts that one server knows, and that want to be found.

    Args:
        server: a host ("mastodon.social"), or the operator's base address ("https://…").
        asks_home: whether an account of another server is asked for at its own server first.
    """

    def __init__(self, server: str, *, asks_home: bool = True) -> None:
        is_address = "://" in server
        self._base = (server if is_address else f"https://{server}").rstrip("/")
        url = httpx.URL(self._base)
        self._domain = url.netloc.decode("ascii").lower()
        self._asks_home = asks_home
        self.about = About(
            name=f"Mastodon ({self._domain})",
            platform=Platform.MASTODON,
            hosts=(url.host, ANY_HOST) if asks_home else (url.host,),
            pace=Pace(burst=100, per_second=0.6),
            base_urls=(self._base,) if is_address else (),
            source="mastodon",
        )

    def find(self, query: LookUpQuery, wire: Wire) -> Iterator[Account]:
        """Accounts that a search and the posts under a hashtag bring, with their recent posts."""
        return in_two_rounds(
            self._found(query, wire),
            query.limit,
            posts_of=lambda found: self._statuses(self._base, found, wire),
            account_of=lambda found, statuses: self._account(found, statuses, wire, self._domain),
        )

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        """One account, "anna@server" or, on this server, "anna".

        Its own server is asked, which alone knows its figures and whether it wants to be shown;
        where that is silent this server says what it knows of it.
        """
        named = _HANDLE.fullmatch(handle)
        if named is None:
            return None
        home = (named[2] or self._domain).lower()
        if home == self._domain:
            return self._look_up(self._base, named[1], home, wire)
        silent: SourceGap | None = None
        if self._asks_home:
            try:
                found = self._look_up(f"https://{home}", named[1], home, wire, HOME_SECONDS)
            except SourceGap as error:
                if error.gap.kind is GapKind.OPTED_OUT:
                    raise
                found, silent = None, error
            if found is not None:
                return found
        known = self._look_up(self._base, f"{named[1]}@{home}", self._domain, wire)
        if known is None and silent is not None and _may_be_back(silent):
            said = f"{home}, the server of this account, did not answer."
            raise SourceGap(Gap(source=home, kind=GapKind.REFUSED, said=said))
        return known

    def with_posts(self, accounts: Sequence[Account], wire: Wire) -> Iterable[Account]:
        """`find` has brought them."""
        return accounts

    def read_posts(self, asked: Sequence[PostAsked], wire: Wire) -> Iterator[PostAnswer]:
        """Single posts as they are now, each from the server that its link names."""
        return read_posts(self._base_of, _opted_out, asked, wire)

    def read_comments(self, asked: PostAsked, wire: Wire) -> list[CommentSeen]:
        """Replies to a post, from the server that its link names."""
        host = asked.key.partition(":")[2].rpartition("/")[0]
        return comments.of_mastodon(self._base_of(host), _opted_out, asked, wire)

    def _base_of(self, host: str) -> str:
        """Where a server is asked."""
        return self._base if host == self._domain else f"https://{host}"

    def _look_up(
        self, base: str, acct: str, domain: str, wire: Wire, seconds: float = CALL_SECONDS
    ) -> Account | None:
        """An account by name; None where the server knows none, or it is no person's."""
        try:
            answer = wire.get_json(
                f"{base}/api/v1/accounts/lookup", {"acct": acct}, seconds=seconds
            )
        except Refused as error:
            if error.status == httpx.codes.NOT_FOUND:
                return None
            raise
        found = shapes.read(mastodon_rows.Account, answer)
        if found is None:
            raise wire.gap(GapKind.GARBLED)
        if _opted_out(found):
            raise wire.gap(GapKind.OPTED_OUT)
        if not _is_a_person(found):
            return None
        statuses = if_they_show_any(lambda: self._statuses(base, found, wire))
        return self._account(found, statuses, wire, domain)

    def _found(self, query: LookUpQuery, wire: Wire) -> Iterator[mastodon_rows.Account]:
        """Accounts by search and by hashtag, each once; a hashtag that fails stops nothing."""
        seen: set[str] = set()
        failure: SourceGap | None = None
        for phrase in query.words[:PHRASES]:
            answer = wire.get_json(
                f"{self._base}/api/v2/search",
                {"q": phrase, "type": "accounts", "limit": ACCOUNTS_AT_ONCE},
            )
            accounts, whole = shapes.read_all(
                mastodon_rows.Account, shapes.field(answer, "accounts")
            )
            if not whole:
                failure = failure or wire.gap(GapKind.GARBLED)
            try:
                accounts += self._tagged(phrase, wire)
            except SourceGap as error:
                failure = failure or error
            wire.opted_out.update(account.uri for account in accounts if _opted_out(account))
            for account in accounts:
                wanted = _wants_to_be_found(account) and query.wants(account.followers_count)
                if wanted and account.uri not in seen:
                    seen.add(account.uri)
                    yield account
        if failure:
            raise failure

    def _tagged(self, phrase: str, wire: Wire) -> list[mastodon_rows.Account]:
        """Who posted under a hashtag lately; nobody where the server shows that to members."""
        tag = _NOT_IN_A_TAG.sub("", phrase)
        if not tag:
            return []
        try:
            answer = wire.get_json(
                f"{self._base}/api/v1/timelines/tag/{tag}", {"limit": ACCOUNTS_AT_ONCE}
            )
        except Refused as error:
            if error.status in _FOR_MEMBERS:
                return []
            raise
        statuses, whole = shapes.read_all(Tagged, answer)
        if not whole and not statuses:
            raise wire.gap(GapKind.GARBLED)
        return [status.account for status in statuses if status.account.indexable]

    def _statuses(self, base: str, account: mastodon_rows.Account, wire: Wire) -> list[Status]:
        """An account's own public posts, where it lets them be searched."""
        if not account.indexable or not account.id.isdigit():
            return []
        answer = wire.get_json(
            f"{base}/api/v1/accounts/{account.id}/statuses",
            {"limit": POSTS, "exclude_replies": True, "exclude_reblogs": True},
        )
        statuses, whole = shapes.read_all(Status, answer)
        if not whole and not statuses:
            raise wire.gap(GapKind.GARBLED)
        return [s for s in statuses if s.reblog is None and s.visibility == "public"]

    def _account(
        self, found: mastodon_rows.Account, statuses: Sequence[Status], wire: Wire, domain: str
    ) -> Account:
        handle = found.acct if "@" in found.acct else f"{found.acct}@{domain}"
        posts = tuple(_post_seen(status) for status in statuses)
        bio, bio_links = shapes.plain_text(found.note)
        verified = _field_links(each for each in found.fields if each.verified_at)
        shown = (*_field_links(found.fields), *bio_links, *shapes.links(bio))
        rates = averages(posts, found.followers_count, RateDefinition.FOLLOWERS)
        snapshot = ProfileSnapshot(
            platform=Platform.MASTODON,
            handle=handle,
            display_name=shapes.cut(found.display_name, shapes.NAME_CHARACTERS) or None,
            url=found.url,
            bio=shapes.cut(bio, shapes.BIO_CHARACTERS) or None,
            language=most_used([status.language for status in statuses]),
            figures=Figures(
                followers=found.followers_count,
                following=found.following_count,
                posts=found.statuses_count,
                **rates,
            ),
            extra={POSTS_SEEN: str(len(posts))} if posts else {},
            as_of=wire.now().date(),
            source="mastodon",
            links=tuple(dict.fromkeys(shown)),
            verified_links=verified,
            post_texts=shapes.texts(post.text for post in posts),
        )
        return Account(snapshot=snapshot, native_id=found.uri, posts=posts)


def _may_be_back(silent: SourceGap) -> bool:
    """Whether a server may well have the account, and only could not say so now."""
    if isinstance(silent, Refused):
        return silent.status >= httpx.codes.INTERNAL_SERVER_ERROR or silent.gap.until is not None
    return silent.gap.kind in (GapKind.UNREACHABLE, GapKind.TOO_SLOW)


def _is_a_person(account: mastodon_rows.Account) -> bool:
    """Whether somebody posts here, in person and now."""
    elsewhere = account.moved or account.suspended or account.limited or account.memorial
    return not (account.bot or account.group or elsewhere)


def _opted_out(account: mastodon_rows.Account) -> bool:
    """Whether it said, by a setting or in its bio, that it wants to be left out."""
    if account.noindex or account.discoverable is False:
        return True
    return bool(_OPT_OUT_TAGS.search(shapes.plain_text(account.note)[0]))


def _wants_to_be_found(account: mastodon_rows.Account) -> bool:
    """Whether it said that it likes to be discovered; silence is no yes."""
    return account.discoverable is True and not _opted_out(account) and _is_a_person(account)


def _field_links(fields: Iterable[Field]) -> tuple[str, ...]:
    found: list[str] = []
    for each in fields:
        text, linked = shapes.plain_text(each.value)
        found += linked or shapes.links(text)
    return tuple(dict.fromkeys(found))


def _post_seen(status: Status) -> PostSeen:
    text, _ = shapes.plain_text(status.content)
    return PostSeen(
        url=status.url or status.uri,
        text=shapes.cut(text),
        published_at=status.created_at,
        likes=status.favourites_count,
        comments=status.replies_count,
        shares=status.reblogs_count + (status.quotes_count or 0),
    )
