"""Votes by button and reaction, what they decide, and what follows from a decision."""

import datetime as dt

import pytest
from sqlmodel import col, select

from domain.creator import Platform, ProfileSnapshot
from domain.fit import Fit
from domain.partnership import Stage
from domain.shortlist import CardState
from playground.records import Message
from storage import approvals, audit, brands, decisions, people, relationships, shortlists
from storage.cards import number_of
from storage.models import Card, Partnership, Person, Relationship
from storage.transaction import Transaction
from tests.shortlisting import CHECK, CROSS, THINKING, shortlist
from tests.slack import Slack
from views.card_forms import work_goes_on
from views.card_view import CardView, Votes


def the_card(slack: Slack) -> Card:
    with slack.reading() as tx:
        found: Card | None = tx.session.exec(select(Card).order_by(col(Card.id))).first()
    assert found is not None
    return found


def find_partnership(slack: Slack) -> Partnership | None:
    with slack.reading() as tx:
        return approvals.of_card(tx, number_of(the_card(slack)))


def the_partnership(slack: Slack) -> Partnership:
    found = find_partnership(slack)
    assert found is not None
    return found


def reopen(
    slack: Slack, who: str, card: Message, reason: str = "the fee came down"
) -> dict[str, str] | None:
    slack.press(who, card, "card_reopen")
    return slack.submit(who, {"reason": reason})


def person(tx: Transaction, slack: Slack, name: str) -> Person:
    return people.get(tx, slack.workspace.user(name).id)


@pytest.mark.both_databases
def test_a_check_mark_from_the_second_approver_approves_the_creator(slack: Slack) -> None:
    """Quorum two: the first vote is counted, the second decides, a repeat changes nothing."""
    made = shortlist(slack, quorum=2)
    slack.react("ana", CHECK, made.card)
    assert "Approve: Ana · Waiting for: Ben" in slack.text_of(made.card)

    slack.react("ben", CHECK, made.card)
    slack.redeliver_last("event")

    assert "Approved by Ana and Ben" in slack.text_of(made.card)
    assert "✅ @mara · approved by Ana and Ben" in slack.text_of(made.summary)
    assert slack.replies(made.card) == []


@pytest.mark.both_databases
def test_a_button_and_a_reaction_are_one_vote_of_one_person(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)

    slack.press("ana", made.card, "card_approve")
    slack.react("ana", CHECK, made.card)

    assert the_card(slack).state == CardState.OPEN
    assert "Approve: Ana · Waiting for: Ben" in slack.text_of(made.card)


def test_a_press_stands_until_that_person_acts_again(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)
    slack.react("ana", CHECK, made.card)
    slack.press("ana", made.card, "card_reject")
    assert "Reject: Ana" in slack.text_of(made.card)

    slack.unreact("ana", CHECK, made.card)
    assert "Reject: Ana" in slack.text_of(made.card)
    slack.react("ana", THINKING, made.card)

    assert "Maybe: Ana" in slack.text_of(made.card)


def test_both_marks_count_as_maybe_until_one_goes_and_that_is_told_once(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana", "ben"), quorum=2)

    slack.react("ana", CHECK, made.card)
    slack.react("ana", CROSS, made.card)
    assert "Maybe: Ana" in slack.text_of(made.card)
    slack.unreact("ana", CROSS, made.card)
    assert "Approve: Ana" in slack.text_of(made.card)
    slack.react("ana", CROSS, made.card)

    told = [text for text in slack.private("ana") if "✅ and ❌" in text]
    assert len(told) == 1
    assert "@mara" in told[0]


def test_a_person_who_is_no_approver_is_told_once_and_not_counted(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))

    slack.react("carla", CHECK, made.card)
    slack.unreact("carla", CHECK, made.card)
    slack.press("carla", made.card, "card_approve")
    slack.react("carla", CROSS, made.card)

    assert "Approve: " not in slack.text_of(made.card)
    told = [text for text in slack.private("carla") if "not counted" in text]
    assert len(told) == 1
    assert "Only the approvers named on this shortlist vote" in told[0]
    assert the_card(slack).state == CardState.OPEN


