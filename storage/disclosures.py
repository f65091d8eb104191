"""How many live posts say that they are advertising: by brief, brand and time."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import col, select

from domain.disclosure import Verdict
from domain.disclosure_count import DisclosureCount
from storage.models import Partnership, Post
from storage.partnerships import seen
from storage.transaction import Transaction

_NOT_DISCLOSED = (Verdict.MISSING.value, Verdict.TOO_LATE.value, Verdict.REFUSED.value)


class _Live(NamedTuple):
    """A post that is there. day: on which it went live or, where that is unknown, was logged."""

    partnership_id: int
    verdict: str
    day: dt.date


def count(
    tx: Transaction,
    *,
    brief_ids: Collection[int] | None = None,
    brand_ids: Collection[int] | None = None,
    partnership_ids: Collection[int] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    hidden: Collection[int] = (),
) -> DisclosureCount:
    """How many live posts are disclosed, are not, and were not looked at.

    Args:
        brief_ids, brand_ids, partnership_ids: only theirs; None = of all.
        since, until: only posts that went live (where that is unknown: were logged) on these
            days, both included; None = open.
        hidden: brands that whoever asks may not see.
    """
    tally: Counter[str] = Counter()
    for post in _posts(tx, brief_ids, brand_ids, partnership_ids, hidden):
        if (since is None or post.day >= since) and (until is None or post.day <= until):
            tally[post.verdict] += 1
    return DisclosureCount.of(tally)


def by_partnership(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, DisclosureCount]:
    """The same for each of these partnerships."""
    tallies: dict[int, Counter[str]] = defaultdict(Counter)
    for post in _posts(tx, None, None, partnership_ids, ()):
        tallies[post.partnership_id][post.verdict] += 1
    return {number: DisclosureCount.of(tallies[number]) for number in partnership_ids}


def to_alert(tx: Transaction) -> list[int]:
    """Posts that are live and not disclosed, of which nobody was told yet."""
    rows = tx.session.exec(
        select(Post.id)
        .join(Partnership, col(Partnership.id) == col(Post.partnership_id))
        .where(
            Post.workspace_id == tx.workspace_id,
            col(Post.disclosure).in_(_NOT_DISCLOSED),
            col(Post.disclosure_by_id).is_(None),
            col(Post.alerted_at).is_(None),
            Post.absent == "",
        )
        .order_by(col(Post.id))
    )
    return [number for number in rows if number is not None]


def _posts(
    tx: Transaction,
    brief_ids: Collection[int] | None,
    brand_ids: Collection[int] | None,
    partnership_ids: Collection[int] | None,
    hidden: Collection[int],
) -> list[_Live]:
    asked = [
        column.in_(numbers)
        for column, numbers in (
            (col(Partnership.brief_id), brief_ids),
            (col(Partnership.brand_id), brand_ids),
            (col(Partnership.id), partnership_ids),
        )
        if numbers is not None
    ]
    rows = tx.session.execute(
        select(
            col(Post.partnership_id),
            col(Post.disclosure),
            col(Post.posted_on),
            col(Post.created_at),
        )
        .join(Partnership, col(Partnership.id) == col(Post.partnership_id))
        .where(Post.workspace_id == tx.workspace_id, Post.absent == "", seen(hidden), *asked)
    )
    return [
        _Live(number, verdict or Verdict.UNKNOWN.value, posted_on or logged_at.date())
        for number, verdict, posted_on, logged_at in rows
    ]
