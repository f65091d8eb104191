"""One person, one vote: the one way in which any vote is cast, and what a decision brings.

Reactions, buttons, votes that waited for Slack to say who somebody is, and reactions found
after time away all end in `cast` or `catch_up`, on a card that is locked until the commit.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain import shortlist as rules
from domain.shortlist import UNDECIDED, CardState, Outcome
from domain.standing import NOT_AN_APPROVER, Standing, StandingKind, standing
from domain.standing import Person as Account
from domain.votes import Vote
from handlers import access, card_views, draft_steps, drawing
from storage import (
    approvals,
    audit,
    cards,
    outbox,
    pending_votes,
    people,
    relationships,
    shortlists,
)
from storage.cards import NOT_COUNTED, LockedCard
from storage.models import Card, Person, Shortlist
from storage.transaction import Transaction
from views import card_forms
from views import lost as lost_view


class Act(BaseModel):
    """What a person did on a card. what: a reaction's full name, or the vote of a button.

    at: Slack's stamp of it, in microseconds.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["react", "unreact", "press"]
    what: str
    at: int

    def on(self, card: rules.Card, slack_user_id: str) -> Outcome:
        """What the act makes of a card."""
        if self.kind == "press":
            return rules.press(card, slack_user_id, Vote(self.what), self.at)
        change = rules.react if self.kind == "react" else rules.unreact
        return change(card, slack_user_id, self.what, self.at)


class Cast(StrEnum):
    """What became of a vote."""

    COUNTED = "counted"
    NOT_COUNTED = "not counted"
    WAITS = "waits"
    CLOSED = "closed"
    UNCHANGED = "unchanged"


def cast(tx: Transaction, card_id: int, person: Person, act: Act) -> Cast:
    """Cast a person's vote: the card is locked, the ballot written, then votes are counted."""
    locked = cards.lock(tx, card_id)
    return Cast.CLOSED if locked is None else _cast(tx, locked, person, act)


def cast_waiting(tx: Transaction, card_id: int, person: Person) -> None:
    """Cast what a person did on a card before Slack had said who they are."""
    locked = cards.lock(tx, card_id)
    if locked is None:
        return
    for act in pending_votes.take_waiting(tx, locked, person):
        cast(tx, card_id, person, Act.model_validate(act))


def catch_up(tx: Transaction, card_id: int, held: Mapping[str, Collection[str]], at: int) -> bool:
    """Bring a card in line with the reactions that Slack holds; says whether anything changed.

    Args:
        card_id: of the card.
        held: full names of the vote reactions by Slack id, of everybody who holds any.
        at: when Slack was asked, in microseconds: what was done later counts as later.
    """
    locked = cards.lock(tx, card_id)
    if locked is None or locked.rules.state not in UNDECIDED:
        return False
    counted = {}
    for slack_id in sorted(held):
        person = people.get(tx, slack_id)
        where = _standing(person, locked)
        if where.kind == StandingKind.WAITS:
            for emoji in sorted(set(held[slack_id]) - _awaiting(locked, slack_id)):
                _wait(tx, locked, person, Act(kind="react", what=emoji, at=at))
            continue
        if where.kind == StandingKind.IGNORED:
            _tell_not_counted(tx, locked, person, where.reason)
        if where.kind == StandingKind.COUNTS or where.reason == NOT_AN_APPROVER:
            counted[slack_id] = held[slack_id]
    outcome = rules.catch_up(locked.rules, counted, at)
    _settle(tx, locked, outcome)
    return outcome.changed


def recount(tx: Transaction, shortlist: Shortlist, approvers: Collection[str], quorum: int) -> None:
    """Give a shortlist other approvers or another quorum, and count its undecided cards anew.

    approvers: Slack ids, checked before. The quorum can be reached.
    """
    number = shortlists.number_of(shortlist)
    before = cards.lock_all(tx, number)
    shortlist.quorum = quorum
    tx.session.add(shortlist)
    named = [people.get(tx, slack_id) for slack_id in approvers]
    shortlists.set_approvers(tx, number, [person.id for person in named if person.id is not None])
    tx.session.flush()
    for locked in before:
        if locked.rules.state in UNDECIDED:
            outcome = rules.recount(locked.rules, approvers, quorum)
            _settle(tx, locked, outcome.model_copy(update={"changed": True}))
    drawing.redraw_summary(tx, shortlist)