def test_who_is_no_approver_is_told_once_a_shortlist_and_not_for_each_card(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", "ottla", approvers=("ana",))

    for card in made.cards.values():
        slack.react("carla", CHECK, card)

    told = [text for text in slack.private("carla") if "not counted" in text]
    assert len(told) == 1
    assert "This goes for the whole shortlist" in told[0]


@pytest.mark.parametrize(
    ("who", "why"),
    [("gus", "Votes by guests"), ("robo", "Votes by bots"), ("sam", "people of other")],
)
def test_guests_bots_and_strangers_are_not_counted_even_when_named(
    slack: Slack, who: str, why: str
) -> None:
    """They were full members when they were named, and are none any more."""
    made = shortlist(slack, approvers=("ana", "ben"))
    with slack.writing() as tx:
        named = person(tx, slack, who).id or 0
        shortlists.set_approvers(tx, the_card(slack).shortlist_id, [named])

    slack.react(who, CHECK, made.card)
    slack.react(who, THINKING, made.card)

    assert the_card(slack).state == CardState.OPEN
    calls = slack.workspace.api_calls("chat.postEphemeral")
    assert [why in str(call.arguments) for call in calls] == [True]


@pytest.mark.both_databases
def test_a_split_vote_is_decided_by_the_asker_alone(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)
    slack.react("ana", CHECK, made.card)
    slack.react("ben", CROSS, made.card)
    assert "Split · Olivia decides" in slack.text_of(made.card)

    slack.press("ben", made.card, "card_settle_approve")
    assert "Only the person who asked" in slack.private("ben")[-1]
    slack.press("olivia", made.card, "card_settle_reject")

    assert "Rejected by Olivia" in slack.text_of(made.card)


def test_a_changed_vote_takes_a_split_card_to_a_decision(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)
    slack.react("ana", CHECK, made.card)
    slack.press("ben", made.card, "card_maybe")
    assert "Split" in slack.text_of(made.card)

    slack.press("ben", made.card, "card_approve")

    assert "Approved by Ana and Ben" in slack.text_of(made.card)


def test_votes_post_nothing_and_one_message_says_that_all_is_decided(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana",))
    before = len(slack.replies(made.summary))
    slack.react("ana", CHECK, made.cards["mara"])
    assert len(slack.replies(made.summary)) == before

    slack.react("ana", CROSS, made.cards["noor"])

    last = slack.replies(made.summary)[before:]
    assert [one.text for one in last] == [
        "The shortlist for Spring Glow is decided.\n✅ Approved: @mara.\n❌ Rejected: @noor.\n"
        "Olivia owns the partnership."
    ]
    assert len(slack.messages()) == 1


def test_an_approval_begins_a_partnership_owned_by_the_asker(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana",))

    slack.react("ana", CHECK, made.card)

    begun = the_partnership(slack)
    with slack.reading() as tx:
        assert people.by_id(tx, begun.owner_id or 0).name == "Carla"
    assert begun.stage == Stage.APPROVED
    assert "Log @mara" in slack.text_of(made.card)


def test_a_decision_counts_in_the_creators_relationship(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana",))
    slack.react("ana", CHECK, made.cards["mara"])
    slack.react("ana", CROSS, made.cards["noor"])

    with slack.reading() as tx:
        values = tx.session.exec(
            select(Relationship.value).order_by(col(Relationship.creator_id))
        ).all()
        rows = tx.session.exec(select(Card).order_by(col(Card.id))).all()
        known = relationships.known(tx, [row.creator_id for row in rows])
    assert list(values) == [8_000, 2_000]
    assert [known[row.creator_id].value for row in rows] == [8_000, 2_000]


def test_a_reason_shows_on_the_card_and_with_the_creator(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CROSS, made.card)

    slack.press("ben", made.card, "card_why")
    assert slack.submit("ben", {"category": "other"}) == {
        "reason": "Please say in one line what it is."
    }
    assert slack.submit("ben", {"reason": "fake <!channel> comments"}) is None

    assert "Ben says other: fake &lt;!channel&gt; comments" in str(made.card.blocks)
    with slack.reading() as tx:
        found = decisions.about(tx, [the_card(slack).creator_id])
    (decision,) = found[the_card(slack).creator_id]
    assert decision.state == CardState.REJECTED
    assert decision.reason == "fake <!channel> comments"
    assert decision.describe(decision.at.date()).startswith("rejected in ")


def test_why_a_card_was_reopened_is_no_reason_against_the_creator(slack: Slack) -> None:
    """Rejected, reopened, rejected again: the reason recalled is still why, on the card is both."""
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CROSS, made.card)
    give_reason(slack, "ana", made.card, category="too dear", reason="asks 9k")
    reopen(slack, "ana", made.card, "the fee came down")
    slack.press("ana", made.card, "card_reject")

    creator = the_card(slack).creator_id
    with slack.reading() as tx:
        (decision,) = decisions.about(tx, [creator])[creator]
        known = relationships.known(tx, [creator])[creator]
        assert decisions.last_reason(tx, the_card(slack)) == "too dear: asks 9k"
    assert decision.describe(decision.at.date()).endswith(" for Spring Glow: too dear: asks 9k")
    assert known.history.last_rejection == "too dear: asks 9k"
    assert "Reopened by Ana: the fee came down" in slack.text_of(made.card)


def test_of_several_reasons_the_last_is_told_and_all_are_shown_in_full(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CROSS, made.card)
    give_reason(slack, "ana", made.card, category="too dear", reason="asks 9k")
    give_reason(slack, "ben", made.card, category="other", reason="fake comments")

    creator = the_card(slack).creator_id
    with slack.reading() as tx:
        (decision,) = decisions.about(tx, [creator])[creator]
    today = decision.at.date()
    assert decision.describe(today).endswith("(2 reasons, see details): fake comments")
    full = decision.describe_in_full(today)
    assert full.endswith(": too dear: asks 9k (Ana); fake comments (Ben)")
    assert full in slack.text_of(slack.command("olivia", "show @mara")).replace(
        "Rejected", "rejected"
    )


def give_reason(slack: Slack, who: str, card: Message, **given: str) -> None:
    slack.press(who, card, "card_why")
    assert slack.submit(who, given) is None


@pytest.mark.both_databases
def test_an_edit_that_waits_is_drawn_once_and_as_things_stand_when_it_is_sent(
    slack: Slack,
) -> None:
    made = shortlist(slack, quorum=3, approvers=("ana", "ben", "carla"))
    before = len(slack.workspace.api_calls("chat.update"))

    for who in ("ana", "ben"):
        slack.workspace.react(who, CHECK, made.card)
    with slack.writing() as tx:
        ana = person(tx, slack, "ana")
        ana.name = "Ana Maria"
        tx.session.add(ana)
    slack.settle()

    assert "Approve: Ana Maria, Ben" in slack.text_of(made.card)
    assert len(slack.workspace.api_calls("chat.update")) == before + 2  # the card, the summary


def test_a_reason_may_come_before_the_decision(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))

    slack.press("ana", made.card, "card_why")
    assert slack.submit("ana", {"category": "too dear"}) is None

    assert "Ana says too dear" in slack.text_of(made.card)
    assert "Open" in slack.text_of(made.card)


@pytest.mark.both_databases
def test_a_stale_button_on_a_decided_card_changes_nothing_and_says_so(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana", "ben"))
    slack.workspace.faults.add("chat.update", "error", error="internal_error", times=50)
    slack.react("ana", CHECK, made.card)
    assert "card_reject" in str(made.card.blocks)

    slack.press("ben", made.card, "card_reject")

    assert "This card is approved already" in slack.private("ben")[-1]
    assert the_card(slack).state == CardState.APPROVED
    slack.workspace.faults.clear()


@pytest.mark.both_databases
def test_a_repeated_press_changes_nothing(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)
    slack.press("ana", made.card, "card_approve")
    with slack.reading() as tx:
        before = len(audit.of(tx, "card", number_of(the_card(slack))))

    slack.redeliver_last("action")

    with slack.reading() as tx:
        assert len(audit.of(tx, "card", number_of(the_card(slack)))) == before


# ---- reopening


@pytest.mark.both_databases
def test_reopening_lists_earlier_votes_and_counts_them_only_when_given_anew(slack: Slack) -> None:
    made = shortlist(slack, quorum=2)
    slack.react("ana", CHECK, made.card)
    slack.react("ben", CHECK, made.card)

    assert reopen(slack, "ana", made.card) is None

    text = slack.text_of(made.card)
    assert "Earlier votes, to be given anew: Ana (approve), Ben (approve)" in text
    assert "press a button, or take your reaction away and add it again" in text
    assert "Reopened by Ana: the fee came down" in text
    slack.unreact("ana", CHECK, made.card)
    slack.react("ana", CHECK, made.card)
    slack.press("ben", made.card, "card_reject")
    assert "Split" in slack.text_of(made.card)


def test_only_deciders_the_asker_and_managers_reopen(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana", "ben"))
    slack.react("ana", CHECK, made.card)

    assert slack.press("ben", made.card, "card_reopen") is None
    assert "Those who decided, whoever asked, and managers" in slack.private("ben")[-1]
    assert reopen(slack, "olivia", made.card, "Olivia manages") is None

    assert the_card(slack).state == CardState.OPEN


def test_a_reason_to_reopen_is_one_line(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CHECK, made.card)

    assert reopen(slack, "ana", made.card, "one\ntwo") == {
        "reason": "Please keep the reason to one line."
    }

    assert the_card(slack).state == CardState.APPROVED


def test_a_partnership_nothing_was_logged_on_goes_when_its_card_is_reopened(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CHECK, made.card)

    reopen(slack, "ana", made.card)

    assert find_partnership(slack) is None
    slack.press("ana", made.card, "card_approve")
    assert the_partnership(slack).stage == Stage.APPROVED


def test_a_partnership_in_talks_stays_and_its_owner_is_asked(slack: Slack) -> None:
    """Negotiating, perhaps with a fee agreed: nothing is undone behind the owner's back."""
    made = shortlist(slack, asker="carla", approvers=("ana",))
    slack.react("ana", CHECK, made.card)
    move(slack, Stage.NEGOTIATING)

    reopen(slack, "ana", made.card)

    assert the_partnership(slack).stage == Stage.NEGOTIATING
    asked = slack.workspace.direct_messages("carla")[-1]
    assert "Work on it has begun (negotiating)" in slack.text_of(asked)
    slack.press("ana", made.card, "card_approve")
    assert the_partnership(slack).stage == Stage.NEGOTIATING


def test_a_partnership_that_was_ended_is_taken_up_again_when_approved_again(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CHECK, made.card)
    move(slack, Stage.CONTACTED)
    reopen(slack, "ana", made.card)
    slack.press("olivia", slack.workspace.direct_messages("olivia")[-1], "card_end")
    assert the_partnership(slack).stage == Stage.DECLINED

    slack.press("ana", made.card, "card_approve")

    assert the_partnership(slack).stage == Stage.APPROVED


@pytest.mark.parametrize(
    ("stage", "answers"),
    [
        (Stage.AGREED, {"card_keep", "card_end", "log"}),
        (Stage.LIVE, {"card_keep", "card_done", "log"}),
        (Stage.DONE, {"log"}),
    ],
)
def test_the_owner_is_offered_what_can_still_be_done(stage: Stage, answers: set[str]) -> None:
    shown = CardView(
        card_id=1,
        profile=ProfileSnapshot(platform=Platform.INSTAGRAM, handle="mara"),
        fit=Fit(parts=()),
        state=CardState.OPEN,
        brief="Spring Glow",
        asker="Olivia",
        quorum=1,
        votes=Votes(),
        today=dt.date(2026, 11, 20),
    )
    message = work_goes_on(shown, 7, stage, "Ana", "the fee came down")
    buttons = [one["action_id"] for one in (message.blocks or [])[-1]["elements"]]
    assert {name.partition(":")[0] for name in buttons} == answers


def test_a_live_partnership_can_be_marked_as_done(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana",))
    slack.react("ana", CHECK, made.card)
    move(slack, Stage.LIVE)
    reopen(slack, "ana", made.card)

    slack.press("carla", slack.workspace.direct_messages("carla")[-1], "card_done")

    assert the_partnership(slack).stage == Stage.DONE
    assert "marked as done" in slack.text_of(slack.workspace.direct_messages("carla")[-1])


def test_where_work_has_started_the_owner_is_asked_and_decides(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana",))
    slack.react("ana", CHECK, made.card)
    move(slack, Stage.AGREED)

    reopen(slack, "ana", made.card)

    assert the_partnership(slack).stage == Stage.AGREED
    asked = slack.workspace.direct_messages("carla")[-1]
    assert "Ana reopened the decision on @mara" in slack.text_of(asked)
    slack.press("carla", asked, "card_end")
    assert the_partnership(slack).stage == Stage.DECLINED
    assert "marked as declined" in slack.text_of(slack.workspace.direct_messages("carla")[-1])


def test_after_a_reopening_the_last_word_is_corrected_and_not_said_twice(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CHECK, made.card)
    reopen(slack, "ana", made.card)
    assert "Reopened for Spring Glow: @mara to be decided" in slack.replies(made.summary)[-1].text
    slack.press("ana", made.card, "card_reject")

    replies = slack.replies(made.summary)
    assert len(replies) == 2
    assert "is decided.\n❌ Rejected: @mara." in replies[-1].text


def move(slack: Slack, stage: Stage) -> None:
    with slack.writing() as tx:
        found = approvals.of_card(tx, number_of(the_card(slack)))
        assert found is not None
        approvals.move(tx, found, stage, found.owner_id)


@pytest.mark.both_databases
def test_what_a_limited_brand_decided_is_told_only_to_those_named_on_it(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana",))
    slack.react("ana", CROSS, made.card)
    with slack.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        brands.limit(tx, brand, True, [person(tx, slack, "ana")])
        row = shortlists.lock(tx, the_card(slack).shortlist_id)
        assert row is not None
        row.brand_id = brand.id
        tx.session.add(row)

    creator = the_card(slack).creator_id
    with slack.reading() as tx:
        named = brands.hidden_from(tx, person(tx, slack, "ana").id)
        others = brands.hidden_from(tx, person(tx, slack, "ben").id)
        assert creator in decisions.about(tx, [creator], named)
        assert decisions.about(tx, [creator], others) == {}
        assert relationships.known(tx, [creator], others)[creator].value is None
        assert decisions.in_use_elsewhere(tx, [creator], others) == set()
    reopen(slack, "ana", made.card)
    with slack.reading() as tx:
        assert decisions.in_use_elsewhere(tx, [creator], others) == {creator}
        assert decisions.in_use_elsewhere(tx, [creator], named) == set()


# ---- approvers who left


@pytest.mark.both_databases
def test_a_deactivated_approver_is_not_awaited_and_the_card_is_split(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana", "ben"), quorum=2)
    slack.react("ana", CHECK, made.card)
    assert "Waiting for: Ben" in slack.text_of(made.card)

    slack.workspace.change_user("ben", deleted=True)
    slack.settle()

    text = slack.text_of(made.card)
    assert "Split · Carla decides" in text
    assert "Waiting for" not in text
    told = slack.private("carla")[-1]
    assert "Ben can’t vote any more on your shortlist for Spring Glow" in told
    assert "2 approvals can’t come from 1 approver" in told
    slack.press("carla", made.card, "card_settle_approve")
    assert the_card(slack).state == CardState.APPROVED


def test_where_enough_approvers_are_left_nobody_is_bothered(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana", "ben", "olivia"), quorum=2)
    slack.react("ben", CHECK, made.card)
    before = slack.private("carla")

    slack.workspace.change_user("ben", deleted=True)
    slack.settle()

    assert slack.private("carla") == before
    assert "Approve: Ben · Waiting for: Ana, Olivia" in slack.text_of(made.card)
    slack.react("ana", CHECK, made.card)
    assert the_card(slack).state == CardState.APPROVED


def test_where_whoever_asked_has_left_managers_decide_a_split(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana", "ben"), quorum=2)
    slack.react("ana", CHECK, made.card)
    slack.react("ben", CROSS, made.card)
    assert "Split · Carla decides" in slack.text_of(made.card)
    slack.press("olivia", made.card, "card_settle_approve")
    assert the_card(slack).state == CardState.SPLIT

    slack.workspace.change_user("carla", deleted=True)
    slack.settle()

    assert "Split · managers decide, for Carla has left" in slack.text_of(made.card)
    assert "managers decide" in slack.text_of(made.summary)
    slack.press("ana", made.card, "card_settle_approve")
    assert "managers decide the split" in slack.private("ana")[-1]
    slack.press("olivia", made.card, "card_settle_approve")
    assert the_card(slack).state == CardState.APPROVED
