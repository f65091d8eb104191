"""One short transaction in one workspace."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CursorResult
from sqlmodel import Session

from domain.source_terms import NEED_LEAVE
from storage.sealing import NO_KEYS, Keys


class RepeatedDelivery(Exception):
    """Slack delivered this before; `answer` is what was answered then."""

    def __init__(self, answer: dict[str, Any]) -> None:
        """Keep the answer that was given the first time."""
        super().__init__("delivered before")
        self.answer = answer


@dataclass
class Transaction:
    """One short transaction in one workspace.

    now: the product's clock. actor: Slack id of who acts, "" for the bot itself. delivery: key of
    what Slack delivered. answer: what is answered, kept with the delivery for a repeat.
    writable: False in a transaction that only looks. underived: sources from whose figures nothing
    may be worked out (`domain.source_terms`). keys: encrypt the secrets of the workspace.
    asked_at: when a person asked for what is done here, None = the clock brought it about.
    look_since: since when what is posted here may stand in Slack already (`domain.lost_time`).
    """

    session: Session
    workspace_id: int
    now: dt.datetime
    actor: str = ""
    delivery: str | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    wakes_outbox: bool = False
    wakes_jobs: bool = False
    writable: bool = False
    underived: frozenset[str] = NEED_LEAVE
    keys: Keys = NO_KEYS
    asked_at: dt.datetime | None = None
    look_since: dt.datetime | None = None

    @property
    def on_postgresql(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.session.get_bind().dialect.name == "postgresql"

    def ask(self, statement: Any, values: dict[str, Any]) -> CursorResult[Any]:
        """Execute a statement of columns; what was changed so far is written down before.

        It gives plain rows, for half of what it takes to ask for the same through the session:
        for what every vote and every drawing asks.
        """
        if self.writable:
            self.session.flush()
        return self.session.connection().execute(statement, values)
