"""What is changed from the board in two clicks: stage, what was delivered, the forms it opens."""

import json
from typing import Any

from domain.partnership import Stage, may_move, refused_move
from handlers import access, cautions, forecasting, partner_details, partners
from handlers.answer import Refused
from handlers.cautions import CONTACT
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import label_of, number_of, stage_form, terms_form
from handlers.partnership_lines import today_of
from handlers.payloads import Action
from storage import approvals, relationships, terms
from storage.models import Partnership, Person
from storage.transaction import Transaction
from views.partner_board import board_state


def move(action: Action, context: Context) -> None:
    """Move a partnership to the stage that was chosen, and show the board anew."""
    number = action.action_id.partition(":")[2]
    if action.value not in {stage.value for stage in Stage}:
        raise Refused("This stage is no longer offered.")
    with context.writing() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, number)
        note = move_to(tx, person, row, Stage(action.value))
        partners.redraw(tx, person, action.response_url, board_state(action.block_id), note)


def move_to(tx: Transaction, person: Person, row: Partnership, to: Stage) -> str:
    """Move a locked partnership; gives what is said of it, in mrkdwn.

    Raises:
        Refused: that is no move from where it stands.
    """
    before = Stage(row.stage)
    line = partners.line(tx, person, row)
    if before != to:
        if not may_move(before, to):
            raise Refused(refused_move(before, to))
        if to in CONTACT:
            cautions.refuse_contact(tx, row.creator_id, today_of(tx, person))
        approvals.move(tx, row, to, person.id)
        forecasting.when_moved(tx, row)
        relationships.refresh(tx, [row.creator_id])
    return partners.moved(line, before, to)


def open_change(action: Action, context: Context) -> None:
    """Open the form of stage, posts, cost and owner, on its own."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        kept = _kept(row, action)
        form = stage_form(tx, context, person, label_of(tx, kept), row, kept)
    context.open_modal(action.trigger_id, form)


def open_terms(action: Action, context: Context) -> None:
    """Open the form of deliverables, rights and dates, on its own."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        kept = _kept(row, action)
        form = terms_form(tx, person, label_of(tx, kept), row, kept)
    context.open_modal(action.trigger_id, form)


def deliver(action: Action, context: Context) -> None:
    """Mark a deliverable as done today, and draw the partnership anew."""
    try:
        partnership, number = json.loads(action.value)
    except (ValueError, TypeError) as error:
        raise Refused(partners.GONE) from error
    with context.writing() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, str(partnership))
        if terms.deliver(tx, row, number_of(str(number)), today_of(tx, person)) is None:
            raise Refused("This deliverable is no longer on the list.")
    with context.reading() as tx:
        person = access.require_member(tx, context)
        drawn = partner_details.drawn(
            tx, context, person, partners.visible(tx, person, str(partnership))
        )
    context.redraw_modal(drawn, action.view)


def _kept(row: Partnership, action: Action) -> dict[str, Any]:
    board = {"url": action.response_url, "asked": board_state(action.block_id)}
    kept = {"creator": row.creator_id, "profile": row.profile_id, "partnership": row.id, "brief": 0}
    return {**kept, **({"board": board} if action.response_url else {})}


FEATURE = Feature(
    actions={
        "partner_move": move,
        "partner_change": open_change,
        "partner_terms": open_terms,
        "partner_delivered": deliver,
    }
)
