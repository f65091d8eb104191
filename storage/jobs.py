"""Work for later, claimed by whichever worker is free."""

import datetime as dt
import logging
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, update
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import deliveries
from storage.models import Job, Workspace
from storage.transaction import Transaction

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
ATTEMPTS = 8
LONGEST_WAIT = dt.timedelta(minutes=5)
KEPT = dt.timedelta(days=30)


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
            "asked_at": tx.asked_at,
        },
    )
    tx.wakes_jobs = tx.wakes_jobs or added
    return added


def is_due(session: Session, now: dt.datetime) -> bool:
    """Whether there is any work; looks without locking anything."""
    return session.exec(_DUE, params={"now": now}).first() is not None


def claim(session: Session, now: dt.datetime) -> Job | None:
    """Take the oldest due job, one that a dead worker left included. now: real time.

    One that was left too often is given up: whoever took it up died of it.
    """
    while True:
        job = session.exec(_DUE_AND_FREE, params={"now": now}).first()
        if job is None:
            return None
        if job.attempts < ATTEMPTS:
            job.state = "running"
            job.leased_until = now + LEASE
            job.attempts += 1
            session.add(job)
            return job
        log.error("job %s (%s) was left by its worker %s times", job.id, job.kind, job.attempts)
        job.state, job.error = "failed", "its worker ended each time"
        session.add(job)
        session.flush()


def extend(session: Session, job: Job, now: dt.datetime) -> None:
    """A long job is still being worked on."""
    _set(session, job, leased_until=now + LEASE)


def finish(session: Session, job: Job) -> None:
    """The job is done."""
    _set(session, job, state="done", leased_until=None, error=None)


def retry(session: Session, job: Job, error: str, now: dt.datetime) -> None:
    """The job failed: tried again later, given up after `ATTEMPTS` tries."""
    wait = min(LONGEST_WAIT, dt.timedelta(seconds=2**job.attempts))
    given_up = job.attempts >= ATTEMPTS
    if given_up:
        log.error("job %s (%s) was given up after %s tries", job.id, job.kind, job.attempts)
    state = "failed" if given_up else "waiting"
    _set(session, job, state=state, leased_until=None, error=error[:500], due_at=now + wait)


def pending(session: Session, now: dt.datetime) -> int:
    """How many jobs are due and not done."""
    return session.exec(
        select(func.count()).where(
            col(Job.state).in_(("waiting", "running")), col(Job.due_at) <= now
        )
    ).one()


def forget_old(session: Session, now: dt.datetime) -> int:
    """Delete jobs done long ago; those given up stay, for doctor to name."""
    result: Any = session.execute(
        delete(Job).where(col(Job.state) == "done", col(Job.due_at) < now - KEPT)
    )
    return int(result.rowcount)


def _due() -> SelectOfScalar[Job]:
    now: BindParameter[dt.datetime] = bindparam("now")
    lapsed = col(Job.leased_until) < now
    return (
        select(Job)
        .join(Workspace, col(Workspace.id) == col(Job.workspace_id))
        .where(
            col(Workspace.removed_at).is_(None),
            (col(Job.state) == "waiting") | ((col(Job.state) == "running") & lapsed),
            col(Job.due_at) <= now,
        )
        .order_by(col(Job.id))
        .limit(1)
    )


def _set(session: Session, job: Job, **values: Any) -> None:
    """Change a job that is still this worker's: its number of tries tells."""
    session.execute(
        update(Job)
        .where(
            col(Job.id) == job.id,
            col(Job.state) == "running",
            col(Job.attempts) == job.attempts,
        )
        .values(**values)
    )


_DUE = _due()
_DUE_AND_FREE = _DUE.with_for_update(skip_locked=True, of=Job)
