"""The client decides after the team: in a channel of theirs, with the same votes."""

import pytest
from sqlmodel import col, select

from domain.partnership import Stage
from domain.shortlist import CardState
from storage import audit, people, shortlists
from storage.models import Card, Partnership, Shortlist
from tests.clients import add_brief, all_sent, approved_by_team, ask_client, clients_cards
from tests.shortlisting import (
    CHECK,
    CROSS,
    behind_the_bots_back,
    forget_who,
    shortlist,
    slack_ids,
)
from tests.slack import Slack
from tests.test_handover import deactivate


def partnerships(slack: Slack) -> list[Partnership]:
    with slack.reading() as tx:
        return list(tx.session.exec(select(Partnership).order_by(col(Partnership.id))))


def states(slack: Slack) -> list[tuple[str, str]]:
    """(kind of list, state) of every card."""
    with slack.reading() as tx:
        rows = tx.session.exec(
            select(Shortlist.kind, Card.state)
            .join(Card, col(Card.shortlist_id) == col(Shortlist.id))
            .order_by(col(Card.id))
        )
        return [(kind, state) for kind, state in rows]


def test_the_team_and_then_the_client_approve_and_only_then_a_partnership_begins(
    slack: Slack,
) -> None:
    made = approved_by_team(slack)
    assert "Approved by Ana" in slack.text_of(made.card)
    assert "Client: not asked yet" in slack.text_of(made.card)
    assert partnerships(slack) == []

    ask_client(slack, made)
    card = clients_cards(slack, "mara")["mara"]
    assert "Client: asked, waiting for Sam" in slack.text_of(made.card)
    assert partnerships(slack) == []
    slack.press("sam", card, "card_approve")

    assert "Approved by Sam" in slack.text_of(card)
    assert "Client: ✅ approved by Sam" in slack.text_of(made.card)
    assert "client: ✅ approved by sam" in slack.text_of(made.summary).lower()
    (begun,) = partnerships(slack)
    assert begun.stage == Stage.APPROVED
    assert slack.actions(made.card) == [
        f"card_reopen:{begun.card_id}", f"card_why:{begun.card_id}", f"log:{begun.id}",
    ]  # fmt: skip


def test_the_clients_reason_comes_back_to_the_card_and_the_thread_of_the_team(
    slack: Slack,
) -> None:
    made = approved_by_team(slack, "mara", "ines")
    ask_client(slack, made)
    cards = clients_cards(slack, "mara", "ines")
    slack.react("sam", CROSS, cards["ines"])
    slack.press("sam", cards["ines"], "card_why")
    assert slack.submit("sam", {"category": "off-brand", "reason": "sells our rival"}) is None
    slack.react("sam", CHECK, cards["mara"])

    assert "Sam says off-brand: sells our rival" in slack.text_of(cards["ines"])
    assert "Client: Sam says off-brand: sells our rival" in slack.text_of(made.cards["ines"])
    told = slack.replies(made.summary)[-1].text
    assert "Spring Glow: the client has decided." in told
    assert "✅ Approved: @mara." in told
    assert "❌ Rejected: @ines." in told
    assert "@ines: Sam says off-brand: sells our rival" in told
    assert len(partnerships(slack)) == 1


