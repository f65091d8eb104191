"""What may be seen of all workspaces at once: numbers, states and times, nothing that people wrote.

Whoever looks for work, or does not know yet which workspace something is for, looks through one of
these views; then it steps into that workspace and reads the row there. They belong to the owner of
the tables, so that row-level security does not empty them, and show no other column. What can be
told only from a secret or a name that somebody wrote (a shop's address, a link) is asked by a
function, which answers for exactly this one.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, TableClause, exists, func, inspect, table, text
from sqlalchemy import column as column_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.models import (
    DigestPeriod,
    DigestSchedule,
    Installation,
    Job,
    OutboxMessage,
    Workspace,
)
from storage.outbox import PENDING


def first_of_its_lane() -> tuple[ColumnElement[bool], ...]:
    """Of a message and its workspace: it is next in its lane, and what it builds on was posted."""
    earlier, target = aliased(OutboxMessage), aliased(OutboxMessage)
    blocked = exists().where(
        col(earlier.workspace_id) == col(OutboxMessage.workspace_id),
        col(earlier.lane) == col(OutboxMessage.lane),
        col(earlier.id) < col(OutboxMessage.id),
        col(earlier.state).in_(PENDING),
    )
    unplaced = exists().where(
        col(target.workspace_id) == col(OutboxMessage.workspace_id),
        col(target.message_key).in_((col(OutboxMessage.changes), col(OutboxMessage.reply_to))),
        col(target.state).in_(PENDING),
    )
    not_removed = col(Workspace.removed_at).is_(None)
    return not_removed, col(OutboxMessage.state).in_(PENDING), ~blocked, ~unplaced


_of: Any = select  # its types know no five columns
_VIEWS: dict[str, Any] = {
    "workspace_directory": _of(
        Workspace.id,
        Workspace.enterprise_id,
        Workspace.team_id,
        Workspace.removed_at,
        Workspace.purging_at,
    ),
    "outbox_due": _of(
        OutboxMessage.workspace_id,
        OutboxMessage.id,
        OutboxMessage.state,
        OutboxMessage.due_at,
        OutboxMessage.leased_until,
    )
    .join(Workspace, col(Workspace.id) == col(OutboxMessage.workspace_id))
    .where(*first_of_its_lane()),
    "outbox_queue": _of(
        OutboxMessage.workspace_id,
        OutboxMessage.id,
        OutboxMessage.state,
        OutboxMessage.due_at,
        OutboxMessage.leased_until,
        OutboxMessage.created_at,
        Workspace.removed_at,
    )
    .join(Workspace, col(Workspace.id) == col(OutboxMessage.workspace_id))
    .where(col(OutboxMessage.state).in_((*PENDING, "parked"))),
    "job_queue": _of(
        Job.workspace_id,
        Job.id,
        Job.kind,
        Job.state,
        Job.due_at,
        Job.leased_until,
        Workspace.removed_at,
    )
    .join(Workspace, col(Workspace.id) == col(Job.workspace_id))
    .where(col(Job.state).in_(("waiting", "running", "failed"))),
    "digest_times": _of(
        DigestSchedule.workspace_id,
        DigestSchedule.id,
        DigestSchedule.weekday,
        DigestSchedule.hour,
        DigestSchedule.minute,
        DigestSchedule.timezone,
        DigestSchedule.since,
        _of(func.max(DigestPeriod.period))
        .where(
            col(DigestPeriod.workspace_id) == col(DigestSchedule.workspace_id),
            col(DigestPeriod.schedule_id) == col(DigestSchedule.id),
        )
        .scalar_subquery()
        .label("last_period"),
    )
    .join(Workspace, col(Workspace.id) == col(DigestSchedule.workspace_id))
    .where(col(Workspace.removed_at).is_(None), col(DigestSchedule.state) == "active"),
    "renewable_tokens": _of(Installation.workspace_id, Installation.expires_at)
    .join(Workspace, col(Workspace.id) == col(Installation.workspace_id))
    .where(
        col(Workspace.removed_at).is_(None),
        col(Installation.lost).is_(None),
        col(Installation.refresh_token) != "",
    ),
}
_LOOK_UPS = {
    "workspace_of_shop": (
        ("source", "token"),
        "SELECT workspace_id FROM shops WHERE source = :source AND token = :token",
    ),
    "workspace_of_link": (
        ("slug",),
        "SELECT workspace_id FROM tracking_links WHERE slug = :slug",
    ),
}
"""By the function's name: its arguments, which are texts, and what it asks."""


def _seen_through(name: str) -> TableClause:
    columns = _VIEWS[name].selected_columns
    return table(name, *(column_of(one.key, one.type) for one in columns))


directory = _seen_through("workspace_directory")
outbox_due = _seen_through("outbox_due")
outbox_queue = _seen_through("outbox_queue")
job_queue = _seen_through("job_queue")
digest_times = _seen_through("digest_times")
renewable_tokens = _seen_through("renewable_tokens")


def every_workspace(session: Session, *, active: bool = False) -> list[int]:
    """Row numbers of all workspaces. active: only of those that have not removed the app."""
    wanted = select(directory.c.id).order_by(directory.c.id)
    if active:
        wanted = wanted.where(directory.c.removed_at.is_(None))
    return list(session.exec(wanted))


def workspace_of_shop(session: Session, source: str, token: str) -> int | None:
    """Whose shop calls at an address."""
    return _told(session, "workspace_of_shop", source=source, token=token)


def workspace_of_link(session: Session, slug: str) -> int | None:
    """Whose tracking link it is."""
    return _told(session, "workspace_of_link", slug=slug)


def are_open(connection: Connection) -> bool:
    """Whether all views are there."""
    return set(_VIEWS) <= set(inspect(connection).get_view_names())


def names() -> list[str]:
    """All views."""
    return list(_VIEWS)


def signatures() -> list[str]:
    """All functions with their kinds of arguments, as PostgreSQL names them."""
    return [f"{name}({_kinds(arguments)})" for name, (arguments, _) in _LOOK_UPS.items()]


def close(connection: Connection) -> None:
    """Take the views away, so that a migration may change what they look at."""
    for name in _VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def settle(connection: Connection) -> None:
    """Make views and functions anew; to be called after every migration."""
    close(connection)
    for name, rows in _VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {_written(connection, rows)}")
    if connection.dialect.name == "postgresql":
        for name in _LOOK_UPS:
            connection.exec_driver_sql(_function(connection, name))


def _function(connection: Connection, name: str) -> str:
    """It has its owner's rights, so it says itself where tables are, and who may ask is granted."""
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    arguments, body = _LOOK_UPS[name]
    for place, argument in enumerate(arguments, 1):
        body = body.replace(f":{argument}", f"${place}")
    return (
        f"CREATE OR REPLACE FUNCTION {name}({_kinds(arguments)}) "
        f"RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp "
        f"AS $body${body}$body$"
    )


def _kinds(arguments: tuple[str, ...]) -> str:
    return ", ".join("text" for _ in arguments)


def _told(session: Session, name: str, **values: str) -> int | None:
    arguments, asked = _LOOK_UPS[name]
    if session.get_bind().dialect.name == "postgresql":
        asked = f"SELECT {name}({', '.join(f':{one}' for one in arguments)})"
    found = session.execute(text(asked), values).scalar()
    return None if found is None else int(found)


def _written(connection: Connection, rows: Any) -> str:
    """A query as it stands in a view: with its values in it."""
    return str(rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
