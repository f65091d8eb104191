"""What writes down that a search would find something else: triggers, whoever changes the rows.

A pack is a copy of `niche_rows`, so every change of them must be known, also one made by code that
knows nothing of packs. Each profile has one seen row of niche "*", and whoever changes its rows
changes that one, so one line is written a profile. Rows of an import that nobody sees yet change
nothing; that it is published does. Only workspaces with a pack have changes written down.
"""

from sqlalchemy import Connection

from storage.visibility import HIDDEN

PROFILE, IMPORT, RELATIONSHIP = "profile", "import", "relationship"
_STATES = ", ".join(f"'{state}'" for state in HIDDEN)


def settle(connection: Connection) -> None:
    """Make the triggers, or make them anew; to be called after every migration."""
    made = _on_sqlite() if connection.dialect.name == "sqlite" else _on_postgresql()
    for statement in made:
        connection.exec_driver_sql(statement)


def _hidden(number: str) -> str:
    """Whether an import's rows are not seen yet."""
    return (
        f"({number} <> 0 AND EXISTS (SELECT 1 FROM imports"  # noqa: S608  all ours
        f" WHERE imports.id = {number} AND imports.state IN ({_STATES})))"
    )


def _noted(kind: str, subject: str, row: str) -> str:
    """The statement that writes a change down, where the workspace has a pack."""
    return (
        "INSERT INTO pack_changes (workspace_id, epoch, kind, subject_id) "  # noqa: S608  all ours
        f"SELECT workspace_id, epoch, '{kind}', {row}.{subject} FROM packs "
        f"WHERE workspace_id = {row}.workspace_id"
    )


_REPLACED_UNSEEN = (
    "(OLD.until_import <> NEW.until_import AND "
    f"({_hidden('NEW.until_import')} OR (NEW.until_import = 0 AND {_hidden('OLD.until_import')})))"
)
_WAS_SEEN = (
    f"NOT {_hidden('OLD.since_import')} AND (OLD.until_import = 0 OR {_hidden('OLD.until_import')})"
)
_TRIGGERS = (
    ("niche_rows", "INSERT", "NEW.niche = '*'", f"NOT {_hidden('NEW.since_import')}",
     (_noted(PROFILE, "profile_id", "NEW"),)),
    ("niche_rows", "UPDATE", "NEW.niche = '*'",
     f"NOT {_hidden('NEW.since_import')} AND NOT {_REPLACED_UNSEEN}",
     (_noted(PROFILE, "profile_id", "NEW"),)),
    ("niche_rows", "DELETE", "OLD.niche = '*'", _WAS_SEEN,
     (_noted(PROFILE, "profile_id", "OLD"),)),
    ("imports", "UPDATE", f"OLD.state IN ({_STATES}) AND NEW.state NOT IN ({_STATES})", "",
     (_noted(IMPORT, "id", "NEW"),)),
    ("relationships", "INSERT", "", "", (_noted(RELATIONSHIP, "creator_id", "NEW"),)),
    ("relationships", "UPDATE", "", "", (_noted(RELATIONSHIP, "creator_id", "NEW"),)),
    ("relationships", "DELETE", "", "", (_noted(RELATIONSHIP, "creator_id", "OLD"),)),
)  # fmt: skip
"""(table, event, what its row must be, what must hold beside, what is done)."""


def _on_sqlite() -> list[str]:
    made = []
    for table, event, row, beside, done in _TRIGGERS:
        name = f"pack_{table}_{event.lower()}"
        condition = " AND ".join(filter(None, (row, beside)))
        when = f"WHEN {condition} " if condition else ""
        made.append(f"DROP TRIGGER IF EXISTS {name}")
        made.append(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} {when}BEGIN {'; '.join(done)}; END"
        )
    return made


def _on_postgresql() -> list[str]:
    made = []
    for table, event, row, beside, done in _TRIGGERS:
        name = f"pack_{table}_{event.lower()}"
        body = f"{'; '.join(done)};"
        if beside:  # a trigger's own condition may not look at other tables there
            body = f"IF {beside} THEN {body} END IF;"
        made.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN {body} RETURN NULL; END$$"
        )
        made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        when = f"WHEN ({row}) " if row else ""
        made.append(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION {name}()"
        )
    return made
