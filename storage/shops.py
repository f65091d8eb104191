"""Shops that tell of orders: their addresses, their secrets, when they were last heard."""

import datetime as dt
import secrets

from sqlalchemy import update
from sqlmodel import Session, col, select

from domain.text import fold
from storage import audit, tenancy, windows
from storage.models import Shop, Workspace
from storage.sealing import Keys
from storage.transaction import Transaction

BY_FILE = "file"
SEALED_AS = "shop secret"
_EVERY = dt.timedelta(minutes=1)
"""So often at most it is written down that a shop was heard: a busy one would wait for itself."""


class NameTaken(Exception):
    """There is a shop of this kind and name already."""


def find(session: Session, source: str, token: str) -> tuple[Shop, Workspace] | None:
    """The shop that calls at an address, with its workspace; None where there is none, or no more.

    The token alone tells which: nobody has signed anything yet.
    """
    workspace_id = windows.workspace_of_shop(session, source, token)
    if workspace_id is None:
        return None
    with tenancy.within(session, workspace_id):
        found = session.exec(
            select(Shop, Workspace)
            .join(Workspace, col(Workspace.id) == col(Shop.workspace_id))
            .where(
                Shop.workspace_id == workspace_id,
                Shop.token == token,
                Shop.source == source,
                ~col(Shop.is_off),
                col(Workspace.removed_at).is_(None),
            )
        ).first()
    return (found[0], found[1]) if found else None


def secret_of(keys: Keys, shop: Shop) -> str:
    """The secret by which a shop signs; "" = none was entered yet.

    Raises:
        CannotUnseal: it was encrypted with a key that is not there.
    """
    return keys.unseal(shop.secret, shop.workspace_id, SEALED_AS) if shop.secret else ""


def everyone(tx: Transaction) -> list[Shop]:
    """All shops of the workspace, those that are turned off last."""
    return list(
        tx.session.exec(
            select(Shop)
            .where(Shop.workspace_id == tx.workspace_id)
            .order_by(col(Shop.is_off), col(Shop.id))
        )
    )


def get(tx: Transaction, shop_id: int) -> Shop | None:
    """The shop with this number; locked where it may be changed."""
    query = select(Shop).where(Shop.workspace_id == tx.workspace_id, Shop.id == shop_id)
    return tx.session.exec(query.with_for_update() if tx.writable else query).one_or_none()


def create(tx: Transaction, source: str, name: str, secret: str, person_id: int | None) -> Shop:
    """Add a shop; its address is random.

    Raises:
        NameTaken: there is one of this name.
    """
    name_key = fold(name).strip()
    if any((one.source, one.name_key) == (source, name_key) for one in everyone(tx)):
        raise NameTaken(name)
    made = Shop(
        workspace_id=tx.workspace_id,
        source=source,
        name=name,
        name_key=name_key,
        token=secrets.token_urlsafe(24),
        secret=tx.keys.seal(secret, tx.workspace_id, SEALED_AS) if secret else "",
        person_id=person_id,
        created_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    audit.record(tx, "connect", "shop", made.id or 0, after={"source": source, "name": name})
    return made


def set_secret(tx: Transaction, shop: Shop, secret: str) -> None:
    """Give a locked shop another secret; the record says that it was done, never what it is."""
    shop.secret = tx.keys.seal(secret, tx.workspace_id, SEALED_AS)
    shop.refused_at = None
    tx.session.add(shop)
    tx.session.flush()
    audit.record(tx, "change secret", "shop", shop.id or 0)


def turn(tx: Transaction, shop: Shop, *, off: bool) -> None:
    """Listen to a locked shop no more, or again; what it said stays counted."""
    if shop.is_off == off:
        return
    shop.is_off = off
    tx.session.add(shop)
    audit.record(tx, "turn off" if off else "turn on", "shop", shop.id or 0)


def heard(tx: Transaction, shop: Shop, *, is_test: bool = False) -> None:
    """A signed word came in."""
    name = "tested_at" if is_test else "heard_at"
    _note(tx, shop, name, getattr(shop, name))


def refused(tx: Transaction, shop: Shop) -> None:
    """A word with a wrong signature came in: an owner sees it beside the shop."""
    _note(tx, shop, "refused_at", shop.refused_at)


def is_news(shop: Shop, now: dt.datetime) -> bool:
    """Whether a wrong signature is to be written down: not more than once a minute."""
    return shop.refused_at is None or now - shop.refused_at >= _EVERY


def last_heard(tx: Transaction) -> dt.datetime | None:
    """When any shop was last heard."""
    return max((one.heard_at for one in everyone(tx) if one.heard_at), default=None)


def _note(tx: Transaction, shop: Shop, name: str, before: dt.datetime | None) -> None:
    if before is not None and tx.now - before < _EVERY:
        return
    tx.session.execute(
        update(Shop)
        .where(col(Shop.workspace_id) == tx.workspace_id, col(Shop.id) == shop.id)
        .values({name: tx.now})
    )
