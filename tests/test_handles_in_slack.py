"""How people name creators in Slack: with and without @, links, and what Slack makes of them."""

import pytest

from domain.creator import Platform, ProfileSnapshot
from tests.test_show import anna, newest, store


@pytest.mark.parametrize(
    "typed",
    [
        "anna_example",
        "@anna_example",
        "instagram:anna_example",
        "ig:@ANNA_example",
        "https://www.instagram.com/anna_example/",
        "instagram.com/anna_example",
    ],
)
def test_a_creator_is_found_however_the_handle_is_typed(slack, typed):
    store(slack, anna())

    assert "Anna Example" in slack.text_of(slack.command("ana", f"show {typed}"))


def test_a_handle_on_two_platforms_asks_which(slack):
    store(slack, anna(), anna(Platform.TIKTOK, display_name="Anna of TikTok"))
    answer = slack.command("ana", "show anna_example")

    assert "is on several platforms" in slack.text_of(answer)
    buttons = [one for one in slack.actions(answer) if one.startswith("show:")]
    assert len(buttons) == 2
    slack.press("ana", answer, buttons[1])
    assert "Anna" in slack.text_of(newest(slack, "ana"))


def test_a_colleagues_name_is_told_from_a_creators(slack):
    ben = slack.workspace.user("ben")
    store(slack, ProfileSnapshot(platform=Platform.INSTAGRAM, handle=ben.name))
    answer = slack.command("ana", f"show @{ben.name}")

    text = slack.text_of(answer)
    assert "from your team; did you mean the creator" in text
    assert [one for one in slack.actions(answer) if one.startswith("show:")]


def test_a_colleague_who_is_no_creator_is_named_as_such(slack):
    text = slack.text_of(slack.command("ana", "show @ben"))

    assert "from your team" in text
    assert "type the handle without @" in text


def test_a_channels_name_is_read_back_as_what_was_typed(slack):
    slack.workspace.add_channel("skincare")
    store(slack, anna().model_copy(update={"handle": "skincare", "display_name": "Skin Care"}))

    assert "Skin Care" in slack.text_of(slack.command("ana", "show #skincare"))


def test_an_unknown_handle_offers_whoever_comes_near(slack):
    store(slack, anna())
    answer = slack.command("ana", "show anna example")

    assert "Did you mean one of these?" in slack.text_of(answer)
    slack.press("ana", answer, "show")
    assert "Anna Example" in slack.text_of(newest(slack, "ana"))


def test_a_handle_nobody_has_gets_a_sentence(slack):
    text = slack.text_of(slack.command("ana", "show zzz_nobody"))

    assert "I don't know a creator “zzz_nobody”" in text


@pytest.mark.parametrize(
    "link", ["https://example.com/x", "https://www.instagram.com/p/Cabc123/", "example.com/x"]
)
def test_a_link_to_no_profile_is_not_taken_for_a_handle(slack, link):
    text = slack.text_of(slack.command("ana", f"show {link}"))

    assert "is no link to a profile that I can read" in text
    assert "find http" not in text


def test_a_platform_without_a_handle_asks_whom(slack):
    text = slack.text_of(slack.command("ana", "show instagram:"))

    assert "Whom on instagram?" in text
    assert "instagram:anna" in text
