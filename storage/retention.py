"""Deletes what a workspace keeps long enough, in small steps, every hour.

Each step does at most `limit` and says how many it did; done again until it says 0.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Text, cast, delete, exists, or_, update
from sqlmodel import col, select

from domain.partnership import Stage
from domain.shortlist import CardState
from storage import audit
from storage.models import (
    Card,
    Creator,
    ImportRun,
    Note,
    Nudge,
    OutboxMessage,
    Partnership,
    Reason,
)
from storage.transaction import Transaction

ONCE = ("response_url", "chat.postEphemeral", "views.update")
"""Calls whose content nobody needs once they were made."""
_EXAMPLES = ("examples", "samples")
_EMPTY: dict[str, Any] = {}


def delete_remarks(tx: Transaction, before: dt.datetime, limit: int) -> int:
    """Notes and reasons about creators who were never approved and with whom nobody works."""
    done = 0
    for model in (Note, Reason):
        rows: Any = model
        old = select(rows.id).where(
            rows.workspace_id == tx.workspace_id,
            col(rows.created_at) < before,
            ~_worked_with(col(rows.creator_id)),
        )
        done += _run(tx, delete(model).where(*_some(tx, model, old, limit)))
    return done


def delete_record(tx: Transaction, before: dt.datetime, limit: int) -> int:
    """Entries of the record of who did what."""
    return audit.delete_before(tx, before, limit)


def empty_posted(tx: Transaction, before: dt.datetime, limit: int) -> int:
    """Texts of messages that stand in Slack: where they stand is kept, what they say is not."""
    old = select(OutboxMessage.id).where(
        OutboxMessage.workspace_id == tx.workspace_id,
        col(OutboxMessage.state).in_(("sent", "failed")),
        col(OutboxMessage.settled_at) < before,
        cast(col(OutboxMessage.payload), Text) != "{}",
    )
    return _empty_messages(tx, old, limit)


def empty_shown_once(tx: Transaction, limit: int) -> int:
    """What one person saw once, or a form that was closed long ago."""
    old = select(OutboxMessage.id).where(
        OutboxMessage.workspace_id == tx.workspace_id,
        col(OutboxMessage.state).in_(("sent", "failed")),
        col(OutboxMessage.method).in_(ONCE),
        cast(col(OutboxMessage.payload), Text) != "{}",
    )
    return _empty_messages(tx, old, limit)


def empty_told(tx: Transaction, before: dt.datetime, limit: int) -> int:
    """Lines of reminders that were sent; that they were is kept, so none comes twice."""
    old = select(Nudge.id).where(
        Nudge.workspace_id == tx.workspace_id,
        col(Nudge.sent_at) < before,
        Nudge.text != "",
    )
    return _run(tx, update(Nudge).where(*_some(tx, Nudge, old, limit)).values(text=""))


def drop_examples(tx: Transaction, limit: int) -> int:
    """Cells of files that were shown while their columns were confirmed."""
    written = cast(col(ImportRun.mapping), Text)
    rows = tx.session.exec(
        select(ImportRun)
        .where(
            ImportRun.workspace_id == tx.workspace_id,
            col(ImportRun.finished_at).is_not(None),
            or_(*(written.like(f'%"{name}": ["%') for name in _EXAMPLES)),
        )
        .order_by(col(ImportRun.id))
        .limit(limit)
        .with_for_update()
    ).all()
    for row in rows:
        row.mapping = without_examples(row.mapping)
        tx.session.add(row)
    return len(rows)


def without_examples(mapping: Any) -> Any:
    """A mapping of columns without the cells that stood for them."""
    if isinstance(mapping, dict):
        return {
            name: [] if name in _EXAMPLES else without_examples(one)
            for name, one in mapping.items()
        }
    return [without_examples(one) for one in mapping] if isinstance(mapping, list) else mapping


def _worked_with(creator_id: Any) -> Any:
    approved = exists().where(
        col(Card.creator_id) == creator_id,
        col(Card.state).in_((CardState.APPROVED, CardState.OPEN, CardState.SPLIT)),
    )
    partner = exists().where(
        col(Partnership.creator_id) == creator_id, col(Partnership.stage) != Stage.DECLINED
    )
    owned = exists().where(col(Creator.id) == creator_id, col(Creator.owner_id).is_not(None))
    return approved | partner | owned


def _empty_messages(tx: Transaction, which: Any, limit: int) -> int:
    some = _some(tx, OutboxMessage, which, limit)
    return _run(tx, update(OutboxMessage).where(*some).values(payload=_EMPTY))


def _some(tx: Transaction, model: Any, which: Any, limit: int) -> tuple[Any, Any]:
    numbers = which.order_by(model.id).limit(limit)
    return col(model.workspace_id) == tx.workspace_id, col(model.id).in_(numbers)


def _run(tx: Transaction, statement: Any) -> int:
    result: Any = tx.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)
