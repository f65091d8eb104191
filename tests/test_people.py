"""Who people are, who may what, the first message, removal and a new installation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.first_contact import meet_workspace
from domain import roles
from storage import people, workspaces
from storage.models import Job, Person, Workspace
from tests.slack import Slack


def known(slack: Slack, who: str) -> Person:
    with slack.reading() as tx:
        found = people.find(tx, slack.workspace.user(who).id)
    assert found is not None
    return found


def workspace(slack: Slack) -> Workspace:
    with slack.reading() as tx:
        return workspaces.get(tx)


def test_the_workspaces_own_owners_are_owners_of_the_bot_and_guests_are_known(slack: Slack) -> None:
    assert known(slack, "olivia").role == "owner"
    assert known(slack, "ana").role is None
    assert known(slack, "gus").is_guest
    assert known(slack, "ana").timezone == slack.workspace.user("ana").tz


def test_the_first_message_goes_to_the_owner_once(slack: Slack) -> None:
    meet_workspace(slack.bot)  # as at the next start
    slack.settle()
    assert sum("Three steps" in text for text in slack.private("olivia")) == 1
    assert slack.private("ana") == []


def test_somebody_new_is_learned_when_they_first_act(slack: Slack) -> None:
    newcomer = slack.workspace.add_user("nina")
    assert "owners and managers" in slack.text_of(slack.command("nina", "settings"))

    person = known(slack, "nina")
    assert (person.slack_user_id, person.name) == (newcomer.id, "Nina")
    assert person.refreshed_at is not None


def test_whoever_slack_does_not_describe_may_do_nothing_until_it_does(slack: Slack) -> None:
    slack.workspace.add_user("nina")
    slack.workspace.faults.add("users.info", "server_error", times=2)
    assert "I am still asking Slack" in slack.text_of(slack.command("nina", "find skincare"))
    assert "still asking" in slack.text_of(slack.open_home("nina"))

    assert "still asking" not in slack.text_of(slack.command("nina", "find skincare"))
    assert "still asking" not in slack.text_of(slack.open_home("nina"))


def test_somebody_whom_others_named_may_do_nothing_until_slack_describes_them(slack: Slack) -> None:
    slack.workspace.add_user("nina")
    with slack.writing() as tx:
        people.get(tx, slack.workspace.user("nina").id)
    slack.workspace.faults.add("users.info", "server_error", times=2)

    assert "still asking" in slack.text_of(slack.command("nina", "help"))


def test_somebody_who_shares_a_channel_with_us_is_told_by_their_team(slack: Slack) -> None:
    """Slack sets `is_stranger` only for people who share no channel with the app."""
    with slack.writing() as tx:
        sam = {"id": slack.workspace.user("sam").id, "team_id": "T0ELSEWHER", "is_stranger": False}
        assert people.learn(tx, sam).is_stranger


ids = st.sampled_from(["", "T1", "T2", "E1", "E2"])


@given(ids, ids, st.none() | st.fixed_dictionaries({"enterprise_id": ids, "teams": st.lists(ids)}))
def test_people_of_one_organisation_are_no_strangers_and_all_others_are(
    their_team: str, our_org: str, their_org: dict[str, Any] | None
) -> None:
    user = {"team_id": their_team, "enterprise_user": their_org, "is_stranger": False}
    theirs = {their_team, *((their_org["enterprise_id"], *their_org["teams"]) if their_org else ())}
    shared = theirs & {"T1", our_org} - {""}
    assert roles.is_stranger(user, "T1", our_org) == (bool(theirs - {""}) and not shared)
    assert roles.is_stranger({**user, "is_stranger": True}, "T1", our_org)


def test_what_slack_said_of_a_person_is_asked_again_after_a_day(slack: Slack) -> None:
    asked = len(slack.workspace.api_calls("users.info"))
    slack.open_home("ana")
    assert len(slack.workspace.api_calls("users.info")) == asked

    slack.workspace.advance_clock(90_000)
    slack.open_home("ana")
    assert len(slack.workspace.api_calls("users.info")) == asked + 1


def test_somebody_who_becomes_a_guest_loses_their_rights(slack: Slack) -> None:
    slack.workspace.change_user("ana", role="guest")
    slack.settle()
    assert "Guests" in slack.text_of(slack.command("ana", "brief"))


def test_people_named_in_the_environment_are_the_owners(slack: Slack) -> None:
    assert roles.owner_ids(["U1"], None, [], ["U2"]) == {"U1"}
    assert roles.owner_ids([], "U3", [], ["U2"]) == {"U3"}
    assert roles.owner_ids([], None, [], ["U2"]) == {"U2"}
    assert roles.owner_ids(["U1"], "U3", ["U4"], ["U2"]) == {"U1", "U4"}


def test_a_removed_app_leaves_a_tombstone_and_a_new_installation_lifts_it(slack: Slack) -> None:
    slack.workspace.uninstall()
    slack.settle()
    assert workspace(slack).removed_at is not None

    slack.workspace.install()
    meet_workspace(slack.bot)
    slack.settle()
    assert workspace(slack).removed_at is None


def test_a_late_revocation_does_not_kill_a_new_installation(slack: Slack) -> None:
    slack.workspace.set_bot_down(True)
    slack.workspace.uninstall()
    slack.workspace.install()
    slack.workspace.set_bot_down(False)
    slack.settle()
    with slack.reading() as tx:
        checks = tx.session.exec(select(Job).where(Job.kind == "install.check_token")).all()
    assert checks
    assert workspace(slack).removed_at is None


accounts = st.builds(
    Person,
    workspace_id=st.just(1),
    slack_user_id=st.just("U1"),
    is_bot=st.booleans(),
    is_guest=st.booleans(),
    is_stranger=st.booleans(),
    is_deleted=st.booleans(),
    role=st.sampled_from([None, "owner", "manager"]),
    refreshed_at=st.none() | st.datetimes(),
)


@given(accounts)
def test_rights_only_ever_grow_from_member_to_manager_to_owner(account: Person) -> None:
    barred = roles.why_barred(account) is not None
    assert not (roles.owns(account) and not roles.manages(account))
    assert not (roles.manages(account) and (barred or account.refreshed_at is None))
    assert (roles.why_not_manager(account) is None) == roles.manages(account)
    assert (roles.why_not_owner(account) is None) == roles.owns(account)


@pytest.mark.parametrize("names", [[], ["Olivia"], ["Olivia", "Ana"], ["A", "B", "C", "D"]])
def test_a_refusal_names_whom_to_ask(names: list[str]) -> None:
    account = Person(workspace_id=1, slack_user_id="U1", refreshed_at=None)
    assert roles.why_not_manager(account, names) == roles.NOT_KNOWN_YET
