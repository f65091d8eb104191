"""What people from outside read: shortlists and lists without costs, weak points and our own words.

The team's guest is in #agency, somebody of another company in #clients; #marketing is ours.
"""

import datetime as dt
import re

import pytest

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.fit import Weights
from domain.money import Money
from domain.niche import default_vocabulary
from domain.partnership import Stage
from playground.records import Message
from storage import briefs, index, pools, profile_store, shortlists
from tests.shortlisting import CROSS, is_previewed, open_form, posted, shortlist, slack_ids
from tests.slack import Slack
from tests.test_drafts import LINK, add_draft
from tests.test_partner_board import begin

LEFT_OUT = "Guests or people from outside may read this channel"
MONEY = re.compile(r"€|\bEUR\b|\$|per engagement|each expected engagement|dear", re.IGNORECASE)
INTERNAL = ("Against:", "Earlier:", "says ", "asks twice")


def set_scene(slack: Slack) -> None:
    """Skincare creators with fees, mara the cheapest and ines the dearest; costs weigh most."""
    weights = Weights(niche=10, engagement=1, authenticity=0, audience=0, cost=80, relationship=60)
    with slack.writing() as tx:
        profile_store.store(
            tx,
            [_creator(handle, 20 * place) for place, handle in enumerate(HANDLES, start=1)],
            default_vocabulary(),
            index.pools(tx),
        )
        content = BriefContent(niches=("skincare",), weights=weights)
        briefs.create(tx, BriefDraft(name="Spring Glow", content=content), None, None)
    pools.refresh_pools(slack.bot.services.database, slack.workspace_id)


HANDLES = ("mara", *(f"creator{number}" for number in range(10)), "ines")


def _creator(handle: str, fee: int) -> ProfileSnapshot:
    return ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle=handle,
        display_name=handle.capitalize(),
        email=f"{handle}@example.com",
        categories=("Skincare",),
        figures=Figures(
            followers=10_000,
            engagement_rate=0.04,
            rate_definition=RateDefinition.FOLLOWERS,
            fee=Money(amount=fee, currency="EUR"),
        ),
        as_of=dt.date(2026, 11, 2),
        source="invented for a test",
    )


def post(slack: Slack, channel: str, *handles: str) -> dict[str, Message]:
    set_scene(slack)
    return shortlist(slack, *handles, channel=channel, approvers=("ana", "ben")).cards


def said_in(slack: Slack, channel: str) -> str:
    """All that everybody in a channel reads, threads too."""
    roots = slack.messages(channel)
    every = [*roots, *(reply for root in roots for reply in slack.replies(root))]
    return "\n".join(f"{one.text}\n{slack.text_of(one)}" for one in every)


def drawn_for(slack: Slack, channel: str) -> str:
    """All that was ever sent to be read in a channel, edits too."""
    place = slack.workspace.channel(channel).id
    calls = slack.workspace.api_calls()
    return "\n".join(str(one.arguments) for one in calls if one.arguments.get("channel") == place)


def test_a_card_among_ourselves_says_costs_and_what_speaks_against(slack: Slack) -> None:
    post(slack, "marketing", "mara", "ines")

    said = said_in(slack, "marketing")
    assert "for each expected engagement" in said
    assert "Against:" in said
    assert LEFT_OUT not in said


@pytest.mark.parametrize("channel", ["agency", "clients"])
def test_where_outsiders_read_no_card_says_costs_or_weak_points(slack: Slack, channel: str) -> None:
    post(slack, channel, "mara", "ines")

    said = said_in(slack, channel)
    assert LEFT_OUT in said
    assert "\nFit " in said
    assert "For: " in said
    assert not MONEY.search(drawn_for(slack, channel))
    assert not [word for word in INTERNAL if word in said]


def test_a_reason_is_told_to_the_team_and_not_to_outsiders(slack: Slack) -> None:
    cards = post(slack, "clients", "mara")
    form = slack.press("ana", cards["mara"], "card_why")
    assert "The card says only that you gave a reason" in slack.text_of(form)
    assert not slack.submit("ana", {"category": "too dear", "reason": "asks twice the budget"})

    said = said_in(slack, "clients")
    assert "Ana gave a reason" in said
    assert not MONEY.search(drawn_for(slack, "clients"))
    assert not [word for word in INTERNAL if word in said]
    assert "asks twice the budget" in slack.text_of(slack.command("ben", "show mara"))


