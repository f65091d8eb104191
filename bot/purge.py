"""Deletes what workspaces had that removed the app a while ago: their rows and their files."""

import datetime as dt
import logging
from collections.abc import Iterable
from pathlib import Path

from bot.app import Bot
from storage import purging

log = logging.getLogger(__name__)


def purge_removed(bot: Bot) -> int:
    """Delete the data of workspaces whose grace is over; gives how many workspaces that were.

    Only where workspaces install the app by themselves: who runs the bot for one workspace
    deletes the database instead.
    """
    if bot.tokens is None:
        return 0
    database = bot.services.database
    before = database.now() - dt.timedelta(days=bot.settings.purge_after_days)
    due = purging.begin(database, before)
    for workspace_id in due:
        named = purging.files(database, workspace_id)
        folder = bot.services.data_dir
        _delete(folder / "imports", (f"{number}.*" for number in named.imports))
        _delete(folder / "imports", (f"orders-{number}.*" for number in named.jobs))
        _delete(folder / "drafts", (str(number) for number in named.drafts))
        rows = purging.delete_all(database, workspace_id)
        log.warning(
            "deleted all %s rows of workspace %s, which removed the app", rows, workspace_id
        )
    return len(due)


def _delete(folder: Path, names: Iterable[str]) -> None:
    """Delete files of these names, whatever their ending."""
    wanted = set(names)
    if folder.is_dir():
        for file in folder.iterdir():
            if file.name.partition(".")[0] in wanted:
                file.unlink(missing_ok=True)
