"""Whether PostgreSQL itself would keep workspaces apart if a query of ours forgot to."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.settings import Settings
from storage import row_security
from storage.database import Database, Unavailable
from storage.migrate import versions


class Checked(NamedTuple):
    """What was found. cure: what to do, "" = nothing. serious: workspaces share this database."""

    what: str
    cure: str = ""
    serious: bool = False


def check(settings: Settings, database: Database) -> Iterator[Checked]:
    """Look at the role that the bot works as; nothing where the tables are of another version."""
    if database.is_sqlite:
        if settings.many_workspaces:
            yield Checked(
                "SQLite has no row-level security: only the bot's own queries keep workspaces "
                "apart.",
                "Take PostgreSQL where workspaces are not all yours; docs/isolation.md says how.",
            )
        return
    try:
        present, newest = versions(database)
        if present != newest:
            return
        with database.engine.connect() as connection:
            role, gaps = row_security.gaps(connection)
    except Unavailable:  # said already when the database was looked at
        return
    if gaps:
        yield Checked(
            f"Row-level security does not hold the role {role} back: it {gaps[0]}.",
            "Let the bot work as a role of its own; docs/isolation.md says how.",
            serious=settings.many_workspaces,
        )
    else:
        yield Checked(f"Row-level security: the role {role} sees one workspace at a time.")
