"""Questions put to platforms: who asked what, and what each platform said."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from domain.look_up_report import ASKED_AGAIN_AFTER, PlatformReport
from storage import jobs
from storage.models import LookUp
from storage.transaction import Transaction

JOB = "look_up.ask"
WAITING, ASKING, DONE = "waiting", "asking", "done"
LONGEST_ASKING = dt.timedelta(minutes=2)
"""Who asks for longer has died of it: others need not wait for the answer."""
KEPT = dt.timedelta(days=30)


def add(tx: Transaction, question: LookUp) -> LookUp:
    """Ask for a look-up: a job takes it up at once, and again after a restart."""
    tx.session.add(question)
    tx.session.flush()
    jobs.add(tx, JOB, f"{JOB}:{question.id}", {"look_up_id": question.id})
    return question


def ask_later(tx: Transaction, question: LookUp, after: dt.timedelta) -> None:
    """Another look-up asks the same just now: its answer will do, once it is there."""
    kept = {"look_up_id": question.id}
    jobs.add(tx, JOB, f"{JOB}:{question.id}:{tx.now.timestamp():.3f}", kept, after=after)


def get(tx: Transaction, look_up_id: int) -> LookUp | None:
    """The look-up with this number."""
    return tx.session.exec(
        select(LookUp).where(LookUp.workspace_id == tx.workspace_id, LookUp.id == look_up_id)
    ).one_or_none()


def reports(question: LookUp) -> dict[str, PlatformReport]:
    """What each platform has said so far, by platform."""
    return {name: PlatformReport(**said) for name, said in question.answers.items()}


def record(
    tx: Transaction, question: LookUp, said: Mapping[str, PlatformReport], **changes: Any
) -> None:
    """Write down what platforms said, and other changes of the row."""
    kept = {name: report.model_dump(mode="json") for name, report in said.items()}
    question.answers = {**question.answers, **kept}
    for name, value in changes.items():
        setattr(question, name, value)
    tx.session.add(question)


def answered_lately(
    tx: Transaction, asked_key: str, platforms: Collection[str]
) -> dict[str, PlatformReport]:
    """By platform, the newest full answer to the same question that still stands."""
    rows = tx.session.exec(
        select(LookUp)
        .where(
            LookUp.workspace_id == tx.workspace_id,
            LookUp.asked_key == asked_key,
            col(LookUp.created_at) > tx.now - ASKED_AGAIN_AFTER - LONGEST_ASKING,
        )
        .order_by(col(LookUp.id))
    )
    found: dict[str, PlatformReport] = {}
    for row in rows:
        for name, report in reports(row).items():
            if name in platforms and report.stands(tx.now):
                found[name] = report
    return found


def being_asked(tx: Transaction, asked_key: str, besides: int = 0) -> set[str]:
    """Platforms that are being asked the same just now.

    besides: a look-up that is not counted.
    """
    rows = tx.session.exec(
        select(LookUp).where(
            LookUp.workspace_id == tx.workspace_id,
            LookUp.asked_key == asked_key,
            LookUp.id != besides,
            LookUp.state == ASKING,
            col(LookUp.asking_since) > tx.now - LONGEST_ASKING,
        )
    )
    return {name for row in rows for name in row.platforms}


def on_its_way(
    tx: Transaction, asked_key: str, person_id: int, platforms: Sequence[str]
) -> LookUp | None:
    """A question of this person's that asks the same and is not answered yet."""
    rows = tx.session.exec(
        select(LookUp).where(
            LookUp.workspace_id == tx.workspace_id,
            LookUp.asked_key == asked_key,
            LookUp.person_id == person_id,
            LookUp.state != DONE,
            col(LookUp.created_at) > tx.now - LONGEST_ASKING,
        )
    )
    return next((row for row in rows if set(platforms) <= set(row.platforms)), None)


def forget_old(tx: Transaction) -> None:
    """Delete questions that nobody needs any more."""
    tx.session.execute(
        delete(LookUp).where(
            col(LookUp.workspace_id) == tx.workspace_id,
            col(LookUp.created_at) < tx.now - KEPT,
        )
    )
