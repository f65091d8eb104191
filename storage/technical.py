"""Who looks after the bot technically in a workspace, and what they should know."""

import datetime as dt

from sqlmodel import col, select

from domain.roles import Role, why_not_member
from storage import people, workspaces
from storage.models import Job, Person
from storage.transaction import Transaction

A_DAY = dt.timedelta(days=1)


def caretakers(tx: Transaction) -> list[Person]:
    """Whoever installed the bot, while they are here; its owners where nobody did."""
    installer = workspaces.get(tx).installer_slack_id
    found = people.find(tx, installer) if installer else None
    if found is not None and why_not_member(found) is None:
        return [found]
    return people.with_role(tx, Role.OWNER)


def given_up(tx: Transaction) -> tuple[str, ...]:
    """Kinds of jobs of the last day that failed each time they were tried."""
    kinds = tx.session.exec(
        select(Job.kind)
        .where(
            Job.workspace_id == tx.workspace_id,
            Job.state == "failed",
            col(Job.created_at) > tx.now - A_DAY,
        )
        .distinct()
        .order_by(Job.kind)
    )
    return tuple(kinds)
