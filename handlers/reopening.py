"""Opening a decided card again, and what becomes of the partnership that it began."""

from domain import shortlist as rules
from domain.decision import REOPENED
from domain.partnership import Stage, may_move, refused_move
from handlers import access, card_views, client_steps, draft_steps, drawing, voting
from handlers.answer import Answer, FieldErrors, NotAllowed, Refused
from handlers.cards import (
    card_of,
    locked_card,
    managers_among,
    profile_of,
    row_number,
    shortlist_of,
)
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import approvals, audit, cards, outbox, people, reasons, relationships, shortlists
from storage.cards import number_of
from storage.models import Card, Person, Shortlist
from storage.transaction import Transaction
from views import card_forms


def ask_to_reopen(action: Action, context: Context) -> Answer | None:
    """Open the form with which a decided card is reopened."""
    with context.reading() as tx:
        card = card_of(tx, row_number(action.value))
        shortlist = shortlist_of(tx, card)
        person = access.require_voter(tx, context, shortlist)
        known = cards.rules_of(tx, [card], shortlist)[number_of(card)]
        managers = managers_among(tx, person, shortlist)
        if not rules.may_reopen(known, person.slack_user_id, managers):
            raise NotAllowed("Those who decided, whoever asked, and managers can reopen a card.")
        view = card_forms.reopen_modal(number_of(card), profile_of(card))
    context.open_modal(action.trigger_id, view)
    return None


def reopen(submission: Submission, context: Context) -> Answer:
    """Open a decided card again; the partnership goes back unless work has started."""
    reason = submission.text("reason").strip()
    problem = rules.check_reason(reason)
    if problem:
        return Answer(errors={"reason": problem})
    with context.writing() as tx:
        locked = locked_card(tx, row_number(submission.metadata))
        person = access.require_voter(tx, context, locked.shortlist)
        try:
            managers = managers_among(tx, person, locked.shortlist)
            after = rules.reopen(locked.rules, person.slack_user_id, managers, reason)
        except rules.NotAllowed as refusal:
            raise FieldErrors({"reason": str(refusal)}) from refusal
        card = cards.record(tx, locked, after)
        audit.record(tx, "reopen", "card", locked.id, before={"state": locked.rules.state},
                     after={"reason": reason})  # fmt: skip
        reasons.add(tx, card, locked.shortlist.brand_id, REOPENED, reason)
        client_steps.call_back(tx, card)
        _take_back(tx, *cards.first(tx, card, locked.shortlist), person, reason)
        relationships.refresh(tx, [card.creator_id])
        _open_again(tx, locked.shortlist)
        if locked.shortlist.kind == shortlists.DRAFT:
            draft_steps.reopened(tx, card, locked.shortlist)
        voting.redraw(tx, card, locked.shortlist)
        return context.settle(tx, Answer())


def keep_working(action: Action, context: Context) -> Answer | None:
    """The owner lets a partnership go on although its card was reopened."""
    return _settle_partnership(action, context, None, "The partnership goes on.")


def end_working(action: Action, context: Context) -> Answer | None:
    """The owner ends a partnership whose card was reopened."""
    said = "Ended: the partnership is marked as declined."
    return _settle_partnership(action, context, Stage.DECLINED, said)


def finish_working(action: Action, context: Context) -> Answer | None:
    """The owner closes a partnership that is live and whose card was reopened."""
    said = "The partnership is marked as done. Its results and costs stay on the record."
    return _settle_partnership(action, context, Stage.DONE, said)


def _take_back(
    tx: Transaction, card: Card, shortlist: Shortlist, person: Person, reason: str
) -> None:
    goes_on = approvals.take_back(tx, card)
    if goes_on is None:
        return
    owner_id = goes_on.owner_id or shortlist.asker_id
    message = card_forms.work_goes_on(
        card_views.view_of(tx, card, shortlist),
        goes_on.id or 0,
        Stage(goes_on.stage),
        person.name or card_views.SOMEBODY,
        reason,
    )
    owner = people.by_id(tx, owner_id)
    key = f"reopened:{number_of(card)}:{card.round}"
    outbox.direct(tx, key, owner.slack_user_id, message.payload())


def _open_again(tx: Transaction, shortlist: Shortlist) -> None:
    if shortlist.state == shortlists.DECIDED:
        shortlist.state = shortlists.OPEN
        shortlist.decided_at = None
        tx.session.add(shortlist)
        tx.session.flush()
        drawing.correct_all_decided(tx, shortlist)


def _settle_partnership(
    action: Action, context: Context, to: Stage | None, said: str
) -> Answer | None:
    """Move the partnership of a reopened card, or leave it (None), and say so in place of the
    question."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        partnership = approvals.get(tx, row_number(action.value))
        if partnership is None:
            raise Refused("That partnership is gone.")
        manages = access.manages_brand(tx, person, partnership.brand_id)
        if partnership.owner_id != person.id and not manages:
            raise NotAllowed("The owner of this partnership, and managers, decide that.")
        stage = Stage(partnership.stage)
        if to is not None and stage != to:
            if not may_move(stage, to):
                raise Refused(refused_move(stage, to))
            approvals.move(tx, partnership, to, person.id)
            relationships.refresh(tx, [partnership.creator_id])
        message = {"replace_original": True, "text": said}
        outbox.respond(tx, f"settled:{tx.delivery}", action.response_url, message)
    return None


FEATURE = Feature(
    actions={
        "card_reopen": ask_to_reopen,
        "card_keep": keep_working,
        "card_end": end_working,
        "card_done": finish_working,
    },
    submissions={"card_reopen": reopen},
    for_outsiders=frozenset({"card_reopen"}),
)
