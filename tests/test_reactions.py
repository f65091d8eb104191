"""Reactions as votes: any order, any tone, by people unknown so far, and while the bot was away."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.app import real_now
from bot.workers import Workers
from domain import shortlist as rules
from domain.votes import Vote
from handlers import voting
from handlers.drawing import card_key
from storage import cards, outbox, pending_votes, people, shortlists
from storage.models import Card, CardVote, Delivery
from tests.shortlisting import (
    CHECK,
    CROSS,
    THINKING,
    Posted,
    behind_the_bots_back,
    forget_who,
    shortlist,
)
from tests.slack import Slack


def newest_card(slack: Slack) -> Card:
    with slack.reading() as tx:
        found: Card | None = tx.session.exec(select(Card).order_by(col(Card.id).desc())).first()
    assert found is not None
    return found


def known_rules(slack: Slack) -> rules.Card:
    """The newest card as the database has it."""
    card = newest_card(slack)
    with slack.reading() as tx:
        listed = shortlists.get(tx, card.shortlist_id)
        assert listed is not None
        return cards.rules_of(tx, [card], listed)[cards.number_of(card)]


def test_thumbs_and_skin_tones_count(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)

    slack.react("ana", "+1::skin-tone-4", made.card)
    slack.react("ben", "thumbsdown", made.card)

    assert "Approve: Ana · Reject: Ben" in slack.text_of(made.card)


def test_other_emoji_and_other_messages_leave_no_trace(slack: Slack) -> None:
    made = shortlist(slack)
    with slack.reading() as tx:
        before = len(tx.session.exec(select(Delivery.key)).all())

    slack.react("ana", "tada", made.card)
    slack.react("carla", CHECK, made.summary)

    with slack.reading() as tx:
        assert len(tx.session.exec(select(Delivery.key)).all()) == before
        assert tx.session.exec(select(CardVote.id)).all() == []


def test_taking_a_reaction_away_withdraws_only_the_vote_it_gave(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)
    slack.react("ana", THINKING, made.card)
    slack.react("ana", CHECK, made.card)

    slack.unreact("ana", THINKING, made.card)
    assert "Approve: Ana" in slack.text_of(made.card)
    slack.unreact("ana", CHECK, made.card)

    assert (
        "Approve" not in slack.text_of(made.card).partition("needed")[2].partition("Approve @")[0]
    )
    assert "Waiting for: Ana, Ben" in slack.text_of(made.card)


def test_a_reaction_taken_away_after_the_decision_changes_nothing(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CHECK, made.card)

    slack.unreact("ana", CHECK, made.card)

    assert "Approved by Ana" in slack.text_of(made.card)


def test_the_vote_of_somebody_unknown_waits_until_slack_says_who_they_are(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    forget_who(slack, "ana")
    slack.workspace.faults.add("users.info", "error", error="internal_error", times=1)

    slack.react("ana", CHECK, made.card)
    assert "Open" in slack.text_of(made.card)
    assert slack.private("ana") == []
    slack.workspace.change_user("ana", display_name="Ana Maria")
    slack.settle()

    assert "Approved by Ana Maria" in slack.text_of(made.card)


@pytest.mark.both_databases
def test_what_waited_is_cast_in_the_order_in_which_it_was_done(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana", "ben"), quorum=2)
    forget_who(slack, "ana")
    slack.workspace.faults.add("users.info", "error", error="internal_error", times=5)
    slack.press("ana", made.card, "card_approve")
    slack.react("ana", CROSS, made.card)
    slack.unreact("ana", CROSS, made.card)
    slack.press("ana", made.card, "card_maybe")

    slack.workspace.change_user("ana", display_name="Ana")
    slack.settle()

    assert "Maybe: Ana" in slack.text_of(made.card)
    with slack.reading() as tx:
        assert pending_votes.known_but_waiting(tx) == []


@pytest.mark.both_databases
def test_a_vote_put_down_while_its_person_is_learned_is_found_hourly(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    forget_who(slack, "ana")
    slack.workspace.faults.add("users.info", "error", error="internal_error", times=1)
    slack.react("ana", CHECK, made.card)
    with slack.writing() as tx:  # learned, but the job that casts what waits ran before
        person = people.get(tx, slack.workspace.user("ana").id)
        person.refreshed_at = tx.now
        tx.session.add(person)

    slack.tick()

    assert "Approved by Ana" in slack.text_of(made.card)


def test_somebody_unknown_who_proves_to_be_a_guest_is_told_and_not_counted(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    forget_who(slack, "ana")
    slack.workspace.faults.add("users.info", "error", error="internal_error", times=1)
    slack.react("ana", CHECK, made.card)

    slack.workspace.change_user("ana", role="guest")
    slack.settle()

    assert "Open" in slack.text_of(made.card)
    assert [text for text in slack.private("ana") if "Votes by guests" in text]


@pytest.mark.both_databases
def test_votes_given_while_the_bot_was_away_count_once_it_is_back(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", quorum=2)
    slack.react("ana", CHECK, made.cards["noor"])
    behind_the_bots_back(slack, "ana", CHECK, made.cards["mara"], on=True)
    behind_the_bots_back(slack, "ben", "+1::skin-tone-2", made.cards["mara"], on=True)
    behind_the_bots_back(slack, "ana", CHECK, made.cards["noor"], on=False)
    behind_the_bots_back(slack, "carla", CROSS, made.cards["noor"], on=True)

    slack.tick()
    slack.tick()

    assert "Approved by Ana and Ben" in slack.text_of(made.cards["mara"])
    assert "Waiting for: Ana, Ben" in slack.text_of(made.cards["noor"])
    assert len([text for text in slack.private("carla") if "not counted" in text]) == 1


def test_the_bots_own_seeds_are_no_votes(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))

    slack.tick()

    assert CHECK in made.card.reactions
    assert "Open" in slack.text_of(made.card)
    with slack.reading() as tx:
        assert tx.session.exec(select(CardVote.id)).all() == []


@pytest.mark.both_databases
def test_a_reaction_quicker_than_slacks_answer_to_our_post_is_found(slack: Slack) -> None:
    """The card is in the channel, its place is not stored yet: no vote waits for the hour."""
    made = shortlist(slack, approvers=("ana",))
    about = card_key(newest_card(slack).id or 0)
    with slack.writing() as tx:
        row = outbox.by_key(tx, about)
        assert row is not None
        ts, row.ts, row.state = row.ts, None, "unknown"
        row.due_at += dt.timedelta(days=1)
        tx.session.add(row)
    slack.react("ana", CHECK, made.card)
    assert "Approved" not in slack.text_of(made.card)

    with slack.writing() as tx:
        row = outbox.by_key(tx, about)
        assert row is not None
        row.ts, row.state = ts, "sent"
        tx.session.add(row)
    Workers(slack.bot, lambda: real_now() + dt.timedelta(minutes=1)).run_until_idle()

    assert "Approved by Ana" in slack.text_of(made.card)


def test_catching_up_goes_on_where_slack_asked_to_wait(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana",))
    for card in made.cards.values():
        behind_the_bots_back(slack, "ana", CROSS, card, on=True)
    slack.workspace.faults.add("reactions.get", "rate_limited", retry_after=0, times=2)

    slack.tick()

    assert "Rejected by Ana" in slack.text_of(made.cards["mara"])
    assert "Rejected by Ana" in slack.text_of(made.cards["noor"])


@pytest.mark.both_databases
def test_a_reaction_that_comes_while_slack_is_asked_is_not_undone(slack: Slack) -> None:
    """The picture that Slack gave is older than what was done since."""
    made = shortlist(slack, quorum=2)
    asked_at = int(slack.bot.services.clock.now().timestamp() * 1_000_000)
    slack.react("ana", CHECK, made.card)
    with slack.writing() as tx:
        changed = voting.catch_up(tx, newest_card(slack).id or 0, {}, asked_at)

    assert not changed or known_rules(slack).votes.approvals
    assert known_rules(slack).votes.approvals == (slack.workspace.user("ana").id,)


# ---- any sequence, against the rules themselves

VOTES = {"card_approve": Vote.APPROVE, "card_maybe": Vote.MAYBE, "card_reject": Vote.REJECT}
EMOJI = (CHECK, CROSS, THINKING, "+1::skin-tone-3")
PEOPLE = ("ana", "ben", "carla")
acts = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(("react", "unreact", "press", "repeat")),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=7,
)
numbers = count(1)


def do(slack: Slack, made: Posted, act: tuple[str, str, int]) -> None:
    who, kind, which = act
    if kind == "press":
        action = list(VOTES)[which % 3]
        if any(one.startswith(action) for one in slack.actions(made.card)):
            slack.press(who, made.card, action)
    elif kind == "repeat":
        slack.redeliver_last()
    elif kind == "react":
        if slack.workspace.user(who).id not in made.card.reactions.get(EMOJI[which], []):
            slack.react(who, EMOJI[which], made.card)
    elif slack.workspace.user(who).id in made.card.reactions.get(EMOJI[which], []):
        slack.unreact(who, EMOJI[which], made.card)


class Model:
    """The card by the rules alone, which have a test of their own."""

    def __init__(self, slack: Slack, quorum: int) -> None:
        self._ids = {who: slack.workspace.user(who).id for who in PEOPLE}
        self._at = count(1)
        self._held: set[tuple[str, str]] = set()
        self.card = rules.Card(
            asker=slack.workspace.user("olivia").id,
            approvers=frozenset((self._ids["ana"], self._ids["ben"])),
            quorum=quorum,
        )

    def do(self, act: tuple[str, str, int]) -> None:
        who, kind, which = act
        at, person, emoji = next(self._at), self._ids[who], EMOJI[which]
        if kind == "press" and self.card.state in rules.UNDECIDED:
            self.card = rules.press(self.card, person, list(VOTES.values())[which % 3], at).card
        elif kind == "react" and (person, emoji) not in self._held:
            self._held.add((person, emoji))
            self.card = rules.react(self.card, person, emoji, at).card
        elif kind == "unreact" and (person, emoji) in self._held:
            self._held.remove((person, emoji))
            self.card = rules.unreact(self.card, person, emoji, at).card


@pytest.mark.both_databases
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(quorum=st.integers(1, 2), done=acts)
def test_any_sequence_ends_as_the_rules_say(
    slack: Slack, quorum: int, done: list[tuple[str, str, int]]
) -> None:
    made = shortlist(slack, f"mara{next(numbers)}", quorum=quorum)
    model = Model(slack, quorum)

    for act in done:
        do(slack, made, act)
        model.do(act)

    stored = known_rules(slack)
    assert stored.state == model.card.state
    assert set(stored.decided_by) == set(model.card.decided_by)
    assert stored.votes == model.card.votes


def test_an_approver_who_reacts_to_the_summary_is_led_to_the_cards_once(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana",))

    slack.react("ana", CHECK, made.summary)
    slack.unreact("ana", CHECK, made.summary)
    slack.react("ana", CROSS, made.summary)
    slack.react("carla", CHECK, made.summary)  # she is asked for nothing
    slack.react("ana", "tada", made.summary)

    told = [text for text in slack.private("ana") if "is no vote" in text]
    assert len(told) == 1
    assert "cards in the thread below it" in told[0]
    assert slack.private("carla") == []
    assert "0 of 2 decided" in slack.text_of(made.summary)
