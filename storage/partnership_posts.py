"""Published posts of partnerships."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, or_
from sqlmodel import col, select

from domain.creator import Platform
from domain.post_link import MOST_POSTS, LinkError, PostLink, read_link
from storage import audit, forgotten_posts
from storage.models import Partnership, Post, Result
from storage.transaction import Transaction


class PostHasResults(Exception):
    """A post with results can't be taken off the record; `url` is its link."""

    def __init__(self, url: str) -> None:
        """Keep the link of the post."""
        super().__init__(url)
        self.url = url


def add(
    tx: Transaction,
    partnership: Partnership,
    url: str,
    platform: Platform | None,
    posted_on: dt.date | None = None,
) -> Post:
    """Add a published post; one that is known already is given back, with the day if it was new.

    Its platform is asked for it from now on (`storage.post_states`). Of somebody forgotten only
    what stands for the link is kept, and nobody is asked.
    """
    link = link_of(url)
    hidden = forgotten_posts.stand_in(tx, partnership, link.key if link else url)
    if hidden is not None:
        url, link, platform = hidden, None, platform or (link.platform if link else None)
    found = _post(tx, partnership, url)
    if found is not None:
        found.posted_on = found.posted_on or posted_on
        tx.session.add(found)
        return found
    of = platform or (link.platform if link else None)
    made = Post(
        workspace_id=tx.workspace_id,
        partnership_id=partnership.id or 0,
        platform=of.value if of else None,
        url=link.url if link else url,
        link_key=link.key if link else url,
        account=link.account if link else "",
        is_short=bool(link and link.short),
        posted_on=posted_on,
        next_read_at=tx.now if hidden is None else None,
        created_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    _note(tx, partnership, None, url)
    return made


def of_partnerships(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, list[Post]]:
    """Published posts by partnership, in the order in which they were logged."""
    return grouped(tx, Post, partnership_ids)


def remove(tx: Transaction, partnership: Partnership, url: str) -> None:
    """Take a post off a partnership; of one that is not there nothing is said.

    Raises:
        PostHasResults: results were logged for it.
    """
    found = _post(tx, partnership, url)
    if found is None:
        return
    measured = tx.session.exec(
        select(Result.id).where(Result.workspace_id == tx.workspace_id, Result.post_id == found.id)
    ).first()
    if measured is not None:
        raise PostHasResults(url)
    tx.session.execute(
        delete(Post).where(col(Post.workspace_id) == tx.workspace_id, col(Post.id) == found.id)
    )
    _note(tx, partnership, url, None)


def grouped(tx: Transaction, model: Any, partnership_ids: Collection[int]) -> dict[int, list[Any]]:
    """Rows that hang on partnerships, by partnership, oldest first."""
    found: dict[int, list[Any]] = {number: [] for number in partnership_ids}
    rows = tx.session.exec(
        select(model)
        .where(
            model.workspace_id == tx.workspace_id, col(model.partnership_id).in_(partnership_ids)
        )
        .order_by(col(model.id))
    )
    for row in rows:
        found[row.partnership_id].append(row)
    return found


def link_of(url: str) -> PostLink | None:
    """A stored link, read; None where it is none, as of rows that a file's codes made."""
    try:
        return read_link(url)
    except LinkError:
        return None


def is_full(tx: Transaction, partnership: Partnership, url: str) -> bool:
    """Whether a partnership holds as many posts as it can, and this is none of them."""
    count = len(of_partnerships(tx, [partnership.id or 0])[partnership.id or 0])
    return count >= MOST_POSTS and _post(tx, partnership, url) is None


def known_as(tx: Transaction, key: str) -> list[Post]:
    """Posts of all partnerships that are this one (`domain.post_link`), the oldest first."""
    return list(
        tx.session.exec(
            select(Post)
            .where(Post.workspace_id == tx.workspace_id, Post.link_key == key)
            .order_by(col(Post.id))
        )
    )


def get(tx: Transaction, post_id: int) -> Post | None:
    """The post with this number."""
    return tx.session.exec(
        select(Post).where(Post.workspace_id == tx.workspace_id, Post.id == post_id)
    ).one_or_none()


def _post(tx: Transaction, partnership: Partnership, url: str) -> Post | None:
    """The post behind a link, however it was written when it was stored."""
    link = link_of(url)
    same = [col(Post.url) == url]
    if link is not None:
        same += [col(Post.url) == link.url, col(Post.link_key) == link.key]
    return tx.session.exec(
        select(Post)
        .where(
            Post.workspace_id == tx.workspace_id,
            Post.partnership_id == partnership.id,
            or_(*same),
        )
        .order_by(col(Post.id))
    ).first()


def _note(tx: Transaction, partnership: Partnership, before: str | None, after: str | None) -> None:
    number = partnership.id or 0
    audit.record(
        tx, "change", "partnership", number, before={"posts": before}, after={"posts": after}
    )
