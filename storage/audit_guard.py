"""Triggers that keep the record of who did what as it was written, whoever asks the database.

Entries are added and read. One is rewritten or deleted only in a transaction that has opened the
record of its workspace (`storage.audit.opened`): to take out the name of somebody forgotten, to
let go of what is kept long enough, and when a workspace's data is deleted. Even then who did what
to which object, and when, stays as it was.
"""

from sqlalchemy import Connection

REFUSED = "entries of the record are added, never changed"
_FIXED = ("id", "workspace_id", "at", "actor", "action", "object_kind", "object_id", "delivery")
_CLOSED = (
    "NOT EXISTS (SELECT 1 FROM audit_openings WHERE audit_openings.workspace_id = OLD.workspace_id)"
)


def settle(connection: Connection) -> None:
    """Make the triggers, or make them anew; to be called after every migration."""
    made = _on_sqlite() if connection.dialect.name == "sqlite" else _on_postgresql()
    for statement in made:
        connection.exec_driver_sql(statement)


def _on_sqlite() -> list[str]:
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _FIXED)
    made = []
    for event, refused in (("UPDATE", f"{_CLOSED} OR {changed}"), ("DELETE", _CLOSED)):
        name = f"audit_{event.lower()}"
        made.append(f"DROP TRIGGER IF EXISTS {name}")
        made.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON audit WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    return made


def _on_postgresql() -> list[str]:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _FIXED)
    refuse = f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';"
    bodies = {
        "UPDATE": f"IF {_CLOSED} OR {changed} THEN {refuse} END IF; RETURN NEW;",
        "DELETE": f"IF {_CLOSED} THEN {refuse} END IF; RETURN OLD;",
        "TRUNCATE": f"{refuse} RETURN NULL;",
    }
    made = []
    for event, body in bodies.items():
        name = f"audit_{event.lower()}"
        each = "STATEMENT" if event == "TRUNCATE" else "ROW"
        made.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN {body} END$$"
        )
        made.append(f"DROP TRIGGER IF EXISTS {name} ON audit")
        made.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON audit FOR EACH {each} "
            f"EXECUTE FUNCTION {name}()"
        )
    return made
