"""The keyed hashes of forgotten people: whether somebody may be stored, and nothing else.

A hash is made with a secret of the workspace, which is sealed like a token. So a copy of the table
lists nobody, and with ENCRYPTION_KEYS a copy of the whole database does not either.
"""

import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete
from sqlmodel import col, select

from domain.forgetting import account_key, email_key
from domain.handle import handle_key
from domain.prepared import Prepared
from storage import deliveries
from storage.models import ForgetSecret, ForgottenKey
from storage.snapshots import CHUNK
from storage.transaction import Transaction

SEALED_AS = "forgotten people"
SECRET_BYTES = 32


def any_there(tx: Transaction) -> bool:
    """Whether the workspace has forgotten anybody."""
    query = select(ForgottenKey.id).where(ForgottenKey.workspace_id == tx.workspace_id).limit(1)
    return tx.session.exec(query).first() is not None


def among(tx: Transaction, texts: Iterable[str]) -> set[str]:
    """Those of these (of `domain.forgetting`: `account_key`, …) that are of forgotten people."""
    wanted = list(dict.fromkeys(texts))
    if not wanted or not any_there(tx):
        return set()
    secret = _secret(tx)
    by_hash = {hash_of(secret, text): text for text in wanted} if secret else {}
    hashes, found = sorted(by_hash), set[str]()
    for start in range(0, len(hashes), CHUNK):
        rows = tx.session.exec(
            select(ForgottenKey.key_hash).where(
                ForgottenKey.workspace_id == tx.workspace_id,
                col(ForgottenKey.key_hash).in_(hashes[start : start + CHUNK]),
            )
        )
        found.update(by_hash[one] for one in rows)
    return found


def concealed(tx: Transaction, texts: Iterable[str]) -> dict[str, str]:
    """What stands for each of these that is of somebody forgotten: always the same for the same."""
    found = among(tx, texts)
    secret = _secret(tx) if found else None
    return {text: f"removed-{hash_of(secret, text)[:24]}" for text in found} if secret else {}


def add(tx: Transaction, forgetting_id: int, texts: Iterable[str]) -> None:
    """Keep the hashes of these; whoever is in several is kept by the first."""
    secret = _secret(tx) or _make_secret(tx)
    for text in dict.fromkeys(texts):
        deliveries.insert_ignoring(
            tx,
            ForgottenKey,
            {
                "workspace_id": tx.workspace_id,
                "forgetting_id": forgetting_id,
                "key_hash": hash_of(secret, text),
            },
        )


def whose(tx: Transaction, texts: Iterable[str]) -> list[int]:
    """The numbers of those forgotten whom any of these is of."""
    secret = _secret(tx)
    if secret is None:
        return []
    hashes = [hash_of(secret, text) for text in texts]
    rows = tx.session.exec(
        select(ForgottenKey.forgetting_id)
        .where(ForgottenKey.workspace_id == tx.workspace_id, col(ForgottenKey.key_hash).in_(hashes))
        .distinct()
    )
    return sorted(rows)


def take_back(tx: Transaction, forgetting_ids: Collection[int]) -> None:
    """Delete the hashes of these: they may be brought in again."""
    tx.session.execute(
        delete(ForgottenKey).where(
            col(ForgottenKey.workspace_id) == tx.workspace_id,
            col(ForgottenKey.forgetting_id).in_(forgetting_ids),
        )
    )


def is_forgotten(tx: Transaction, platform: str, *keys: str) -> bool:
    """Whether an account is of somebody forgotten. keys: its handle, its own id, former handles."""
    return bool(among(tx, [account_key(platform, handle_key(key)) for key in keys if key]))


def without(tx: Transaction, found: Sequence[Prepared]) -> list[Prepared]:
    """Profiles that may be stored.

    Left out are accounts of forgotten people, profiles with the address of one, and those that a
    file names in one row with such an account: they are the same person's.
    """
    if not found or not any_there(tx):
        return list(found)
    texts = {one.key: _texts_of(one) for one in found}
    left_out = among(tx, [text for some in texts.values() for text in some])
    return [one for one in found if left_out.isdisjoint(texts[one.key])]


def _texts_of(one: Prepared) -> list[str]:
    named = [target.partition(":") for target in one.same_as]
    texts = [account_key(*one.key), *(account_key(place, key) for place, _, key in named)]
    if '"email"' in one.content and (email := one.snapshot.email):
        texts.append(email_key(email))
    return texts


def _secret(tx: Transaction) -> bytes | None:
    row = tx.session.exec(
        select(ForgetSecret).where(ForgetSecret.workspace_id == tx.workspace_id)
    ).first()
    return bytes.fromhex(tx.keys.unseal(row.secret, tx.workspace_id, SEALED_AS)) if row else None


def _make_secret(tx: Transaction) -> bytes:
    made = secrets.token_hex(SECRET_BYTES)
    values = {
        "workspace_id": tx.workspace_id,
        "secret": tx.keys.seal(made, tx.workspace_id, SEALED_AS),
    }
    deliveries.insert_ignoring(tx, ForgetSecret, values)
    secret = _secret(tx)
    if secret is None:
        raise LookupError("the secret that was just stored is not there")
    return secret


def hash_of(secret: bytes, text: str) -> str:
    """The keyed hash of one text."""
    return hmac.digest(secret, text.encode(errors="replace"), "sha256").hex()
