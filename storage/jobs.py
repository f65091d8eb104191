"""Work for later, claimed by whichever worker is free."""

import datetime as dt
import logging
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, or_, update
from sqlmodel import Session, col, func, select

from storage import deliveries, windows
from storage.models import Job, Workspace
from storage.models.columns import UtcDateTime
from storage.transaction import Transaction

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
ATTEMPTS = 8
MOST_LEFT = 60  # of leases of two minutes each: two hours
LONGEST_WAIT = dt.timedelta(minutes=5)
LEFT_FOR = dt.timedelta(seconds=20)
UPGRADE = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)
LOOKED_AT = 20  # of what is due: others may be taking the first ones just now


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


def due_in(session: Session, now: dt.datetime) -> list[int]:
    """Workspaces with work that is due, of the oldest first; locks nothing, sees no content."""
    found = session.execute(_DUE, {"now": now}).scalars()
    return list(dict.fromkeys(int(workspace_id) for workspace_id in found))


def claim(tx: Transaction, now: dt.datetime) -> Job | None:
    """Take this workspace's oldest due job, one that a dead worker left included. now: real time.

    One that was left far too often is given up: whoever took it up died of it. Far, for a server
    that is killed often leaves what it just had in hand, whatever that is.
    """
    session = tx.session
    while True:
        here = {"now": now, "workspace_id": tx.workspace_id}
        job = session.exec(_DUE_AND_FREE, params=here).first()
        if job is None:
            return None
        if job.state == "running":
            job.times_left += 1
        if job.times_left < MOST_LEFT:
            job.state = "running"
            job.leased_until = now + LEASE
            job.attempts += 1
            session.add(job)
            return job
        log.error("job %s (%s) was left by its worker %s times", job.id, job.kind, job.times_left)
        job.state, job.error = "failed", "its worker ended each time"
        session.add(job)
        session.flush()


def extend(session: Session, job: Job, now: dt.datetime) -> None:
    """A long job is still being worked on."""
    _set(session, job, leased_until=now + LEASE)


def finish(session: Session, job: Job) -> None:
    """The job is done."""
    _set(session, job, state="done", leased_until=None, error=None)


def tries_of(job: Job) -> int:
    """How often it was tried to an end, this time included; a killed worker says nothing of it."""
    return job.attempts - job.times_left


def is_of_today(job: Job, now: dt.datetime) -> bool:
    """Whether it was asked for so lately that an upgrade may be under way."""
    return now - job.created_at < UPGRADE


def leave(session: Session, job: Job, now: dt.datetime) -> None:
    """Give a job back as it was, for a server that knows what it means."""
    _set(
        session, job, state="waiting", leased_until=None, attempts=job.attempts - 1,
        due_at=now + LEFT_FOR,
    )  # fmt: skip


def put_off(session: Session, job: Job, error: str, times: int, now: dt.datetime) -> None:
    """The database was out of reach: tried again later, without this having been a try.

    times: how often it was put off before, which makes the wait longer.
    """
    wait = _wait(times + 1)
    _set(
        session, job, state="waiting", leased_until=None, attempts=job.attempts - 1,
        error=error[:500], due_at=now + wait,
    )  # fmt: skip


def retry(session: Session, job: Job, error: str, now: dt.datetime) -> None:
    """The job failed: tried again later, given up after `ATTEMPTS` tries."""
    tries = tries_of(job)
    given_up = tries >= ATTEMPTS
    if given_up:
        log.error("job %s (%s) was given up after %s tries", job.id, job.kind, tries)
    state = "failed" if given_up else "waiting"
    _set(session, job, state=state, leased_until=None, error=error[:500], due_at=now + _wait(tries))


def pending(session: Session, now: dt.datetime) -> int:
    """How many jobs are due and not done, of all workspaces."""
    queue = windows.job_queue.c
    return session.exec(
        select(func.count()).where(queue.state.in_(("waiting", "running")), queue.due_at <= now)
    ).one()


def forget_old(tx: Transaction, now: dt.datetime) -> int:
    """Delete jobs done long ago; those given up stay, for doctor to name."""
    result: Any = tx.session.execute(
        delete(Job).where(
            col(Job.workspace_id) == tx.workspace_id,
            col(Job.state) == "done",
            col(Job.due_at) < now - KEPT,
        )
    )
    return int(result.rowcount)


def _wait(times: int) -> dt.timedelta:
    return min(LONGEST_WAIT, dt.timedelta(seconds=2 ** min(times, 20)))


def _is_due(job: Any) -> ColumnElement[bool]:
    """Of a job, or of what is seen of it through the window. `now` is a parameter."""
    now: BindParameter[dt.datetime] = bindparam("now", type_=UtcDateTime)
    lapsed = job.leased_until < now
    return and_(
        or_(job.state == "waiting", and_(job.state == "running", lapsed)), job.due_at <= now
    )


def _set(session: Session, job: Job, **values: Any) -> None:
    """Change a job that is still this worker's: its number of tries tells."""
    session.execute(
        update(Job)
        .where(
            col(Job.workspace_id) == job.workspace_id,
            col(Job.id) == job.id,
            col(Job.state) == "running",
            col(Job.attempts) == job.attempts,
        )
        .values(**values)
    )


_DUE = (
    select(windows.job_queue.c.workspace_id)
    .where(windows.job_queue.c.removed_at.is_(None), _is_due(windows.job_queue.c))
    .order_by(windows.job_queue.c.id)
    .limit(LOOKED_AT)
)
_DUE_AND_FREE = (
    select(Job)
    .join(Workspace, col(Workspace.id) == col(Job.workspace_id))
    .where(
        col(Job.workspace_id) == bindparam("workspace_id"),
        col(Workspace.removed_at).is_(None),
        _is_due(Job),
    )
    .order_by(col(Job.id))
    .limit(1)
    .with_for_update(skip_locked=True, of=Job)
)
