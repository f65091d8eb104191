"""Which workspace a transaction is in, as PostgreSQL's row-level security is told.

Every query names its workspace; that is the first wall. On PostgreSQL there is a second one
(`storage.row_security`), which goes by this setting: without it no row of any workspace can be
read. It ends with its transaction. SQLite knows no such thing and is told nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

SETTING = "app.workspace"


def enter(session: Session, workspace_id: int | None) -> None:
    """From here on the transaction is in this workspace, or in none."""
    if session.get_bind().dialect.name == "sqlite":
        return
    number = "" if workspace_id is None else int(workspace_id)
    session.connection().exec_driver_sql(f"SET LOCAL {SETTING} = '{number}'")


@contextmanager
def within(session: Session, workspace_id: int, back_to: int | None = None) -> Iterator[None]:
    """Step into a workspace for a moment: an organisation's, or each one in turn.

    back_to: the workspace that the transaction is in otherwise; None where it is in none.
    """
    session.flush()
    enter(session, workspace_id)
    yield
    session.flush()
    enter(session, back_to)
