"""Named lists of creators; each import is one."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func
from sqlmodel import col, select

from domain.brief import BriefMatch, find_brief, name_key
from storage import audit, creators, deliveries, first_look
from storage.models import Creator, CreatorList, ListMember
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

LONGEST_NAME = 80


class Named(NamedTuple):
    """A list by its name. import_id: the import that made it, None = a person did."""

    id: int
    name: str
    import_id: int | None


def named_ones(tx: Transaction) -> list[Named]:
    """All lists, the newest first."""
    hidden = hidden_imports(tx)
    rows = tx.session.execute(_NAMED, {"workspace_id": tx.workspace_id})
    return [named for row in rows if (named := Named(*row)).import_id not in hidden]


def names(tx: Transaction) -> dict[int, str]:
    """Names of all lists by number, the newest first."""
    return {one.id: one.name for one in named_ones(tx)}


_NAMED = (
    select(CreatorList.id, CreatorList.name, CreatorList.import_id)
    .where(col(CreatorList.workspace_id) == bindparam("workspace_id"))
    .order_by(col(CreatorList.id).desc())
)


def find_by_part(tx: Transaction, asked: str) -> BriefMatch:
    """Which list is meant by a part of its name."""
    return find_brief(names(tx), asked)


def get(tx: Transaction, list_id: int) -> CreatorList | None:
    """The list with this number."""
    return tx.session.exec(
        select(CreatorList).where(
            CreatorList.workspace_id == tx.workspace_id, CreatorList.id == list_id
        )
    ).one_or_none()


def named(tx: Transaction, name: str) -> CreatorList | None:
    """The list of that name, whatever its case and accents."""
    return tx.session.exec(
        select(CreatorList).where(
            CreatorList.workspace_id == tx.workspace_id, CreatorList.name_key == name_key(name)
        )
    ).one_or_none()


def create(tx: Transaction, name: str, person_id: int | None) -> CreatorList:
    """A new, empty list. The name is cut to 80 characters and must not be taken."""
    name = " ".join(name.split())[:LONGEST_NAME]
    made = CreatorList(
        workspace_id=tx.workspace_id,
        name=name,
        name_key=name_key(name),
        created_by=person_id,
        created_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    audit.record(tx, "create", "list", made.id or 0, after={"name": name})
    return made


def add(tx: Transaction, creator_list: CreatorList, creator_ids: Collection[int]) -> list[int]:
    """Put creators on a list; gives those that were not on it before."""
    number = creator_list.id or 0
    meant = [creators.lock_current(tx, creator_id) for creator_id in sorted(creator_ids)]
    added = [
        creator_id
        for creator_id in dict.fromkeys(meant)
        if deliveries.insert_ignoring(
            tx,
            ListMember,
            {"workspace_id": tx.workspace_id, "list_id": number, "creator_id": creator_id},
        )
    ]
    if added:
        audit.record(tx, "add", "list", number, after={"creators": added})
    return added


def remove(tx: Transaction, creator_list: CreatorList, creator_ids: Collection[int]) -> list[int]:
    """Take creators off a list; gives those that were on it."""
    number = creator_list.id or 0
    mine = (
        col(ListMember.workspace_id) == tx.workspace_id,
        col(ListMember.list_id) == number,
        col(ListMember.creator_id).in_(creator_ids),
    )
    there = list(tx.session.exec(select(ListMember.creator_id).where(*mine)))
    if there:
        tx.session.execute(delete(ListMember).where(*mine))
        audit.record(tx, "remove", "list", number, before={"creators": there})
    return there


def delete_list(tx: Transaction, creator_list: CreatorList) -> None:
    """Forget a list; its creators stay."""
    number, name = creator_list.id or 0, creator_list.name
    tx.session.execute(
        delete(ListMember).where(
            col(ListMember.workspace_id) == tx.workspace_id, col(ListMember.list_id) == number
        )
    )
    tx.session.delete(creator_list)
    audit.record(tx, "delete", "list", number, before={"name": name})


def sizes(tx: Transaction, list_ids: Collection[int]) -> dict[int, int]:
    """How many creators are on each list; one who was merged counts as the person they are."""
    if not list_ids:
        return {}
    hidden, look = hidden_imports(tx), first_look.taken(tx)
    asked = {"workspace_id": tx.workspace_id, "list_ids": list(list_ids)}

    def counted(statement: Any) -> dict[int, int]:
        if hidden:
            statement = statement.where(brought_openly(ListMember.import_id, hidden))
        return dict(tx.session.execute(statement, asked).all())

    twice = {} if look is not None and not look.any_merge else counted(_TWICE)
    return {number: count - twice.get(number, 0) for number, count in counted(_SIZES).items()}


_SIZES = (
    select(ListMember.list_id, func.count())
    .where(
        col(ListMember.workspace_id) == bindparam("workspace_id"),
        col(ListMember.list_id).in_(bindparam("list_ids", expanding=True)),
    )
    .group_by(col(ListMember.list_id))
)
_TWICE = _SIZES.join(Creator, col(Creator.id) == col(ListMember.creator_id)).where(
    col(Creator.workspace_id) == bindparam("workspace_id"), col(Creator.merged_into).is_not(None)
)


def of_creator(tx: Transaction, creator_id: int) -> list[str]:
    """Names of the lists a creator is on."""
    return list(
        tx.session.exec(
            select(CreatorList.name)
            .join(ListMember, col(ListMember.list_id) == col(CreatorList.id))
            .where(
                CreatorList.workspace_id == tx.workspace_id,
                ListMember.creator_id == creator_id,
                brought_openly(CreatorList.import_id, hidden_imports(tx)),
                brought_openly(ListMember.import_id, hidden_imports(tx)),
            )
            .order_by(col(CreatorList.id))
        )
    )
