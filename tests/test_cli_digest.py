"""`influencer-bot digest --dry-run`, beside a running server."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from storage import digests
from tests import command_line
from tests.digests import next_monday, spring, start_weekly
from tests.slack import Slack


def run(slack: Slack, folder: Path, *arguments: str) -> Result:
    """Run the command on the workspace's own database, on real time."""
    url = slack.bot.settings.database_url
    return command_line.run("digest", *arguments, database_url=url, folder=folder)


def test_a_dry_run_says_what_the_channel_would_read_and_posts_nothing(
    slack: Slack, tmp_path: Path
) -> None:
    spring(slack)
    start_weekly(slack)
    day = next_monday(slack).isoformat()

    printed = run(slack, tmp_path, "--dry-run", "--schedule", "1", "--at", day)

    assert printed.exit_code == 0, printed.output
    assert "Reach: 4,000; week before: 10,000; change: −6,000 (−60 %)" in printed.output
    assert "Cost per engagement (CPE): €0.67" in printed.output
    assert "only full members were in the channel: with costs." in printed.output
    slack.settle()
    assert slack.messages() == []


def test_json_holds_every_part_and_equals_what_is_said(slack: Slack, tmp_path: Path) -> None:
    spring(slack)
    day = next_monday(slack).isoformat()

    printed = run(slack, tmp_path, "--dry-run", "--json", "--at", day)

    said = json.loads(printed.stdout)
    assert said["dry_run"] is True
    assert said["outsiders"] is False
    assert said["readers"] == "Written for full members only: with costs."
    assert said["decisions"][0] == "Spring Glow: @erin waits for Ben"
    reach = next(row for row in said["figures"] if row["name"] == "Reach")
    assert (reach["this_week"], reach["week_before"]) == ("4,000", "10,000")
    assert [value for _, value in said["charts"][0]["points"]] == [450, 220]


@pytest.mark.parametrize(
    ("has_outsiders", "sentence"),
    [
        (None, "Slack was not asked yet who is in the channel."),
        (True, "When Slack was last asked, outsiders were in the channel: without costs."),
    ],
)
def test_a_channel_with_outsiders_or_never_asked_about_gets_no_costs_and_it_says_why(
    slack: Slack, tmp_path: Path, has_outsiders: bool | None, sentence: str
) -> None:
    spring(slack)
    start_weekly(slack)
    with slack.writing() as tx:
        (schedule,) = digests.confirmed(tx)
        schedule.has_outsiders = has_outsiders
        tx.session.add(schedule)
    day = next_monday(slack).isoformat()

    printed = run(slack, tmp_path, "--dry-run", "--schedule", "1", "--at", day)

    assert "€" not in printed.output
    assert sentence in printed.output


def test_without_dry_run_or_with_a_wrong_number_a_sentence_says_what_to_do(
    slack: Slack, tmp_path: Path
) -> None:
    assert "only --dry-run" in run(slack, tmp_path).output
    wrong = run(slack, tmp_path, "--dry-run", "--schedule", "99")
    assert "No digest 99 is set up. There are: none." in wrong.output
    assert wrong.exit_code != 0
