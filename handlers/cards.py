"""The buttons of a card: vote, why, withdraw, decide a split."""

from domain import shortlist as rules
from domain.creator import ProfileSnapshot
from domain.decision import Category
from domain.shortlist import CardState
from domain.votes import Vote, instant
from handlers import access, card_views, drawing, voting
from handlers.answer import Answer, NotAllowed, Refused, say
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from handlers.voting import Act, Cast
from storage import audit, cards, people, reasons, relationships, shortlists
from storage.cards import LockedCard, number_of
from storage.models import Card, Person, Shortlist
from storage.transaction import Transaction
from views import card as card_view
from views import card_forms

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
        locked = locked_card(tx, row_number(action.value))
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
    drawing.redraw_card(tx, card)


def ask_why(action: Action, context: Context) -> Answer | None:
    """Open the form for a reason."""
    with context.reading() as tx:
        card = card_of(tx, row_number(action.value))
        shortlist = shortlist_of(tx, card)
        access.require_voter(tx, context, shortlist)
        view = card_forms.why_modal(
            number_of(card),
            profile_of(card),
            [*Category],
            outsiders=card_views.may_be_read_outside(shortlist),
            for_client=shortlist.kind == shortlists.CLIENT,
            votes=""
            if shortlist.kind == shortlists.CLIENT
            else card_view.kept_back(card_views.view_of(tx, card, shortlist)),
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
        locked = locked_card(tx, row_number(submission.metadata))
        access.require_voter(tx, context, locked.shortlist)
        reasons.add(tx, locked.row, locked.shortlist.brand_id, category, line)
        audit.record(tx, "give reason", "card", locked.id,
                     after={"category": category, "reason": line})  # fmt: skip
        relationships.refresh(tx, [locked.row.creator_id])
        voting.redraw(tx, locked.row, locked.shortlist)
        if locked.shortlist.state == shortlists.DECIDED:
            drawing.tell_team(tx, locked.shortlist)
        return context.settle(tx, Answer())


def require_asker_or_manager(tx: Transaction, person: Person, shortlist: Shortlist) -> None:
    """Raises NotAllowed for everybody but the asker and managers who may see its brand."""
    if person.id != shortlist.asker_id and not access.manages_brand(tx, person, shortlist.brand_id):
        raise NotAllowed(ASKER_OR_MANAGER)


def _press(action: Action, context: Context, vote: Vote) -> Answer | None:
    with context.writing() as tx:
        person = people.get(tx, context.user_id)
        act = Act(kind="press", what=vote, at=_pressed_at(action, context))
        result = voting.cast(tx, row_number(action.value), person, act)
        if result == Cast.CLOSED:
            return context.settle(tx, say(_closed(tx, row_number(action.value))))
        if result == Cast.WAITS:
            return context.settle(tx, say(WAITS))
    return None


def _settle_split(action: Action, context: Context, vote: Vote) -> Answer | None:
    with context.writing() as tx:
        person = access.require_member(tx, context)
        locked = locked_card(tx, row_number(action.value))
        try:
            managers = managers_among(tx, person, locked.shortlist)
            after = rules.decide_split(locked.rules, person.slack_user_id, managers, vote)
        except rules.NotAllowed as refusal:
            raise Refused(str(refusal)) from refusal
        card = cards.record(tx, locked, after)
        voting.decided(tx, card, locked.shortlist)
        voting.redraw(tx, card, locked.shortlist)
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


def managers_among(tx: Transaction, person: Person, shortlist: Shortlist) -> frozenset[str]:
    """Whom the rules take for managers: this person, if they are one and may see the brand."""
    manages = access.manages_brand(tx, person, shortlist.brand_id)
    return frozenset({person.slack_user_id}) if manages else frozenset()


def locked_card(tx: Transaction, card_id: int) -> LockedCard:
    """The card, locked. Raises Refused when it is gone."""
    locked = cards.lock(tx, card_id)
    if locked is None:
        raise Refused(GONE)
    return locked


def card_of(tx: Transaction, card_id: int) -> Card:
    """The card. Raises Refused when it is gone."""
    card = cards.get(tx, card_id)
    if card is None:
        raise Refused(GONE)
    return card


def shortlist_of(tx: Transaction, card: Card) -> Shortlist:
    """The shortlist of a card. Raises Refused when it is gone."""
    shortlist = shortlists.get(tx, card.shortlist_id)
    if shortlist is None:
        raise Refused(GONE)
    return shortlist


def profile_of(card: Card) -> ProfileSnapshot:
    """The profile as the card was posted."""
    return ProfileSnapshot.model_validate(card.profile)


def row_number(value: str) -> int:
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
    },
    submissions={"card_why": why},
    for_outsiders=frozenset({"card_approve", "card_maybe", "card_reject", "card_why"}),
)
