"""Keeps the packs of large workspaces young, so that searches stay quick."""

from typing import Any

from handlers.context import Context
from handlers.features import Feature
from storage import jobs, pack_process, packs
from storage.transaction import Transaction

JOB = "pack"
_EPOCH = "epoch"


def look(context: Context) -> None:
    """Ask for a new pack where one is due (every minute)."""
    with context.reading() as tx:
        epoch = packs.due(tx)
    if epoch is not None:
        with context.writing() as tx:
            ask(tx, epoch)


def ask(tx: Transaction, epoch: int) -> None:
    """Ask for the pack that follows this epoch."""
    jobs.add(tx, JOB, f"{JOB}:{epoch}", {_EPOCH: epoch})


def build(payload: dict[str, Any], context: Context) -> None:
    """Make the pack; when another building has begun meanwhile, that one makes it."""
    pack_process.build(context.services.database, context.workspace_id, payload[_EPOCH])


FEATURE = Feature(jobs={JOB: build}, minutely=(look,))
