"""Who owns the app: asked in the first message, changed in the settings, never nobody."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from domain import roles
from domain.troubles import Health, Trouble
from handlers import leading, troubles
from playground.records import Message
from storage import audit, jobs, people, preferences
from storage.models import Job
from tests.slack import Slack

QUESTION = "Who leads the marketing?"


def first_message(slack: Slack, who: str) -> Message:
    found = [one for one in slack.workspace.direct_messages(who)
             if "Three steps" in slack.text_of(one)]  # fmt: skip
    assert len(found) == 1
    return found[0]


def slack_id(slack: Slack, who: str) -> str:
    return slack.workspace.user(who).id


def owners(slack: Slack) -> list[str]:
    with slack.reading() as tx:
        return [person.name for person in people.with_role(tx, roles.Role.OWNER)]


def test_whoever_leads_is_named_from_the_first_message_and_becomes_the_owner(slack: Slack) -> None:
    asked = first_message(slack, "olivia")
    assert QUESTION in slack.text_of(asked)

    slack.press("olivia", asked, "lead_choose", slack_id(slack, "ana"))

    assert owners(slack) == ["Ana"]
    greeting = slack.text_of(first_message(slack, "ana"))
    assert "set me up and says that you lead the marketing" in greeting
    assert QUESTION not in greeting
    (left,) = [one for one in slack.workspace.direct_messages("olivia") if one.ts == asked.ts]
    assert "you hear only what is technical" in slack.text_of(left)
    assert roles.FOR_MANAGERS in slack.text_of(slack.command("olivia", "settings"))
    with slack.reading() as tx:
        (entry,) = audit.of(tx, "settings", tx.workspace_id)
    assert entry.actor == slack_id(slack, "olivia")
    assert entry.after == {"owners": [slack_id(slack, "ana")]}


def test_whoever_installed_may_say_that_they_lead_themselves(slack: Slack) -> None:
    asked = first_message(slack, "olivia")

    slack.press("olivia", asked, "lead_me")

    assert QUESTION not in slack.text_of(first_message(slack, "olivia"))
    with slack.reading() as tx:
        assert preferences.current(tx).owners == (slack_id(slack, "olivia"),)
    assert slack.private("ana") == []


def test_guests_cannot_lead_and_the_question_stays(slack: Slack) -> None:
    asked = first_message(slack, "olivia")

    slack.press("olivia", asked, "lead_choose", slack_id(slack, "gus"))

    assert "Gus can't own this app: only full members can." in slack.private("olivia")[-1]
    assert QUESTION in slack.text_of(first_message(slack, "olivia"))
    assert owners(slack) == ["Olivia"]


def test_once_an_owner_is_named_the_question_is_settled(slack: Slack) -> None:
    asked = first_message(slack, "olivia")
    slack.workspace.command("olivia", "settings")
    assert not slack.submit(
        "olivia", {"owners": [slack_id(slack, "olivia"), slack_id(slack, "ana")]}
    )

    slack.press("olivia", asked, "lead_choose", slack_id(slack, "ben"))

    assert "An owner is named already" in slack.private("olivia")[-1]
    assert owners(slack) == ["Olivia", "Ana"]


def test_owners_that_whoever_runs_the_bot_named_are_not_asked(slack: Slack) -> None:
    with slack.writing() as tx:
        greeted = slack.bot.context(slack.bot.workspace_of("", "T0PLAYGRND"))
        assert leading.is_open(tx, greeted)
        named = replace(greeted, services=replace(greeted.services, owners=("U1",)))
        assert not leading.is_open(tx, named)


def test_when_the_last_owner_is_deactivated_slacks_admins_own_again(slack: Slack) -> None:
    slack.press("olivia", first_message(slack, "olivia"), "lead_choose", slack_id(slack, "ana"))
    slack.workspace.change_user("ana", deleted=True)
    slack.settle()

    assert owners(slack) == ["Olivia"]
    slack.workspace.change_user("ana", deleted=False)
    slack.settle()
    assert owners(slack) == ["Ana"]


def test_the_last_owner_cannot_leave_nor_leave_it_to_somebody_who_may_not(slack: Slack) -> None:
    for chosen in ([], [slack_id(slack, "gus")], [slack_id(slack, "sam")]):
        slack.workspace.command("olivia", "settings")
        errors = slack.submit("olivia", {"owners": chosen})
        assert errors is not None
        assert set(errors) == {"owners"}
        slack.workspace.close_view("olivia", everything=True)
    assert owners(slack) == ["Olivia"]


def test_an_owner_who_is_none_any_more_names_nobody_with_a_form_from_before(slack: Slack) -> None:
    olivia, ana = slack_id(slack, "olivia"), slack_id(slack, "ana")
    slack.workspace.command("olivia", "settings")
    slack.submit("olivia", {"owners": [olivia, ana]})
    slack.workspace.command("ana", "settings")
    slack.workspace.command("olivia", "settings")
    slack.submit("olivia", {"owners": [olivia], "managers": [ana]})

    slack.submit("ana", {"owners": [ana]})

    assert roles.FOR_OWNERS in slack.text_of(slack.view("ana"))
    assert owners(slack) == ["Olivia"]


def test_two_owners_who_remove_each_other_leave_one(slack: Slack) -> None:
    olivia, ana = slack_id(slack, "olivia"), slack_id(slack, "ana")
    slack.workspace.command("olivia", "settings")
    slack.submit("olivia", {"owners": [olivia, ana]})
    for who in ("olivia", "ana"):
        slack.workspace.command(who, "settings")

    slack.submit("olivia", {"owners": [olivia]})
    slack.submit("ana", {"owners": [ana]})

    assert owners(slack) == ["Olivia"]


def test_what_is_technical_is_told_to_whoever_installed_once_a_day(slack: Slack) -> None:
    slack.press("olivia", first_message(slack, "olivia"), "lead_choose", slack_id(slack, "ana"))
    with slack.writing() as tx:
        jobs.add(tx, "digest.post", "test:failed")
        for job in tx.session.exec(select(Job).where(Job.job_key == "test:failed")):
            job.state = "failed"
            tx.session.add(job)
    before = len(slack.private("ana"))

    slack.tick()
    slack.tick()

    told = [text for text in slack.private("olivia") if "given up" in text]
    assert len(told) == 1
    assert "It was digest.post." in told[0]
    assert len(slack.private("ana")) == before

    slack.workspace.change_user("olivia", deleted=True)
    slack.settle()
    slack.tick()
    assert any("given up" in text for text in slack.private("ana")), "the owner, in their place"


def test_each_trouble_is_told_with_what_to_do(slack: Slack) -> None:
    health = Health(unconfirmed=2, given_up=("pack",), token_lost=True, free_bytes=1_000_000)
    assert Health().troubles() == ()
    assert set(health.troubles()) == set(Trouble)

    with slack.writing() as tx:
        troubles.tell(tx, health)
    slack.settle()

    told = "\n".join(slack.private("olivia"))
    for words in (
        "1 MB are left",
        "install the app again",
        "did not confirm 2 messages",
        "It was pack.",
    ):
        assert words in told


def test_brands_are_limited_from_the_settings(slack: Slack) -> None:
    slack.workspace.command("olivia", "settings")
    slack.press("olivia", slack.view("olivia"), "brands_open")
    assert "No brands yet" in slack.text_of(slack.view("olivia"))


some = st.frozensets(st.sampled_from(["U1", "U2", "U3", "U4"]))


@given(some, st.sampled_from([None, "U1", "U2"]), some, some, some)
def test_a_workspace_has_an_owner_while_anybody_could_be_one(
    configured: frozenset[str],
    installer: str | None,
    chosen: frozenset[str],
    admins: frozenset[str],
    gone: frozenset[str],
) -> None:
    found = roles.owner_ids(configured, installer, chosen, admins, gone)
    named = configured | chosen
    anybody = named | admins | ({installer} if installer else set())

    assert found <= anybody
    assert bool(found - gone) == bool(anybody - gone)
    if named - gone:
        assert found == named, "whoever is named, and nobody else"
