"""What waits in the database, of all workspaces together: counts, ages and nothing else."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, func, select

from domain.calendar import newest_due
from domain.quota import DailyBudget
from storage import digests, windows
from storage.models import QuotaUse
from storage.outbox import PENDING

OUTBOX_STATES = (*PENDING, "parked")
JOB_STATES = ("waiting", "running", "failed")


@dataclass(frozen=True)
class Queue:
    """Rows by state, and when the oldest that waits was asked for (None: nothing waits)."""

    by_state: Mapping[str, int]
    oldest: dt.datetime | None


@dataclass(frozen=True)
class Digests:
    """Active schedules, and how many of them owe a digest; oldest: since when the longest."""

    schedules: int
    due: int
    oldest: dt.datetime | None


def outbox(session: Session) -> Queue:
    """Messages that are not in Slack yet, and those that somebody has to decide about."""
    seen = windows.outbox_queue.c
    counted = session.exec(
        select(seen.state, func.count(), func.min(seen.created_at))
        .where(seen.removed_at.is_(None), seen.state.in_(OUTBOX_STATES))
        .group_by(seen.state)
    ).all()
    return _queue(OUTBOX_STATES, counted, PENDING)


def jobs(session: Session, now: dt.datetime) -> Queue:
    """Jobs that are due, worked on, or were given up. now: real time."""
    seen = windows.job_queue.c
    counted = session.exec(
        select(seen.state, func.count(), func.min(seen.due_at))
        .where(
            seen.removed_at.is_(None),
            seen.state.in_(JOB_STATES),
            or_(seen.state != "waiting", seen.due_at <= now),
        )
        .group_by(seen.state)
    ).all()
    return _queue(JOB_STATES, counted, ("waiting",))


def digests_due(session: Session, now: dt.datetime) -> Digests:
    """Digests that are due by the product's clock and not on their way. now: that clock's."""
    rows: Any = session.execute(select(*windows.digest_times.c)).all()
    due = [
        owed.due_at
        for one in rows
        if (owed := newest_due(digests.timing(one), one.last_period, now, one.since)) is not None
    ]
    return Digests(len(rows), len(due), min(due, default=None))


def quotas(session: Session, budgets: Collection[DailyBudget], now: dt.datetime) -> dict[str, int]:
    """What is spent today of each budget, by its bucket. now: the product's clock."""
    return {
        each.bucket: found.used
        if (found := session.get(QuotaUse, (each.bucket, each.day(now))))
        else 0
        for each in budgets
    }


def active_workspaces(session: Session) -> int:
    """How many workspaces have the app."""
    known = windows.directory.c
    return session.exec(select(func.count()).where(known.removed_at.is_(None))).one()


def _queue(
    states: Collection[str],
    counted: Sequence[tuple[str, int, dt.datetime]],
    waiting: Collection[str],
) -> Queue:
    by_state = dict.fromkeys(states, 0) | {state: count for state, count, _ in counted}
    return Queue(by_state, min((at for state, _, at in counted if state in waiting), default=None))
