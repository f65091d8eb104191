"""A draft is reviewed with the same card and votes, its disclosure checked, version by version."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from domain.draft_review import (
    NotADraft,
    read_link,
    stage_after_approval,
    stage_after_reopening,
    stage_in_review,
)
from domain.partnership import BEFORE_LIVE, PIPELINE, Stage
from domain.stage_plan import NEVER_SKIPPED, StagePlan
from playground.records import Message
from storage import approvals, audit, brands, decisions, drafts, shortlists
from storage.models import Card, Draft, Partnership, Shortlist
from tests.partnering import rows
from tests.shortlisting import CHECK, CROSS, behind_the_bots_back, slack_ids
from tests.slack import Slack
from tests.test_partner_board import begin, board

LINK = "https://drive.example/reel-2"


def add_draft(slack: Slack, number: int, who: str = "ana", **values: Any) -> dict[str, str]:
    """Press *Draft* on the board and send the form off; gives errors by field."""
    shown = slack.command(who, "partners")
    slack.press(who, shown, f"draft_new:{number}")
    given_values = {
        "link": LINK,
        "channel": slack.workspace.channel("marketing").id,
        "approvers": slack_ids(slack, ["ben"]),
        **values,
    }
    errors = slack.submit(who, given_values) or {}
    slack.workspace.close_view(who, everything=True)
    return errors


def the_card(slack: Slack, version: int = 1) -> Message:
    return next(one for one in slack.messages() if one.text.startswith(f"Draft {version} of"))


def stage_of(slack: Slack, number: int) -> Stage:
    with slack.reading() as tx:
        row = approvals.get(tx, number)
        assert row is not None
        return Stage(row.stage)


def test_an_approved_draft_moves_the_partnership_to_content_due(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)

    assert add_draft(slack, number, caption="#ad My new routine") == {}
    card = the_card(slack)
    text = slack.text_of(card)
    assert "Draft 1 of @anna · Spring Glow" in text
    assert "#ad My new routine" in text
    assert "Disclosure: ✅" in text
    assert stage_of(slack, number) == Stage.DRAFT
    slack.react("ben", CHECK, card)
    slack.redeliver_last("event")

    assert "Approved by Ben" in slack.text_of(card)
    assert stage_of(slack, number) == Stage.DUE
    (said,) = slack.replies(card)
    assert "Draft 1 of @anna: ✅ Approved by Ben" in said.text
    assert "The partnership is now: content due." in said.text


def test_a_rejected_draft_asks_its_owner_for_the_next_version(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    card = the_card(slack)
    slack.press("ben", card, "card_reject")

    (said,) = slack.replies(card)
    ana = slack.workspace.user("ana").id
    assert f"<@{ana}>, please ask @anna for version 2." in said.text
    assert "next: ask for version 2 of the draft" in slack.text_of(slack.command("ana", "partners"))
    assert stage_of(slack, number) == Stage.DRAFT
    slack.press("ana", said, "draft_new")
    form = slack.view("ana")
    assert "Version 2 of @anna" in slack.text_of(form)
    assert slack.submit("ana", {"link": f"{LINK}b"}) is None

    assert "Open · 1 approval needed" in slack.text_of(the_card(slack, version=2))
    with slack.reading() as tx:
        assert [one.version for one in drafts.of_partnership(tx, number)] == [1, 2]


def test_channel_and_approvers_of_the_last_version_are_filled_in(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number, channel=slack.workspace.channel("general").id)
    slack.press("ana", slack.command("ana", "partners"), f"draft_new:{number}")

    assert slack.submit("ana", {"link": LINK}) is None

    card = next(one for one in slack.messages("general") if one.text.startswith("Draft 2"))
    assert "Waiting for: Ben" in slack.text_of(card)


def test_a_version_that_comes_while_another_is_open_takes_its_place(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    add_draft(slack, number, link=f"{LINK}b")

    assert "Withdrawn" in slack.text_of(the_card(slack, 1))
    slack.react("ben", CROSS, the_card(slack, 1))
    slack.react("ben", CHECK, the_card(slack, 2))
    assert stage_of(slack, number) == Stage.DUE
    with slack.reading() as tx:
        states = [card.state for _, card in drafts.with_cards(tx, number)]
    assert states == ["withdrawn", "approved"]


def test_two_people_who_add_a_version_at_once_are_told(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    slack.press("carla", slack.command("carla", "partners"), f"draft_new:{number}")
    add_draft(slack, number)

    errors = slack.submit(
        "carla",
        {"link": LINK, "channel": slack.workspace.channel("marketing").id,
         "approvers": slack_ids(slack, ["ben"])},
    )  # fmt: skip

    assert errors is not None
    assert "added a version meanwhile" in errors["link"]
    assert len(rows(slack, Draft)) == 1
    assert "Open" in slack.text_of(the_card(slack))


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("Thanks @acme for the cream!", "⚠️"),
        ("My routine\n\n\n\n#ad", "⚠️"),
        ("", "No caption was given"),
    ],
)
def test_a_caption_that_does_not_disclose_is_warned_of_with_the_reason(
    slack: Slack, caption: str, said: str
) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number, caption=caption)

    assert f"Disclosure: {said}" in slack.text_of(the_card(slack))
    assert asked(the_card(slack), "card_approve") is bool(caption)
    slack.react("ben", CHECK, the_card(slack))
    warned = "does not disclose advertising yet" in slack.replies(the_card(slack))[0].text
    assert warned is bool(caption)
    listing = slack.command("ana", "partners")
    assert ("before it goes live" in slack.text_of(listing)) is bool(caption)
    assert asked(listing, "partner_move") is bool(caption)


def asked(message: Message, action_id: str) -> bool:
    """Whether Slack asks before this is done."""
    elements = [each for block in message.blocks for each in block.get("elements", ())]
    (found,) = [one for one in elements if one.get("action_id", "").startswith(action_id)]
    return "confirm" in found


def test_a_file_comes_into_the_thread_of_the_card(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    file_id = slack.workspace.upload("ana", "reel.mp4", b"moving pictures")

    assert add_draft(slack, number, link="", file=[file_id]) == {}

    card = the_card(slack)
    assert "File in the thread: reel.mp4" in slack.text_of(card)
    (shown,) = slack.replies(card)
    assert slack.workspace.store.files[shown.files[0]].content == b"moving pictures"


def test_a_file_that_slack_lost_is_told_to_whoever_added_it(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    file_id = slack.workspace.upload("ana", "reel.mp4", b"moving pictures")
    slack.workspace.faults.add("files.info", "error", error="file_not_found")

    add_draft(slack, number, link="", file=[file_id])

    assert "Please drop it into that thread yourself" in slack.private("ana")[-1]
    assert slack.replies(the_card(slack)) == []


@pytest.mark.parametrize(
    ("values", "field", "word"),
    [
        ({"link": ""}, "link", "a link or a file"),
        ({"link": "javascript:alert(1)"}, "link", "not a link"),
        ({"link": "see drive"}, "link", "not a link"),
        ({"quorum": "3"}, "quorum", "can't come from"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(
    slack: Slack, values: dict[str, Any], field: str, word: str
) -> None:
    number = begin(slack, Stage.AGREED)

    errors = add_draft(slack, number, **values)

    assert word in errors[field]
    assert rows(slack, Draft) == []


def test_guests_do_not_approve_drafts(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)

    errors = add_draft(slack, number, approvers=slack_ids(slack, ["gus"]))

    assert "Gus is not a full member" in errors["approvers"]


def test_a_vote_on_a_draft_given_while_the_bot_was_away_counts(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    behind_the_bots_back(slack, "ben", CHECK, the_card(slack), on=True)

    slack.tick()

    assert stage_of(slack, number) == Stage.DUE


def test_reopening_a_draft_takes_the_partnership_back_to_the_review(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    card = the_card(slack)
    slack.react("ben", CHECK, card)
    slack.press("ben", card, "card_reopen")
    assert slack.submit("ben", {"reason": "the logo is missing"}) is None

    assert stage_of(slack, number) == Stage.DRAFT
    assert "Reopened by Ben: the logo is missing" in slack.text_of(card)
    (said,) = slack.replies(card)
    assert "was reopened and is to be decided" in said.text
    assert slack.actions(said) == []
    slack.press("ben", card, "card_approve")
    assert stage_of(slack, number) == Stage.DUE


def test_stages_that_a_brand_skips_are_passed_over(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    with slack.writing() as tx:
        acme = brands.named(tx, "Acme")
        assert acme is not None
        brands.plan_stages(tx, acme, StagePlan(skipped=frozenset({Stage.DRAFT, Stage.DUE})))
    add_draft(slack, number)
    assert stage_of(slack, number) == Stage.AGREED

    slack.react("ben", CHECK, the_card(slack))

    assert stage_of(slack, number) == Stage.AGREED


def test_a_partnership_that_is_over_takes_no_draft(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    slack.press("ana", slack.command("ana", "partners"), f"draft_new:{number}")
    with slack.writing() as tx:
        row = approvals.get(tx, number)
        assert row is not None
        row.stage = Stage.DONE
        tx.session.add(row)

    slack.submit(
        "ana",
        {"link": LINK, "channel": slack.workspace.channel("marketing").id,
         "approvers": slack_ids(slack, ["ben"])},
    )  # fmt: skip

    assert rows(slack, Draft) == []


def test_details_list_the_versions_and_add_one_in_two_clicks(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    slack.react("ben", CROSS, the_card(slack))
    details = slack.press("ana", slack.command("ana", "partners"), f"partner_details:{number}")
    assert details is not None
    text = slack.text_of(details)
    assert "Drafts: version 1 rejected" in text
    assert "draft: version 1 rejected by Ben" in text

    slack.press("ana", details, "draft_new")

    assert "Version 2 of @anna" in slack.text_of(slack.view("ana"))


def test_a_decision_on_a_draft_is_none_on_the_creator(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    slack.react("ben", CROSS, the_card(slack))

    with slack.reading() as tx:
        row = approvals.get(tx, number)
        assert row is not None
        assert decisions.about(tx, [row.creator_id]) == {}
        assert decisions.counted(tx, [row.creator_id]) == {}
        assert shortlists.closed(tx, tx.now.replace(year=2000)) == []
    assert "No shortlist" in slack.text_of(slack.command("ben", "shortlist"))


def test_a_draft_waits_on_home_by_its_name_and_an_approver_who_left_is_flagged(
    slack: Slack,
) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    assert "Spring Glow: draft 1 of @anna" in slack.text_of(slack.open_home("ben"))

    slack.workspace.change_user("ben", deleted=True)
    slack.settle()

    assert any("Ben can’t vote any more" in said for said in slack.private("ana"))


def test_the_record_says_who_put_a_draft_up_and_who_decided(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)
    slack.react("ben", CHECK, the_card(slack))

    with slack.reading() as tx:
        (draft,) = tx.session.exec(select(Draft))
        made = audit.of(tx, "draft", draft.id or 0)
        said = [
            one.after["draft"]
            for one in audit.of(tx, "partnership", number)
            if "draft" in one.after
        ]
        (card,) = tx.session.exec(select(Card).order_by(col(Card.id)))
        voted = [one.action for one in audit.of(tx, "card", card.id or 0)]
        kinds = [one.kind for one in tx.session.exec(select(Shortlist))]
        (row,) = tx.session.exec(select(Partnership))
    assert [one.action for one in made] == ["create"]
    assert said == ["version 1 put before the approvers", "version 1 approved"]
    assert voted == ["vote", "approve"]
    assert kinds == ["draft"]
    assert row.card_id is None


@pytest.mark.parametrize(
    "link", ["https://a.b/c?d=e&f", "http://drive.google.com/x", "", "  https://x.example  "]
)
def test_links_to_the_web_are_taken(link: str) -> None:
    assert read_link(link) == link.strip()


@pytest.mark.parametrize(
    "link", ["ftp://a.b/c", "//a.b", "a.b/c", "https://", "https://a b.c", "https://a.b/<|>", "x"]
)
def test_other_links_are_refused(link: str) -> None:
    with pytest.raises(NotADraft):
        read_link(link)


@given(st.sampled_from(Stage), st.frozensets(st.sampled_from(Stage)))
def test_no_draft_takes_a_partnership_live_or_back_from_there(
    stage: Stage, skipped: frozenset[Stage]
) -> None:
    skipped -= NEVER_SKIPPED
    after = stage_after_approval(stage, skipped)

    assert after == stage or (after in BEFORE_LIVE and after not in skipped)
    assert stage_after_reopening(after, skipped) in (after, Stage.DRAFT)
    assert PIPELINE.index(after) >= PIPELINE.index(stage) if stage in PIPELINE else after == stage
    try:
        reviewed = stage_in_review(stage, skipped)
    except NotADraft:
        assert stage in (Stage.DONE, Stage.DECLINED)
    else:
        assert reviewed in (stage, Stage.DRAFT)
        assert reviewed not in skipped or reviewed == stage


def test_the_board_is_drawn_anew_after_a_draft(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    add_draft(slack, number)

    assert "agreed → draft in review" in slack.text_of(board(slack, "ana"))
