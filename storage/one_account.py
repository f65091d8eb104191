"""Two profiles that prove to be one account of a platform, by the platform's own word.

A file had it by its id and another by its handle, or by a handle that it has no more. What is
known of both is one profile's from then on. That is no question of who a person is, so it is not
undone when people are separated.
"""

from sqlalchemy import Table, delete, update
from sqlmodel import SQLModel, col, select

from domain.handle import is_account_id
from domain.niche import Vocabulary
from storage import audit, index, jobs, merging, profile_links, profile_pairs, profile_store
from storage.models import LiveAccount, Profile, ProfilePair, RecentPost
from storage.transaction import Transaction

JOB = "one_account.fold"
ITS_OWN = frozenset({"live_accounts", "profile_links", "profile_pairs"})
"""Tables of which the profile that stays has its own rows; those of all others go over to it."""


def ask(tx: Transaction, stays: int, goes: int) -> None:
    """Have two profiles made one, in a transaction of its own: creators are locked for it."""
    key = f"{JOB}:{stays}:{goes}:{tx.now.isoformat()}"
    jobs.add(tx, JOB, key, {"stays": stays, "goes": goes})


def moved_tables() -> list[Table]:
    """The tables whose rows go over to the profile that stays."""
    return [
        table
        for table in SQLModel.metadata.sorted_tables
        if table.name not in ITS_OWN
        and any(key.column.table.name == "profiles" for key in table.foreign_keys)
    ]


def fold(tx: Transaction, stays: int, goes: int, vocabulary: Vocabulary) -> None:
    """Make two profiles of one creator one; the second is not there any more.

    For the transaction in which their creators were locked (`merging`).
    """
    gone = tx.session.exec(
        select(Profile).where(Profile.workspace_id == tx.workspace_id, Profile.id == goes)
    ).one()
    _leave_same_posts(tx, stays, goes)
    for table in moved_tables():
        tx.session.execute(
            update(table)
            .where(table.c.workspace_id == tx.workspace_id, table.c.profile_id == goes)
            .values(profile_id=stays)
        )
    _keep_refusals(tx, stays, goes)
    _keep_handle(tx, stays, gone)
    merging.settle_folded(tx, gone.creator_id, goes)
    audit.record(tx, "fold", "profile", stays, before={"handle": gone.handle, "profile": goes})
    profile_store.forget_rows(tx, [goes])
    tx.session.delete(gone)
    tx.session.flush()
    tx.session.expire_all()
    profile_store.reindex(tx, [stays], vocabulary, index.pools(tx))
    profile_links.ask(tx, [stays])


def _leave_same_posts(tx: Transaction, stays: int, goes: int) -> None:
    """A post that both have is the one that stays'."""
    of = col(RecentPost.workspace_id) == tx.workspace_id
    there = select(RecentPost.url).where(of, col(RecentPost.profile_id) == stays)
    tx.session.execute(
        delete(RecentPost)
        .where(of, col(RecentPost.profile_id) == goes, col(RecentPost.url).in_(there))
        .execution_options(synchronize_session=False)
    )


def _keep_refusals(tx: Transaction, stays: int, goes: int) -> None:
    """Whom people said not to be the one is not the other either."""
    either = (col(ProfilePair.first_id) == goes) | (col(ProfilePair.second_id) == goes)
    pairs = tx.session.exec(
        select(ProfilePair).where(
            ProfilePair.workspace_id == tx.workspace_id,
            ProfilePair.state == profile_pairs.REFUSED,
            either,
        )
    ).all()
    for pair in pairs:
        other = pair.second_id if pair.first_id == goes else pair.first_id
        if other != stays:
            profile_pairs.refuse(tx, stays, other, pair.person_id)


def _keep_handle(tx: Transaction, stays: int, gone: Profile) -> None:
    """A handle that the account had before stays known."""
    if is_account_id(gone.platform, gone.handle_key):
        return
    row = tx.session.exec(
        select(LiveAccount).where(
            LiveAccount.workspace_id == tx.workspace_id, LiveAccount.profile_id == stays
        )
    ).one_or_none()
    if row is not None and gone.handle not in row.former_handles:
        row.former_handles = [*row.former_handles, gone.handle]
        tx.session.add(row)