def approver_left(tx: Transaction, shortlist: Shortlist, person: Person) -> None:
    """Go on without an approver who can't vote any more; the asker is told where too few can."""
    number = shortlists.number_of(shortlist)
    for locked in cards.lock_all(tx, number):
        if locked.rules.state in UNDECIDED:
            outcome = rules.recount(locked.rules, locked.rules.approvers, shortlist.quorum)
            _settle(tx, locked, outcome.model_copy(update={"changed": True}))
    drawing.redraw_summary(tx, shortlist)
    named = shortlists.approvers(tx, number)
    left = [one for one in named if not shortlists.why_barred(shortlist, one)]
    if shortlist.state == shortlists.OPEN and len(left) < shortlist.quorum:
        shown = card_views.summary_of(tx, shortlist)
        message = lost_view.too_few_approvers(shown, person.name or card_views.SOMEBODY, len(left))
        asker = people.by_id(tx, shortlist.asker_id).slack_user_id
        outbox.direct(tx, f"too-few:{number}:{person.id}", asker, message.payload())


def asker_left(tx: Transaction, shortlist: Shortlist) -> None:
    """Say on split cards that managers decide them, now that whoever asked can't."""
    shortlists.lock(tx, shortlists.number_of(shortlist))
    split = [
        card
        for card in cards.of_shortlist(tx, shortlists.number_of(shortlist))
        if card.state == CardState.SPLIT
    ]
    for card in split:
        drawing.redraw_card(tx, card)
    if split:
        drawing.redraw_summary(tx, shortlist)


