"""How posts are: when their platform is asked for them, whether they are there, what they say."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from domain.creator import Platform
from domain.disclosure import Disclosure, Verdict
from domain.post_link import PostLink
from domain.post_reading import Absence, PostAsked, PostShown
from domain.post_schedule import next_look, next_try
from storage import audit, partnership_posts
from storage.models import Partnership, Post
from storage.transaction import Transaction

LEASE = dt.timedelta(minutes=10)
"""A post that a worker asks for is not asked for by others; after a crash, by the next."""
LONGEST_REASON = 300


def any_due(tx: Transaction, platforms: Collection[Platform]) -> list[Platform]:
    """Platforms that have a post to be asked for now."""
    found = tx.session.exec(
        select(Post.platform)
        .where(
            *_due(tx),
            col(Post.platform).in_([one.value for one in platforms]),
            col(Post.is_short).is_(False),
        )
        .distinct()
    )
    return [Platform(each) for each in found if each]


def take_due(tx: Transaction, platform: Platform, limit: int) -> list[PostAsked]:
    """Posts to ask for, the longest due first; nobody else asks for them meanwhile."""
    rows = tx.session.exec(
        select(Post)
        .where(
            *_due(tx),
            Post.platform == platform.value,
            col(Post.link_key).is_not(None),
            col(Post.is_short).is_(False),
        )
        .order_by(col(Post.next_read_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.next_read_at = tx.now + LEASE
        tx.session.add(row)
    return list({row.link_key: _asked(row, platform) for row in rows}.values())


def of_key(tx: Transaction, key: str) -> list[tuple[Post, Partnership]]:
    """Posts that are this one, each with its partnership, which nobody else changes meanwhile.

    Partnerships are locked first and by number, as whoever changes them does.
    """
    numbers = {post.partnership_id for post in partnership_posts.known_as(tx, key)}
    held = {
        row.id: row
        for row in tx.session.exec(
            select(Partnership)
            .where(Partnership.workspace_id == tx.workspace_id, col(Partnership.id).in_(numbers))
            .order_by(col(Partnership.id))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    posts = tx.session.exec(
        select(Post)
        .where(
            Post.workspace_id == tx.workspace_id,
            Post.link_key == key,
            col(Post.partnership_id).in_(held),
        )
        .order_by(col(Post.id))
        .execution_options(populate_existing=True)
    )
    return [(post, held[post.partnership_id]) for post in posts]


def seen(tx: Transaction, post: Post, shown: PostShown, day: dt.date) -> None:
    """The platform showed a post. day: on which it was published, where its owner is."""
    post.read_at, post.failures = tx.now, 0
    post.absent, post.absent_since = "", None
    post.native_id = shown.native_id or post.native_id
    post.account = shown.account or post.account
    if shown.published_at is not None:
        post.published_at = shown.published_at
        post.posted_on = day
    _look_again(tx, post)


def absent(tx: Transaction, post: Post, why: Absence, today: dt.date) -> bool:
    """The platform shows nothing of a post; figures stay. Says whether that is news."""
    news = post.absent != why.value
    if news:
        audit.record(
            tx, "change", "partnership", post.partnership_id,
            before={"post": post.absent or "live"},
            after={"post": why.value, "url": post.url},
        )  # fmt: skip
    post.absent_since = post.absent_since or today
    post.absent = why.value
    post.read_at, post.failures = tx.now, 0
    _look_again(tx, post)
    return news


def not_answered(tx: Transaction, keys: Collection[str], until: dt.datetime | None) -> None:
    """These could not be asked for now. until: when asking makes sense again, None = unknown."""
    rows = tx.session.exec(
        select(Post)
        .where(Post.workspace_id == tx.workspace_id, col(Post.link_key).in_(keys))
        .order_by(col(Post.id))
        .with_for_update()
    )
    for post in rows:
        post.failures += 1
        post.next_read_at = next_try(post.failures, tx.now, until)
        tx.session.add(post)


def judge(tx: Transaction, post: Post, said: Disclosure, person_id: int | None = None) -> bool:
    """Keep whether a post is disclosed; says whether that changes what was known.

    person_id: who said so, None = its text does. What a person said stands before a text that
    says nothing: a label of the platform or a spoken word is nothing we read.
    """
    if person_id is None and post.disclosure_by_id and said.verdict is not Verdict.DISCLOSED:
        return False
    if (post.disclosure, post.disclosure_by_id) == (said.verdict.value, person_id):
        post.disclosure_reason = said.reason[:LONGEST_REASON]
        tx.session.add(post)
        return False
    audit.record(
        tx, "change", "partnership", post.partnership_id,
        before={"disclosure": _in_words(post.disclosure)},
        after={"disclosure": _in_words(said.verdict), "url": post.url},
    )  # fmt: skip
    post.disclosure, post.disclosure_by_id = said.verdict.value, person_id
    post.disclosure_reason = said.reason[:LONGEST_REASON]
    tx.session.add(post)
    return True


def short_links(tx: Transaction, limit: int) -> list[Post]:
    """Posts behind short links that are to be followed now; nobody else follows them meanwhile."""
    rows = tx.session.exec(
        select(Post)
        .where(*_due(tx), col(Post.is_short))
        .order_by(col(Post.next_read_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.next_read_at = tx.now + LEASE
        tx.session.add(row)
    return list(rows)


def any_short_link(tx: Transaction) -> bool:
    """Whether a short link is to be followed now."""
    rows = tx.session.exec(select(Post.id).where(*_due(tx), col(Post.is_short)).limit(1))
    return rows.first() is not None


def followed(tx: Transaction, post: Post, link: PostLink) -> bool:
    """A short link leads to this post; False where its partnership has that already."""
    others = [
        one
        for one in partnership_posts.known_as(tx, link.key)
        if one.partnership_id == post.partnership_id and one.id != post.id
    ]
    if others:
        return False
    audit.record(
        tx, "change", "partnership", post.partnership_id,
        before={"posts": post.url}, after={"posts": link.url},
    )  # fmt: skip
    post.url, post.link_key, post.account = link.url, link.key, link.account
    post.platform = link.platform.value if link.platform else None
    post.is_short, post.failures, post.next_read_at = False, 0, tx.now
    tx.session.add(post)
    return True


def leads_nowhere(tx: Transaction, post: Post, today: dt.date) -> None:
    """A short link leads to no post: it is not followed again."""
    post.absent, post.absent_since, post.next_read_at = Absence.GONE.value, today, None
    tx.session.add(post)


def fill_in(tx: Transaction, limit: int) -> int:
    """Work out the keys of posts that were stored before there were any; gives how many."""
    rows: Sequence[Post] = tx.session.exec(
        select(Post)
        .where(Post.workspace_id == tx.workspace_id, col(Post.link_key).is_(None))
        .order_by(col(Post.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        link = partnership_posts.link_of(row.url)
        row.link_key = link.key if link else row.url
        row.next_read_at = tx.now
        if link is not None:
            row.platform = row.platform or (link.platform.value if link.platform else None)
            row.account = row.account or link.account
            row.is_short = link.short
        tx.session.add(row)
    return len(rows)


def any_to_fill_in(tx: Transaction) -> bool:
    """Whether `fill_in` has something to do."""
    rows = tx.session.exec(
        select(Post.id)
        .where(Post.workspace_id == tx.workspace_id, col(Post.link_key).is_(None))
        .limit(1)
    )
    return rows.first() is not None


def _due(tx: Transaction) -> list[ColumnElement[bool]]:
    return [
        col(Post.workspace_id) == tx.workspace_id,
        col(Post.next_read_at).is_not(None),
        col(Post.next_read_at) <= tx.now,
    ]


def _asked(post: Post, platform: Platform) -> PostAsked:
    return PostAsked(
        key=post.link_key or "",
        url=post.url,
        platform=platform,
        account=post.account,
        native_id=post.native_id,
    )


def _look_again(tx: Transaction, post: Post) -> None:
    since = post.published_at or _begin_of(post)
    post.next_read_at = next_look(since, tx.now, post.link_key or post.url)
    tx.session.add(post)


def _in_words(verdict: str | None) -> str | None:
    """ "not disclosed (too late)", as the record says it."""
    if verdict in (None, Verdict.DISCLOSED):
        return verdict
    return f"not disclosed ({verdict})" if verdict != Verdict.UNKNOWN else "not known"


def _begin_of(post: Post) -> dt.datetime:
    if post.posted_on is None:
        return post.created_at
    return dt.datetime.combine(post.posted_on, dt.time(12), dt.UTC)