def test_a_second_delivery_of_the_clients_vote_changes_nothing(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    slack.redeliver_last()
    assert states(slack) == [("team", "approved"), ("client", "open")]

    slack.react("sam", CHECK, clients_cards(slack, "mara")["mara"])
    slack.redeliver_last("event")

    assert len(partnerships(slack)) == 1
    assert len(slack.replies(made.summary)) == 3  # the card, the team's word, the client's


def test_two_people_who_ask_the_client_at_once_ask_once(slack: Slack) -> None:
    made = approved_by_team(slack)
    slack.press("olivia", made.summary, "client_send")
    with slack.writing() as tx:
        carla = people.get(tx, slack.workspace.user("carla").id)
        carla.role = "manager"
        tx.session.add(carla)
    slack.press("carla", made.summary, "client_send")
    assert slack.submit("olivia") is None

    slack.submit("carla")

    assert states(slack) == [("team", "approved"), ("client", "open")]
    assert len(clients_cards(slack, "mara")) == 1


def test_a_guest_who_is_named_counts_and_one_who_is_not_hears_why(slack: Slack) -> None:
    slack.workspace.invite("clients", "gus")
    made = approved_by_team(slack, approvers=("gus",))
    ask_client(slack, made)
    card = clients_cards(slack, "mara")["mara"]

    slack.react("sam", CHECK, card)
    assert "Only the approvers named on this shortlist vote" in slack.private("sam")[-1]
    slack.react("ana", CHECK, card)
    assert states(slack)[-1] == ("client", "open")
    slack.react("gus", CHECK, card)

    assert "Approved by Gus" in slack.text_of(card)


def test_the_clients_people_count_on_their_cards_only(slack: Slack) -> None:
    """The same guest, in the team's channel, votes in vain."""
    slack.workspace.invite("clients", "gus")
    slack.workspace.invite("marketing", "gus")
    add_brief(slack, approvers=("gus",))
    made = shortlist(slack)

    slack.react("gus", CHECK, made.card)

    assert states(slack) == [("team", "open")]
    assert "Votes by guests are not counted" in slack.private("gus")[-1]


def test_a_vote_of_the_client_waits_until_slack_says_who_they_are(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    forget_who(slack, "sam")
    slack.press("sam", clients_cards(slack, "mara")["mara"], "card_approve")
    assert states(slack)[-1] == ("client", "open")

    slack.workspace.change_user("sam", real_name="Sam S.")
    slack.settle()

    assert states(slack)[-1] == ("client", "approved")


def test_a_vote_of_the_client_given_while_the_bot_was_away_is_found_within_the_hour(
    slack: Slack,
) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    card = clients_cards(slack, "mara")["mara"]
    behind_the_bots_back(slack, "sam", CHECK, card, on=True)

    slack.tick()

    assert "Approved by Sam" in slack.text_of(card)
    assert len(partnerships(slack)) == 1


def test_nobody_but_the_asker_and_managers_asks_the_client(slack: Slack) -> None:
    made = approved_by_team(slack)

    assert slack.press("ben", made.summary, "client_send") is None

    assert "Whoever asked for this shortlist, and managers" in slack.private("ben")[-1]


def test_a_brief_edited_while_the_preview_is_open_is_shown_again_before_posting(
    slack: Slack,
) -> None:
    made = approved_by_team(slack)
    slack.press("olivia", made.summary, "client_send")
    answer = slack.command("ana", "brief Spring Glow", "general")
    slack.press("ana", answer, "brief_edit")
    assert slack.submit("ana", {"niches": "skincare", "client_sees": ["votes"]}) is None

    slack.submit("olivia")

    assert "Please look again" in slack.text_of(slack.view("olivia"))
    assert states(slack) == [("team", "approved")]
    assert slack.submit("olivia") is None
    assert "Approved in the team by Ana" in slack.text_of(clients_cards(slack, "mara")["mara"])


def test_a_channel_that_the_bot_is_not_in_is_said_in_the_preview(slack: Slack) -> None:
    made = approved_by_team(slack)
    slack.workspace.remove("clients", slack.workspace.user("influencer").name)
    slack.press("olivia", made.summary, "client_send")

    slack.submit("olivia")

    assert "I am not in that channel" in slack.text_of(slack.view("olivia"))
    assert states(slack) == [("team", "approved")]


def test_reopening_the_teams_card_calls_the_clients_back_and_it_can_be_sent_anew(
    slack: Slack,
) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    card = clients_cards(slack, "mara")["mara"]
    slack.react("sam", CHECK, card)
    assert len(partnerships(slack)) == 1

    slack.press("ana", made.card, "card_reopen")
    assert slack.submit("ana", {"reason": "the fee went up"}) is None
    assert states(slack) == [("team", "open"), ("client", "withdrawn")]
    assert partnerships(slack) == []
    assert "Withdrawn" in slack.text_of(card)

    slack.press("ana", made.card, "card_approve")
    assert "Client: not asked yet" in slack.text_of(made.card)
    ask_client(slack, made)
    assert states(slack) == [("team", "approved"), ("client", "open")]
    assert "Earlier votes, to be given anew: Sam (approve)" in slack.text_of(card)
    slack.press("sam", card, "card_approve")
    assert len(partnerships(slack)) == 1


def test_the_client_reopens_their_own_decision_and_the_team_is_told(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    card = clients_cards(slack, "mara")["mara"]
    slack.react("sam", CHECK, card)

    slack.press("sam", card, "card_reopen")
    assert slack.submit("sam", {"reason": "we think again"}) is None

    assert states(slack) == [("team", "approved"), ("client", "open")]
    assert partnerships(slack) == []
    assert "Client: asked" in slack.text_of(made.card)
    assert "Spring Glow: the client is to decide on @mara." in slack.replies(made.summary)[-1].text
    slack.press("ana", card, "card_why")
    assert slack.view("ana")


def test_work_that_has_begun_is_asked_about_when_the_client_thinks_again(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    card = clients_cards(slack, "mara")["mara"]
    slack.react("sam", CHECK, card)
    with slack.writing() as tx:
        (begun,) = tx.session.exec(select(Partnership))
        begun.stage = Stage.CONTACTED
        tx.session.add(begun)

    slack.press("sam", card, "card_reopen")
    slack.submit("sam", {"reason": "we think again"})

    assert "Sam reopened the decision on @mara" in slack.private("olivia")[-1]
    assert len(partnerships(slack)) == 1


def test_a_client_channel_that_is_gone_is_told_and_the_list_can_move(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    slack.workspace.archive("clients")
    slack.settle()
    told = slack.workspace.direct_messages("olivia")[-1]
    slack.press("olivia", told, "shortlist_move")

    agency = slack.workspace.channel("agency").id
    assert slack.submit("olivia", {"channel": agency}) is None
    assert slack.submit("olivia") is None  # what they will read there was shown first

    card = clients_cards(slack, "mara", channel="agency")["mara"]
    slack.react("sam", CHECK, card)
    assert states(slack)[-1] == ("client", "approved")


def test_a_client_whose_only_approver_leaves_is_flagged_and_gets_another(slack: Slack) -> None:
    slack.workspace.invite("clients", "gus")
    made = approved_by_team(slack, approvers=("gus",))
    ask_client(slack, made)
    deactivate(slack, "gus")
    told = slack.workspace.direct_messages("olivia")[-1]
    assert "Gus can’t vote any more" in told.text

    slack.press("olivia", told, "shortlist_terms")
    slack.submit("olivia", {"approvers": slack_ids(slack, ["sam"]), "quorum": "1"})
    slack.react("sam", CHECK, clients_cards(slack, "mara")["mara"])

    assert states(slack)[-1] == ("client", "approved")


def test_both_steps_are_on_the_record(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    slack.react("sam", CHECK, clients_cards(slack, "mara")["mara"])

    with slack.reading() as tx:
        rows = list(tx.session.exec(select(Card).order_by(col(Card.id))))
        steps = [
            (entry.action, entry.after["step"], entry.after["by"])
            for row in rows
            for entry in audit.of(tx, "card", row.id or 0)
            if entry.action == "approve"
        ]
        first = shortlists.get(tx, rows[0].shortlist_id)
        asked = audit.of(tx, "shortlist", first.id or 0) if first else []
    ana, sam = slack_ids(slack, ["ana", "sam"])
    assert steps == [("approve", "team", [ana]), ("approve", "client", [sam])]
    assert asked[-1].action == "ask client"
    assert asked[-1].after["approvers"] == [sam]


@pytest.mark.parametrize("state", [CardState.APPROVED, CardState.REJECTED])
def test_a_list_without_a_client_stays_as_it_was(slack: Slack, state: CardState) -> None:
    made = shortlist(slack)
    slack.react("ana", CHECK if state is CardState.APPROVED else CROSS, made.card)

    assert "Client" not in slack.text_of(made.card)
    assert "Client" not in slack.text_of(made.summary)
    assert len(partnerships(slack)) == (state is CardState.APPROVED)
    assert all_sent(slack, "clients") == ""
