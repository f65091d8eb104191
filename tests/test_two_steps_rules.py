"""The team's and the client's step together, against a simple model of both."""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.client_review import (
    Review,
    Step,
    answer,
    reopen_client,
    reopen_team,
    send,
)
from domain.shortlist import (
    DECIDED,
    UNDECIDED,
    Card,
    CardState,
    NotAllowed,
    call_back,
    decide_split,
    press,
    withdraw,
)
from domain.votes import Vote

ANA, BEN, SAM, GUS, OLIVIA, MANAGER = "U_ANA", "U_BEN", "U_SAM", "U_GUS", "U_OLIVIA", "U_MANAGER"
SEQUENCES = 10_000 if os.environ.get("FULL_SHORTLIST_TEST") else 60


def team_card(quorum: int = 1) -> Card:
    return Card(asker=OLIVIA, approvers=frozenset({ANA, BEN}), quorum=quorum)


def client_card(quorum: int = 1) -> Card:
    return Card(asker=OLIVIA, approvers=frozenset({SAM, GUS}), quorum=quorum)


def approved() -> Review:
    return Review(team=press(team_card(), ANA, Vote.APPROVE, 1).card)


def asked() -> Review:
    return send(approved(), client_card())


def voted(review: Review, who: str, vote: Vote, at: int = 5) -> Review:
    assert review.client is not None
    return review.model_copy(update={"client": press(review.client, who, vote, at).card})


def test_both_steps_make_an_agreement() -> None:
    assert Review(team=team_card()).step == Step.WITH_TEAM
    assert approved().step == Step.TO_SEND
    assert asked().step == Step.WITH_CLIENT
    assert voted(asked(), SAM, Vote.APPROVE).step == Step.AGREED
    assert voted(asked(), SAM, Vote.REJECT).step == Step.REFUSED


def test_only_what_the_team_approved_and_the_client_does_not_have_is_sent() -> None:
    for review in (
        Review(team=team_card()),
        Review(team=press(team_card(), ANA, Vote.REJECT, 1).card),
        asked(),
        voted(asked(), SAM, Vote.REJECT),
    ):
        with pytest.raises(NotAllowed, match="nothing to send"):
            send(review, client_card())


def test_reopening_the_teams_step_calls_the_clients_back_whatever_was_said() -> None:
    for review in (asked(), voted(asked(), SAM, Vote.APPROVE), voted(asked(), SAM, Vote.REJECT)):
        opened = reopen_team(review, OLIVIA, (), "The fee went up")
        assert opened.step == Step.WITH_TEAM
        assert opened.client is not None
        assert opened.client.state == CardState.WITHDRAWN
        assert opened.client.votes.approvals == ()
        assert call_back(opened.client) == opened.client


def test_what_the_client_said_before_counts_when_given_anew() -> None:
    opened = reopen_team(voted(asked(), SAM, Vote.APPROVE), OLIVIA, (), "The fee went up")
    again = send(
        opened.model_copy(update={"team": press(opened.team, BEN, Vote.APPROVE, 9).card}),
        client_card(),
    )

    assert again.step == Step.WITH_CLIENT
    assert again.client is not None
    assert again.client.earlier_votes == ((SAM, Vote.APPROVE),)
    assert voted(again, SAM, Vote.APPROVE, at=12).step == Step.AGREED


def test_the_clients_step_is_reopened_without_the_teams() -> None:
    done = voted(asked(), SAM, Vote.REJECT)

    assert reopen_client(done, SAM, (), "We think again").step == Step.WITH_CLIENT
    with pytest.raises(NotAllowed, match="managers"):
        reopen_client(done, ANA, (), "They are wrong")
    with pytest.raises(NotAllowed, match="not been asked"):
        reopen_client(approved(), OLIVIA, (), "Why not")


def test_an_answer_is_recorded_by_the_asker_or_a_manager_for_somebody_named() -> None:
    card = answer(client_card(), OLIVIA, (), "  Jane   Doe ", Vote.APPROVE)

    assert (card.state, card.decided_by, card.on_behalf_of) == (
        CardState.APPROVED, (OLIVIA,), "Jane Doe",
    )  # fmt: skip
    assert answer(client_card(), MANAGER, {MANAGER}, "Jane", Vote.REJECT).state == "rejected"
    for by, client, vote, why in (
        (ANA, "Jane", Vote.APPROVE, "managers"),
        (OLIVIA, " ", Vote.APPROVE, "whose answer"),
        (OLIVIA, "Jane", Vote.MAYBE, "yes or no"),
    ):
        with pytest.raises(NotAllowed, match=why):
            answer(client_card(), by, (), client, vote)
    with pytest.raises(NotAllowed, match="nothing to answer"):
        answer(card, OLIVIA, (), "Jane", Vote.REJECT)