def decided(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """What follows a decision: a partnership, the creator's record, perhaps the last word."""
    number = cards.number_of(card)
    after = {"by": card.decided_by, "step": shortlist.kind}
    if card.on_behalf_of:
        after["on_behalf_of"] = card.on_behalf_of
    audit.record(tx, _DECISION_WORDS[CardState(card.state)], "card", number, after=after)
    if shortlist.kind == shortlists.DRAFT:
        draft_steps.decided(tx, card, shortlist)
        return
    if card.state == CardState.APPROVED and not shortlist.asks_client:
        approvals.begin(tx, *cards.first(tx, card, shortlist))
    relationships.refresh(tx, [card.creator_id])
    close_if_decided(tx, shortlist)


def close_if_decided(tx: Transaction, shortlist: Shortlist) -> None:
    """Close a shortlist with nothing left to decide, and say so."""
    rows = cards.of_shortlist(tx, shortlists.number_of(shortlist))
    states = [CardState(row.state) for row in rows]
    if shortlist.kind == shortlists.DRAFT:  # its one card says so; a withdrawn one ends it
        if states == [CardState.WITHDRAWN]:
            shortlist.state = shortlists.CANCELLED
            tx.session.add(shortlist)
        return
    if shortlist.state != shortlists.OPEN or not rules.is_decided(states):
        return
    shortlist.state = shortlists.DECIDED
    shortlist.decided_at = tx.now
    tx.session.add(shortlist)
    tx.session.flush()
    drawing.say_all_decided(tx, shortlist)


def redraw(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Edit the card and the summary of its shortlist, and of a client's the team's too."""
    shown = [(card, shortlist)]
    team, first = cards.first(tx, card, shortlist)
    if first is not shortlist:
        shown.append((team, first))
    drawing.redraw(tx, shown)


_DECISION_WORDS = {CardState.APPROVED: "approve", CardState.REJECTED: "reject"}


def _cast(tx: Transaction, locked: LockedCard, person: Person, act: Act) -> Cast:
    undecided = locked.rules.state in UNDECIDED
    if act.kind == "press" and not undecided:
        return Cast.CLOSED
    where = _standing(person, locked)
    if where.kind == StandingKind.WAITS:
        _wait(tx, locked, person, act)
        return Cast.WAITS
    if where.kind == StandingKind.IGNORED and undecided and act.kind != "unreact":
        _tell_not_counted(tx, locked, person, where.reason)
    if where.kind == StandingKind.IGNORED and where.reason != NOT_AN_APPROVER:
        return Cast.NOT_COUNTED
    outcome = act.on(locked.rules, person.slack_user_id)
    if where.kind == StandingKind.IGNORED:  # kept, for whoever posted it may add this person
        if outcome.changed:
            cards.record(tx, locked, outcome.card)
        return Cast.NOT_COUNTED
    _settle(tx, locked, outcome, person, act)
    return Cast.COUNTED if outcome.changed else Cast.UNCHANGED


def _settle(
    tx: Transaction,
    locked: LockedCard,
    outcome: Outcome,
    person: Person | None = None,
    act: Act | None = None,
) -> None:
    """Store what an act changed, with what follows, and edit what shows it."""
    if not outcome.changed:
        return
    card = cards.record(tx, locked, outcome.card)
    _record_vote(tx, locked, outcome, person, act)
    if outcome.decided:
        decided(tx, card, locked.shortlist)
    if locked.rules.state in UNDECIDED:
        redraw(tx, card, locked.shortlist)
    if outcome.tell_of_contradiction and person is not None:
        shown = card_views.view_of(tx, card, locked.shortlist)
        outbox.tell(
            tx,
            f"told:{locked.id}:{card.round}:{person.slack_user_id}:contradiction",
            person.slack_user_id,
            locked.shortlist.channel_id,
            card_forms.contradiction(shown, rules.CONTRADICTION).payload(),
        )


def _record_vote(
    tx: Transaction, locked: LockedCard, outcome: Outcome, person: Person | None, act: Act | None
) -> None:
    before, after = locked.rules.ballots, outcome.card.ballots
    for slack_id in sorted({*before, *after}):
        old = before[slack_id].vote if slack_id in before else None
        new = after[slack_id].vote if slack_id in after else None
        if old != new:
            by = act.kind if act and person and person.slack_user_id == slack_id else "catch up"
            audit.record(tx, "vote", "card", locked.id, before={"vote": old},
                         after={"vote": new, "person": slack_id, "by": by})  # fmt: skip


def _standing(person: Person, locked: LockedCard) -> Standing:
    known = person.refreshed_at is not None
    account = Account(
        id=person.slack_user_id,
        is_bot=person.is_bot if known else None,
        is_guest=person.is_guest if known else None,
        is_stranger=person.is_stranger if known else None,
        is_deactivated=person.is_deleted if known else None,
    )
    as_client = locked.shortlist.kind == shortlists.CLIENT
    return standing(account, locked.rules.approvers, outsiders=as_client)


def _wait(tx: Transaction, locked: LockedCard, person: Person, act: Act) -> None:
    pending_votes.wait(tx, locked, person, act.model_dump())
    access.ask_slack(tx, person)


def _awaiting(locked: LockedCard, slack_id: str) -> set[str]:
    """Reactions that wait already for this person to be known."""
    row = locked.votes.get(slack_id)
    acts = [Act.model_validate(act) for act in row.waiting_acts] if row else []
    return {act.what for act in acts if act.kind == "react"}


def _tell_not_counted(tx: Transaction, locked: LockedCard, person: Person, reason: str) -> None:
    if not pending_votes.tell_once(tx, locked, person, NOT_COUNTED):
        return
    shown = card_views.view_of(tx, locked.row, locked.shortlist)
    outbox.tell(
        tx,
        f"told:{locked.id}:{person.slack_user_id}:not-counted",
        person.slack_user_id,
        locked.shortlist.channel_id,
        card_forms.not_counted(shown, reason).payload(),
    )
