"""What a playground begins with: enough to try everything, and plainly invented."""

from bot import demo, demo_work
from domain.creator import INVENTED
from playground.people import TEAM_ID
from storage.models import Partnership
from tests.partnering import rows
from tests.slack import Slack


def fill(slack: Slack) -> None:
    slack.fill_with_demo_creators()
    demo_work.fill(slack.bot, slack.bot.workspace_of("", TEAM_ID))


def test_the_first_digest_of_a_playground_has_figures_of_two_weeks_to_compare(slack: Slack) -> None:
    fill(slack)

    slack.command("olivia", "digest now")

    posted = slack.messages()[-1]
    digest = "\n".join(map(slack.text_of, (posted, *slack.replies(posted))))
    assert "Extra digest" in digest
    assert "Engagements by week" in digest
    assert "First week on record" not in digest
    assert "2 live" in digest


def test_filling_a_playground_again_adds_nothing(slack: Slack) -> None:
    fill(slack)
    fill(slack)

    assert len(rows(slack, Partnership)) == len(demo_work.STORIES)
    assert "5 partnerships" in slack.text_of(slack.command("ana", "partners"))


def test_all_that_is_invented_says_so(slack: Slack) -> None:
    today = slack.bot.services.database.now().date()
    for profile in demo.demo_profiles(today):
        assert demo.SAID_IN_BIO in (profile.bio or "")
        assert profile.source == INVENTED
    assert "demo" in demo_work.BRIEF
