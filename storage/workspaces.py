"""Workspaces: found by their Slack ids, made on first sight."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import deliveries, first_look, tenancy, windows
from storage.database import Database
from storage.models import Workspace
from storage.transaction import Transaction

LOCAL_TEAM = "local"


def ensure(database: Database, enterprise_id: str, team_id: str, **facts: Any) -> Workspace:
    """The workspace with these Slack ids, made if new; `facts` (name, bot_user_id, …) are set."""
    with database.looking() as session:
        known = find(session, enterprise_id, team_id)
    if known is not None and all(getattr(known, name) == facts[name] for name in facts):
        return known
    with database.everywhere() as session:
        new = Workspace(enterprise_id=enterprise_id, team_id=team_id, created_at=database.now())
        values = new.model_dump(exclude={"id"})
        made = deliveries.insert_or_nothing(Workspace, values, on_sqlite=database.is_sqlite)
        session.execute(made.inline())  # its number can be read only within it
        number = _number_of(session, enterprise_id, team_id) or 0
        with tenancy.within(session, number):
            workspace = session.exec(_numbered(number)).one()
            for name, value in facts.items():
                setattr(workspace, name, value)
            session.add(workspace)
    return workspace


def only(database: Database) -> Workspace:
    """The one workspace of a bot with tokens from the environment.

    Before the bot first met Slack it is a local one, which the first real workspace takes over.

    Raises:
        LookupError: there are several; the sentence names them.
    """
    found = all_active(database)
    if len(found) > 1:
        names = ", ".join(f"{w.team_id} ({w.name or 'unnamed'})" for w in found)
        raise LookupError(f"There are several workspaces: {names}. Name one with --workspace.")
    return found[0] if found else ensure(database, "", LOCAL_TEAM)


def meet(database: Database, enterprise_id: str, team_id: str, **facts: Any) -> Workspace:
    """The workspace that Slack says the token belongs to; a local one is taken over."""
    with database.everywhere() as session:
        local = _number_of(session, "", LOCAL_TEAM)
        if local is not None and _number_of(session, enterprise_id, team_id) is None:
            with tenancy.within(session, local):
                taken_over = session.exec(_numbered(local)).one()
                taken_over.enterprise_id, taken_over.team_id = enterprise_id, team_id
                session.add(taken_over)
    return ensure(database, enterprise_id, team_id, **facts)


def get(tx: Transaction) -> Workspace:
    """The workspace of this transaction."""
    return tx.session.exec(select(Workspace).where(Workspace.id == tx.workspace_id)).one()


def settings(tx: Transaction) -> Mapping[str, Any]:
    """The settings of this transaction's workspace, as JSON."""
    look = first_look.taken(tx)
    return look.settings if look is not None else get(tx).settings


def lock(tx: Transaction) -> Workspace:
    """The workspace, which nobody else changes until this transaction ends."""
    return tx.session.exec(
        select(Workspace).where(Workspace.id == tx.workspace_id).with_for_update()
    ).one()


def lock_if_there(tx: Transaction) -> Workspace | None:
    """The same, where it may have been deleted a moment ago."""
    return tx.session.exec(
        select(Workspace).where(Workspace.id == tx.workspace_id).with_for_update()
    ).one_or_none()


def all_active(database: Database) -> list[Workspace]:
    """Every workspace that has not removed the app."""
    found: list[Workspace] = []
    with database.looking() as session:
        for number in windows.every_workspace(session, active=True):
            with tenancy.within(session, number):
                found += session.exec(_numbered(number))
    return found


def change_settings(tx: Transaction, **changes: Any) -> None:
    """Set some of the workspace's settings; None takes one away."""
    workspace = lock(tx)
    settings = {**workspace.settings, **changes}
    workspace.settings = {name: value for name, value in settings.items() if value is not None}
    tx.session.add(workspace)


def remember_refused_block(tx: Transaction, block_type: str) -> None:
    """Slack refused this block type here: plainer blocks are sent from now on."""
    workspace = lock(tx)
    if block_type not in workspace.refused_blocks:
        workspace.refused_blocks = [*workspace.refused_blocks, block_type]
        tx.session.add(workspace)


def mark_removed(tx: Transaction) -> None:
    """The app was removed: jobs and messages of this workspace stop."""
    tx.session.execute(
        update(Workspace).where(col(Workspace.id) == tx.workspace_id).values(removed_at=tx.now)
    )


def find(session: Session, enterprise_id: str, team_id: str) -> Workspace | None:
    """The workspace with these Slack ids, the app's removal notwithstanding."""
    number = _number_of(session, enterprise_id, team_id)
    if number is None:
        return None
    with tenancy.within(session, number):
        return session.exec(_numbered(number)).one_or_none()


def _number_of(session: Session, enterprise_id: str, team_id: str) -> int | None:
    found = windows.directory.c
    return session.exec(
        select(found.id).where(found.enterprise_id == enterprise_id, found.team_id == team_id)
    ).one_or_none()


def _numbered(number: int) -> SelectOfScalar[Workspace]:
    return select(Workspace).where(Workspace.id == number)
