"""Learns which words go with which niche among a workspace's own creators, in the background."""

from typing import Any

from handlers.context import Context
from handlers.features import Feature
from storage import jobs, learning

JOB = "learn"


def look(context: Context) -> None:
    """Ask for a new learning where one is due (every minute)."""
    with context.reading() as tx:
        name = learning.due(tx, context.services.vocabulary)
    if name is not None:
        with context.writing() as tx:
            jobs.add(tx, JOB, f"{JOB}:{name}")


def learn(_payload: dict[str, Any], context: Context) -> None:
    """Job: count words anew, and judge those anew whom it concerns."""
    learning.run(context.services.database, context.workspace_id, context.services.vocabulary)


FEATURE = Feature(jobs={JOB: learn}, minutely=(look,))
