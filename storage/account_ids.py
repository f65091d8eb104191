"""Profiles by the platform's own id of their account: a list may name a channel by either."""

from collections.abc import Collection, Iterable

from sqlmodel import col, select

from domain.handle import is_account_id
from storage.models import LiveAccount, Profile
from storage.snapshots import CHUNK
from storage.transaction import Transaction

Key = tuple[str, str]
"""(platform, id of the account)."""


def find(tx: Transaction, keys: Iterable[Key]) -> dict[Key, int]:
    """Numbers of the profiles that are known to be these accounts; keys of handles lead nowhere."""
    wanted = {key for key in keys if is_account_id(*key)}
    ids, found = sorted({number for _, number in wanted}), {}
    for start in range(0, len(ids), CHUNK):
        rows = tx.session.exec(
            select(LiveAccount.platform, LiveAccount.native_id, LiveAccount.profile_id).where(
                LiveAccount.workspace_id == tx.workspace_id,
                col(LiveAccount.platform).in_(sorted({platform for platform, _ in wanted})),
                col(LiveAccount.native_id).in_(ids[start : start + CHUNK]),
            )
        )
        found.update({(p, i): number for p, i, number in rows if (p, i) in wanted})
    return found


def of(tx: Transaction, profile_ids: Collection[int]) -> dict[int, Key]:
    """The accounts that these profiles are, where a list may name them by their ids."""
    rows = tx.session.exec(
        select(LiveAccount.profile_id, LiveAccount.platform, LiveAccount.native_id).where(
            LiveAccount.workspace_id == tx.workspace_id,
            col(LiveAccount.profile_id).in_(sorted(profile_ids)),
        )
    )
    return {number: (on, own) for number, on, own in rows if is_account_id(on, own)}


def still_there(tx: Transaction, accounts: Collection[Key]) -> list[Key]:
    """Those of these accounts (platform, own id) that are stored and not known to be gone."""
    wanted = set(accounts)
    rows = tx.session.exec(
        select(LiveAccount.platform, LiveAccount.native_id).where(
            LiveAccount.workspace_id == tx.workspace_id,
            col(LiveAccount.native_id).in_(sorted({number for _, number in wanted})),
            col(LiveAccount.gone_since).is_(None),
        )
    )
    return sorted(wanted & set(rows))


def profile_of(tx: Transaction, platform: str, native_id: str) -> Profile | None:
    """The profile that is this account of a platform."""
    return tx.session.exec(
        select(Profile)
        .join(LiveAccount, col(LiveAccount.profile_id) == col(Profile.id))
        .where(
            LiveAccount.workspace_id == tx.workspace_id,
            LiveAccount.platform == platform,
            LiveAccount.native_id == native_id,
        )
    ).first()
