"""The buttons of a card: vote, why, withdraw, decide a split, reopen."""

from domain import shortlist as rules
from domain.creator import ProfileSnapshot
from domain.decision import REOPENED, Category
from domain.partnership import Stage, may_move, refused_move
from domain.shortlist import CardState
from domain.votes import Vote, instant
from handlers import access, drawing, voting
from handlers.answer import Answer, FieldErrors, NotAllowed, Refused, say
from handlers.context import Action, Context, Submission
from handlers.features import Feature
from handlers.voting import Act, Cast
from storage import approvals, audit, cards, outbox, people, reasons, relationships, shortlists
from storage.cards import LockedCard, number_of
from storage.models import Card, Person, Shortlist
from storage.transaction import Transaction
from views import card as card_view

GONE = "That card is gone."
ASKER_OR_MANAGER = "Whoever asked for this shortlist, and managers, can do that."
WAITS = "Thank you. Your vote is kept and counts as soon as Slack has told me who you are."


def approve(action: Action, context: Context) -> Answer | None:
    """Vote for the creator."""
    return _press(action, context, Vote.APPROVE)


def maybe(action: Action, context: Context) -> Answer | None:
    """Vote that decides nothing."""
    return _press(action, context, Vote.MAYBE)


def reject(action: Action, context: Context) -> Answer | None:
    """Vote against the creator."""
    return _press(action, context, Vote.REJECT)


def settle_approve(action: Action, context: Context) -> Answer | None:
    """The asker approves a split card."""
    return _settle_split(action, context, Vote.APPROVE)


def settle_reject(action: Action, context: Context) -> Answer | None:
    """The asker rejects a split card."""
    return _settle_split(action, context, Vote.REJECT)


def withdraw(action: Action, context: Context) -> Answer | None:
    """Take an undecided card off its shortlist."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        locked = _locked(tx, _number(action.value))
        require_asker_or_manager(tx, person, locked.shortlist)
        take_off(tx, locked)
        drawing.redraw_summary(tx, locked.shortlist)
        voting.close_if_decided(tx, locked.shortlist)
    return None


def take_off(tx: Transaction, locked: LockedCard) -> None:
    """Withdraw a locked card; a second time changes nothing. Raises Refused when decided."""
    try:
        after = rules.withdraw(locked.rules)
    except rules.NotAllowed as refusal:
        raise Refused(str(refusal)) from refusal
    if after == locked.rules:
        return
    card = cards.record(tx, locked, after)
    audit.record(tx, "withdraw", "card", locked.id, before={"state": locked.rules.state})
    drawing.redraw_card(tx, card, locked.shortlist)


def ask_why(action: Action, context: Context) -> Answer | None:
    """Open the form for a reason."""
    with context.reading() as tx:
        access.require_member(tx, context)
        card = _card(tx, _number(action.value))
        outsiders = drawing.may_be_read_outside(_shortlist(tx, card))
        view = card_view.why_modal(
            number_of(card), _profile(card), [*Category], outsiders=outsiders
        )
    context.open_modal(action.trigger_id, view)
    return None


def why(submission: Submission, context: Context) -> Answer:
    """Keep a reason: it shows on the card and wherever the creator is found again."""
    category, line = submission.text("category"), submission.text("reason").strip()
    if category not in [*Category]:
        return Answer(errors={"category": "Please choose one."})
    if not line and category == Category.OTHER:
        return Answer(errors={"reason": "Please say in one line what it is."})
    problem = rules.check_reason(line) if line else ""
    if problem:
        return Answer(errors={"reason": problem})
    with context.writing() as tx:
        access.require_member(tx, context)
        locked = _locked(tx, _number(submission.metadata))
        reasons.add(tx, locked.row, locked.shortlist.brand_id, category, line)
        audit.record(tx, "give reason", "card", locked.id,
                     after={"category": category, "reason": line})  # fmt: skip
        relationships.refresh(tx, [locked.row.creator_id])
        drawing.redraw_card(tx, locked.row, locked.shortlist)
        return context.settle(tx, Answer())


def ask_to_reopen(action: Action, context: Context) -> Answer | None:
    """Open the form with which a decided card is reopened."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        card = _card(tx, _number(action.value))
        shortlist = _shortlist(tx, card)
        known = cards.rules_of(tx, [card], shortlist)[number_of(card)]
        if not rules.may_reopen(known, person.slack_user_id, _managers(person)):
            raise NotAllowed("Those who decided, whoever asked, and managers can reopen a card.")
        view = card_view.reopen_modal(number_of(card), _profile(card))
    context.open_modal(action.trigger_id, view)
    return None