class TwoStepsMachine(RuleBasedStateMachine):
    """People act on both cards in any order; the model keeps two states and an agreement."""

    def __init__(self) -> None:
        super().__init__()
        self.review = Review(team=team_card(quorum=2))
        self.clock = 0
        self.team = CardState.OPEN
        self.client: CardState | None = None
        self.said: dict[str, dict[str, Vote]] = {"team": {}, "client": {}}

    @rule(who=st.sampled_from((ANA, BEN)), vote=st.sampled_from(Vote))
    def somebody_of_the_team_votes(self, who: str, vote: Vote) -> None:
        self.clock += 1
        outcome = press(self.review.team, who, vote, self.clock)
        self.review = self.review.model_copy(update={"team": outcome.card})
        self.said["team"][who] = vote
        if self.team in UNDECIDED:
            self.team = self.counted("team", 2)

    @rule(who=st.sampled_from((SAM, GUS, ANA)), vote=st.sampled_from(Vote))
    def somebody_votes_on_the_clients_card(self, who: str, vote: Vote) -> None:
        if self.review.client is None:
            return
        self.clock += 1
        outcome = press(self.review.client, who, vote, self.clock)
        self.review = self.review.model_copy(update={"client": outcome.card})
        if who != ANA:
            self.said["client"][who] = vote
        if self.client in UNDECIDED:
            self.client = self.counted("client", 1)

    @rule()
    def the_client_is_asked(self) -> None:
        if self.team == CardState.APPROVED and self.client in (None, CardState.WITHDRAWN):
            self.review = send(self.review, client_card())
            self.client = CardState.OPEN
            self.said["client"] = {}
        else:
            with pytest.raises(NotAllowed):
                send(self.review, client_card())

    @rule(vote=st.sampled_from((Vote.APPROVE, Vote.REJECT)))
    def an_answer_is_recorded(self, vote: Vote) -> None:
        if self.review.client is not None and self.client in UNDECIDED:
            card = answer(self.review.client, OLIVIA, (), "Jane", vote)
            self.review = self.review.model_copy(update={"client": card})
            self.client = CardState(card.state)

    @rule()
    def the_team_thinks_again(self) -> None:
        if self.team in DECIDED:
            self.review = reopen_team(self.review, OLIVIA, (), "Second thoughts")
            self.team, self.said["team"] = CardState.OPEN, {}
            self.client = None if self.client is None else CardState.WITHDRAWN
            self.said["client"] = {}

    @rule()
    def the_client_thinks_again(self) -> None:
        if self.client in DECIDED:
            self.review = reopen_client(self.review, OLIVIA, (), "Second thoughts")
            self.client, self.said["client"] = CardState.OPEN, {}

    @rule()
    def the_asker_settles_the_teams_split(self) -> None:
        if self.team == CardState.SPLIT:
            card = decide_split(self.review.team, OLIVIA, (), Vote.APPROVE)
            self.review = self.review.model_copy(update={"team": card})
            self.team = CardState.APPROVED

    @rule()
    def the_team_withdraws(self) -> None:
        if self.team in UNDECIDED and self.clock % 7 == 6:
            card = withdraw(self.review.team)
            self.review = self.review.model_copy(update={"team": card})
            self.team = CardState.WITHDRAWN

    def counted(self, step: str, quorum: int) -> CardState:
        votes = list(self.said[step].values())
        yes, no = votes.count(Vote.APPROVE) >= quorum, votes.count(Vote.REJECT) >= quorum
        if yes != no:
            return CardState.APPROVED if yes else CardState.REJECTED
        return CardState.SPLIT if len(votes) == 2 else CardState.OPEN

    @invariant()
    def both_cards_are_as_the_model_says(self) -> None:
        assert self.review.team.state == self.team
        client = None if self.review.client is None else self.review.client.state
        assert client == self.client

    @invariant()
    def it_is_agreed_when_both_approved_and_only_then(self) -> None:
        both = self.team == self.client == CardState.APPROVED
        assert (self.review.step == Step.AGREED) == both

    @invariant()
    def the_client_decides_nothing_that_the_team_has_not_approved(self) -> None:
        if self.client in (*UNDECIDED, *DECIDED):
            assert self.team == CardState.APPROVED

    @invariant()
    def a_name_stands_behind_a_recorded_answer_and_behind_no_other(self) -> None:
        card = self.review.client
        if card is not None and card.on_behalf_of:
            assert card.state in DECIDED
            assert card.decided_by == (OLIVIA,)


TwoStepsMachine.TestCase.settings = settings(
    max_examples=SEQUENCES, stateful_step_count=40, deadline=None
)
TestManySequencesOfBothSteps = TwoStepsMachine.TestCase
