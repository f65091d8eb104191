"""What a connection to PostgreSQL is set to, and what of its errors may be written down."""

import re
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlmodel import Session

BUSY_SECONDS = 1.8  # under Slack's three, so that a refusal can still be said in time
STATEMENT_SECONDS = 2.0  # longer than a lock is waited for, so that the log says which it was
PATIENT_SECONDS = 600

SETTINGS = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,  # ms: a server that vanished is noticed by whoever waits for it
    "options": f"-c lock_timeout={int(BUSY_SECONDS * 1000)}"
    f" -c statement_timeout={int(STATEMENT_SECONDS * 1000)}",
}
_BE_PATIENT = f"SET LOCAL statement_timeout = {PATIENT_SECONDS * 1000}"
_DATA_EXCEPTION = "22"
_PASSES = (
    "08",  # the connection broke
    "53",  # too little memory, disk or connections
    "57P",  # it is being stopped or started
    "40001", "40P01",  # another transaction went first
    "55P03",  # a lock was waited for too long
    "25006",  # only reading, as a standby that is about to take over
)  # fmt: skip
_QUOTED = re.compile(r"\"[^\"]*\"")


def be_patient(session: Session) -> None:
    """Let the statements of this transaction take long: nobody waits for it in Slack."""
    session.connection().exec_driver_sql(_BE_PATIENT)


def passes(sqlstate: str | None) -> bool:
    """Whether an error is about the database's state and not about what it was asked.

    sqlstate: None = there was no connection over which to say one. A statement that took too long
    is not among them: it will again.
    """
    return sqlstate is None or sqlstate.startswith(_PASSES)


def hide_values(engine: Engine) -> None:
    """Keep what people wrote out of the texts of errors, and so out of every log."""
    event.listen(engine, "handle_error", _hide_values)


def without_values(message: str, sqlstate: str | None) -> str:
    """PostgreSQL's first line, which names rules and columns; DETAIL and CONTEXT hold rows.

    sqlstate: of a value that can't be read ("22…"), that line quotes the value itself.
    """
    first = message.partition("\n")[0]
    return _QUOTED.sub('"…"', first) if (sqlstate or "").startswith(_DATA_EXCEPTION) else first


def _hide_values(failure: ExceptionContext) -> None:
    original: Any = failure.original_exception
    if not hasattr(original, "sqlstate") or not original.args:
        return
    before = str(original)
    hidden = without_values(before, original.sqlstate)
    original.args = (hidden, *original.args[1:])
    wrapped = failure.sqlalchemy_exception
    if wrapped is not None:
        wrapped.args = tuple(str(one).replace(before, hidden) for one in wrapped.args)
