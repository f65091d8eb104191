"""The bot answers, whatever happens around it."""

import pytest

from tests.slack import Slack


def test_help_is_answered_in_the_acknowledgement(slack: Slack) -> None:
    calls_before = len(slack.workspace.api_calls())

    answer = slack.command("ana", "help")

    assert "/influencer find skincare micro" in slack.text_of(answer)
    assert answer.ephemeral_to
    assert calls_before == len(slack.workspace.api_calls())


@pytest.mark.parametrize(("typed", "meant"), [("hepl", "help"), ("FNID skincare", "find")])
def test_a_typo_gets_the_help_with_a_suggestion(slack: Slack, typed: str, meant: str) -> None:
    answer = slack.text_of(slack.command("ana", typed))

    assert f"Did you mean /influencer {meant}?" in answer


def test_nothing_typed_gets_the_help(slack: Slack) -> None:
    assert "/influencer find skincare micro" in slack.text_of(slack.command("ana", ""))


@pytest.mark.parametrize(
    "typed",
    ["x" * 10_000, "🤷 مرحبا", "<!channel> *hi* `there`", "\u202eevil", "1e999", "-5k", '"“‘'],
)
def test_garbage_gets_a_clear_answer_and_pings_nobody(slack: Slack, typed: str) -> None:
    answer = slack.command("ana", typed)

    assert "I don't know" in slack.text_of(answer)
    assert "<!channel>" not in answer.text + str(answer.blocks)
