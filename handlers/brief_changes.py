"""What follows from the edit of a brief: its open cards say so, its history moves along."""

from typing import Any

from handlers import drawing
from handlers.context import Context
from storage import briefs, cards, jobs, relationships
from storage.models import Brief
from storage.transaction import Transaction

KIND = "brief.changed"


def follow(tx: Transaction, brief: Brief) -> None:
    """Have everything drawn again that shows this brief."""
    payload = {"brief_id": brief.id}
    jobs.add(tx, KIND, f"{KIND}:{brief.id}:{brief.version}", payload)


def redraw(payload: dict[str, Any], context: Context) -> None:
    """Draw the open shortlists of a brief again, each in a transaction of its own."""
    brief_id = int(payload["brief_id"])
    with context.writing() as tx:
        relationships.refresh(tx, briefs.creators_decided(tx, brief_id))
    with context.reading() as tx:
        numbers = briefs.open_shortlists(tx, brief_id)
    for number in numbers:
        with context.writing() as tx:
            locked = cards.lock_all(tx, number)
            for card in locked:
                drawing.redraw_card(tx, card.row, card.shortlist)
            if locked:
                drawing.redraw_summary(tx, locked[0].shortlist)
