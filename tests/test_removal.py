"""The app is removed and comes back: late and repeated events, waiting work, deleted data."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import SQLModel, select

from bot import demo
from handlers import install as install_handler
from playground.grants import Place
from playground.people import BOT_USER_ID, TEAM_ID
from storage import installations, outbox, purging, workspaces
from storage.database import Database
from storage.installations import NotInstalled
from storage.models import Creator, Installation, Workspace
from tests.behind import everything
from tests.installing import ORG, OTHER, browser, event, install, start
from tests.slack import Slack
from tests.test_write_turns import until

DAY = 86_400.0


@pytest.fixture
def many(database_url: str, tmp_path: Path) -> Iterator[Slack]:
    """A bot for many workspaces, installed in one."""
    started = start(database_url, tmp_path)
    install(started)
    yield started
    started.stop()
    assert started.problems == []


def stored(slack: Slack, team_id: str = TEAM_ID) -> Workspace:
    slack.bot.forget_workspaces()
    with slack.bot.services.database.looking() as session:
        found = workspaces.find(session, "", team_id)
    assert found is not None
    return found


def events_of_a_removal(at: float) -> list[dict[str, object]]:
    return [
        event("app_uninstalled", at),
        event("tokens_revoked", at, tokens={"oauth": [], "bot": [BOT_USER_ID]}),
    ]


def deliver(slack: Slack, payload: dict[str, object]) -> None:
    assert slack.workspace.courier.send_event(payload).ok
    slack.settle()


def post(slack: Slack, workspace_id: int, key: str) -> None:
    with slack.bot.services.database.writing(workspace_id) as tx:
        outbox.direct(tx, key, "U0OLIVIA001", {"text": f"Message {key}"})
    slack.settle()


def arrived(slack: Slack, key: str) -> bool:
    return any(f"Message {key}" in text for text in slack.private("olivia"))


def work_later(slack: Slack, minutes: int) -> None:
    """The workers do what is due so many minutes from now, by real time."""
    later = dt.timedelta(minutes=minutes)
    slack.workers._now = lambda: dt.datetime.now(dt.UTC) + later
    slack.workers._sender._now = slack.workers._now
    slack.settle()


STEPS = st.lists(
    st.one_of(
        st.just(("install", 0)),
        st.just(("remove", 0)),
        st.tuples(st.just("deliver"), st.integers(0, 7)),
    ),
    min_size=2,
    max_size=8,
)


@pytest.mark.both_databases
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_removals_and_installations_end_as_they_happened_in_whatever_order_events_come(
    many: Slack, steps: list[tuple[str, int]]
) -> None:
    """Events of any earlier removal come late, twice, or never; only what is true counts."""
    install(many)
    wanted, sent, delivered = True, list[dict[str, object]](), set[str]()
    many.workspace.advance_clock(60)  # events of another example are others
    first = stored(many).id
    for number, (step, choice) in enumerate(steps):
        if step == "install":
            install(many)
            wanted = True
        elif step == "remove" and wanted:
            many.workspace.grants.revoke()
            sent += events_of_a_removal(1_700_000_000.0 + many.workspace.clock.now() + number)
            wanted = False
        elif step == "deliver" and sent:
            chosen = sent[choice % len(sent)]
            deliver(many, chosen)
            if str(chosen["event_id"]) not in delivered:  # a repeat has nothing done again
                assert (stored(many).removed_at is None) is wanted
            delivered.add(str(chosen["event_id"]))
        if wanted:
            assert stored(many).removed_at is None
    assert stored(many).id == first, "all data is still there"


@pytest.mark.both_databases
def test_work_of_a_removed_workspace_stops_and_goes_on_after_a_new_installation(
    many: Slack,
) -> None:
    workspace = stored(many)
    many.workspace.uninstall()
    many.settle()
    assert stored(many).removed_at is not None
    with everything(many.bot.services.database) as session:
        kept = session.get(Installation, workspace.id)
    assert kept is not None
    assert (kept.bot_token, kept.refresh_token) == ("", "")
    with pytest.raises(NotInstalled):
        many.bot.workspace_of("", TEAM_ID)

    post(many, workspace.id or 0, "while away")
    calls = len(many.workspace.api_calls())
    many.tick()
    assert len(many.workspace.api_calls()) == calls, "nobody calls Slack for it"
    assert not arrived(many, "while away")

    install(many)
    assert stored(many).id == workspace.id
    assert arrived(many, "while away")


@pytest.mark.both_databases
def test_an_installation_during_the_check_of_a_late_event_wins(many: Slack) -> None:
    """The old token is dead when asked; before that is written down, a new one is there."""
    workspace = stored(many)
    context = many.bot.context(workspace)
    with context.reading() as tx:
        known = installations.seen(tx)
    many.workspace.grants.revoke()
    install(many)

    with context.writing() as tx:
        assert not installations.remove(tx, known)

    assert stored(many).removed_at is None
    many.bot.forget_workspaces()
    install_handler.check_token({}, many.bot.context(stored(many)))
    assert stored(many).removed_at is None


@pytest.mark.both_databases
def test_a_late_event_does_not_undo_an_installation_that_another_process_took_over(
    many: Slack,
) -> None:
    """This process still has the old token at hand, which Slack says is dead."""
    old = many.bot.workspace_of("", TEAM_ID)
    assert many.bot.tokens is not None
    many.bot.tokens.of(old)
    many.workspace.grants.revoke()
    (many.data_dir / "other").mkdir()
    other = start(
        many.bot.services.database.url.render_as_string(hide_password=False),
        many.data_dir / "other",
        encryption_keys=many.bot.settings.encryption_keys,
        slack_api_base_url=many.bot.settings.slack_api_base_url,
    )
    here = browser(other)
    asked = here.begin()
    assert here.get(many.workspace.authorize(asked)).status_code == 200
    other.stop()

    deliver(many, event("tokens_revoked", 9.0, tokens={"oauth": [], "bot": [BOT_USER_ID]}))

    assert stored(many).removed_at is None
    post(many, old.id or 0, "afterwards")
    assert arrived(many, "afterwards")


def test_revoked_tokens_of_people_remove_nothing(many: Slack) -> None:
    deliver(many, event("tokens_revoked", 1.0, tokens={"oauth": ["U0ANA000001"], "bot": []}))
    assert stored(many).removed_at is None


def test_a_token_that_slack_refuses_makes_messages_wait_until_it_is_installed_again(
    many: Slack,
) -> None:
    """No event ever comes: the refused message itself has Slack asked."""
    workspace = stored(many)
    many.workspace.grants.revoke()
    post(many, workspace.id or 0, "refused")
    assert stored(many).removed_at is not None

    install(many)
    work_later(many, minutes=2)
    assert arrived(many, "refused")


def test_a_token_that_outlives_its_removal_for_a_moment_is_asked_once_more(many: Slack) -> None:
    deliver(many, event("app_uninstalled", 5.0))
    assert stored(many).removed_at is None
    many.workspace.grants.revoke()

    work_later(many, minutes=11)

    assert stored(many).removed_at is not None


def test_an_organisation_that_removes_the_app_leaves_it_to_those_that_installed_it_themselves(
    many: Slack,
) -> None:
    own = Place("T0GRIDTEAM3", "Own", ORG.enterprise_id, ORG.enterprise)
    install(many, place=ORG)
    install(many, place=own)
    one, two = (many.bot.workspace_of(ORG.enterprise_id, f"T0GRIDTEAM{n}") for n in (1, 2))
    many.settle()
    many.workspace.grants.revoke(ORG)

    deliver(many, event("app_uninstalled", 2.0, Place("T0GRIDTEAM1", "", ORG.enterprise_id)))

    with everything(many.bot.services.database) as session:
        removed = {
            row.team_id
            for row in session.exec(select(Workspace).where(Workspace.removed_at.is_not(None)))  # type: ignore[union-attr]
        }
    assert removed == {"", one.team_id, two.team_id}


# The data of those who do not come back


def rows_of(database: Database, workspace_id: int) -> dict[str, int]:
    """How many rows each table of the database itself has of a workspace."""
    counts = {}
    with everything(database) as session:
        for table in SQLModel.metadata.sorted_tables:
            if "workspace_id" in table.columns:
                query = text(f"SELECT count(*) FROM {table.name} WHERE workspace_id = :id")  # noqa: S608
                counts[table.name] = session.execute(query, {"id": workspace_id}).scalar_one()
    return {name: count for name, count in counts.items() if count}


@pytest.mark.both_databases
def test_after_the_grace_all_is_deleted_of_this_workspace_and_nothing_of_another(
    many: Slack,
) -> None:
    install(many, place=OTHER)
    going, staying = stored(many), stored(many, OTHER.team_id)
    demo.fill(many.bot, going)
    demo.fill(many.bot, staying)
    many.settle()
    database = many.bot.services.database
    kept_before = rows_of(database, staying.id or 0)
    assert len(rows_of(database, going.id or 0)) > 8
    folder = many.bot.services.data_dir / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    many.workspace.grants.revoke(Place())
    deliver(many, event("app_uninstalled", 3.0))

    many.workspace.advance_clock(29.9 * DAY)
    many.workers.tick_hour()
    assert stored(many).removed_at is not None
    assert len(rows_of(database, going.id or 0)) > 8, "within the grace all is there"

    many.workspace.advance_clock(0.2 * DAY)
    many.workers.tick_hour()

    assert rows_of(database, going.id or 0) == {}
    with everything(database) as session:
        assert session.get(Workspace, going.id) is None
    left = rows_of(database, staying.id or 0)
    assert {name: left.get(name) for name in ("creators", "profiles", "niche_rows")} == {
        name: kept_before.get(name) for name in ("creators", "profiles", "niche_rows")
    }

    install(many)
    assert stored(many).id != going.id
    with many.reading() as tx:
        assert (
            tx.session.exec(select(Creator).where(Creator.workspace_id == tx.workspace_id)).all()
            == []
        )


@pytest.mark.both_databases
def test_who_installs_while_the_data_is_being_deleted_gets_a_workspace_of_its_own(
    many: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deletion is broken off in the middle, and ended by the next hour."""
    database = many.bot.services.database
    going = stored(many)
    demo.fill(many.bot, going)
    many.workspace.uninstall()
    many.settle()
    many.workspace.advance_clock(31 * DAY)
    assert purging.begin(database, database.now()) == [going.id]

    install(many)
    many.tick()

    assert stored(many).id != going.id
    assert stored(many).removed_at is None
    assert rows_of(database, going.id or 0) == {}
    assert many.command("ana", "help") is not None


