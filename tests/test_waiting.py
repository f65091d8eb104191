"""What waits leads to the very message, and what nobody is left to decide waits for managers."""

import pytest

from domain.partnership import Stage
from storage import people, waiting
from tests.clients import approved_by_team, ask_client, clients_cards
from tests.shortlisting import CHECK, CROSS, shortlist
from tests.slack import Slack
from tests.test_drafts import add_draft, the_card
from tests.test_partner_board import begin

pytestmark = pytest.mark.both_databases


def address(slack: Slack, channel: str, ts: str) -> str:
    place = slack.workspace.channel(channel).id
    return f"{slack.playground.url}/archives/{place}/p{ts.replace('.', '')}"


def home_of(slack: Slack, who: str) -> str:
    return str(slack.open_home(who).blocks)


def test_home_leads_to_the_summary_of_what_waits_for_a_vote(slack: Slack) -> None:
    made = shortlist(slack, "mara", "ines")

    assert address(slack, "marketing", made.summary.ts) in home_of(slack, "ana")


def test_home_leads_to_the_card_of_a_draft(slack: Slack) -> None:
    add_draft(slack, begin(slack, Stage.AGREED))

    assert address(slack, "marketing", the_card(slack).ts) in home_of(slack, "ben")


def test_a_member_who_decides_for_the_client_is_led_to_the_clients_channel(slack: Slack) -> None:
    slack.workspace.invite("clients", "carla")
    made = approved_by_team(slack, approvers=("carla",))
    ask_client(slack, made)

    home = home_of(slack, "carla")
    summary = next(one for one in slack.messages("clients") if "For your decision" in one.text)
    assert address(slack, "clients", summary.ts) in home
    assert "Spring Glow (client)" in home
    slack.react("carla", CHECK, clients_cards(slack, "mara")["mara"])
    assert "Spring Glow (client)" not in home_of(slack, "carla")


def test_a_split_whose_asker_has_left_waits_for_the_managers(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", quorum=2)
    slack.react("ana", CHECK, made.card)
    slack.react("ben", CROSS, made.card)
    assert "is split" not in home_of(slack, "olivia")
    with slack.reading() as tx:
        olivia = people.get(tx, slack.workspace.user("olivia").id).id
        assert olivia not in waiting.people(tx)

    slack.workspace.change_user("carla", deleted=True)
    slack.settle()

    home = home_of(slack, "olivia")
    assert "is split: you decide" in home
    assert address(slack, "marketing", made.summary.ts) in home
    assert "is split" not in home_of(slack, "ben")
    with slack.reading() as tx:
        assert olivia in waiting.people(tx)
    slack.press("olivia", made.card, "card_settle_approve")
    assert "is split" not in home_of(slack, "olivia")
