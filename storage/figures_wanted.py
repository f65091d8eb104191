"""Posts whose figures their owner is asked for."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, func, select

from domain.creator import Platform
from domain.figures_wanted import NEVER, SETTLES, are_wanted
from domain.goal import Goal
from domain.partnership import Stage
from domain.post_reading import Absence
from storage import post_results
from storage.models import Brief, Creator, Partnership, Post, Profile
from storage.transaction import Transaction


class Wanted(NamedTuple):
    """A post without new figures. who: "@anna"; brief: "" = none. newest: day of the last ones."""

    post: Post
    who: str
    brief: str
    goal: Goal | None
    newest: dt.date | None


def of_owner(
    tx: Transaction,
    person_id: int,
    hidden: Collection[int],
    told: Collection[Platform],
    today: dt.date,
) -> list[Wanted]:
    """Posts of this person's partnerships that want figures, the oldest first.

    Args:
        told: platforms that tell figures themselves, and of which they may be added up.
        today: the person's local day.
    """
    rows = tx.session.exec(
        select(Post, Creator.name, col(Profile.handle), Brief)
        .join(Partnership, col(Partnership.id) == col(Post.partnership_id))
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            *_asked_for(tx, told),
            Partnership.owner_id == person_id,
            or_(col(Partnership.brand_id).is_(None), col(Partnership.brand_id).not_in(hidden)),
        )
        .order_by(col(Post.id))
    ).all()
    newest = post_results.newest_counted(tx, [post.id or 0 for post, *_ in rows])
    found = []
    for post, name, handle, brief in rows:
        last = newest.get(post.id or 0)
        if are_wanted(post.posted_on or post.created_at.date(), last, today):
            who = f"@{handle}" if handle else name
            goal = Goal(brief.goal) if brief and brief.goal else None
            found.append(Wanted(post, who, brief.name if brief else "", goal, last))
    return found


def owners(tx: Transaction, told: Collection[Platform]) -> set[int]:
    """Row numbers of everybody who may have such a post."""
    oldest = tx.now - NEVER - dt.timedelta(days=1)
    posted = func.coalesce(col(Post.posted_on), func.date(col(Post.created_at)))
    found = tx.session.exec(
        select(Partnership.owner_id)
        .join(Post, col(Partnership.id) == col(Post.partnership_id))
        .where(
            *_asked_for(tx, told),
            col(Partnership.owner_id).is_not(None),
            posted >= oldest.date(),
            posted <= (tx.now - SETTLES + dt.timedelta(days=1)).date(),
        )
        .distinct()
    )
    return {number for number in found if number is not None}


def _asked_for(tx: Transaction, told: Collection[Platform]) -> list[ColumnElement[bool]]:
    """Live posts that no platform tells the figures of."""
    readable = [platform.value for platform in told]
    untold = or_(
        col(Post.platform).is_(None),
        col(Post.platform).not_in(readable),
        col(Post.absent) == Absence.CLOSED.value,
    )
    return [
        col(Post.workspace_id) == tx.workspace_id,
        col(Post.absent).in_(("", Absence.CLOSED.value)),
        col(Partnership.stage) != Stage.DECLINED.value,
        untold,
    ]
