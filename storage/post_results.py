"""Figures of posts: those that platforms showed, until when they may be kept, who logged what."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import col, select

from domain.post_reading import PostShown
from domain.results import Reading, Totals, is_correction, is_on_record
from storage import results
from storage.models import Partnership, Person, Post, Result
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports


def record_shown(
    tx: Transaction, partnership: Partnership, post: Post, shown: PostShown, today: dt.date
) -> results.Recorded:
    """Add the figures that a platform shows; the partnership must be locked.

    today: the day where its owner is. What the record says of that day already is not added.
    """
    if shown.totals == Totals():
        return results.Recorded(stored=False)
    earlier = of_posts(tx, [post.id or 0]).get(post.id or 0, [])
    new = Reading(as_of=today, recorded_at=tx.now, totals=shown.totals)
    if is_on_record(earlier, new):
        return results.Recorded(stored=False)
    tx.session.add(
        Result(
            workspace_id=tx.workspace_id,
            partnership_id=partnership.id or 0,
            post_id=post.id,
            as_of=today,
            recorded_at=tx.now,
            source=shown.source,
            keep_until=shown.keep_until,
            **results.columns_of(shown.totals),
        )
    )
    tx.session.flush()
    return results.Recorded(stored=True, corrects=is_correction(earlier, new))


def of_posts(tx: Transaction, post_ids: Collection[int]) -> results.Readings:
    """All figures of posts, also those that may be shown but not added up, oldest first."""
    found: results.Readings = defaultdict(list)
    rows = tx.session.exec(
        select(Result)
        .where(
            Result.workspace_id == tx.workspace_id,
            col(Result.post_id).in_(post_ids),
            brought_openly(Result.import_id, hidden_imports(tx)),
        )
        .order_by(col(Result.id))
    )
    for row in rows:
        found[row.post_id or 0].append(results.reading_of(row))
    return found


def newest_counted(tx: Transaction, post_ids: Collection[int]) -> dict[int, dt.date]:
    """By post: the day of the newest figures that may be added up."""
    rows = tx.session.exec(
        select(col(Result.post_id), col(Result.as_of)).where(
            Result.workspace_id == tx.workspace_id,
            col(Result.post_id).in_(post_ids),
            col(Result.source).not_in(tx.underived),
            brought_openly(Result.import_id, hidden_imports(tx)),
        )
    )
    found: dict[int, dt.date] = {}
    for post_id, day in rows:
        found[post_id or 0] = max(day, found.get(post_id or 0, day))
    return found


def first_to_say(
    tx: Transaction, partnership_id: int, post_id: int | None, day: dt.date
) -> tuple[str, dt.datetime] | None:
    """Who logged the newest figures of a day, and when; None where no person did."""
    row = tx.session.exec(
        select(Person.name, Result.recorded_at)
        .join(Person, col(Person.id) == col(Result.person_id))
        .where(
            Result.workspace_id == tx.workspace_id,
            Result.partnership_id == partnership_id,
            Result.post_id == post_id,
            Result.as_of == day,
        )
        .order_by(col(Result.id).desc())
    ).first()
    return (row[0], row[1]) if row else None


def delete_expired(tx: Transaction, limit: int) -> int:
    """Delete figures whose platform's terms end; gives how many."""
    rows = tx.session.exec(
        select(Result.id)
        .where(
            Result.workspace_id == tx.workspace_id,
            col(Result.keep_until).is_not(None),
            col(Result.keep_until) <= tx.now,
        )
        .limit(limit)
    ).all()
    tx.session.execute(
        delete(Result).where(col(Result.workspace_id) == tx.workspace_id, col(Result.id).in_(rows))
    )
    return len(rows)
