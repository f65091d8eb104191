"""Searches that people ran, kept for their Home.

A search only looks at the database and is answered at once. What was run is kept in memory and
stored every minute and when somebody opens Home; a crash loses the last minute of it.
"""

from collections import deque
from typing import Any

from handlers.context import Context
from storage import people, saved_searches
from storage.transaction import Transaction

_MOST_KEPT = 10_000
_OPTION = "searches_run"


def note(context: Context, text: str) -> None:
    """This person ran this search."""
    if text:
        _kept(context).append((context.workspace_id, context.user_id, text))


def store(tx: Transaction, context: Context) -> None:
    """Store what was run in this workspace since the last time."""
    kept = _kept(context)
    mine: dict[tuple[str, str], None] = {}
    for _ in range(len(kept)):
        run = kept.popleft()
        if run[0] != context.workspace_id:
            kept.append(run)
            continue
        mine.pop(run[1:], None)  # run again: it is the newest
        mine[run[1:]] = None
    for slack_user_id, text in mine:
        person = people.get(tx, slack_user_id)
        saved_searches.remember(tx, person.id or 0, text)


def store_now(context: Context) -> None:
    """Store what was run, where there is anything to store (every minute)."""
    if any(workspace_id == context.workspace_id for workspace_id, _, _ in list(_kept(context))):
        with context.writing() as tx:
            store(tx, context)


def _kept(context: Context) -> deque[tuple[int, str, str]]:
    options: dict[str, Any] = context.services.options
    kept: deque[tuple[int, str, str]] = options.setdefault(_OPTION, deque(maxlen=_MOST_KEPT))
    return kept
