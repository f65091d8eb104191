"""The rules of a shortlist: how votes decide a card, and what happens after.

    open ──quorum approves──▶ approved ─┐
     │ ──quorum rejects───▶ rejected ─┤──reopen──▶ open (votes count when given anew)
     └──all voted, neither─▶ split ──the asker decides──▶ approved | rejected
    A changed vote takes a split card back to open or to a decision. Open and split cards
    may be withdrawn, and put back: open, with votes that count when given anew.

All functions are pure: a card goes in, a card comes out, and the same delivery twice
changes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.votes import Ballot, Vote
from domain.wording import counted

MOST_APPROVERS = 50
LONGEST_REASON = 300


class NotAllowed(Exception):
    """The act is against the rules; the message is a sentence for the person."""


class CardState(StrEnum):
    """Where a card stands."""

    OPEN = "open"
    SPLIT = "split"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


UNDECIDED = frozenset({CardState.OPEN, CardState.SPLIT})
DECIDED = frozenset({CardState.APPROVED, CardState.REJECTED})


class Decision(BaseModel):
    """Where the votes stand: a state, who said what in order of their ids, who is awaited."""

    model_config = ConfigDict(frozen=True)

    state: CardState
    approvals: tuple[str, ...] = ()
    rejections: tuple[str, ...] = ()
    maybes: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()


class Card(BaseModel):
    """One creator on a shortlist.

    asker: who posted it. ballots: by person's id, also of people whose votes don't count.
    decided_by: the voters on the winning side, or the asker; empty while undecided.
    told: people who were told that their ✅ and ❌ count as maybe. barred: approvers who can't
    vote any more (their account was deactivated, say): votes they gave stand, none is awaited.
    asker_left: the asker can't decide any more; managers do. on_behalf_of: whose decision
    somebody else recorded, "" = nobody's.
    """

    model_config = ConfigDict(frozen=True)

    asker: str
    approvers: frozenset[str]
    quorum: int = Field(ge=1)
    state: CardState = CardState.OPEN
    ballots: Mapping[str, Ballot] = Field(default_factory=dict)
    decided_by: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    asker_left: bool = False
    on_behalf_of: str = ""

    @property
    def votes(self) -> Decision:
        """The votes that count now, and where they would take the card."""
        voted = {person for person, ballot in self.ballots.items() if ballot.vote is not None}
        return tally(self.ballots, self.approvers - (self.barred - voted), self.quorum)

    @property
    def earlier_votes(self) -> tuple[tuple[str, Vote], ...]:
        """Votes from before the card was reopened that were not given anew: listed only."""
        earlier = (
            (person, self.ballots[person].earlier_vote)
            for person in sorted(self.ballots)
            if person in self.approvers
        )
        return tuple((person, vote) for person, vote in earlier if vote is not None)


class Outcome(BaseModel):
    """What an act changed.

    decided: whether this act decided the card. tell_of_contradiction: the person holds ✅
    and ❌ and is to be told, this once, that they count as maybe.
    """

    model_config = ConfigDict(frozen=True)

    card: Card
    changed: bool
    decided: bool = False
    tell_of_contradiction: bool = False


CONTRADICTION = "You gave both ✅ and ❌, so your vote counts as 🤔 until you take one away."


def tally(ballots: Mapping[str, Ballot], approvers: Collection[str], quorum: int) -> Decision:
    """Count the approvers' votes.

    Quorum approvals approve, quorum rejections reject; maybe decides nothing. It is split
    when everyone has voted and neither has it, or, where several votes are counted at
    once, when both have.
    """
    said: dict[Vote | None, list[str]] = {None: [], **{vote: [] for vote in Vote}}
    for person in sorted(approvers):
        said[ballots[person].vote if person in ballots else None].append(person)
    approved = len(said[Vote.APPROVE]) >= quorum
    rejected = len(said[Vote.REJECT]) >= quorum
    state = CardState.OPEN
    if approved != rejected:
        state = CardState.APPROVED if approved else CardState.REJECTED
    elif approved or (approvers and not said[None]):
        state = CardState.SPLIT
    return Decision(
        state=state,
        approvals=tuple(said[Vote.APPROVE]),
        rejections=tuple(said[Vote.REJECT]),
        maybes=tuple(said[Vote.MAYBE]),
        awaited=tuple(said[None]),
    )


def react(card: Card, person: str, emoji: str, at: int) -> Outcome:
    """A person added a reaction. Call it for those whose `standing` counts."""
    return _act(card, person, lambda ballot: ballot.react(emoji, at))


def unreact(card: Card, person: str, emoji: str, at: int) -> Outcome:
    """A person took a reaction away."""
    return _act(card, person, lambda ballot: ballot.unreact(emoji, at))


def press(card: Card, person: str, vote: Vote, at: int) -> Outcome:
    """A person pressed Approve, Maybe or Reject."""
    return _act(card, person, lambda ballot: ballot.pressed(vote, at))


def catch_up(card: Card, held: Mapping[str, Collection[str]], at: int) -> Outcome:
    """Bring a card in line with the reactions that Slack holds, after time away.

    Args:
        card: as it is known here.
        held: the full names of the reactions that each person holds, of those whose
            standing counts; people left out hold none.
        at: a time just before Slack was asked, in microseconds, so that what happens
            while the answer is under way comes later.
    """
    ballots = {
        person: card.ballots.get(person, Ballot()).seen(held.get(person, ()), at)
        for person in {*card.ballots, *held}
    }
    return _counted(
        card, {person: ballot for person, ballot in ballots.items() if ballot != Ballot()}
    )


def recount(card: Card, approvers: Collection[str], quorum: int) -> Outcome:
    """The card with other approvers or another quorum; an undecided one is counted again.

    Raises:
        NotAllowed: the quorum can't be reached.
    """
    problems = check_terms(quorum, approvers)
    if problems:
        raise NotAllowed(next(iter(problems.values())))
    changed = card.model_copy(update={"approvers": frozenset(approvers), "quorum": quorum})
    outcome = _counted(changed, card.ballots)
    return outcome.model_copy(update={"changed": outcome.card != card})


def decide_split(card: Card, by: str, managers: Collection[str], vote: Vote) -> Card:
    """The asker's decision on a split card; where the asker has left, a manager's.

    Raises:
        NotAllowed: the card is not split, it is not for this person, or maybe was said.
    """
    if card.state != CardState.SPLIT:
        raise NotAllowed(f"This card is {card.state}; there is nothing to decide.")
    if card.asker_left and by not in managers:
        raise NotAllowed("Whoever asked for this shortlist has left: managers decide the split.")
    if not card.asker_left and by != card.asker:
        raise NotAllowed("Only the person who asked for this shortlist decides a split vote.")
    if vote == Vote.MAYBE:
        raise NotAllowed("A split vote is decided with approve or reject.")
    state = CardState.APPROVED if vote == Vote.APPROVE else CardState.REJECTED
    return card.model_copy(update={"state": state, "decided_by": (by,)})


def may_reopen(card: Card, person: str, managers: Collection[str]) -> bool:
    """Whether a person may reopen a decided card: its deciders, the asker, managers."""
    return person == card.asker or person in card.decided_by or person in managers


def reopen(card: Card, by: str, managers: Collection[str], reason: str) -> Card:
    """Open a decided card again: earlier votes are listed and count when given anew.

    Raises:
        NotAllowed: it is not decided, the person may not, or the reason is not one line.
    """
    if card.state not in DECIDED:
        raise NotAllowed(f"This card is {card.state}; only a decided card can be reopened.")
    if not may_reopen(card, by, managers):
        raise NotAllowed("Those who decided, whoever asked, and managers can reopen a card.")
    problem = check_reason(reason)
    if problem:
        raise NotAllowed(problem)
    return _opened_anew(card)


def put_back(card: Card) -> Card:
    """A withdrawn card, open again; earlier votes are listed and count when given anew.

    Raises:
        NotAllowed: it was not withdrawn.
    """
    if card.state != CardState.WITHDRAWN:
        raise NotAllowed(f"This card is {card.state}; only a withdrawn card can be put back.")
    return _opened_anew(card)


def withdraw(card: Card) -> Card:
    """Take an undecided card off its shortlist; a second time changes nothing.

    Raises:
        NotAllowed: it is decided.
    """
    if card.state in DECIDED:
        raise NotAllowed(f"This card is {card.state}; reopen it before you withdraw it.")
    return card.model_copy(update={"state": CardState.WITHDRAWN})


def call_back(card: Card) -> Card:
    """A card that is no longer put before anybody, whatever it was; votes count given anew."""
    if card.state == CardState.WITHDRAWN:
        return card
    return _opened_anew(card).model_copy(update={"state": CardState.WITHDRAWN})


def is_decided(states: Iterable[CardState]) -> bool:
    """Whether a whole shortlist is decided: at least one card is, and none is open or split.

    Withdrawn cards don't count.
    """
    remaining = [state for state in states if state != CardState.WITHDRAWN]
    return bool(remaining) and all(state in DECIDED for state in remaining)


def check_terms(quorum: int, approvers: Collection[str]) -> dict[str, str]:
    """What is wrong with a shortlist's terms: a sentence for each field, by its name."""
    many = len(set(approvers))
    if many == 0:
        return {"approvers": "Please name at least one approver."}
    if many > MOST_APPROVERS:
        return {"approvers": f"Please name at most {MOST_APPROVERS} approvers, not {many}."}
    if quorum < 1:
        return {"quorum": "At least one vote must be needed."}
    if quorum > many:
        names = counted(many, "approver")
        return {"quorum": f"{counted(quorum, 'vote')} can't come from {names}."}
    return {}