def test_why_a_card_was_reopened_is_not_told_to_outsiders(slack: Slack) -> None:
    cards = post(slack, "agency", "mara")
    slack.react("ana", CROSS, cards["mara"])
    slack.press("olivia", cards["mara"], "card_reopen")
    assert not slack.submit("olivia", {"reason": "she came down to 90 euros"})

    said = said_in(slack, "agency")
    assert "Reopened by Olivia" in said
    assert "90 euros" not in drawn_for(slack, "agency")


def test_earlier_decisions_stay_out_of_a_channel_with_outsiders(slack: Slack) -> None:
    cards = post(slack, "marketing", "mara")
    slack.react("ana", CROSS, cards["mara"])
    with slack.writing() as tx:
        content = BriefContent(niches=("skincare",))
        number = briefs.create(tx, BriefDraft(name="Autumn", content=content), None, None).id
    slack.workspace.command("olivia", "shortlist add @mara", "agency")
    slack.settle()
    block = next(b["block_id"] for b in slack.view("olivia").blocks if "approvers" in b["block_id"])
    ana = slack.workspace.user("ana").id
    assert not slack.submit("olivia", {"brief": str(number), block: [ana], "quorum": "1"})
    assert "rejected" not in slack.text_of(slack.view("olivia"))
    assert not slack.submit("olivia")

    assert "Autumn" in posted(slack, ["mara"], "agency").card.text
    assert "rejected" not in said_in(slack, "agency")
    assert "Spring Glow" not in said_in(slack, "agency")


def test_costs_go_from_a_shortlist_when_a_guest_joins_and_return_when_the_guest_left(
    slack: Slack,
) -> None:
    post(slack, "marketing", "mara")
    assert MONEY.search(said_in(slack, "marketing"))

    slack.workspace.invite("marketing", "gus")
    slack.settle()
    assert not MONEY.search(said_in(slack, "marketing"))
    assert LEFT_OUT in said_in(slack, "marketing")

    slack.workspace.remove("marketing", "gus")
    slack.tick()
    assert MONEY.search(said_in(slack, "marketing"))
    assert LEFT_OUT not in said_in(slack, "marketing")


def test_a_member_who_joins_changes_nothing(slack: Slack) -> None:
    post(slack, "agency", "mara")
    slack.workspace.remove("marketing", "carla")
    shortlist(slack, "ines", channel="marketing")
    before = len(slack.workspace.api_calls())

    slack.workspace.invite("marketing", "carla")
    slack.settle()

    assert slack.workspace.api_calls()[before:] == []


def test_a_channel_shared_since_is_noticed_within_the_hour(slack: Slack) -> None:
    post(slack, "marketing", "mara")
    with slack.workspace.store.changing():
        slack.workspace.channel("marketing").is_ext_shared = True

    slack.tick()

    assert not MONEY.search(said_in(slack, "marketing"))


def test_while_slack_does_not_say_who_is_there_nothing_internal_is_shown(slack: Slack) -> None:
    slack.workspace.faults.add("conversations.members", "server_error", times=2)
    post(slack, "marketing", "mara")

    first = slack.workspace.api_calls("chat.postMessage")
    assert not [one for one in first if MONEY.search(str(one.arguments))]
    with slack.reading() as tx:
        assert shortlists.in_channel(tx, "C0MARKETING")[0].has_outsiders is not True


def test_a_shortlist_moved_to_clients_leaves_its_costs_behind(slack: Slack) -> None:
    post(slack, "general", "mara")
    slack.workspace.archive("general")
    slack.settle()
    told = slack.workspace.direct_messages("olivia")[-1]
    slack.press("olivia", told, "shortlist_move")
    clients = slack.workspace.channel("clients").id

    assert not slack.submit("olivia", {"channel": clients})
    assert is_previewed(slack, "olivia")
    assert slack.messages("clients") == []
    assert not slack.submit("olivia")

    assert "@mara" in said_in(slack, "clients")
    assert not MONEY.search(drawn_for(slack, "clients"))


