"""What follows from the edit of a brief: its open cards say so, its history moves along."""

from typing import Any

from handlers import drawing
from handlers.context import Context
from storage import briefs, cards, jobs, relationships, shortlists
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
        _hide_from_clients(tx, briefs.get(tx, brief_id))
    with context.reading() as tx:
        numbers = briefs.open_shortlists(tx, brief_id)
    for number in numbers:
        with context.writing() as tx:
            shortlist = shortlists.get(tx, number)
            if shortlist is not None:
                for card in cards.of_shortlist(tx, number):
                    drawing.redraw_card(tx, card)
                drawing.redraw_summary(tx, shortlist)


def _hide_from_clients(tx: Transaction, brief: Brief | None) -> None:
    """What is no longer ticked goes from cards that a client has; nothing is added to them."""
    review = briefs.content(brief).client if brief else None
    if brief is None or review is None:
        return
    for asked in shortlists.clients_of_brief(tx, brief.id or 0):
        kept = [tick for tick in asked.sees or () if tick in review.sees]
        if kept != (asked.sees or []):
            asked.sees = kept
            tx.session.add(asked)
            tx.session.flush()
            for card in cards.of_shortlist(tx, shortlists.number_of(asked)):
                drawing.redraw_card(tx, card)
