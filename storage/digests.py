"""Digest schedules, and the weeks that were posted: one row a week, so none comes twice."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import col, select

from domain.calendar import DueDigest, Schedule, newest_due
from domain.digest import covers
from domain.digest_form import DigestTerms
from storage import audit, deliveries
from storage.models import DigestPeriod, DigestSchedule, Person
from storage.transaction import Transaction

DRAFT, ACTIVE, PAUSED = "draft", "active", "paused"
DRAFTS_KEPT = dt.timedelta(days=7)


def timing(schedule: DigestSchedule) -> Schedule:
    """When a schedule fires."""
    return Schedule(
        weekday=schedule.weekday,
        hour=schedule.hour,
        minute=schedule.minute,
        timezone=schedule.timezone,
    )


def get(tx: Transaction, schedule_id: int) -> DigestSchedule | None:
    """The schedule with this number; in a writing transaction nobody else changes it."""
    query = select(DigestSchedule).where(
        DigestSchedule.workspace_id == tx.workspace_id, DigestSchedule.id == schedule_id
    )
    if tx.writable:
        query = query.with_for_update().execution_options(populate_existing=True)
    return tx.session.exec(query).one_or_none()


def confirmed(tx: Transaction, states: Collection[str] = (ACTIVE, PAUSED)) -> list[DigestSchedule]:
    """All schedules that were confirmed, oldest first."""
    return list(
        tx.session.exec(
            select(DigestSchedule)
            .where(
                DigestSchedule.workspace_id == tx.workspace_id,
                col(DigestSchedule.state).in_(states),
            )
            .order_by(col(DigestSchedule.id))
        )
    )


def in_channel(tx: Transaction, channel_id: str) -> list[DigestSchedule]:
    """The schedules of a channel that were confirmed, active ones first."""
    found = [one for one in confirmed(tx) if one.channel_id == channel_id]
    return sorted(found, key=lambda one: one.state != ACTIVE)


def draft(
    tx: Transaction,
    owner: Person,
    terms: DigestTerms,
    draft_id: int | None = None,
    changes_id: int | None = None,
) -> DigestSchedule:
    """Keep what was typed until its preview is confirmed; `draft_id`: an earlier try of theirs."""
    known = get(tx, draft_id) if draft_id is not None else None
    if known is None or known.state != DRAFT or known.owner_id != owner.id:
        known = DigestSchedule(
            workspace_id=tx.workspace_id, owner_id=owner.id or 0, channel_id=terms.channel_id,
            timezone=terms.schedule.timezone, state=DRAFT, since=tx.now, created_at=tx.now,
            changes_id=changes_id,
        )  # fmt: skip
    if known.channel_id != terms.channel_id:
        known.has_outsiders = None
    known.channel_id = terms.channel_id
    known.weekday, known.timezone = terms.schedule.weekday, terms.schedule.timezone
    known.hour, known.minute = terms.schedule.hour, terms.schedule.minute
    known.scope = _scope(terms)
    tx.session.add(known)
    tx.session.flush()
    return known


def start(tx: Transaction, drafted: DigestSchedule) -> DigestSchedule:
    """Confirm a draft: it becomes a schedule, or the change of one; from now on it is posted."""
    changed = get(tx, drafted.changes_id) if drafted.changes_id is not None else None
    if changed is None:
        drafted.state, drafted.since, drafted.changes_id = ACTIVE, tx.now, None
        tx.session.add(drafted)
        audit.record(tx, "start", "digest", drafted.id or 0, after=_recorded(drafted))
        return drafted
    before = _recorded(changed)
    for field in ("owner_id", "channel_id", "weekday", "hour", "minute", "timezone", "scope"):
        setattr(changed, field, getattr(drafted, field))
    changed.has_outsiders = drafted.has_outsiders
    changed.state, changed.paused_because, changed.since = ACTIVE, None, tx.now
    tx.session.add(changed)
    tx.session.delete(drafted)
    after = _recorded(changed)
    audit.record(tx, "change", "digest", changed.id or 0, before=before, after=after)
    return changed


def pause(tx: Transaction, schedule: DigestSchedule, because: str) -> bool:
    """Stop posting until somebody resumes it; False when it is not active."""
    if schedule.state != ACTIVE:
        return False
    schedule.state, schedule.paused_because = PAUSED, because
    tx.session.add(schedule)
    audit.record(tx, "pause", "digest", schedule.id or 0, after={"because": because})
    return True


def resume(tx: Transaction, schedule: DigestSchedule) -> bool:
    """Post again from the next due time on; False when it is not paused."""
    if schedule.state != PAUSED:
        return False
    schedule.state, schedule.paused_because, schedule.since = ACTIVE, None, tx.now
    tx.session.add(schedule)
    audit.record(tx, "resume", "digest", schedule.id or 0)
    return True


def remove(tx: Transaction, schedule: DigestSchedule) -> None:
    """Delete a schedule; what it posted stays in Slack."""
    audit.record(tx, "delete", "digest", schedule.id or 0, before=_recorded(schedule))
    for table, key in (
        (DigestPeriod, DigestPeriod.schedule_id),
        (DigestSchedule, DigestSchedule.id),
    ):
        tx.session.execute(
            delete(table).where(col(table.workspace_id) == tx.workspace_id, col(key) == schedule.id)
        )
    tx.session.expunge(schedule)


def due(tx: Transaction, schedule: DigestSchedule) -> DueDigest | None:
    """The digest that an active schedule owes now, after downtime only the newest."""
    if schedule.state != ACTIVE:
        return None
    last = tx.session.exec(
        select(col(DigestPeriod.period))
        .where(
            DigestPeriod.workspace_id == tx.workspace_id, DigestPeriod.schedule_id == schedule.id
        )
        .order_by(col(DigestPeriod.period).desc())
        .limit(1)
    ).first()
    return newest_due(timing(schedule), last, tx.now, schedule.since)


def claim(tx: Transaction, schedule: DigestSchedule, owed: DueDigest) -> bool:
    """Take a week of a schedule, for good; False when it was taken before."""
    return deliveries.insert_ignoring(
        tx,
        DigestPeriod,
        {
            "workspace_id": tx.workspace_id,
            "schedule_id": schedule.id,
            "period": owed.period,
            "due_at": owed.due_at,
            "covers": covers(owed.week, owed.missed),
            "created_at": tx.now,
        },
    )


def old_drafts(tx: Transaction) -> list[DigestSchedule]:
    """Drafts that nobody confirmed in time."""
    return list(
        tx.session.exec(
            select(DigestSchedule).where(
                DigestSchedule.workspace_id == tx.workspace_id,
                DigestSchedule.state == DRAFT,
                DigestSchedule.created_at < tx.now - DRAFTS_KEPT,
            )
        )
    )


def forget_drafts(tx: Transaction) -> None:
    """Delete drafts that nobody confirmed in time."""
    for one in old_drafts(tx):
        tx.session.delete(one)


def _scope(terms: DigestTerms) -> dict[str, list[int]]:
    scope = {"brands": list(terms.brand_ids), "briefs": list(terms.brief_ids)}
    return {name: numbers for name, numbers in scope.items() if numbers}


def _recorded(schedule: DigestSchedule) -> dict[str, object]:
    return {
        "channel": schedule.channel_id,
        "when": timing(schedule).describe(),
        "scope": schedule.scope,
        "owner": schedule.owner_id,
    }
