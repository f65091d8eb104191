"""Who is owner or manager, worked out from the settings and from what Slack says."""

from collections.abc import Collection

from sqlalchemy import or_
from sqlmodel import col, select

from domain.preferences import preferences
from domain.roles import owner_ids, role_of, why_barred
from storage import workspaces
from storage.models import Person
from storage.transaction import Transaction


def apply(tx: Transaction, configured: Collection[str]) -> None:
    """Give everybody the role that they should have now. configured: the setting OWNERS."""
    workspace = workspaces.get(tx)
    chosen = preferences(workspace.settings)
    admins = {person.slack_user_id for person in _slack_admins(tx)}
    candidates = {*configured, *chosen.owners, workspace.installer_slack_id or ""}
    gone = {each.slack_user_id for each in _those(tx, candidates) if why_barred(each)}
    owners = owner_ids(configured, workspace.installer_slack_id, chosen.owners, admins, gone)
    concerned = or_(
        col(Person.role).is_not(None),
        col(Person.slack_user_id).in_({*owners, *chosen.managers}),
    )
    for person in tx.session.exec(
        select(Person).where(Person.workspace_id == tx.workspace_id, concerned)
    ):
        barred = why_barred(person) is not None
        role = None if barred else role_of(person.slack_user_id, owners, chosen.managers)
        if person.role != role:
            person.role = role.value if role else None
            tx.session.add(person)
    tx.session.flush()


def _those(tx: Transaction, slack_user_ids: Collection[str]) -> list[Person]:
    known = select(Person).where(
        Person.workspace_id == tx.workspace_id, col(Person.slack_user_id).in_(slack_user_ids)
    )
    return list(tx.session.exec(known))


def _slack_admins(tx: Transaction) -> list[Person]:
    return list(
        tx.session.exec(
            select(Person).where(
                Person.workspace_id == tx.workspace_id,
                col(Person.is_slack_admin),
                ~col(Person.is_deleted),
                ~col(Person.is_bot),
            )
        )
    )
