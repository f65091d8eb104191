"""Whose figures are to be asked for again, and in which order."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, exists, func, or_
from sqlmodel import col, select

from domain.partnership import Stage, is_finished
from storage.live_accounts import JITTER, REFRESHED_AFTER
from storage.models import (
    Card,
    Creator,
    LiveAccount,
    Partnership,
    Profile,
    RecentPost,
    Shortlist,
    Snapshot,
)
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

RUNNING = tuple(stage.value for stage in Stage if not is_finished(stage))
SOON = dt.timedelta(days=2)
NEXT_TIME = REFRESHED_AFTER * (1 + JITTER) + SOON
"""By then an account will have been asked for again."""
LATER = 2
"""The rank of accounts that nothing presses."""


@dataclass(frozen=True)
class Due:
    """A profile whose figures are to be asked for again. native_id: "" = not known.

    with_posts: its posts are needed too: there is work under way with it, or none are known that
    may be kept until it is asked for again.
    """

    profile_id: int
    platform: str
    handle: str
    native_id: str = ""
    with_posts: bool = True


def due(tx: Transaction, platform: str, limit: int) -> list[Due]:
    """Profiles in the list that are due, those with work under way first, then the oldest.

    What a platform's terms want refreshed soon goes before all else.
    """
    asked_before = _asked_before(tx, platform, limit)
    return [*asked_before, *_never_asked(tx, platform, limit - len(asked_before))]


def _asked_before(tx: Transaction, platform: str, limit: int) -> list[Due]:
    in_work = col(Profile.creator_id).in_(_creators_in_work(tx))
    pressing = case((col(LiveAccount.refresh_by) <= tx.now + SOON, 0), (in_work, 1), else_=LATER)
    until = tx.now + NEXT_TIME
    lasting = exists().where(
        col(RecentPost.workspace_id) == tx.workspace_id,
        col(RecentPost.profile_id) == col(Profile.id),
        col(RecentPost.import_id).is_(None),
        or_(col(RecentPost.keep_until).is_(None), col(RecentPost.keep_until) > until),
    )
    oldest = func.coalesce(LiveAccount.seen_at, LiveAccount.refresh_at)
    rows = tx.session.exec(
        select(Profile.id, Profile.handle, LiveAccount.native_id, or_(pressing < LATER, ~lasting))
        .join(LiveAccount, col(LiveAccount.profile_id) == col(Profile.id))
        .join(Creator, col(Creator.id) == col(Profile.creator_id))
        .where(
            LiveAccount.workspace_id == tx.workspace_id,
            LiveAccount.platform == platform,
            col(LiveAccount.refresh_at) <= tx.now,
            col(Creator.found_on).is_(None),
        )
        .order_by(pressing, oldest, col(Profile.id))
        .limit(limit)
    )
    return [
        Due(number or 0, platform, handle, native, with_posts=bool(with_posts))
        for number, handle, native, with_posts in rows
    ]


def _never_asked(tx: Transaction, platform: str, limit: int) -> list[Due]:
    """Profiles from files, whose figures are old or undated: those in work before the others."""
    if limit <= 0:
        return []
    old = tx.now.date() - REFRESHED_AFTER
    query = (
        select(Profile.id, Profile.handle)
        .join(Creator, col(Creator.id) == col(Profile.creator_id))
        .where(
            Profile.workspace_id == tx.workspace_id,
            Profile.platform == platform,
            brought_openly(Profile.import_id, hidden_imports(tx)),
            col(Creator.found_on).is_(None),
            col(Creator.forgotten_at).is_(None),
            ~exists().where(col(LiveAccount.profile_id) == col(Profile.id)),
            ~exists().where(col(Snapshot.profile_id) == col(Profile.id), col(Snapshot.as_of) > old),
        )
        .order_by(col(Profile.id))
        .limit(limit)
    )
    in_work = tx.session.exec(query.where(col(Profile.creator_id).in_(_creators_in_work(tx)))).all()
    rows = dict(in_work)
    if len(rows) < limit:
        rows |= dict(tx.session.exec(query).all())
    return [Due(number or 0, platform, handle) for number, handle in list(rows.items())[:limit]]


def _creators_in_work(tx: Transaction) -> Any:
    """Creators on an open shortlist or in a partnership that runs."""
    running = select(Partnership.creator_id).where(
        Partnership.workspace_id == tx.workspace_id, col(Partnership.stage).in_(RUNNING)
    )
    on_cards = (
        select(Card.creator_id)
        .join(Shortlist, col(Shortlist.id) == col(Card.shortlist_id))
        .where(Card.workspace_id == tx.workspace_id, Shortlist.state == "open")
    )
    return running.union(on_cards)
