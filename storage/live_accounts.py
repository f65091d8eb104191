"""Accounts as platforms show them: stored with what they are on the platform, and followed."""

import datetime as dt
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col, select

from domain.forgetting import account_key
from domain.handle import handle_key, is_account_id
from domain.look_up import Account
from domain.niche import Vocabulary
from domain.prepared import Prepared
from storage import (
    audit,
    forgotten_keys,
    one_account,
    profile_links,
    profile_store,
    profiles,
    recent_posts,
)
from storage.index import Pools
from storage.models import Creator, LiveAccount, Profile, Snapshot
from storage.transaction import Transaction

REFRESHED_AFTER = dt.timedelta(days=7)
GONE_ASKED_AFTER = dt.timedelta(days=30)
JITTER = 0.2
"""Times to ask again are spread by this share either way, so that they don't come all at once."""


@dataclass(frozen=True)
class PreparedAccount:
    """An account with the slow part of storing done."""

    account: Account
    prepared: Prepared


def prepare(
    accounts: Iterable[Account], vocabulary: Vocabulary, pools: Pools
) -> list[PreparedAccount]:
    """Do the slow part of storing, outside any transaction; of one profile the first counts."""
    unlike: dict[profiles.Key, Account] = {}
    for account in accounts:
        unlike.setdefault(profiles.key_of(account.snapshot), account)
    said = [
        one.snapshot.model_copy(update={"may_derive": one.may_derive}) for one in unlike.values()
    ]
    made = profile_store.prepare(said, vocabulary, pools)
    return [PreparedAccount(*pair) for pair in zip(unlike.values(), made, strict=True)]


def store(
    tx: Transaction,
    found: Sequence[PreparedAccount],
    vocabulary: Vocabulary,
    pools: Pools,
    look_up_id: int | None = None,
) -> list[int]:
    """Add what platforms show of accounts; gives the profiles' ids, in the same order.

    People whom the team has forgotten are left out.

    An account that changed its handle stays the same profile. Creators that are new here are
    marked as found there, not as in the list. An account at whose handle another one was before
    is left out until that one has been asked for.
    """
    profile_store.take_turn(tx)
    found = _remembered(tx, found)
    accounts = [one.account for one in found]
    known, listed = _by_native_id(tx, accounts), _listed_by_id(tx, accounts)
    for account in accounts:
        _follow(tx, account, known.get(_native(account)))
        _take_handle(tx, account, listed.get(_native(account)))
    ids = profiles.find_keys(tx, [one.prepared.key for one in found])
    followed = of_profiles(tx, ids.values())
    ours = [one for one in found if not _is_another(one, followed.get(ids.get(one.prepared.key)))]
    done = profile_store.store_prepared(tx, [one.prepared for one in ours], vocabulary, pools)
    profile_links.ask(tx, [*done.created, *done.changed])
    ids |= profiles.find_keys(tx, [one.prepared.key for one in ours])
    platforms = {ids[one.prepared.key]: one.account.snapshot.platform for one in ours}
    _mark_found(tx, done.created, platforms)
    for one in ours:
        number = ids[one.prepared.key]
        created = look_up_id if number in done.created else None
        _tie(tx, one.account, number, followed.get(number), created)
    recent_posts.store_shown(tx, {ids[one.prepared.key]: one.account for one in ours})
    return [ids[one.prepared.key] for one in ours]


def of_profiles(tx: Transaction, profile_ids: Collection[int]) -> dict[int | None, LiveAccount]:
    """What ties these profiles to their platforms, by profile."""
    rows = tx.session.exec(
        select(LiveAccount).where(
            LiveAccount.workspace_id == tx.workspace_id,
            col(LiveAccount.profile_id).in_(sorted(profile_ids)),
        )
    )
    return {row.profile_id: row for row in rows}


def of_profile(tx: Transaction, profile_id: int) -> LiveAccount | None:
    """What ties a profile to its platform."""
    return of_profiles(tx, [profile_id]).get(profile_id)


def brought_by(tx: Transaction, look_up_id: int, profile_ids: Collection[int]) -> set[int]:
    """Those of these profiles that a look-up first brought."""
    rows = tx.session.exec(
        select(LiveAccount.profile_id).where(
            LiveAccount.workspace_id == tx.workspace_id,
            LiveAccount.look_up_id == look_up_id,
            col(LiveAccount.profile_id).in_(sorted(profile_ids)),
        )
    )
    return set(rows)


