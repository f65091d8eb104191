"""An organisation gives the app to some of its workspaces and takes it back, in whatever order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.grants import Place
from storage import outbox, workspaces
from storage.installations import NotInstalled
from storage.models import Workspace
from tests.forgetting import ON_SQLITE
from tests.installing import ORG, event, install, start
from tests.slack import Slack
from tests.test_removal import deliver, work_later

ONE, TWO = "T0GRIDTEAM1", "T0GRIDTEAM2"


@pytest.fixture
def grid(database_url: str, tmp_path: Path) -> Iterator[Slack]:
    """An organisation that installed the app for two workspaces, both seen before."""
    started = start(database_url, tmp_path)
    install(started, place=ORG)
    for team in (ONE, TWO):
        started.bot.workspace_of(ORG.enterprise_id, team)
    started.settle()
    yield started
    started.stop()
    assert started.problems == []


def has_app(slack: Slack, team: str) -> bool:
    return stored(slack, team).removed_at is None


def stored(slack: Slack, team: str) -> Workspace:
    slack.bot.forget_workspaces()
    with slack.bot.services.database.looking() as session:
        found = workspaces.find(session, ORG.enterprise_id, team)
    assert found is not None
    return found


def told(kind: str, at: float, *teams: str) -> dict[str, Any]:
    """As Slack sends it: from the organisation, of no workspace."""
    return {**event(f"team_access_{kind}", at, ORG, team_ids=list(teams)), "team_id": None}


def teams(slack: Slack) -> set[str]:
    """Those to which Slack gives the app: a test changes it."""
    return slack.workspace.grants.teams[ORG.enterprise_id]


@pytest.mark.parametrize("beginning", ["postgresql"], indirect=True)
def test_a_workspace_without_access_is_as_one_that_removed_the_app_until_it_has_it_again(
    grid: Slack,
) -> None:
    teams(grid).discard(ONE)
    nowhere = {**told("revoked", 0.5, ONE), "enterprise_id": None}
    assert grid.workspace.courier.send_event(nowhere).status == 400
    deliver(grid, told("revoked", 1.0, ONE))

    assert (has_app(grid, ONE), has_app(grid, TWO)) == (False, True)
    calls = len(grid.workspace.api_calls())
    with grid.bot.services.database.writing(stored(grid, ONE).id or 0) as tx:
        outbox.direct(tx, "waits", "U0OLIVIA001", {"text": "Message that waits"})
    grid.tick()
    assert len(grid.workspace.api_calls()) == calls, "nobody calls Slack for it"

    teams(grid).add(ONE)
    deliver(grid, told("granted", 2.0, ONE))
    assert has_app(grid, ONE)
    assert any("Message that waits" in text for text in grid.private("olivia"))


@ON_SQLITE
def test_events_that_come_late_or_the_other_way_round_change_nothing_that_is_not_so(
    grid: Slack,
) -> None:
    teams(grid).discard(ONE)
    late = [told("granted", 3.0, ONE), told("revoked", 2.0, ONE), told("granted", 1.0, ONE, TWO)]
    for payload in late:
        deliver(grid, payload)
        assert (has_app(grid, ONE), has_app(grid, TWO)) == (False, True)

    teams(grid).add(ONE)
    deliver(grid, told("revoked", 4.0, ONE))
    assert has_app(grid, ONE), "Slack says that it has"

    teams(grid).discard(TWO)  # Slack's list was behind, and no event tells of it any more
    work_later(grid, minutes=11)
    assert (has_app(grid, ONE), has_app(grid, TWO)) == (True, False)


@ON_SQLITE
def test_a_word_that_comes_late_from_a_workspace_without_access_does_not_bring_it_back(
    grid: Slack,
) -> None:
    teams(grid).discard(ONE)
    deliver(grid, told("revoked", 1.0, ONE))

    here = Place(ONE, "", ORG.enterprise_id)
    deliver(grid, event("app_home_opened", 0.5, here, user="U0ANA000001", tab="home"))
    assert not has_app(grid, ONE)

    teams(grid).add(ONE)  # and if the event of it is lost, whoever uses it is served
    assert grid.bot.workspace_of(ORG.enterprise_id, ONE).removed_at is None
    grid.settle()
    assert has_app(grid, ONE)


@ON_SQLITE
def test_a_message_that_the_organisations_token_may_not_post_waits_and_has_slack_asked(
    grid: Slack,
) -> None:
    """No event ever came."""
    teams(grid).discard(ONE)
    refused = {"error": "team_access_not_granted"}
    grid.workspace.faults.add("conversations.open", "error", **refused)
    grid.workspace.faults.add("chat.postMessage", "error", **refused)
    with grid.bot.services.database.writing(stored(grid, ONE).id or 0) as tx:
        outbox.direct(tx, "refused", "U0OLIVIA001", {"text": "Message refused"})
    grid.settle()

    assert not has_app(grid, ONE)
    with grid.bot.services.database.reading(stored(grid, ONE).id or 0) as tx:
        kept = outbox.by_key(tx, "refused")
    assert kept is not None
    assert kept.state == "waiting"


@ON_SQLITE
def test_a_workspace_that_installed_the_app_itself_keeps_it(grid: Slack) -> None:
    install(grid, place=Place(ONE, "Own", ORG.enterprise_id, ORG.enterprise))
    teams(grid).clear()
    deliver(grid, told("revoked", 1.0, ONE, TWO))

    assert (has_app(grid, ONE), has_app(grid, TWO)) == (True, False)
    with pytest.raises(NotInstalled):
        grid.bot.workspace_of("E0ELSEWHERE", ONE)