def check_reason(reason: str) -> str:
    """What is wrong with a one-line reason, or "" when nothing is."""
    if not reason.strip():
        return "Please say why in one line."
    if len(reason.strip().splitlines()) > 1:
        return "Please keep the reason to one line."
    if len(reason) > LONGEST_REASON:
        return f"Please keep the reason under {LONGEST_REASON} characters."
    return ""


def _opened_anew(card: Card) -> Card:
    ballots = {person: ballot.spend() for person, ballot in card.ballots.items()}
    return card.model_copy(
        update={
            "state": CardState.OPEN,
            "ballots": ballots,
            "decided_by": (),
            "on_behalf_of": "",
            "told": frozenset(),
        }
    )


def _act(card: Card, person: str, change: Callable[[Ballot], Ballot]) -> Outcome:
    before = card.ballots.get(person, Ballot())
    after = change(before)
    if after == before:
        return Outcome(card=card, changed=False)
    outcome = _counted(card, {**card.ballots, person: after})
    undecided = outcome.card.state in UNDECIDED
    if undecided and after.contradicts_itself and person not in card.told:
        told = outcome.card.model_copy(update={"told": card.told | {person}})
        return outcome.model_copy(update={"card": told, "tell_of_contradiction": True})
    return outcome


def _counted(card: Card, ballots: Mapping[str, Ballot]) -> Outcome:
    """The card with these ballots; counted again only while it is undecided."""
    changed = card.model_copy(update={"ballots": dict(ballots)})
    if card.state not in UNDECIDED:
        return Outcome(card=changed, changed=changed != card)
    votes = changed.votes
    counted_card = changed.model_copy(update={"state": votes.state, "decided_by": _deciders(votes)})
    return Outcome(card=counted_card, changed=counted_card != card, decided=votes.state in DECIDED)


def _deciders(votes: Decision) -> tuple[str, ...]:
    if votes.state == CardState.APPROVED:
        return votes.approvals
    return votes.rejections if votes.state == CardState.REJECTED else ()