def test_what_outsiders_will_read_is_previewed_and_only_then_posted(slack: Slack) -> None:
    """The preview is drawn as the cards are; another choice is previewed anew."""
    set_scene(slack)
    open_form(slack, "olivia", ["mara"], "clients")
    block = next(
        one["block_id"]
        for one in slack.view("olivia").blocks
        if one["block_id"].startswith("approvers")
    )
    slack.submit("olivia", {block: slack_ids(slack, ["ana"]), "quorum": "1"})
    first = slack.text_of(slack.view("olivia"))
    assert "This is what they will read" in first
    assert not MONEY.search(first.partition("This is what they will read")[2].partition("Brief")[0])
    assert slack.messages("clients") == []
    with slack.reading() as tx:
        assert shortlists.still_open(tx, ()) == []

    slack.submit("olivia", {block: slack_ids(slack, ["ana", "ben"]), "quorum": "2"})
    second = slack.text_of(slack.view("olivia"))
    assert "Waiting for: Ana, Ben" in second
    assert second.count("This is what they will read") == 1
    assert slack.submit("olivia") is None

    card = posted(slack, ["mara"], "clients").card
    drawn = [line for line in slack.text_of(card).splitlines() if "@mara" not in line]
    assert [line for line in drawn if line not in second] == []


def test_how_the_team_votes_is_told_to_the_team_and_not_where_outsiders_read(
    slack: Slack,
) -> None:
    set_scene(slack)
    made = shortlist(slack, "mara", "ines", channel="clients", approvers=("ana", "ben"), quorum=2)
    slack.press("ana", made.cards["mara"], "card_approve")
    slack.press("ben", made.cards["mara"], "card_reject")
    for who in ("ana", "ben"):
        slack.press(who, made.cards["ines"], "card_approve")

    drawn = drawn_for(slack, "clients").replace("*", "")
    for internal in ("Approve: ", "Reject: ", "by Ana", "1 reject", "Split", "split"):
        assert internal not in drawn, internal
    assert "✅ Approved" in slack.text_of(made.cards["ines"])
    assert "Olivia decides" in slack.text_of(made.cards["mara"])
    told = slack.text_of(slack.press("ana", made.cards["mara"], "card_why"))
    assert "Approve: Ana · Reject: Ben" in told
    assert "Only you read this" in told
    slack.press("sam", made.cards["mara"], "card_why")
    assert slack.workspace.view("sam") is None


def test_who_is_added_where_outsiders_read_is_previewed_too(slack: Slack) -> None:
    made = post(slack, "clients", "mara")
    open_form(slack, "olivia", ["ines"], "clients")
    with slack.reading() as tx:
        number = str(shortlists.still_open(tx, ())[0].id)
    assert slack.submit("olivia", {"add_to": number}) is None
    assert is_previewed(slack, "olivia")
    assert "@ines" not in said_in(slack, "clients")
    assert slack.submit("olivia") is None
    assert "@ines" in said_in(slack, "clients")
    assert "@mara" in slack.text_of(made["mara"])


def test_a_draft_is_previewed_where_outsiders_read_it(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    assert add_draft(slack, number, channel=slack.workspace.channel("clients").id) == {}
    assert slack.messages("clients") == []
    slack.press("ana", slack.command("ana", "partners"), f"draft_new:{number}")
    clients = slack.workspace.channel("clients").id
    values = {"link": LINK, "channel": clients, "approvers": slack_ids(slack, ["ben"])}
    for _ in range(2):
        assert slack.submit("ana", values) is None
    (card,) = slack.messages("clients")
    assert "Draft 1 of @anna" in slack.text_of(card)


@pytest.mark.parametrize(("channel", "told"), [("marketing", True), ("clients", False)])
def test_a_list_posted_where_outsiders_read_does_not_say_what_it_may_cost(
    slack: Slack, channel: str, told: bool
) -> None:
    set_scene(slack)
    answer = slack.command("ana", "find skincare under €500", channel=channel)
    slack.press("ana", answer, "find_post")

    said = said_in(slack, channel)
    assert "Ana searched for Skincare" in said
    assert bool(MONEY.search(said)) is told