def reopen(submission: Submission, context: Context) -> Answer:
    """Open a decided card again; the partnership goes back unless work has started."""
    reason = submission.text("reason").strip()
    problem = rules.check_reason(reason)
    if problem:
        return Answer(errors={"reason": problem})
    with context.writing() as tx:
        person = access.require_member(tx, context)
        locked = _locked(tx, _number(submission.metadata))
        try:
            after = rules.reopen(locked.rules, person.slack_user_id, _managers(person), reason)
        except rules.NotAllowed as refusal:
            raise FieldErrors({"reason": str(refusal)}) from refusal
        card = cards.record(tx, locked, after)
        audit.record(tx, "reopen", "card", locked.id, before={"state": locked.rules.state},
                     after={"reason": reason})  # fmt: skip
        reasons.add(tx, card, locked.shortlist.brand_id, REOPENED, reason)
        _take_back(tx, card, locked.shortlist, person, reason)
        relationships.refresh(tx, [card.creator_id])
        _open_again(tx, locked.shortlist)
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


def require_asker_or_manager(tx: Transaction, person: Person, shortlist: Shortlist) -> None:
    """Raises NotAllowed for everybody but the asker and managers."""
    if person.id != shortlist.asker_id and not access.is_manager(person):
        raise NotAllowed(ASKER_OR_MANAGER)


def _press(action: Action, context: Context, vote: Vote) -> Answer | None:
    with context.writing() as tx:
        person = people.get(tx, context.user_id)
        act = Act(kind="press", what=vote, at=_pressed_at(action, context))
        result = voting.cast(tx, _number(action.value), person, act)
        if result == Cast.CLOSED:
            return context.settle(tx, say(_closed(tx, _number(action.value))))
        if result == Cast.WAITS:
            return context.settle(tx, say(WAITS))
    return None


def _settle_split(action: Action, context: Context, vote: Vote) -> Answer | None:
    with context.writing() as tx:
        person = access.require_member(tx, context)
        locked = _locked(tx, _number(action.value))
        try:
            after = rules.decide_split(locked.rules, person.slack_user_id, _managers(person), vote)
        except rules.NotAllowed as refusal:
            raise Refused(str(refusal)) from refusal
        card = cards.record(tx, locked, after)
        voting.decided(tx, card, locked.shortlist)
        voting.redraw(tx, card, locked.shortlist)
    return None


def _take_back(
    tx: Transaction, card: Card, shortlist: Shortlist, person: Person, reason: str
) -> None:
    goes_on = approvals.take_back(tx, card)
    if goes_on is None:
        return
    owner_id = goes_on.owner_id or shortlist.asker_id
    message = card_view.work_goes_on(
        drawing.view_of(tx, card, shortlist),
        goes_on.id or 0,
        Stage(goes_on.stage),
        person.name or drawing.SOMEBODY,
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
        partnership = approvals.get(tx, _number(action.value))
        if partnership is None:
            raise Refused("That partnership is gone.")
        if partnership.owner_id != person.id and not access.is_manager(person):
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


def _closed(tx: Transaction, card_id: int) -> str:
    card = cards.get(tx, card_id)
    if card is None:
        return GONE
    if card.state == CardState.WITHDRAWN:
        return "This card was withdrawn, so votes on it don't count."
    return f"This card is {card.state} already. *Reopen* starts the vote again."


def _pressed_at(action: Action, context: Context) -> int:
    return instant(action.at) if action.at else int(context.now().timestamp() * 1_000_000)


def _managers(person: Person) -> frozenset[str]:
    return frozenset({person.slack_user_id}) if access.is_manager(person) else frozenset()


def _locked(tx: Transaction, card_id: int) -> LockedCard:
    locked = cards.lock(tx, card_id)
    if locked is None:
        raise Refused(GONE)
    return locked


def _card(tx: Transaction, card_id: int) -> Card:
    card = cards.get(tx, card_id)
    if card is None:
        raise Refused(GONE)
    return card


def _shortlist(tx: Transaction, card: Card) -> Shortlist:
    shortlist = shortlists.get(tx, card.shortlist_id)
    if shortlist is None:
        raise Refused(GONE)
    return shortlist


def _profile(card: Card) -> ProfileSnapshot:
    return ProfileSnapshot.model_validate(card.profile)


def _number(value: str) -> int:
    """A row number from a button or a modal, 0 when it is none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


FEATURE = Feature(
    actions={
        "card_approve": approve,
        "card_maybe": maybe,
        "card_reject": reject,
        "card_settle_approve": settle_approve,
        "card_settle_reject": settle_reject,
        "card_withdraw": withdraw,
        "card_why": ask_why,
        "card_reopen": ask_to_reopen,
        "card_keep": keep_working,
        "card_end": end_working,
        "card_done": finish_working,
    },
    submissions={"card_why": why, "card_reopen": reopen},
)
