"""Shortlists from the modal to the last decision, as people see them."""

from domain.creator import Platform, ProfileSnapshot
from domain.niche import default_vocabulary
from domain.votes import Vote
from handlers import voting
from storage import briefs, cards, index, people, profile_store, shortlists
from tests.shortlisting import (
    CHECK,
    CROSS,
    add_brief,
    add_creators,
    delete,
    fill_in,
    open_form,
    posted,
    shortlist,
)
from tests.slack import Slack


def test_a_shortlist_is_one_summary_and_a_card_a_creator_in_its_thread(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana", "ben"), quorum=2)

    text = slack.text_of(made.summary)
    assert "Shortlist · Spring Glow" in text
    assert "2 approvals needed" in text
    assert "@mara" in text
    assert "@noor" in text
    assert [one.text for one in slack.messages()].count(made.summary.text) == 1
    assert len(slack.replies(made.summary)) == 2
    card = slack.text_of(made.card)
    assert "12.3k followers" in card
    assert "4.2 % engagement by followers" in card
    assert "Fit" in card
    assert "Approve @mara" in card
    assert slack.problems == []


def test_creators_can_be_left_out_before_a_shortlist_is_posted(slack: Slack) -> None:
    add_creators(slack, "mara", "noor", "otis")
    add_brief(slack)
    open_form(slack, "olivia", ["otis", "mara", "noor"])
    form = next(one for one in slack.view("olivia").blocks if one["block_id"] == "creators")
    offered = {one["text"]["text"]: one["value"] for one in form["element"]["options"]}
    assert list(offered) == ["@otis", "@mara", "@noor"]
    assert form["element"]["initial_options"] == form["element"]["options"]

    wanted = [offered["@noor"], offered["@otis"]]
    assert fill_in(slack, "olivia", creators=wanted) is None

    made = posted(slack, ["otis", "noor"])
    assert len(slack.replies(made.summary)) == 2
    assert "@mara" not in slack.text_of(made.summary)


def test_the_approvers_are_mentioned_once_and_named_afterwards(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana", "ben"))
    ana = slack.workspace.user("ana").id
    first = slack.workspace.api_calls("chat.postMessage")
    assert sum(f"<@{ana}>" in str(call.arguments) for call in first) == 1

    slack.react("ana", CHECK, made.card)

    assert f"<@{ana}>" not in made.summary.text
    assert "Olivia asks Ana and Ben" in slack.text_of(made.summary)


def test_cards_are_seeded_with_the_three_reactions_behind_the_posts(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor")

    for card in made.cards.values():
        assert list(card.reactions) == [CHECK, "thinking_face", CROSS]
    methods = [
        call.method
        for call in slack.workspace.api_calls()
        if call.method in ("chat.postMessage", "reactions.add")
    ]
    assert methods.index("reactions.add") > 1


def test_without_the_scope_for_reactions_cards_work_all_the_same(slack: Slack) -> None:
    slack.workspace.faults.add("reactions.add", "error", error="missing_scope", times=3)
    made = shortlist(slack, approvers=("ana",))

    slack.react("ana", CHECK, made.card)

    assert "Approved by Ana" in slack.text_of(made.card)


def test_cards_go_into_the_channel_itself_where_the_asker_prefers(slack: Slack) -> None:
    made = shortlist(slack, "mara", layout="channel")

    assert slack.replies(made.summary) == []
    assert made.card in slack.messages()


def test_the_form_begins_with_this_channel_one_approval_and_the_last_approvers(
    slack: Slack,
) -> None:
    shortlist(slack, "mara", approvers=("ben", "carla"))
    add_creators(slack, "noor")
    open_form(slack, "ana", ["noor"])

    blocks = {one["block_id"].partition(":")[0]: one for one in slack.view("ana").blocks}

    wanted = {slack.workspace.user(name).id for name in ("ben", "carla")}
    assert set(blocks["approvers"]["element"]["initial_users"]) == wanted
    assert blocks["quorum"]["element"]["initial_value"] == "1"
    channel = slack.workspace.channel("marketing").id
    assert blocks["channel"]["element"]["initial_conversation"] == channel


def test_choosing_another_brief_fills_in_its_last_approvers(slack: Slack) -> None:
    shortlist(slack, "mara", approvers=("ben",))
    winter = add_brief(slack, "Winter Calm")
    add_creators(slack, "noor")
    open_form(slack, "ana", ["noor"])
    with slack.reading() as tx:
        spring = next(n for n, name in briefs.names(tx).items() if n != winter)

    slack.press("ana", slack.view("ana"), "shortlist_brief", value=str(spring))

    blocks = {one["block_id"].partition(":")[0]: one for one in slack.view("ana").blocks}
    assert blocks["approvers"]["element"]["initial_users"] == [slack.workspace.user("ben").id]


def test_a_quorum_above_the_number_of_approvers_is_an_error_under_it(slack: Slack) -> None:
    add_creators(slack, "mara")
    add_brief(slack)
    open_form(slack, "olivia", ["mara"])

    errors = fill_in(slack, "olivia", approvers=("ana", "ben"), quorum="3")

    assert errors == {"quorum": "3 votes can't come from 2 approvers."}
    assert fill_in(slack, "olivia", approvers=("ana", "ben"), quorum="2") is None


def test_a_quorum_that_is_no_number_is_an_error_under_it(slack: Slack) -> None:
    add_creators(slack, "mara")
    add_brief(slack)
    for typed in ("1e999", "-5", "٣", "1.5"):
        open_form(slack, "olivia", ["mara"])
        block = next(
            one["block_id"]
            for one in slack.view("olivia").blocks
            if one["block_id"].startswith("approvers")
        )
        values = {block: [slack.workspace.user("ana").id], "quorum": typed}
        errors = slack.workspace.submit("olivia", values, unchecked=True)
        assert errors == {"quorum": "Please type a whole number, for example 1."}
    assert len(slack.messages()) == 0


def test_a_channel_without_the_bot_is_an_error_with_the_invite_line(slack: Slack) -> None:
    slack.workspace.add_channel("secret-plans", ("ana",), with_bot=False)
    add_creators(slack, "mara")
    add_brief(slack)
    open_form(slack, "olivia", ["mara"])
    channel = slack.workspace.channel("secret-plans").id

    errors = fill_in(slack, "olivia", channel=channel)

    assert errors is not None
    assert "/invite @" in errors["channel"]
    slack.workspace.invite("secret-plans")
    assert fill_in(slack, "olivia", channel=channel) is None
    assert "Shortlist for Spring Glow" in slack.messages("secret-plans")[0].text


def test_guests_and_bots_can_not_be_approvers(slack: Slack) -> None:
    add_creators(slack, "mara")
    add_brief(slack)
    open_form(slack, "olivia", ["mara"])

    assert fill_in(slack, "olivia", approvers=("gus", "robo")) == {
        "approvers": "Gus and Robo are not full members of this workspace and can’t approve."
    }


def test_somebody_unknown_so_far_is_looked_up_before_they_may_approve(slack: Slack) -> None:
    slack.workspace.add_user("gina", role="guest")
    add_creators(slack, "mara")
    add_brief(slack)
    open_form(slack, "olivia", ["mara"])

    errors = fill_in(slack, "olivia", approvers=("gina",))

    assert errors is not None
    assert "not a full member" in errors["approvers"]


def test_guests_can_not_shortlist(slack: Slack) -> None:
    add_creators(slack, "mara")
    add_brief(slack)

    answer = slack.command("gus", "shortlist add @mara")

    assert "Guests can't use this" in slack.text_of(answer)
    assert slack.workspace.view("gus") is None


def test_without_a_brief_the_form_leads_to_one(slack: Slack) -> None:
    add_creators(slack, "mara")
    open_form(slack, "olivia", ["mara"])

    assert "there is none yet" in slack.text_of(slack.view("olivia"))
    opened = slack.press("olivia", slack.view("olivia"), "brief_new")
    assert opened is not None
    assert opened.callback_id == "brief_form"


def test_a_creator_on_this_briefs_shortlists_is_not_posted_again(slack: Slack) -> None:
    made = shortlist(slack, "mara", approvers=("ana",))
    slack.react("ana", CROSS, made.card)
    slack.press("ana", made.card, "card_why")
    slack.submit("ana", {"category": "audience", "reason": "fake comments"})
    add_creators(slack, "noor")

    open_form(slack, "carla", ["mara", "noor"])
    assert fill_in(slack, "carla", approvers=("ana",)) is None

    shown = slack.text_of(slack.view("carla"))
    assert "1 card posted" in shown
    assert "@mara" in shown
    assert "rejected by Ana on" in shown
    assert "fake comments" in shown
    again = posted(slack, ["noor"])
    assert [one.text for one in slack.replies(again.summary) if "@mara" in one.text] == []


def test_another_brief_may_shortlist_the_same_creator_and_sees_what_was_decided(
    slack: Slack,
) -> None:
    made = shortlist(slack, "mara", approvers=("ana",))
    slack.react("ana", CROSS, made.card)
    slack.press("ana", made.card, "card_why")
    slack.submit("ana", {"category": "too dear", "reason": ""})
    winter = add_brief(slack, "Winter Calm")

    open_form(slack, "olivia", ["mara"])
    slack.press("olivia", slack.view("olivia"), "shortlist_brief", value=str(winter))
    assert fill_in(slack, "olivia") is None

    card = posted(slack, ["mara"]).card
    assert "Earlier: rejected in" in slack.text_of(card)
    assert "for Spring Glow: too dear" in slack.text_of(card)


def test_creators_can_be_added_to_an_open_shortlist(slack: Slack) -> None:
    made = shortlist(slack, "mara", approvers=("ana", "ben"))
    add_creators(slack, "noor")
    open_form(slack, "carla", ["mara", "noor"])
    with slack.reading() as tx:
        (known,) = shortlists.still_open(tx)

    slack.press("carla", slack.view("carla"), "shortlist_add_to", value=str(known.id))
    assert [one["block_id"] for one in slack.view("carla").blocks if one["type"] == "input"] == [
        "creators",
        "add_to",
    ]
    assert slack.submit("carla") is None

    assert len(slack.replies(made.summary)) == 2
    assert "@noor" in slack.text_of(made.summary)
    assert "@mara" in slack.text_of(slack.view("carla"))


def test_a_card_can_be_withdrawn_by_the_asker_and_by_nobody_else(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", asker="carla", approvers=("ana", "ben"), quorum=2)

    slack.press("ben", made.cards["mara"], "card_withdraw")
    assert "Whoever asked for this shortlist" in slack.private("ben")[-1]
    slack.press("carla", made.cards["mara"], "card_withdraw")

    assert "Withdrawn" in slack.text_of(made.cards["mara"])
    assert "➖ @mara · withdrawn" in slack.text_of(made.summary)
    slack.react("ana", CHECK, made.cards["mara"])
    assert "Withdrawn" in slack.text_of(made.cards["mara"])


def test_who_was_withdrawn_can_be_put_back_on_the_same_shortlist(slack: Slack) -> None:
    """The card opens again in its place; what was said before counts when given anew."""
    made = shortlist(slack, "mara", "noor", approvers=("ana", "ben"), quorum=2)
    slack.react("ana", CHECK, made.cards["mara"])
    slack.press("olivia", made.cards["mara"], "card_withdraw")
    with slack.reading() as tx:
        (known,) = shortlists.still_open(tx)

    for _ in range(2):
        open_form(slack, "carla", ["mara"])
        slack.press("carla", slack.view("carla"), "shortlist_add_to", value=str(known.id))
        assert slack.submit("carla") is None

    assert "open since" in slack.text_of(slack.view("carla"))
    assert "⏳ @mara · open: no votes yet" in slack.text_of(made.summary)
    shown = slack.text_of(made.cards["mara"])
    assert "Earlier votes, to be given anew: Ana (approve)" in shown
    assert len(slack.replies(made.summary)) == 2
    slack.press("ana", made.cards["mara"], "card_approve")
    slack.react("ben", CHECK, made.cards["mara"])
    assert "Approved by Ana and Ben" in slack.text_of(made.cards["mara"])


def test_withdrawing_the_last_open_card_closes_the_shortlist(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana",))
    slack.react("ana", CHECK, made.cards["mara"])
    assert len(slack.replies(made.summary)) == 2

    slack.press("olivia", made.cards["noor"], "card_withdraw")

    assert "The shortlist for Spring Glow is decided" in slack.replies(made.summary)[-1].text


def test_a_shortlist_can_be_cancelled_and_what_is_decided_stays(slack: Slack) -> None:
    made = shortlist(slack, "mara", "noor", approvers=("ana",))
    slack.react("ana", CHECK, made.cards["mara"])

    slack.press("olivia", made.summary, "shortlist_cancel")

    assert "Cancelled" in slack.text_of(made.summary)
    assert "Approved by Ana" in slack.text_of(made.cards["mara"])
    assert "the shortlist was cancelled" in slack.text_of(made.cards["noor"])
    assert len(slack.replies(made.summary)) == 2


def test_a_shortlist_from_which_all_were_withdrawn_says_that_nobody_is_left(slack: Slack) -> None:
    made = shortlist(slack, "mara", approvers=("ana",))

    slack.press("olivia", made.card, "card_withdraw")

    assert "Nobody is left on this shortlist" in slack.text_of(made.summary)
    assert "Nobody is left" in slack.text_of(slack.command("ana", "shortlist"))


def test_other_approvers_count_at_once_with_what_they_said_before(slack: Slack) -> None:
    made = shortlist(slack, asker="carla", approvers=("ana", "ben"), quorum=2)
    slack.react("olivia", CHECK, made.card)
    slack.react("ana", CHECK, made.card)
    assert "Open" in slack.text_of(made.card)

    slack.press("carla", made.summary, "shortlist_terms")
    ids = [slack.workspace.user(name).id for name in ("ana", "olivia")]
    assert slack.submit("carla", {"approvers": ids, "quorum": "3"}) == {
        "quorum": "3 votes can't come from 2 approvers."
    }
    assert slack.submit("carla", {"quorum": "2"}) is None

    assert "Approved by" in slack.text_of(made.card)
    assert "Olivia" in slack.text_of(made.card)


def test_where_each_shortlist_stands_is_one_command(slack: Slack) -> None:
    assert "No shortlist yet" in slack.text_of(slack.command("ana", "shortlist"))
    made = shortlist(slack, "mara", "noor", approvers=("ana",))
    slack.react("ana", CHECK, made.cards["mara"])

    text = slack.text_of(slack.command("carla", "shortlist"))

    assert "Waiting for a decision" in text
    assert "1 of 2 decided: 1 approved" in text
    assert "open: @noor" in text
    assert "waiting for Ana" in text
    slack.react("ana", CROSS, made.cards["noor"])
    assert "Closed lately" in slack.text_of(slack.command("carla", "shortlist"))


def test_a_brief_that_changed_is_said_on_cards_that_are_drawn_since(slack: Slack) -> None:
    made = shortlist(slack, approvers=("ana", "ben"), quorum=2)
    fit = slack.text_of(made.card).partition("Fit ")[2][:3]
    with slack.writing() as tx:
        (brief,) = briefs.visible(tx)
        brief.version += 1
        tx.session.add(brief)

    slack.react("ana", CHECK, made.card)

    text = slack.text_of(made.card)
    assert "The brief has changed since this card was posted" in text
    assert text.partition("Fit ")[2][:3] == fit


def test_hostile_names_break_no_card_and_ping_nobody(slack: Slack) -> None:
    with slack.writing() as tx:
        name = "<!channel> *bold* <https://evil.example|your bank> &amp; \u202eevil " + "x" * 400
        snapshot = ProfileSnapshot(
            platform=Platform.TIKTOK, handle="mallory", display_name=name, source="test"
        )
        profile_store.store(tx, [snapshot], default_vocabulary(), index.pools(tx))
    add_brief(slack)
    open_form(slack, "olivia", ["mallory"])
    assert fill_in(slack, "olivia") is None

    (summary,) = slack.messages()
    (card,) = slack.replies(summary)
    assert "&lt;!channel&gt;" in card.text
    assert "<!channel>" not in str(card.blocks)
    assert "<https://evil" not in str(card.blocks)


def test_a_deleted_card_is_told_once_and_can_be_posted_again_with_its_votes(slack: Slack) -> None:
    made = shortlist(slack, "mara", approvers=("ana", "ben", "carla"), quorum=3)
    slack.react("ana", CHECK, made.card)
    delete(slack, made.card)
    with slack.writing() as tx:
        ben = people.get(tx, slack.workspace.user("ben").id)
        act = voting.Act(kind="press", what=Vote.APPROVE, at=1)
        voting.cast(tx, cards.undecided(tx)[0], ben, act)
    slack.settle()

    told = [text for text in slack.private("olivia") if "was deleted" in text]
    assert len(told) == 1
    message = slack.workspace.direct_messages("olivia")[-1]
    slack.press("olivia", message, "card_repost")

    card = posted(slack, ["mara"]).card
    assert card.ts != made.card.ts
    slack.react("carla", CHECK, card)
    assert "Approved by" in slack.text_of(card)


def test_a_vanished_channel_is_told_to_the_asker_once_and_the_list_moves_elsewhere(
    slack: Slack,
) -> None:
    slack.workspace.add_channel("launch", ("ana", "ben"))
    made = shortlist(slack, "mara", "noor", approvers=("ana",), channel="launch")
    slack.workspace.archive("launch")
    slack.press("ana", made.cards["mara"], "card_maybe")
    slack.press("ana", made.cards["noor"], "card_maybe")

    told = [text for text in slack.private("olivia") if "I can no longer post" in text]
    assert len(told) == 1
    slack.press("olivia", slack.workspace.direct_messages("olivia")[-1], "shortlist_move")
    marketing = slack.workspace.channel("marketing").id
    assert slack.submit("olivia", {"channel": marketing}) is None

    again = posted(slack, ["mara", "noor"])
    assert "Maybe: Ana" in slack.text_of(again.card)
    slack.react("ana", CHECK, again.card)
    assert "Approved by Ana" in slack.text_of(again.card)


def test_a_shortlist_sent_twice_is_posted_once(slack: Slack) -> None:
    made = shortlist(slack, "mara")
    before = [one.ts for one in slack.messages()]

    slack.redeliver_last("submission")

    assert [one.ts for one in slack.messages()] == before
    assert len(slack.replies(made.summary)) == 1


def test_a_colleagues_name_is_said_and_the_creator_offered(slack: Slack) -> None:
    """Slack puts a colleague in a creator's place: the same question as `show` asks."""
    add_creators(slack, "ana", "noor")
    add_brief(slack)

    answer = slack.command("olivia", "shortlist add @noor @ana")

    assert "That is Ana from your team; did you mean" in slack.text_of(answer)
    opened = slack.press("olivia", answer, "shortlist:choice:0")
    assert opened is not None
    text = slack.text_of(opened)
    assert "@noor" in text and "@ana" in text


def test_shortlists_that_are_not_listed_are_counted(slack: Slack) -> None:
    shortlist(slack, approvers=("ana",))
    with slack.writing() as tx:
        (known,) = shortlists.still_open(tx)
        for _ in range(24):
            copy = known.model_dump(exclude={"id"})
            tx.session.add(type(known)(**copy))

    answer = slack.command("olivia", "shortlist")

    assert "… and 5 more, made earlier" in slack.text_of(answer)
    assert "Add to one" in slack.text_of(answer)