@pytest.mark.both_databases
@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_who_installs_in_the_instant_of_the_decision_gets_a_workspace_of_its_own(
    many: Slack, database_url: str
) -> None:
    """They had found the old one, and waited for their turn to write."""
    database, going = many.bot.services.database, stored(many)
    grant = installations.Grant("", TEAM_ID, "", "", BOT_USER_ID, "", "", "", "")
    made: list[int | None] = []
    other = threading.Thread(
        target=lambda: made.append(
            installations.install(database, grant, installations.Tokens("xoxb-1")).id
        )
    )
    with database.writing(going.id or 0) as tx:
        workspace = workspaces.lock(tx)
        other.start()
        until(database, waiting=1)
        workspace.removed_at = workspace.purging_at = tx.now
        workspace.team_id = f"purged:{going.id}"
        tx.session.add(workspace)
    other.join()

    assert made[0] not in (None, going.id)


def test_one_workspace_with_its_token_in_the_settings_loses_nothing(slack: Slack) -> None:
    workspace_id = slack.workspace_id
    slack.workspace.uninstall()
    slack.settle()
    slack.workspace.advance_clock(400 * DAY)
    slack.workers.tick_hour()

    with everything(slack.bot.services.database) as session:
        kept = session.get(Workspace, workspace_id)
    assert kept is not None
    assert kept.removed_at is not None
    assert kept.purging_at is None
