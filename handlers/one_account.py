"""Two profiles that are one account by their platform's own word become one profile."""

from typing import Any

from domain.wording import PLATFORM_NAMES
from handlers.context import Context
from handlers.features import Feature
from handlers.linking import may_join, was_refused
from storage import merging, one_account, profile_pairs, profiles
from storage.transaction import Transaction


def fold(payload: dict[str, Any], context: Context) -> None:
    """Job: make two profiles one, unless people have to decide on their creators first."""
    stays, goes = int(payload["stays"]), int(payload["goes"])
    with context.writing() as tx:
        known = profiles.current(tx, (stays, goes))
        if len(known) < 2:
            return
        whose = [known[number].profile.creator_id for number in (stays, goes)]
        if whose[0] == whose[1]:
            merging.lock_one(tx, whose[0])
        elif not _join(tx, context, known, stays, goes):
            return
        one_account.fold(tx, stays, goes, context.services.vocabulary)


def _join(
    tx: Transaction, context: Context, known: dict[int, profiles.Current], stays: int, goes: int
) -> bool:
    """Make their creators one; where two people look after them it is proposed instead."""
    kept, other = known[stays], known[goes]
    whose = kept.profile.creator_id, other.profile.creator_id
    platform = PLATFORM_NAMES[kept.snapshot.platform]
    why = f"{platform} says that {other.profile.handle} is the account @{kept.profile.handle}"
    if was_refused(tx, *whose):
        return False
    if not may_join(tx, *whose, one_account=True):
        profile_pairs.propose(tx, stays, goes, why)
        return False
    try:
        merging.merge(tx, *whose, context.services.vocabulary, why=why)
    except merging.NotTwo:  # somebody was quicker
        merging.lock_one(tx, whose[0])
    return True


FEATURE = Feature(jobs={one_account.JOB: fold})
