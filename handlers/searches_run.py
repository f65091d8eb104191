"""Searches that people ran, kept for their Home.

A search only looks at the database and is answered at once. What was run is kept in memory and
stored every few seconds and when somebody opens Home; a crash loses those seconds of it.
"""

from collections import deque
from typing import Any

from handlers.context import Context, Services
from storage import people, saved_searches
from storage.models import Workspace
from storage.transaction import Transaction

_MOST_KEPT = 10_000
_OPTION = "searches_run"


def note(context: Context, text: str) -> None:
    """This person ran this search."""
    if text:
        _kept(context.services).append((context.workspace, context.user_id, text))


def store(tx: Transaction, context: Context) -> None:
    """Store what was run in this workspace since the last time."""
    kept = _kept(context.services)
    mine: dict[tuple[str, str], None] = {}
    for _ in range(len(kept)):
        run = kept.popleft()
        if run[0].id != context.workspace_id:
            kept.append(run)
            continue
        mine.pop(run[1:], None)  # run again: it is the newest
        mine[run[1:]] = None
    for slack_user_id, text in mine:
        person = people.get(tx, slack_user_id)
        saved_searches.remember(tx, person.id or 0, text)


def store_all(services: Services) -> None:
    """Store what was run, in each workspace where there is anything to store."""
    for workspace in {one.id: one for one, _, _ in list(_kept(services))}.values():
        context = Context(services, workspace)
        with context.writing() as tx:
            store(tx, context)


def _kept(services: Services) -> deque[tuple[Workspace, str, str]]:
    options: dict[str, Any] = services.options
    kept: deque[tuple[Workspace, str, str]] = options.setdefault(_OPTION, deque(maxlen=_MOST_KEPT))
    return kept
