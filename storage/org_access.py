"""To which of its workspaces an organisation gives the app: its one token serves these only."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import select

from storage import installations, jobs, windows, workspaces
from storage.database import Database
from storage.models import Installation, Workspace
from storage.transaction import Transaction


@dataclass(frozen=True)
class Organisation:
    """One that has the app. workspace: its own row, without a team; number: of its installation."""

    workspace: Workspace
    number: int


def organisation(database: Database, enterprise_id: str) -> Organisation | None:
    """The organisation, if it has the app for all its workspaces; None where none is named."""
    with database.looking() as session:
        installation = installations.of_organisation(session, enterprise_id, None)
        row = workspaces.find(session, enterprise_id, "") if installation is not None else None
    if installation is None or row is None:
        return None
    return Organisation(row, installation.number)


def settle(database: Database, org: Organisation, granted: Collection[str]) -> int:
    """Hold what is stored against what Slack says; gives how many workspaces changed.

    A workspace without access is as one that removed the app: nothing is posted there, and its
    data is deleted after the grace. With access again it has all of it back.

    granted: team ids to which the organisation's token has access. What installed the app by
    itself has a token of its own and is left alone.
    """
    known = windows.directory.c
    with database.looking() as session:
        teams = session.exec(
            select(known.id, known.team_id).where(
                known.enterprise_id == org.workspace.enterprise_id,
                known.team_id != "",
                known.purging_at.is_(None),
            )
        ).all()
    changed = 0
    for number, team_id in teams:
        with database.writing(number) as tx:
            changed += _settle_one(tx, org, has_access=team_id in granted)
    return changed


def _settle_one(tx: Transaction, org: Organisation, *, has_access: bool) -> bool:
    workspace = workspaces.lock_if_there(tx)
    if workspace is None or workspace.purging_at is not None:
        return False
    own = tx.session.get(Installation, tx.workspace_id)
    is_served = installations.seen(tx) == (org.workspace.id, org.number)
    if (own is not None and own.bot_token) or not is_served:
        return False
    if (workspace.removed_at is None) == has_access:
        return False
    workspace.removed_at = None if has_access else tx.now
    tx.session.add(workspace)
    if has_access:
        jobs.add(tx, "people.learn_all", f"people.learn_all:access:{tx.now.isoformat()}")
    return True
