"""Removals after a backup was restored: their hashes from a file, and whom they are of.

The file has the workspace's secret as it is stored, sealed where there are keys.
"""

from collections.abc import Iterator
from typing import Any

from sqlmodel import col, select

from domain.forgetting import account_key, email_key
from storage import deliveries, forgotten_keys, snapshots
from storage.models import Creator, ForgetSecret, Forgetting, ForgottenKey, LiveAccount, Profile
from storage.snapshots import CHUNK
from storage.transaction import Transaction


def saved(tx: Transaction) -> dict[str, Any]:
    """What is written to the file: the secret and all hashes."""
    row = tx.session.exec(
        select(ForgetSecret).where(ForgetSecret.workspace_id == tx.workspace_id)
    ).first()
    hashes = tx.session.exec(
        select(ForgottenKey.key_hash)
        .where(ForgottenKey.workspace_id == tx.workspace_id)
        .order_by(col(ForgottenKey.id))
    ).all()
    return {"secret": row.secret if row else "", "hashes": list(hashes)}


def keep_away(tx: Transaction, secret: str, hashes: list[str]) -> bool:
    """Take the hashes over; says False where the database has a secret of its own by now."""
    known = tx.session.exec(
        select(ForgetSecret).where(ForgetSecret.workspace_id == tx.workspace_id)
    ).first()
    if known is None:
        tx.session.add(ForgetSecret(workspace_id=tx.workspace_id, secret=secret))
        tx.session.flush()
    elif _opened(tx, known.secret) != _opened(tx, secret):
        return False
    before = Forgetting(
        workspace_id=tx.workspace_id, creator_id=0, state="done", asked_at=tx.now,
        finished_at=tx.now,
    )  # fmt: skip
    tx.session.add(before)
    tx.session.flush()
    for one in hashes:
        values = {
            "workspace_id": tx.workspace_id, "forgetting_id": before.id, "key_hash": one,
        }  # fmt: skip
        deliveries.insert_ignoring(tx, ForgottenKey, values)
    return True


def still_there(tx: Transaction, secret: str, hashes: list[str]) -> list[int]:
    """Creators of the database whom these hashes are of."""
    key, wanted = _opened(tx, secret), set(hashes)
    found = {
        creator
        for creator, text in _recognised_by(tx)
        if forgotten_keys.hash_of(key, text) in wanted
    }
    return sorted(found)


def _recognised_by(tx: Transaction) -> Iterator[tuple[int, str]]:
    """(creator, what may have been hashed) of everybody, some at a time."""
    after = 0
    while True:
        page = tx.session.exec(
            select(Profile)
            .join(Creator, col(Creator.id) == col(Profile.creator_id))
            .where(
                Profile.workspace_id == tx.workspace_id,
                col(Profile.id) > after,
                col(Creator.forgotten_at).is_(None),
            )
            .order_by(col(Profile.id))
            .limit(CHUNK)
        ).all()
        if not page:
            return
        whose = {one.id or 0: one.creator_id for one in page}
        for one in page:
            yield one.creator_id, account_key(one.platform, one.handle_key)
        live = tx.session.exec(
            select(LiveAccount).where(
                LiveAccount.workspace_id == tx.workspace_id,
                col(LiveAccount.profile_id).in_(list(whose)),
            )
        )
        for row in live:
            if row.native_id:
                yield whose[row.profile_id], account_key(row.platform, row.native_id)
        for number, said in snapshots.of_profiles(tx, list(whose)).items():
            for email in {one.email for one in said if one.email}:
                yield whose[number], email_key(email)
        after = max(whose)


def _opened(tx: Transaction, secret: str) -> bytes:
    return bytes.fromhex(tx.keys.unseal(secret, tx.workspace_id, forgotten_keys.SEALED_AS))
