"""The list that an import makes, or adds to, and what becomes of it when the import is undone."""

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from domain.brief import name_key
from storage import bulk, deliveries, lists
from storage.models import CreatorList, ImportRun, ListMember, Profile, Snapshot
from storage.profile_store import Stored
from storage.transaction import Transaction
from storage.visibility import hidden_imports

_MEMBERS = ("list_id", "creator_id", "workspace_id", "import_id")


class ListNameTaken(Exception):
    """There is a list with this name."""


def free_list_name(tx: Transaction, wanted: str) -> str:
    """A list name that nobody has taken: "Spring", else "Spring (2)"."""
    wanted = " ".join(wanted.split())[: lists.LONGEST_NAME] or "Imported"
    taken = set(
        tx.session.exec(
            select(CreatorList.name_key).where(CreatorList.workspace_id == tx.workspace_id)
        )
    )
    name, count = wanted, 1
    while name_key(name) in taken:
        count += 1
        name = f"{wanted[: lists.LONGEST_NAME - 8]} ({count})"
    return name


def choose(tx: Transaction, run: ImportRun, list_name: str, *, may_add: bool) -> int:
    """The list that an import's creators go on: a new one, or one that is there.

    Args:
        list_name: cut to 80 characters.
        may_add: whether a list of that name may be added to.

    Raises:
        ListNameTaken: there is such a list and it may not be added to, or nobody sees it yet.
    """
    name = " ".join(list_name.split())[: lists.LONGEST_NAME]
    made = deliveries.insert_ignoring(
        tx,
        CreatorList,
        {
            "workspace_id": tx.workspace_id,
            "name": name,
            "name_key": name_key(name),
            "import_id": run.id,
            "created_by": run.person_id,
            "created_at": tx.now,
        },
    )
    found = lists.named(tx, name)
    if found is None or found.id is None:
        raise ListNameTaken(name)
    if not made and (not may_add or found.import_id in hidden_imports(tx)):
        raise ListNameTaken(name)
    return found.id


def add_members(tx: Transaction, run: ImportRun, stored: Stored) -> None:
    """Creators new to the list; one with two profiles in the file may be on it already."""
    creators, there = stored.creators, set[int]()
    if stored.changed or stored.seen or stored.older or stored.further:
        found = tx.session.exec(
            select(ListMember.creator_id).where(
                ListMember.workspace_id == tx.workspace_id,
                ListMember.list_id == run.list_id,
                col(ListMember.creator_id).in_(creators),
            )
        )
        there = set(found)
    rows = [(run.list_id, one, tx.workspace_id, run.id) for one in sorted(creators - there)]
    bulk.insert_rows(tx, ListMember, _MEMBERS, rows)


def take_members(tx: Transaction, run: ImportRun, limit: int) -> int:
    """Take back some of those that an import put on its list; gives how many it looked at.

    Who was put there by hand stays; who is in a later file for the same list stays for that one.
    """
    mine = (
        col(ListMember.workspace_id) == tx.workspace_id,
        col(ListMember.list_id) == run.list_id,
        col(ListMember.import_id) == run.id,
    )
    some = list(
        tx.session.exec(
            select(ListMember.creator_id)
            .where(*mine)
            .order_by(col(ListMember.creator_id))
            .limit(limit)
        )
    )
    for other in _others(tx, run) if some else ():
        told = (
            select(Profile.creator_id)
            .join(Snapshot, col(Snapshot.profile_id) == col(Profile.id))
            .where(
                col(Profile.creator_id).in_(some),
                or_(col(Snapshot.import_id) == other, col(Snapshot.seen_import_id) == other),
            )
        )
        tx.session.execute(
            update(ListMember)
            .where(*mine, col(ListMember.creator_id).in_(told))
            .values(import_id=other)
            .execution_options(synchronize_session=False)
        )
    tx.session.execute(delete(ListMember).where(*mine, col(ListMember.creator_id).in_(some)))
    return len(some)


def let_go(tx: Transaction, run: ImportRun) -> None:
    """An import came to nothing or is undone: its own list goes, unless somebody is still on it."""
    number, run.list_id = run.list_id, None
    tx.session.add(run)
    tx.session.flush()
    made = lists.get(tx, number) if number is not None else None
    if made is None or made.import_id != run.id:
        return
    on_it = (ListMember.workspace_id == tx.workspace_id, ListMember.list_id == number)
    if tx.session.exec(select(ListMember).where(*on_it).limit(1)).first():
        made.import_id = None
        tx.session.add(made)
        return
    tx.session.delete(made)
    tx.session.flush()


def _others(tx: Transaction, run: ImportRun) -> list[int]:
    """Other imports that went into the same list, the newest first."""
    found = tx.session.exec(
        select(ImportRun.id)
        .where(
            ImportRun.workspace_id == tx.workspace_id,
            ImportRun.list_id == run.list_id,
            ImportRun.id != run.id,
        )
        .order_by(col(ImportRun.id).desc())
    )
    return [number for number in found if number is not None]
