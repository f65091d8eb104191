"""What platforms ration, for all processes and workspaces together; and how they are."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from domain.look_up import Gap
from domain.quota import DailyBudget
from storage import deliveries
from storage.database import Database
from storage.models import QuotaUse, SourceAnswer, SourceHealth

KEPT = dt.timedelta(days=60)


class QuotaLedger:
    """What was spent of each daily budget; two processes never spend the same unit."""

    def __init__(self, database: Database, now: Callable[[], dt.datetime]) -> None:
        """Keep the ledger in a database; `now` is the product's clock."""
        self._database, self._now = database, now

    def spend(self, budget: DailyBudget, units: int) -> bool:
        """Take units from today's budget; False, and nothing taken, where fewer are left."""
        day = budget.day(self._now())
        new = {"bucket": budget.bucket, "day": day, "used": 0}
        here = (col(QuotaUse.bucket) == budget.bucket, col(QuotaUse.day) == day)
        left = col(QuotaUse.used) <= budget.units - units
        with self._database.everywhere() as session:
            session.execute(
                deliveries.insert_or_nothing(QuotaUse, new, on_sqlite=self._database.is_sqlite)
            )
            taken: Any = session.execute(
                update(QuotaUse).where(*here, left).values(used=QuotaUse.used + units)
            )
            return int(taken.rowcount) == 1

    def used(self, budget: DailyBudget) -> int:
        """How many units of today's budget are spent."""
        day = budget.day(self._now())
        with self._database.looking() as session:
            found = session.get(QuotaUse, (budget.bucket, day))
            return found.used if found else 0


class AnswerCache:
    """Answers of rationed searches, for all processes."""

    def __init__(self, database: Database, now: Callable[[], dt.datetime]) -> None:
        """Keep answers in a database; `now` is the product's clock."""
        self._database, self._now = database, now

    def get(self, key: str) -> str | None:
        """What was kept under this key and is not past its time."""
        with self._database.looking() as session:
            found = session.get(SourceAnswer, key)
            return found.value if found and found.keep_until > self._now() else None

    def put(self, key: str, value: str, keep_until: dt.datetime) -> None:
        """Keep an answer; the same key again replaces it."""
        with self._database.everywhere() as session:
            session.merge(SourceAnswer(key=key, value=value, keep_until=keep_until))


def record_success(database: Database, source: str, now: dt.datetime) -> None:
    """A platform answered."""
    _set(database, source, succeeded_at=now, closed_until=None)


def record_failure(database: Database, gap: Gap, now: dt.datetime) -> None:
    """A platform did not answer, or not in full."""
    _set(database, gap.source, failed_at=now, failure=gap.said[:300], closed_until=gap.until)


def health(session: Session) -> dict[str, SourceHealth]:
    """How each platform was when it was last asked, by its name."""
    return {row.source: row for row in session.exec(select(SourceHealth))}


def forget_old(session: Session, now: dt.datetime) -> None:
    """Delete answers past their time and what was spent long ago."""
    session.execute(delete(SourceAnswer).where(col(SourceAnswer.keep_until) <= now))
    session.execute(delete(QuotaUse).where(col(QuotaUse.day) < (now - KEPT).date()))


def _set(database: Database, source: str, **facts: Any) -> None:
    with database.everywhere() as session:
        new = SourceHealth(source=source).model_dump()
        session.execute(
            deliveries.insert_or_nothing(SourceHealth, new, on_sqlite=database.is_sqlite)
        )
        session.execute(
            update(SourceHealth).where(col(SourceHealth.source) == source).values(facts)
        )
