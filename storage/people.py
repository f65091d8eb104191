"""People of a workspace, as Slack describes them."""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, not_, or_
from sqlmodel import col, select

from domain.roles import Account, is_stranger
from storage import deliveries, first_look, workspaces
from storage.models import BrandMember, Person
from storage.transaction import Transaction


def get(tx: Transaction, slack_user_id: str) -> Person:
    """The person with this Slack id, made on first sight (status not known yet)."""
    found = find(tx, slack_user_id)
    if found is not None:
        return found
    deliveries.insert_ignoring(
        tx,
        Person,
        Person(workspace_id=tx.workspace_id, slack_user_id=slack_user_id).model_dump(
            exclude={"id"}
        ),
    )
    return tx.session.exec(_BY_SLACK_ID, params=_of(tx, slack_user_id)).one()


def find(tx: Transaction, slack_user_id: str) -> Person | None:
    """The person with this Slack id, if seen before."""
    look = first_look.taken(tx)
    if look is not None and slack_user_id == tx.actor:
        return look.person
    return tx.session.exec(_BY_SLACK_ID, params=_of(tx, slack_user_id)).one_or_none()


def account(tx: Transaction, slack_user_id: str) -> Account | None:
    """What decides the rights of the person with this Slack id, if seen before; no entity."""
    found: Any = tx.ask(_ACCOUNT, _of(tx, slack_user_id)).one_or_none()
    return cast(Account | None, found)


def by_id(tx: Transaction, person_id: int) -> Person:
    """The person with this row number."""
    asked = {"workspace_id": tx.workspace_id, "person_id": person_id}
    return tx.session.exec(_BY_ID, params=asked).one()


def by_ids(tx: Transaction, person_ids: set[int]) -> dict[int, Person]:
    """People by row number."""
    found = tx.session.exec(
        select(Person).where(Person.workspace_id == tx.workspace_id, col(Person.id).in_(person_ids))
    )
    return {person.id: person for person in found if person.id is not None}


def names(tx: Transaction, slack_user_ids: Collection[str]) -> dict[str, str]:
    """Names by Slack id; people whose name is not known yet are left out."""
    asked = {"workspace_id": tx.workspace_id, "slack_user_ids": list(slack_user_ids)}
    return {row.slack_user_id: row.name for row in tx.ask(_NAMES, asked)}


def insiders(tx: Transaction, slack_user_ids: Collection[str]) -> set[str]:
    """Those of them who are known as full members or bots of this workspace."""
    return _known(tx, slack_user_ids, col(Person.is_guest).is_(False), _NO_STRANGER)


def outsiders(tx: Transaction, slack_user_ids: Collection[str]) -> set[str]:
    """Those of them who are known as guests or people of other organisations."""
    return _known(tx, slack_user_ids, or_(col(Person.is_guest).is_(True), not_(_NO_STRANGER)))


def with_role(tx: Transaction, *roles: str) -> list[Person]:
    """People who hold one of these roles."""
    return list(
        tx.session.exec(
            select(Person)
            .where(Person.workspace_id == tx.workspace_id, col(Person.role).in_(roles))
            .order_by(col(Person.id))
        )
    )


def unknown(tx: Transaction, limit: int = 50) -> list[Person]:
    """People whose status Slack has not been asked for."""
    return list(
        tx.session.exec(
            select(Person)
            .where(Person.workspace_id == tx.workspace_id, col(Person.refreshed_at).is_(None))
            .limit(limit)
        )
    )


def learn(tx: Transaction, user: dict[str, Any]) -> Person:
    """Take over what Slack's `users.info` (or a `user_change` event) says of a person."""
    person = get(tx, user["id"])
    profile = user.get("profile", {})
    person.real_name = profile.get("real_name") or user.get("real_name") or person.real_name
    person.name = profile.get("display_name") or person.real_name or user.get("name", "")
    person.is_bot = bool(user.get("is_bot")) or user["id"] == "USLACKBOT"
    person.is_guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    workspace = workspaces.get(tx)
    person.is_stranger = is_stranger(user, workspace.team_id, workspace.enterprise_id)
    person.is_deleted = bool(user.get("deleted"))
    person.is_slack_admin = bool(user.get("is_owner") or user.get("is_admin"))
    person.timezone = user.get("tz") or person.timezone
    person.refreshed_at = tx.now
    tx.session.add(person)
    return person


def brands_of(tx: Transaction, person_id: int) -> set[int]:
    """Limited brands that this person is named on."""
    return set(
        tx.session.exec(
            select(BrandMember.brand_id).where(
                BrandMember.workspace_id == tx.workspace_id, BrandMember.person_id == person_id
            )
        )
    )


_NO_STRANGER = col(Person.is_stranger).is_(False)


def _known(
    tx: Transaction, slack_user_ids: Collection[str], *conditions: ColumnElement[bool]
) -> set[str]:
    return set(
        tx.session.exec(
            select(Person.slack_user_id).where(
                Person.workspace_id == tx.workspace_id,
                col(Person.slack_user_id).in_(slack_user_ids),
                col(Person.refreshed_at).is_not(None),
                *conditions,
            )
        )
    )


def _of(tx: Transaction, slack_user_id: str) -> dict[str, Any]:
    return {"workspace_id": tx.workspace_id, "slack_user_id": slack_user_id}


_BY_ID = select(Person).where(
    col(Person.workspace_id) == bindparam("workspace_id"), col(Person.id) == bindparam("person_id")
)
_BY_SLACK_ID = select(Person).where(
    col(Person.workspace_id) == bindparam("workspace_id"),
    col(Person.slack_user_id) == bindparam("slack_user_id"),
)
_ACCOUNT_COLUMNS: list[Any] = [
    Person.slack_user_id,
    Person.is_bot,
    Person.is_guest,
    Person.is_stranger,
    Person.is_deleted,
    Person.role,
    Person.refreshed_at,
]
_ACCOUNT = select(*_ACCOUNT_COLUMNS).where(
    col(Person.workspace_id) == bindparam("workspace_id"),
    col(Person.slack_user_id) == bindparam("slack_user_id"),
)
_NAMES = select(Person.slack_user_id, Person.name).where(
    col(Person.workspace_id) == bindparam("workspace_id"),
    col(Person.slack_user_id).in_(bindparam("slack_user_ids", expanding=True)),
    col(Person.name) != "",
)
