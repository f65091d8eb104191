"""Every secret in the database: whether the keys open it, and sealing it with the newest key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from storage import tenancy, windows
from storage.database import Database
from storage.forgotten_keys import SEALED_AS as FORGOTTEN
from storage.installations import BOT, REFRESH
from storage.models import ForgetSecret, Installation, Shop
from storage.sealing import CannotUnseal, is_sealed
from storage.shops import SEALED_AS

_PLACES: tuple[tuple[Any, Any, Any, str], ...] = (
    (Installation, Installation.workspace_id, Installation.bot_token, BOT),
    (Installation, Installation.workspace_id, Installation.refresh_token, REFRESH),
    (Shop, Shop.id, Shop.secret, SEALED_AS),
    (ForgetSecret, ForgetSecret.workspace_id, ForgetSecret.secret, FORGOTTEN),
)


@dataclass(frozen=True)
class Secret:
    """One stored secret and where it is."""

    model: Any
    key: Any
    column: Any
    row: int
    workspace_id: int
    kind: str
    stored: str


@dataclass
class Resealed:
    """What came of sealing everything anew."""

    changed: int = 0
    as_it_was: int = 0
    unreadable: int = 0


def see_that_all_open(database: Database) -> None:
    """Find out at the start, not when the secret is needed.

    Raises:
        CannotUnseal: a secret was sealed with a key that is not there.
    """
    missing = sum(not database.keys.knows(one.stored) for one in _all(database))
    if missing:
        raise CannotUnseal(
            f"ENCRYPTION_KEYS lacks the key that {missing} of the secrets in the database were "
            "encrypted with. Put it back, after the newest one."
        )


def count(database: Database) -> tuple[int, int]:
    """How many secrets there are that are encrypted, and that are not."""
    found = [is_sealed(one.stored) for one in _all(database)]
    return sum(found), len(found) - sum(found)


def seal_anew(database: Database) -> Resealed:
    """Seal every secret with the newest key, while servers go on working.

    One that changed meanwhile is left to whoever changed it: that was with their newest key.
    """
    done = Resealed()
    for one in list(_all(database)):
        if database.keys.is_current(one.stored):
            done.as_it_was += 1
            continue
        try:
            secret = database.keys.unseal(one.stored, one.workspace_id, one.kind)
        except CannotUnseal:
            done.unreadable += 1
            continue
        sealed = database.keys.seal(secret, one.workspace_id, one.kind)
        with database.writing(one.workspace_id) as tx:
            tx.session.execute(
                update(one.model)
                .where(
                    one.model.workspace_id == one.workspace_id,
                    one.key == one.row,
                    one.column == one.stored,
                )
                .values({one.column.key: sealed})
            )
        done.changed += 1
    return done


def _all(database: Database) -> Iterator[Secret]:
    with database.looking() as session:
        for workspace_id in windows.every_workspace(session):
            with tenancy.within(session, workspace_id):
                found = [
                    Secret(model, key, column, row, workspace_id, kind, stored)
                    for model, key, column, kind in _PLACES
                    for row, stored in session.exec(
                        select(key, column)
                        .where(model.workspace_id == workspace_id, column != "")
                        .order_by(col(key))
                    )
                ]
            yield from found
