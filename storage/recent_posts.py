"""Posts of profiles with their counts: the newest thirty, as platforms and files told them."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from domain.creator import ToldPost
from domain.forecast import MOST_POSTS
from domain.look_up import Account, PostSeen
from domain.prepared import Prepared
from storage import bulk, profiles
from storage.bulk import table_of
from storage.models import Profile, RecentPost
from storage.snapshots import CHUNK
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

_COLUMNS = (
    "workspace_id",
    "profile_id",
    "import_id",
    "url",
    "published_at",
    "views",
    "likes",
    "comments",
    "shares",
    "source",
    "may_derive",
    "seen_at",
    "keep_until",
)
_LONGEST_URL = 2_000


@dataclass(frozen=True)
class Known:
    """Recent posts of a profile, the newest first; only those that may be worked with.

    sources: who told them. keep_until: when the first of them must be gone, None = no rule.
    """

    posts: tuple[PostSeen, ...] = ()
    sources: tuple[str, ...] = ()
    keep_until: dt.datetime | None = None


def store_shown(tx: Transaction, shown: Mapping[int, Account]) -> None:
    """Keep the posts that platforms show of profiles; those seen before have their newer counts.

    Of each profile the newest thirty are kept.
    """
    with_posts = {number: one for number, one in shown.items() if one.posts}
    before = _rows(tx, list(with_posts), openly=False, shown_only=True)
    gone: list[int] = []
    added: list[tuple[Any, ...]] = []
    for number, account in with_posts.items():
        said = {one.url[:_LONGEST_URL]: one for one in account.posts}
        known = {row.url: row for row in before[number]}
        keep = set(_newest([*said.values(), *(_seen(known[u]) for u in known if u not in said)]))
        gone += [row.id or 0 for url, row in known.items() if url in said or url not in keep]
        source = account.snapshot.source
        more = (source, account.may_derive, tx.now, account.keep_until)
        added += [_row(tx, number, None, said[url], more) for url in said if url in keep]
    for start in range(0, len(gone), CHUNK):
        _delete(tx, col(RecentPost.id).in_(gone[start : start + CHUNK]))
    bulk.insert_rows(tx, RecentPost, _COLUMNS, added)


def keep_told(tx: Transaction, found: Sequence[Prepared], import_id: int) -> None:
    """Keep posts that a file told, of profiles that are stored; done again, none is there twice."""
    with_posts = [one for one in found if one.posts]
    ids = profiles.find_keys(tx, [one.key for one in with_posts])
    numbers = sorted(ids.values())
    for start in range(0, len(numbers), CHUNK):
        mine = col(RecentPost.profile_id).in_(numbers[start : start + CHUNK])
        _delete(tx, mine, col(RecentPost.import_id) == import_id)
    rows = []
    for one in with_posts:
        said = [_told(post) for post in one.told_posts]
        more = (one.source, True, tx.now, None)
        rows += [_row(tx, ids[one.key], import_id or None, post, more) for post in said]
    bulk.insert_rows(tx, RecentPost, _COLUMNS, rows)


def of_profiles(tx: Transaction, profile_ids: Collection[int]) -> dict[int, Known]:
    """What posts of profiles brought; where two told the same post, whoever saw it last."""
    found = {}
    for number, rows in _rows(tx, list(profile_ids), openly=True).items():
        usable = [row for row in rows if row.may_derive and row.source not in tx.underived]
        by_url = {row.url: row for row in usable}  # the last seen comes last
        chosen = [by_url[url] for url in _newest([_seen(row) for row in by_url.values()])]
        ends = [row.keep_until for row in chosen if row.keep_until is not None]
        found[number] = Known(
            posts=tuple(_seen(row) for row in chosen),
            sources=tuple(sorted({row.source for row in chosen})),
            keep_until=min(ends, default=None),
        )
    return found


def delete_expired(tx: Transaction, limit: int) -> int:
    """Delete posts whose platform's terms end their keeping; gives how many."""
    return _delete_some(tx, limit, col(RecentPost.keep_until) <= tx.now)


def forget_shown(tx: Transaction, profile: Profile) -> None:
    """Delete all posts that its platform showed of a profile; what files told stays."""
    mine = col(RecentPost.profile_id) == profile.id
    _delete(tx, mine, col(RecentPost.import_id).is_(None))


def take_back(tx: Transaction, import_id: int, limit: int) -> int:
    """Delete posts that an import brought, at most `limit`; gives how many."""
    return _delete_some(tx, limit, col(RecentPost.import_id) == import_id)


def _rows(
    tx: Transaction, profile_ids: Sequence[int], *, openly: bool, shown_only: bool = False
) -> dict[int, list[Any]]:
    """Rows by profile, those seen last at the end: plain ones, for there may be thousands."""
    found: dict[int, list[Any]] = {number: [] for number in profile_ids}
    hidden = hidden_imports(tx) if openly else []
    columns: list[Any] = list(table_of(RecentPost).c)
    for start in range(0, len(profile_ids), CHUNK):
        query = (
            select(*columns)
            .where(
                col(RecentPost.workspace_id) == tx.workspace_id,
                col(RecentPost.profile_id).in_(profile_ids[start : start + CHUNK]),
                brought_openly(RecentPost.import_id, hidden),
            )
            .order_by(col(RecentPost.seen_at), col(RecentPost.id))
        )
        if shown_only:
            query = query.where(col(RecentPost.import_id).is_(None))
        for row in tx.session.execute(query):
            found[row.profile_id].append(row)
    return found


def _newest(posts: Collection[PostSeen]) -> list[str]:
    """Addresses of the newest thirty, the newest first; undated ones come last."""
    dated = sorted(
        (one for one in posts if one.published_at is not None),
        key=lambda one: one.published_at or dt.datetime.min.replace(tzinfo=dt.UTC),
        reverse=True,
    )
    undated = [one for one in posts if one.published_at is None]
    return [one.url[:_LONGEST_URL] for one in (*dated, *undated)][:MOST_POSTS]


def _row(
    tx: Transaction, profile_id: int, import_id: int | None, post: PostSeen, more: tuple[Any, ...]
) -> tuple[Any, ...]:
    counts = (post.views, post.likes, post.comments, post.shares)
    url, at = post.url[:_LONGEST_URL], post.published_at
    return (tx.workspace_id, profile_id, import_id, url, at, *counts, *more)


def _told(post: ToldPost) -> PostSeen:
    day = post.posted_on
    return PostSeen(
        url=post.url,
        published_at=dt.datetime.combine(day, dt.time(), dt.UTC) if day else None,
        views=post.views,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
    )


def _seen(row: Any) -> PostSeen:
    return PostSeen(
        url=row.url,
        published_at=row.published_at,
        views=row.views,
        likes=row.likes,
        comments=row.comments,
        shares=row.shares,
    )


def _delete(tx: Transaction, *conditions: Any) -> None:
    tx.session.execute(
        delete(RecentPost)
        .where(col(RecentPost.workspace_id) == tx.workspace_id, *conditions)
        .execution_options(synchronize_session=False)
    )


def _delete_some(tx: Transaction, limit: int, condition: Any) -> int:
    numbers = tx.session.exec(
        select(RecentPost.id)
        .where(RecentPost.workspace_id == tx.workspace_id, condition)
        .limit(limit)
    ).all()
    if numbers:
        _delete(tx, col(RecentPost.id).in_(numbers))
    return len(numbers)
