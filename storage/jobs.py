"""Work for later, claimed by whichever worker is free."""

import datetime as dt
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage import deliveries
from storage.models import Job, Workspace
from storage.transaction import Transaction

LEASE = dt.timedelta(minutes=2)
ATTEMPTS = 8


def add(
    tx: Transaction,
    kind: str,
    job_key: str,
    payload: dict[str, Any] | None = None,
    *,
    after: dt.timedelta = dt.timedelta(),
) -> bool:
    """Ask for work; says False when a job with this key was asked for before.

    after: how long to wait first, in real time.
    """
    added = deliveries.insert_ignoring(
        tx,
        Job,
        {
            "workspace_id": tx.workspace_id,
            "kind": kind,
            "job_key": job_key,
            "payload": payload or {},
            "state": "waiting",
            "attempts": 0,
            "due_at": dt.datetime.now(dt.UTC) + after,
            "created_at": tx.now,
        },
    )
    tx.wakes_jobs = tx.wakes_jobs or added
    return added


def claim(session: Session, now: dt.datetime) -> Job | None:
    """Take the oldest due job, one that a dead worker left included. now: real time."""
    lapsed = col(Job.leased_until) < now
    job = session.exec(
        select(Job)
        .join(Workspace, col(Workspace.id) == col(Job.workspace_id))
        .where(
            col(Workspace.removed_at).is_(None),
            (col(Job.state) == "waiting") | ((col(Job.state) == "running") & lapsed),
            col(Job.due_at) <= now,
        )
        .order_by(col(Job.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Job)
    ).first()
    if job is not None:
        job.state = "running"
        job.leased_until = now + LEASE
        job.attempts += 1
        session.add(job)
    return job


def extend(session: Session, job_id: int, now: dt.datetime) -> None:
    """A long job is still being worked on."""
    session.execute(update(Job).where(col(Job.id) == job_id).values(leased_until=now + LEASE))


def finish(session: Session, job: Job) -> None:
    """The job is done."""
    _set(session, job, state="done", leased_until=None, error=None)


def retry(session: Session, job: Job, error: str, now: dt.datetime) -> None:
    """The job failed: tried again later, given up after `ATTEMPTS` tries."""
    wait = dt.timedelta(seconds=min(300, 2**job.attempts))
    state = "failed" if job.attempts >= ATTEMPTS else "waiting"
    _set(session, job, state=state, leased_until=None, error=error[:500], due_at=now + wait)


def pending(session: Session, now: dt.datetime) -> int:
    """How many jobs are due and not done."""
    return len(
        session.exec(
            select(Job.id).where(col(Job.state).in_(("waiting", "running")), col(Job.due_at) <= now)
        ).all()
    )


def _set(session: Session, job: Job, **values: Any) -> None:
    session.execute(update(Job).where(col(Job.id) == job.id).values(**values))