def mark_gone(tx: Transaction, profile: Profile, *, opted_out: bool = False) -> None:
    """The platform shows no such account; it is asked again in a month.

    Only one that it showed before is said to be gone: some platforms show some accounts to nobody.
    opted_out: it is there, and asks not to be shown.
    """
    row = _row_of(tx, profile)
    if row.seen_at is not None and row.gone_since is None:
        row.gone_since = tx.now
        why = {"handle": profile.handle, "opted_out": opted_out}
        audit.record(tx, "gone", "profile", profile.id or 0, after=why)
    row.refresh_at = _later(tx.now, GONE_ASKED_AFTER, row.native_id or profile.handle_key)
    tx.session.add(row)


def release_handle(tx: Transaction, profile: Profile, row: LiveAccount) -> None:
    """Another account has this profile's handle now: the profile keeps it in name only."""
    before = {"handle_key": profile.handle_key}
    profile.handle_key = f"{profile.handle_key} {row.native_id}"  # no handle has a space
    tx.session.add(profile)
    audit.record(tx, "release", "profile", profile.id or 0, before=before)
    tx.session.flush()


def put_off(tx: Transaction, profile_id: int, platform: str, after: dt.timedelta) -> None:
    """Don't ask for this one again before a while, where it is due still."""
    row = of_profile(tx, profile_id) or LiveAccount(
        workspace_id=tx.workspace_id, profile_id=profile_id, platform=platform, refresh_at=tx.now
    )
    if row.refresh_at <= tx.now:
        row.refresh_at = tx.now + after
        tx.session.add(row)


def keep(tx: Transaction, creator_ids: Collection[int]) -> list[int]:
    """Creators that look-ups found join the list; gives those that were not in it."""
    found = tx.session.exec(
        select(Creator).where(
            Creator.workspace_id == tx.workspace_id,
            col(Creator.id).in_(sorted(creator_ids)),
            col(Creator.found_on).is_not(None),
        )
    ).all()
    for creator in found:
        before = {"found_on": creator.found_on}
        creator.found_on = None
        tx.session.add(creator)
        audit.record(tx, "keep", "creator", creator.id or 0, before=before)
    return [creator.id for creator in found if creator.id is not None]


def _remembered(tx: Transaction, found: Sequence[PreparedAccount]) -> list[PreparedAccount]:
    kept = forgotten_keys.without(tx, [one.prepared for one in found])
    keys = {one.key for one in kept}
    by_id = {
        one.prepared.key: account_key(*_native(one.account))
        for one in found
        if one.account.native_id
    }
    gone = forgotten_keys.among(tx, by_id.values())
    return [
        one for one in found if one.prepared.key in keys and by_id.get(one.prepared.key) not in gone
    ]


def _row_of(tx: Transaction, profile: Profile) -> LiveAccount:
    return of_profile(tx, profile.id or 0) or LiveAccount(
        workspace_id=tx.workspace_id,
        profile_id=profile.id or 0,
        platform=profile.platform,
        refresh_at=tx.now,
    )


def _native(account: Account) -> tuple[str, str]:
    return account.snapshot.platform.value, account.native_id


def _by_native_id(
    tx: Transaction, accounts: Sequence[Account]
) -> dict[tuple[str, str], tuple[LiveAccount, Profile]]:
    ids = sorted({one.native_id for one in accounts if one.native_id})
    rows = tx.session.exec(
        select(LiveAccount, Profile)
        .join(Profile, col(Profile.id) == col(LiveAccount.profile_id))
        .where(LiveAccount.workspace_id == tx.workspace_id, col(LiveAccount.native_id).in_(ids))
    )
    return {(row.platform, row.native_id): (row, profile) for row, profile in rows}


def _listed_by_id(tx: Transaction, accounts: Sequence[Account]) -> dict[tuple[str, str], Profile]:
    """Profiles of which the list knows the account's id, and takes it for the handle."""
    ids = [_native(one) for one in accounts if is_account_id(*_native(one))]
    rows = tx.session.exec(
        select(Profile).where(
            Profile.workspace_id == tx.workspace_id,
            col(Profile.handle_key).in_(sorted({number for _, number in ids})),
        )
    )
    return {(row.platform, row.handle_key): row for row in rows}


