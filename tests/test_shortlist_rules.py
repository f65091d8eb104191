"""One person, one vote, and how votes decide a card, against a simple model."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.shortlist import (
    DECIDED,
    UNDECIDED,
    Card,
    CardState,
    NotAllowed,
    catch_up,
    check_reason,
    check_terms,
    decide_split,
    is_decided,
    may_reopen,
    press,
    react,
    recount,
    reopen,
    tally,
    unreact,
    withdraw,
)
from domain.standing import Person, StandingKind, standing
from domain.votes import SEEDS, Ballot, Vote, instant

ANA, BEN, CAI, OLIVIA = "U_ANA", "U_BEN", "U_CAI", "U_OLIVIA"
APPROVERS = (ANA, BEN, CAI)
EMOJI = ("white_check_mark", "+1::skin-tone-3", "x", "thinking_face")
VOTES = {
    "white_check_mark": Vote.APPROVE,
    "+1::skin-tone-3": Vote.APPROVE,
    "x": Vote.REJECT,
    "thinking_face": Vote.MAYBE,
}
SEQUENCES = 10_000 if os.environ.get("FULL_SHORTLIST_TEST") else 60


def card(quorum: int = 2, approvers=APPROVERS) -> Card:
    return Card(asker=OLIVIA, approvers=frozenset(approvers), quorum=quorum)


def after(start: Card, *acts) -> Card:
    """The card after acts such as (ANA, "+", "x") or (BEN, "press", Vote.REJECT)."""
    for at, (person, kind, what) in enumerate(acts, start=1):
        act = {"+": react, "-": unreact, "press": press}[kind]
        start = act(start, person, what, at).card
    return start


def vote_of(*acts) -> Vote | None:
    one = after(card(quorum=3), *((ANA, kind, what) for kind, what in acts))
    return one.ballots[ANA].vote if ANA in one.ballots else None


@pytest.mark.parametrize(
    ("name", "vote"),
    [
        ("white_check_mark", Vote.APPROVE),
        ("heavy_check_mark", Vote.APPROVE),
        ("+1", Vote.APPROVE),
        ("thumbsup::skin-tone-6", Vote.APPROVE),
        ("x", Vote.REJECT),
        ("-1::skin-tone-2", Vote.REJECT),
        ("thumbsdown", Vote.REJECT),
        ("thinking_face", Vote.MAYBE),
        ("eyes", None),
        ("", None),
        ("x_ray", None),
    ],
)
def test_a_reaction_is_a_vote_by_its_name_in_any_skin_tone(name, vote):
    assert Vote.from_emoji(name) == vote


def test_the_seeded_reactions_give_each_vote_once():
    assert [Vote.from_emoji(name) for name in SEEDS] == [Vote.APPROVE, Vote.MAYBE, Vote.REJECT]


YES, TONED, NO, HM = EMOJI


@pytest.mark.parametrize(
    ("acts", "vote"),
    [
        ([], None),
        ([("+", YES)], Vote.APPROVE),
        ([("+", "eyes")], None),
        ([("+", YES), ("-", YES)], None),
        ([("+", YES), ("+", NO)], Vote.MAYBE),
        ([("+", YES), ("+", NO), ("-", YES)], Vote.REJECT),
        ([("+", YES), ("+", NO), ("-", NO)], Vote.APPROVE),
        ([("+", YES), ("+", TONED), ("-", YES)], Vote.APPROVE),
        ([("+", YES), ("+", HM)], Vote.MAYBE),
        ([("+", HM), ("+", YES)], Vote.APPROVE),
        ([("+", YES), ("+", HM), ("-", HM)], Vote.APPROVE),
        ([("press", Vote.REJECT)], Vote.REJECT),
        ([("press", Vote.REJECT), ("press", Vote.APPROVE)], Vote.APPROVE),
        ([("+", YES), ("press", Vote.REJECT)], Vote.REJECT),
        ([("+", YES), ("press", Vote.REJECT), ("-", YES)], Vote.REJECT),
        ([("press", Vote.REJECT), ("+", YES)], Vote.APPROVE),
        ([("press", Vote.REJECT), ("+", YES), ("-", YES)], None),
        ([("press", Vote.REJECT), ("+", "eyes")], Vote.REJECT),
    ],
)
def test_one_persons_marks_give_one_vote(acts, vote):
    assert vote_of(*acts) == vote


def test_both_marks_of_one_person_are_mentioned_once():
    start = react(card(), ANA, YES, 1).card
    first = react(start, ANA, NO, 2)
    gone = unreact(first.card, ANA, NO, 3)
    again = react(gone.card, ANA, NO, 4)

    assert first.tell_of_contradiction
    assert not gone.tell_of_contradiction
    assert not again.tell_of_contradiction


def test_quorum_approvals_approve():
    decided = after(card(quorum=2), (ANA, "+", YES), (BEN, "press", Vote.APPROVE))

    assert decided.state == CardState.APPROVED
    assert decided.decided_by == (ANA, BEN)


def test_quorum_rejections_reject():
    assert after(card(), (ANA, "+", NO), (BEN, "+", NO)).state == CardState.REJECTED


def test_maybe_decides_nothing():
    waiting = after(card(quorum=1), (ANA, "+", HM))

    assert waiting.state == CardState.OPEN
    assert waiting.votes.awaited == (BEN, CAI)


def test_it_is_split_when_everyone_voted_and_neither_has_the_quorum():
    split = after(card(), (ANA, "+", YES), (BEN, "+", NO), (CAI, "+", HM))

    assert split.state == CardState.SPLIT
    assert (split.votes.approvals, split.votes.rejections, split.votes.maybes) == (
        (ANA,),
        (BEN,),
        (CAI,),
    )


def test_a_changed_vote_decides_a_split_card():
    votes = [(ANA, "+", YES), (BEN, "+", NO), (CAI, "+", HM), (CAI, "+", YES)]

    assert after(card(), *votes).state == CardState.APPROVED


def test_the_asker_and_nobody_else_decides_a_split_card():
    split = after(card(), (ANA, "+", YES), (BEN, "+", NO), (CAI, "+", HM))

    decided = decide_split(split, OLIVIA, (), Vote.REJECT)
    assert (decided.state, decided.decided_by) == (CardState.REJECTED, (OLIVIA,))
    with pytest.raises(NotAllowed, match="Only the person who asked"):
        decide_split(split, ANA, (ANA,), Vote.REJECT)
    with pytest.raises(NotAllowed, match="approve or reject"):
        decide_split(split, OLIVIA, (), Vote.MAYBE)
    with pytest.raises(NotAllowed, match="nothing to decide"):
        decide_split(decided, OLIVIA, (), Vote.APPROVE)


def test_votes_of_people_who_are_no_approvers_are_never_counted():
    assert after(card(quorum=1), ("U_GUEST", "+", YES)).state == CardState.OPEN


def test_once_decided_later_acts_change_nothing_until_it_is_reopened():
    decided = after(card(quorum=1), (ANA, "+", YES))
    later = after(decided, (BEN, "+", NO), (ANA, "-", YES))

    assert later.state == CardState.APPROVED
    assert later.decided_by == (ANA,)


def test_after_reopening_earlier_votes_are_listed_and_count_when_given_anew():
    decided = after(card(quorum=1), (ANA, "+", YES))
    opened = reopen(decided, OLIVIA, (), "Fee went up")

    assert opened.state == CardState.OPEN
    assert opened.earlier_votes == ((ANA, Vote.APPROVE),)
    assert opened.votes.approvals == ()
    assert react(opened, ANA, YES, 1).changed is False  # Slack's repeated delivery

    removed = unreact(opened, ANA, YES, 8).card
    assert removed.earlier_votes == ()
    assert react(removed, ANA, YES, 9).card.state == CardState.APPROVED


def test_after_reopening_a_button_gives_the_vote_anew():
    opened = reopen(after(card(quorum=1), (ANA, "+", NO)), ANA, (), "New rates")

    assert press(opened, ANA, Vote.APPROVE, 5).card.state == CardState.APPROVED


def test_deciders_asker_and_managers_may_reopen_and_others_may_not():
    decided = after(card(quorum=1), (ANA, "+", YES))

    assert may_reopen(decided, ANA, ())
    assert may_reopen(decided, OLIVIA, ())
    assert may_reopen(decided, "U_MANAGER", {"U_MANAGER"})
    with pytest.raises(NotAllowed, match="managers"):
        reopen(decided, BEN, (), "I disagree")
    with pytest.raises(NotAllowed, match="say why"):
        reopen(decided, ANA, (), "  ")
    with pytest.raises(NotAllowed, match="only a decided card"):
        reopen(card(), OLIVIA, (), "Why not")


def test_an_undecided_card_can_be_withdrawn_and_a_decided_one_not():
    assert withdraw(withdraw(card())).state == CardState.WITHDRAWN
    assert react(withdraw(card(quorum=1)), ANA, YES, 1).card.state == CardState.WITHDRAWN
    with pytest.raises(NotAllowed, match="reopen"):
        withdraw(after(card(quorum=1), (ANA, "+", YES)))


def test_votes_given_while_the_bot_was_away_count_once_it_is_back():
    before = after(card(), (ANA, "+", YES), (BEN, "+", HM))
    back = catch_up(before, {ANA: [YES, "eyes"], CAI: [YES]}, at=50)

    assert back.decided
    assert back.card.state == CardState.APPROVED
    assert back.card.ballots[BEN].vote is None
    assert catch_up(back.card, {ANA: [YES], CAI: [YES]}, at=60).changed is False


def test_catching_up_leaves_a_buttons_vote_and_a_later_act_alone():
    pressed = press(card(), ANA, Vote.REJECT, 10).card
    assert catch_up(pressed, {}, at=20).card.ballots[ANA].vote == Vote.REJECT

    newer = react(card(), ANA, YES, 30).card
    assert catch_up(newer, {}, at=20).card.ballots[ANA].vote == Vote.APPROVE


def test_contrary_votes_found_at_once_leave_the_decision_to_the_asker():
    found = catch_up(card(quorum=1), {ANA: [YES], BEN: [NO]}, at=1)

    assert found.card.state == CardState.SPLIT


def test_a_smaller_quorum_decides_an_open_card():
    waiting = after(card(quorum=2), (ANA, "+", YES))

    assert recount(waiting, APPROVERS, 1).card.state == CardState.APPROVED
    with pytest.raises(NotAllowed, match="can't come from"):
        recount(waiting, [ANA], 2)


@pytest.mark.parametrize(
    ("states", "decided"),
    [
        ([], False),
        ([CardState.APPROVED, CardState.REJECTED], True),
        ([CardState.APPROVED, CardState.WITHDRAWN], True),
        ([CardState.WITHDRAWN], False),
        ([CardState.APPROVED, CardState.OPEN], False),
        ([CardState.APPROVED, CardState.SPLIT], False),
    ],
)
def test_a_shortlist_is_decided_when_no_card_is_open(states, decided):
    assert is_decided(states) is decided


@pytest.mark.parametrize(
    ("quorum", "approvers", "problems"),
    [
        (1, [ANA], {}),
        (3, [ANA, BEN], {"quorum": "3 votes can't come from 2 approvers."}),
        (2, [ANA, ANA], {"quorum": "2 votes can't come from 1 approver."}),
        (0, [ANA], {"quorum": "At least one vote must be needed."}),
        (1, [], {"approvers": "Please name at least one approver."}),
        (
            1,
            [str(number) for number in range(51)],
            {"approvers": "Please name at most 50 approvers, not 51."},
        ),
    ],
)
def test_impossible_terms_are_refused_under_their_field(quorum, approvers, problems):
    assert check_terms(quorum, approvers) == problems


@pytest.mark.parametrize("reason", ["", "   ", "two\nlines", "x" * 301])
def test_a_reason_is_one_short_line(reason):
    assert check_reason(reason)
    assert check_reason("Too dear for this brief") == ""


def person(**flags) -> Person:
    known = {"is_bot": False, "is_guest": False, "is_stranger": False, "is_deactivated": False}
    return Person(id=ANA, **{**known, **flags})


def test_an_approvers_vote_counts():
    assert standing(person(), APPROVERS).kind == StandingKind.COUNTS


@pytest.mark.parametrize(
    ("who", "word"),
    [
        (person(is_bot=True), "bots"),
        (person(is_guest=True), "guests"),
        (person(is_stranger=True), "other organisations"),
        (person(is_deactivated=True), "deactivated"),
        (Person(id="U_OTHER"), "approvers"),
    ],
)
def test_others_are_not_counted_and_hear_why(who, word):
    found = standing(who, APPROVERS)

    assert found.kind == StandingKind.IGNORED
    assert word in found.reason


@pytest.mark.parametrize("flag", ["is_bot", "is_guest", "is_stranger", "is_deactivated"])
def test_an_approver_whose_status_is_not_known_waits(flag):
    assert standing(person(**{flag: None}), APPROVERS).kind == StandingKind.WAITS


def test_slacks_stamps_become_whole_microseconds():
    assert instant("1764000000.000200") == 1_764_000_000_000_200
    for wrong in ("", "yesterday", "nan", "-1", "1e99"):
        with pytest.raises(ValueError, match="not a Slack time stamp"):
            instant(wrong)


votes = st.lists(
    st.tuples(
        st.sampled_from(APPROVERS),
        st.sampled_from(["+", "-", "press"]),
        st.sampled_from(EMOJI),
    ),
    max_size=12,
)


@given(votes, st.randoms(use_true_random=False))
def test_repeats_and_another_order_of_the_same_deliveries_give_the_same_votes(acts, random):
    deliveries = list(enumerate(acts, start=1))
    shuffled = [*deliveries, *deliveries[: len(deliveries) // 2]]
    random.shuffle(shuffled)

    assert deliver(deliveries).items() == deliver(shuffled).items()


def deliver(deliveries) -> dict[str, Ballot]:
    ballots: dict[str, Ballot] = {}
    for at, (who, kind, emoji) in deliveries:
        ballot = ballots.get(who, Ballot())
        if kind == "+":
            ballots[who] = ballot.react(emoji, at)
        elif kind == "-":
            ballots[who] = ballot.unreact(emoji, at)
        else:
            ballots[who] = ballot.pressed(VOTES[emoji], at)
    return ballots


@given(votes)
def test_a_card_reads_back_from_storage_as_it_was(acts):
    kept = card().model_copy(update={"ballots": deliver(enumerate(acts, start=1))})

    assert Card.model_validate_json(kept.model_dump_json()) == kept


def replayed(acts) -> Vote | None:
    """The vote of one person by the plainest telling of the rules, acts in order of time."""
    held: dict[str, int] = {}
    pressed: Vote | None = None
    for at, kind, emoji in acts:
        if kind == "+":
            held[emoji], pressed = at, None
        elif kind == "-":
            held.pop(emoji, None)
        else:
            pressed = VOTES[emoji]
    given_votes = {VOTES[emoji] for emoji in held}
    if pressed is not None or not held:
        return pressed
    if {Vote.APPROVE, Vote.REJECT} <= given_votes:
        return Vote.MAYBE
    return VOTES[max(held, key=lambda emoji: held[emoji])]


class ShortlistMachine(RuleBasedStateMachine):
    """People vote on one card; deliveries arrive late, out of order and more than once."""

    def __init__(self):
        super().__init__()
        self.card = card()
        self.clock = 0
        self.under_way: list[tuple] = []
        self.delivered: list[tuple] = []
        self.spent = dict.fromkeys(APPROVERS, 0)
        self.state = CardState.OPEN
        self.decisions = 0

    @rule(who=st.sampled_from(APPROVERS), kind=st.sampled_from("+-p"), emoji=st.sampled_from(EMOJI))
    def somebody_acts(self, who, kind, emoji):
        self.clock += 1
        self.under_way.append((who, self.clock, kind, emoji))

    @rule(choice=st.integers(0))
    def a_delivery_arrives(self, choice):
        if self.under_way:
            self.delivered.append(self.under_way.pop(choice % len(self.under_way)))
            self.cast(self.delivered[-1])
            self.expect()

    @rule(choice=st.integers(0))
    def a_delivery_arrives_again(self, choice):
        if self.delivered:
            before = self.card
            self.cast(self.delivered[choice % len(self.delivered)])
            assert self.card == before

    @rule()
    def the_asker_settles_a_split(self):
        if self.state == CardState.SPLIT:
            self.card = decide_split(self.card, OLIVIA, (), Vote.APPROVE)
            self.state = CardState.APPROVED

    @rule()
    def it_is_reopened(self):
        if self.state in DECIDED:
            self.card = reopen(self.card, OLIVIA, (), "Second thoughts")
            self.state = CardState.OPEN
            for who, at, _, _ in self.delivered:
                self.spent[who] = max(self.spent[who], at)

    def cast(self, delivery):
        who, at, kind, emoji = delivery
        if kind == "p":
            outcome = press(self.card, who, VOTES[emoji], at)
        else:
            outcome = {"+": react, "-": unreact}[kind](self.card, who, emoji, at)
        assert outcome.decided == (outcome.card.state in DECIDED and self.card.state in UNDECIDED)
        self.card = outcome.card

    def votes(self):
        """Each approver's vote from the acts that arrived and were not spent by a reopening."""
        return {
            who: replayed(
                sorted(
                    (at, kind, emoji)
                    for person, at, kind, emoji in self.delivered
                    if person == who and at > self.spent[who]
                )
            )
            for who in APPROVERS
        }

    def expect(self):
        if self.state in DECIDED:
            return
        said = list(self.votes().values())
        self.state = CardState.OPEN
        if said.count(Vote.APPROVE) >= 2:
            self.state = CardState.APPROVED
        elif said.count(Vote.REJECT) >= 2:
            self.state = CardState.REJECTED
        elif None not in said:
            self.state = CardState.SPLIT

    @invariant()
    def the_card_is_as_the_model_says(self):
        assert self.card.state == self.state
        counted = dict.fromkeys(APPROVERS) | {
            who: ballot.vote for who, ballot in self.card.ballots.items()
        }
        assert counted == self.votes()

    @invariant()
    def a_decided_card_names_who_decided(self):
        assert bool(self.card.decided_by) == (self.card.state in DECIDED)


ShortlistMachine.TestCase.settings = settings(
    max_examples=SEQUENCES, stateful_step_count=40, deadline=None
)
TestManySequencesOfVotes = ShortlistMachine.TestCase


@given(votes, st.integers(1, 3))
def test_a_tally_names_every_approver_once(acts, quorum):
    counted = tally(deliver(enumerate(acts, start=1)), APPROVERS, quorum)
    named = (*counted.approvals, *counted.rejections, *counted.maybes, *counted.awaited)

    assert sorted(named) == sorted(APPROVERS)
