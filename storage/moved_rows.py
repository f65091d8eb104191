"""The rows of two creators who become one, or two again: locked in order, moved, told apart."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text, update
from sqlmodel import col, select

from storage.creators import lock_all
from storage.imports import AT_WORK
from storage.models import (
    Card,
    Creator,
    ImportRun,
    ListMember,
    Note,
    Partnership,
    Profile,
    Reason,
    Restriction,
    Shortlist,
    Tag,
    Workspace,
)
from storage.transaction import Transaction

_ADVISORY = 0x5A3E  # PostgreSQL's number for "a merge in this workspace"
_CHUNK = 400

Moved = dict[str, list[int]]
"""By name of a table, what moved: row numbers, of lists the lists'."""


class Rows(NamedTuple):
    """A table whose rows are a creator's. key: what tells rows apart; once: at most one each."""

    model: Any
    key: str = "id"
    once: str | None = None


TABLES: Mapping[str, Rows] = {
    "profiles": Rows(Profile),
    "tags": Rows(Tag, once="tag_key"),
    "lists": Rows(ListMember, key="list_id", once="list_id"),
    "notes": Rows(Note),
    "cards": Rows(Card, once="shortlist_id"),
    "reasons": Rows(Reason),
    "partnerships": Rows(Partnership),
    "restrictions": Rows(Restriction),
}


def take_turn(tx: Transaction) -> None:
    """Merges come one after the other, and between the batches of an import that is at work."""
    if not tx.on_postgresql:
        return  # SQLite has one writer at a time
    lock = text("SELECT pg_advisory_xact_lock(:kind, :workspace)")
    tx.session.execute(lock, {"kind": _ADVISORY, "workspace": tx.workspace_id})
    tx.session.exec(  # before an import, as whoever takes one up has it
        select(Workspace.id)
        .where(Workspace.id == tx.workspace_id)
        .with_for_update(read=True, key_share=True)
    ).all()
    tx.session.exec(
        select(ImportRun.id)
        .where(
            ImportRun.workspace_id == tx.workspace_id,
            col(ImportRun.state).in_(("queued", *AT_WORK)),
        )
        .order_by(col(ImportRun.id))
        .with_for_update()
    ).all()


def lock(tx: Transaction, creator_ids: Collection[int]) -> dict[int, Creator]:
    """Creators with their cards and partnerships, in the order in which votes lock them."""
    if tx.on_postgresql:
        for table, number in ((Shortlist, Card.shortlist_id), (Card, Card.id)):
            theirs = select(number).where(
                Card.workspace_id == tx.workspace_id, col(Card.creator_id).in_(creator_ids)
            )
            _lock_rows(tx, table, col(table.id).in_(theirs))
        _lock_rows(tx, Partnership, col(Partnership.creator_id).in_(creator_ids))
    return lock_all(tx, creator_ids)


def _lock_rows(tx: Transaction, table: Any, which: Any) -> None:
    tx.session.exec(
        select(table.id)
        .where(table.workspace_id == tx.workspace_id, which)
        .order_by(table.id)
        .with_for_update()
    ).all()


def move(
    tx: Transaction, rows: Rows, giver: int, taker: int, only: Iterable[int] | None = None
) -> list[int]:
    """Move a creator's rows to another, but for those that the other has too; gives which."""
    table: Any = rows.model
    kind = getattr(table, rows.once or rows.key)
    mine = (col(table.workspace_id) == tx.workspace_id, col(table.creator_id) == giver)
    taken = (
        set(
            tx.session.exec(
                select(kind).where(
                    col(table.workspace_id) == tx.workspace_id, col(table.creator_id) == taker
                )
            )
        )
        if rows.once
        else set()
    )
    wanted = None if only is None else set(only)
    numbers = [
        number
        for number, what in tx.session.exec(
            select(getattr(table, rows.key), kind).where(*mine).order_by(kind)
        )
        if what not in taken and (wanted is None or number in wanted)
    ]
    for start in range(0, len(numbers), _CHUNK):
        some = col(getattr(table, rows.key)).in_(numbers[start : start + _CHUNK])
        tx.session.execute(
            update(table)
            .where(*mine, some)
            .values(creator_id=taker)
            .execution_options(synchronize_session="fetch" if rows.key == "id" else False)
        )
    return numbers


def numbers_of(tx: Transaction, rows: Rows, creator_id: int) -> list[int]:
    """Numbers of a creator's rows in one table."""
    table: Any = rows.model
    return list(
        tx.session.exec(
            select(getattr(table, rows.key)).where(
                table.workspace_id == tx.workspace_id, table.creator_id == creator_id
            )
        )
    )


def of_profiles(tx: Transaction, creator_id: int, profile_ids: Sequence[int]) -> Moved:
    """Cards and partnerships of a creator that name one of these profiles, and their reasons."""

    def naming(table: Any) -> list[int]:
        return list(
            tx.session.exec(
                select(table.id).where(
                    table.workspace_id == tx.workspace_id,
                    table.creator_id == creator_id,
                    col(table.profile_id).in_(profile_ids),
                )
            )
        )

    cards = naming(Card)
    reasons = tx.session.exec(
        select(Reason.id).where(
            Reason.workspace_id == tx.workspace_id,
            Reason.creator_id == creator_id,
            col(Reason.card_id).in_(cards),
        )
    )
    return {
        "cards": cards,
        "reasons": [number for number in reasons if number is not None],
        "partnerships": naming(Partnership),
    }
