"""Published posts of partnerships."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from domain.creator import Platform
from storage import audit
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
    """Add a published post; one that is known already is given back as it is."""
    found = _post(tx, partnership, url)
    if found is not None:
        return found
    made = Post(
        workspace_id=tx.workspace_id,
        partnership_id=partnership.id or 0,
        platform=platform.value if platform else None,
        url=url,
        posted_on=posted_on,
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


def _post(tx: Transaction, partnership: Partnership, url: str) -> Post | None:
    return tx.session.exec(
        select(Post).where(
            Post.workspace_id == tx.workspace_id,
            Post.partnership_id == partnership.id,
            Post.url == url,
        )
    ).one_or_none()


def _note(tx: Transaction, partnership: Partnership, before: str | None, after: str | None) -> None:
    number = partnership.id or 0
    audit.record(
        tx, "change", "partnership", number, before={"posts": before}, after={"posts": after}
    )
