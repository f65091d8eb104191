"""How old the last backup is, as far as the bot made it."""

import datetime as dt
from collections.abc import Iterator

from bot.installations_checkup import Found
from domain.wording import counted
from storage import windows, workspaces
from storage.database import Database
from storage.models import Workspace

OLD = dt.timedelta(days=8)
"""Of weekly backups the last is never older."""
DAY = dt.timedelta(days=1)
HOW = "Run `influencer-bot backup`, best every night (docs/deploy.md)"
OTHERWISE = "If you make them by other means, snapshots say, all is well."


def check(database: Database) -> Iterator[Found]:
    """Look at what `influencer-bot backup` noted; the tables have to be those of this version."""
    workspace = _oldest(database)
    if workspace is None:
        return
    now, made_at = database.now(), workspace.backed_up_at
    if made_at is None:
        is_new = now - workspace.created_at < OLD
        what = "The bot has made no backup yet."
        yield Found("ok", what) if is_new else Found("warning", what, f"{HOW}. {OTHERWISE}")
        return
    what = f"Last backup: {_age(now - made_at)}."
    if now - made_at < OLD:
        yield Found("ok", what)
    else:
        yield Found("warning", what, f"{HOW}: all since then would be lost. {OTHERWISE}")


def _oldest(database: Database) -> Workspace | None:
    """Every backup holds the workspace that has been here longest; None where there is none."""
    with database.looking() as session:
        there = windows.every_workspace(session, active=True)
    if not there:
        return None
    with database.reading(min(there)) as tx:
        return workspaces.get(tx)


def _age(age: dt.timedelta) -> str:
    """In whole days; "today" for less than one."""
    return f"{counted(age // DAY, 'day')} ago" if age >= DAY else "within the last 24 hours"