def _follow(tx: Transaction, account: Account, known: tuple[LiveAccount, Profile] | None) -> None:
    """An account that goes by another handle now keeps its profile under the new one."""
    if known is None:
        return
    row, profile = known
    handle, key = account.snapshot.handle, handle_key(account.snapshot.handle)
    if profile.handle_key == key:
        return
    there = profiles.find_keys(tx, [(profile.platform, key)]).get((profile.platform, key))
    if there is not None and there != profile.id:
        row.native_id = ""  # the list has it under its new handle as well: that one is followed
        mark_gone(tx, profile)
        tx.session.flush()
        one_account.ask(tx, there, profile.id or 0)
        return
    row.former_handles = [*row.former_handles, profile.handle]
    tx.session.add(row)
    _rename(tx, profile, handle)


def _take_handle(tx: Transaction, account: Account, profile: Profile | None) -> None:
    """A profile that the list has by its account's id takes the handle of the account.

    Where another profile has that handle, both are one account: they become one profile.
    """
    handle = account.snapshot.handle
    if profile is None or handle_key(handle) == profile.handle_key:
        return
    key = (profile.platform, handle_key(handle))
    there = profiles.find_keys(tx, [key]).get(key)
    if there is None:
        _rename(tx, profile, handle)
    else:
        one_account.ask(tx, there, profile.id or 0)


def _rename(tx: Transaction, profile: Profile, handle: str) -> None:
    audit.record(
        tx, "rename", "profile", profile.id or 0,
        before={"handle": profile.handle}, after={"handle": handle},
    )  # fmt: skip
    profile.handle, profile.handle_key = handle, handle_key(handle)
    tx.session.add(profile)
    tx.session.flush()


def _is_another(one: PreparedAccount, followed: LiveAccount | None) -> bool:
    """Whether the profile of that handle belongs to another account of the platform."""
    if followed is None or not followed.native_id or not one.account.native_id:
        return False
    return followed.native_id != one.account.native_id


def _mark_found(tx: Transaction, created: Collection[int], platforms: Mapping[int, str]) -> None:
    for platform in sorted(set(platforms.values())):
        theirs = [number for number in created if platforms[number] == platform]
        owners = select(col(Profile.creator_id)).where(
            col(Profile.workspace_id) == tx.workspace_id, col(Profile.id).in_(theirs)
        )
        tx.session.execute(
            update(Creator)
            .where(col(Creator.workspace_id) == tx.workspace_id, col(Creator.id).in_(owners))
            .values(found_on=str(platform))
            .execution_options(synchronize_session=False)
        )


def _tie(
    tx: Transaction,
    account: Account,
    profile_id: int,
    row: LiveAccount | None,
    look_up_id: int | None,
) -> None:
    """Write down which account of the platform a profile is, and when to ask for it again."""
    if row is None:
        row = LiveAccount(
            workspace_id=tx.workspace_id,
            profile_id=profile_id,
            platform=account.snapshot.platform.value,
            look_up_id=look_up_id,
            refresh_at=tx.now,
        )
    due = _later(tx.now, REFRESHED_AFTER, account.native_id or account.snapshot.handle)
    row.native_id = account.native_id or row.native_id
    row.seen_at, row.gone_since = tx.now, None
    row.refresh_by = account.refresh_by
    row.refresh_at = min(due, account.refresh_by) if account.refresh_by else due
    tx.session.add(row)
    if account.keep_until is not None:
        said = account.snapshot
        tx.session.execute(
            update(Snapshot)
            .where(
                col(Snapshot.workspace_id) == tx.workspace_id,
                col(Snapshot.profile_id) == profile_id,
                col(Snapshot.import_id).is_(None),
                col(Snapshot.source) == said.source,
                col(Snapshot.as_of) == said.as_of,
            )
            .values(keep_until=account.keep_until)
            .execution_options(synchronize_session=False)
        )


def _later(now: dt.datetime, after: dt.timedelta, of: str) -> dt.datetime:
    """A while from now, spread by the account so that not all are due at once."""
    share = zlib.crc32(of.encode(errors="replace")) / 2**32
    return now + after * (1 - JITTER + 2 * JITTER * share)
