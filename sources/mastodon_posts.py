"""Single posts of Mastodon, each asked of the server that its link names."""

from collections.abc import Callable, Iterator, Sequence

from domain.post_reading import Absence, PostAbsent, PostAsked, PostShown
from sources import shapes
from sources.mastodon_rows import Account
from sources.post_reader import POST_CHARACTERS, PostAnswer
from sources.shapes import Address, Count, Instant, Row, Text
from sources.source import Refused, SourceGap, Wire

_FOR_MEMBERS = frozenset({401, 403, 422})
_NOT_FOUND = frozenset({404, 410})
_URI_CHARACTERS = 500
_PUBLIC = frozenset({"public", "unlisted"})


class Post(Row):
    """One post. spoiler_text: a warning that stands above it."""

    uri: Text
    url: Address = None
    account: Account
    content: Text = ""
    spoiler_text: Text = ""
    created_at: Instant
    visibility: Text
    favourites_count: Count
    replies_count: Count
    reblogs_count: Count
    quotes_count: Count | None = None


def read_posts(
    base_of: Callable[[str], str],
    opted_out: Callable[[Account], bool],
    asked: Sequence[PostAsked],
    wire: Wire,
) -> Iterator[PostAnswer]:
    """What servers show of these posts.

    base_of: where a server is asked, by its host. opted_out: whether an account wants to be left
    alone by such as us.

    Raises:
        SourceGap: the only server asked did not answer; where there are several, those that are
            silent are passed over.
    """
    silent: list[SourceGap] = []
    closed: set[str] = set()
    for each in asked:
        host = each.key.partition(":")[2].rpartition("/")[0]
        if host in closed:
            continue
        try:
            yield _read(f"{base_of(host)}/api/v1/statuses/{each.code}", opted_out, each, wire)
        except SourceGap as error:
            silent.append(error)
            closed.add(host)
    if silent and len(silent) == len({_host(each) for each in asked}):
        raise silent[0]


def _host(asked: PostAsked) -> str:
    return asked.key.partition(":")[2].rpartition("/")[0]


def _read(
    address: str, opted_out: Callable[[Account], bool], asked: PostAsked, wire: Wire
) -> PostAnswer:
    try:
        answer = wire.get_json(address)
    except Refused as error:
        if error.status in _NOT_FOUND:
            return PostAbsent(key=asked.key, why=Absence.GONE)
        if error.status in _FOR_MEMBERS:
            return PostAbsent(key=asked.key, why=Absence.CLOSED)
        raise
    post = shapes.read(Post, answer)
    if post is None:
        return PostAbsent(key=asked.key, why=Absence.CLOSED)  # not Mastodon, though it looks so
    if post.visibility not in _PUBLIC:
        return PostAbsent(key=asked.key, why=Absence.PRIVATE)
    if opted_out(post.account):
        return PostAbsent(key=asked.key, why=Absence.CLOSED)
    text, links = shapes.plain_text(post.content)
    return PostShown(
        key=asked.key,
        source="mastodon",
        native_id=shapes.cut(post.uri, _URI_CHARACTERS),
        account=asked.account or post.account.acct,
        author_id=shapes.cut(post.account.uri, _URI_CHARACTERS),
        title=shapes.cut(post.spoiler_text),
        text=shapes.cut(text, POST_CHARACTERS),
        links=(*links, *shapes.links(text)),
        published_at=post.created_at,
        likes=post.favourites_count,
        comments=post.replies_count,
        shares=post.reblogs_count + (post.quotes_count or 0),
    )
