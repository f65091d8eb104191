"""Installing in many workspaces over HTTP: the state, its browser, what is stored and shown."""

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.oauth import COOKIE
from bot.oauth_state import LIFE, States, new_browser
from domain.encryption_key import parse_keys
from storage import audit, workspaces
from storage.installations import BOT
from storage.models import Installation, UsedState, Workspace
from storage.sealing import CannotUnseal, Keys, is_sealed
from tests.behind import everything
from tests.installing import CLIENT, ORG, OTHER, Browser, browser, event, install, start, state_of
from tests.slack import Slack, new_key

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def many(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slack]:
    """A bot for many workspaces that is installed nowhere yet."""
    monkeypatch.setenv("SLACK_CLIENT_ID", CLIENT[0])  # as an operator sets it
    monkeypatch.setenv("SLACK_CLIENT_SECRET", CLIENT[1])
    started = start(database_url, tmp_path)
    yield started
    started.stop()
    assert started.problems == []


def rows(slack: Slack) -> list[tuple[Workspace, Installation]]:
    with everything(slack.bot.services.database) as session:
        found = session.exec(
            select(Workspace, Installation)
            .where(Installation.workspace_id == Workspace.id)
            .order_by(col(Workspace.id))
        )
        return [(one[0], one[1]) for one in found]


def used_states(slack: Slack) -> int:
    with slack.bot.services.database.looking() as session:
        return len(session.exec(select(UsedState)).all())


def test_an_installation_is_stored_sealed_greeted_and_answers_at_once(many: Slack) -> None:
    page = install(many)

    assert page.status_code == 200
    assert "Installed in Field &amp; Co" in page.text
    assert "app_redirect?app=A0PLAYGRND&amp;team=T0PLAYGRND" in page.text
    ((workspace, installation),) = rows(many)
    assert workspace.installer_slack_id == "U0OLIVIA001"
    assert is_sealed(installation.bot_token)
    assert "xoxb" not in installation.bot_token
    with many.reading() as tx:
        (entry,) = audit.of(tx, "workspace", workspace.id or 0)
    assert (entry.actor, entry.action) == ("U0OLIVIA001", "install")
    assert many.private("olivia"), "the first message"
    assert many.text_of(many.command("ana", "help"))
    assert many.bot.bolt.oauth_flow is None, "no second place where tokens are kept"


def test_the_install_page_binds_the_state_to_the_browser_by_a_strict_cookie(many: Slack) -> None:
    here = browser(many)
    there = here.begin()

    cookie = here.sent[0].headers["set-cookie"]
    assert cookie.startswith("__Host-influencer-install=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(
        cookie.split("; ")
    )
    assert "Domain" not in cookie
    assert here.sent[0].headers["cache-control"] == "no-store"
    assert there.startswith(f"{many.playground.url}/oauth/v2/authorize?")
    assert used_states(many) == 0, "whoever only begins leaves nothing behind"


@pytest.mark.both_databases
def test_a_replayed_state_installs_nothing_more(many: Slack) -> None:
    here = browser(many)
    there = here.begin()
    assert here.get(many.workspace.authorize(there)).status_code == 200

    again = here.get(many.workspace.authorize(there, place=OTHER))

    assert again.status_code == 400
    assert "Please start again" in again.text
    assert [one.team_id for one, _ in rows(many)] == ["T0PLAYGRND"]


def test_a_state_of_another_browser_installs_nothing_and_stays_good(many: Slack) -> None:
    mine, theirs = browser(many), browser(many)
    back = many.workspace.authorize(mine.begin())
    theirs.begin()

    assert theirs.get(back).status_code == 400
    assert Browser(mine.base).get(back).status_code == 400, "without any cookie"
    assert rows(many) == []
    assert mine.get(back).status_code == 200


@pytest.mark.both_databases
def test_two_browsers_and_many_tabs_racing_one_state_install_once(many: Slack) -> None:
    """Each has a code of its own, so that only the state holds them back."""
    mine = browser(many)
    there = mine.begin()
    backs = [many.workspace.authorize(there) for _ in range(8)]
    stranger = browser(many)
    stranger.begin()
    ready = threading.Barrier(len(backs))
    statuses: list[int] = []

    def come_back(number: int) -> None:
        here = Browser(mine.base, stranger.cookie if number % 4 == 3 else mine.cookie)
        ready.wait()
        statuses.append(here.get(backs[number]).status_code)

    threads = [threading.Thread(target=come_back, args=(n,)) for n in range(len(backs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [400] * 7
    assert [one.number for _, one in rows(many)] == [1]


def test_an_old_state_and_one_of_another_slack_app_are_not_taken(many: Slack) -> None:
    here = browser(many)
    back = many.workspace.authorize(here.begin())
    many.workspace.advance_clock(LIFE.total_seconds() + 1)
    assert here.get(back).status_code == 400

    foreign = States("another-client", CLIENT[1])
    forged = foreign.make(here.cookie, many.bot.services.clock.now())
    answer = here.get(f"{here.base}/slack/oauth_redirect?code=1&state={forged}")
    assert answer.status_code == 400
    assert rows(many) == []


def test_who_cancels_at_slack_is_told_that_nothing_was_installed(many: Slack) -> None:
    here = browser(many)
    state = state_of(here.begin())

    page = here.get(f"{here.base}/slack/oauth_redirect?error=access_denied&state={state}")

    assert page.status_code == 200
    assert "Nothing was installed" in page.text
    assert f"{here.base}/slack/install" in page.text


def test_a_wrong_client_secret_or_code_ends_with_a_kind_page_and_no_secret(
    many: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here = browser(many)
    state = state_of(here.begin())
    page = here.get(f"{here.base}/slack/oauth_redirect?code=canary-code-77&state={state}")
    assert page.status_code == 502
    assert "Slack said: invalid_code." in page.text

    many.workspace.grants.client = CLIENT[0], "another secret"
    refused = install(many)

    assert "Slack said: bad_client_secret." in refused.text
    assert rows(many) == []
    for text in (page.text, refused.text):
        assert CLIENT[1] not in text
        assert "canary-code-77" not in text


def test_slack_out_of_reach_is_said_and_leaves_nothing_behind(many: Slack) -> None:
    here = browser(many)
    back = many.workspace.authorize(here.begin())
    many.workspace.faults.add("oauth.v2.access", "lost")

    page = here.get(back)

    assert page.status_code == 503
    assert "That did not work just now" in page.text
    assert rows(many) == []
    assert install(many).status_code == 200


def test_other_methods_and_endless_addresses_are_refused(many: Slack) -> None:
    base = many.bot.settings.public_url
    assert httpx.post(f"{base}/slack/install", trust_env=False).status_code == 405
    assert httpx.head(f"{base}/slack/oauth_redirect", trust_env=False).status_code == 405
    long = httpx.get(f"{base}/slack/oauth_redirect?state={'a' * 5000}", trust_env=False)
    assert long.status_code == 400
    twice = httpx.get(f"{base}/slack/oauth_redirect?state=a&state=b&code=c", trust_env=False)
    assert twice.status_code == 400


def test_the_cookie_is_found_among_others_that_make_no_sense(many: Slack) -> None:
    here = browser(many)
    back = many.workspace.authorize(here.begin())
    crowd = f'theme="dark; a[]=1; ={COOKIE}; {COOKIE}=short; {COOKIE}={here.cookie}; z'

    assert httpx.get(back, headers={"Cookie": crowd}, trust_env=False).status_code == 200


def test_two_workspaces_have_tokens_of_their_own_that_do_not_fit_each_other(many: Slack) -> None:
    install(many)
    install(many, place=OTHER)
    (first, one), (second, other) = rows(many)

    keys = many.bot.services.database.keys
    assert keys.unseal(one.bot_token, one.workspace_id, BOT) != keys.unseal(
        other.bot_token, other.workspace_id, BOT
    )
    with pytest.raises(CannotUnseal):
        keys.unseal(one.bot_token, other.workspace_id, BOT)
    assert {first.team_id, second.team_id} == {"T0PLAYGRND", OTHER.team_id}
    tokens = many.bot.tokens
    assert tokens is not None
    assert tokens.of(first) != tokens.of(second)


def test_an_organisation_installs_once_for_all_its_workspaces(many: Slack) -> None:
    assert "Installed in Big Org" in install(many, place=ORG).text
    ((organisation, installation),) = rows(many)
    assert (organisation.enterprise_id, organisation.team_id) == (ORG.enterprise_id, "")
    assert installation.whole_org

    team = many.bot.workspace_of(ORG.enterprise_id, "T0GRIDTEAM1")

    assert team.bot_user_id == organisation.bot_user_id
    tokens = many.bot.tokens
    assert tokens is not None
    token = tokens.of(team)
    assert token.team_id == "T0GRIDTEAM1"
    client = many.bot.services.slack.client(team)
    assert client.default_params["team_id"] == "T0GRIDTEAM1"
    assert client.token == token.value


def test_a_workspace_without_the_app_is_told_so_and_gets_no_row(many: Slack) -> None:
    install(many, place=OTHER)

    answer = many.workspace.command("ana", "find skincare", "marketing")

    assert answer is not None
    assert "not installed" in many.text_of(answer)
    with many.bot.services.database.looking() as session:
        assert workspaces.find(session, "", "T0PLAYGRND") is None


def test_an_event_of_an_unknown_workspace_is_taken_and_forgotten(many: Slack) -> None:
    for kind in ("app_uninstalled", "tokens_revoked"):
        sent = many.workspace.courier.send_event(event(kind, 1_700_000_000.0))
        assert sent.ok
    assert rows(many) == []


# Sealing


@given(st.text(max_size=200), st.integers(1, 9), st.integers(1, 9), st.integers(0, 400))
@pytest.mark.both_databases
def test_a_sealed_secret_opens_in_its_place_only_and_not_when_changed(
    secret: str, here: int, there: int, position: int
) -> None:
    keys = Keys(parse_keys(new_key()))
    stored = keys.seal(secret, here, BOT)

    assert keys.unseal(stored, here, BOT) == secret
    if here != there:
        with pytest.raises(CannotUnseal):
            keys.unseal(stored, there, BOT)
    with pytest.raises(CannotUnseal):
        keys.unseal(stored, here, "another place")
    head, _, body = stored.rpartition(":")
    spot = position % (len(body) - 4)
    letter = "A" if body[spot] != "A" else "B"
    with pytest.raises(CannotUnseal):
        keys.unseal(f"{head}:{body[:spot]}{letter}{body[spot + 1 :]}", here, BOT)


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old, new = parse_keys(f"{new_key()}, {new_key()}")
    stored = Keys([old]).seal("a secret", 1, BOT)

    both = Keys([new, old])

    assert both.unseal(stored, 1, BOT) == "a secret"
    assert not both.is_current(stored)
    assert both.is_current(both.seal("a secret", 1, BOT))
    with pytest.raises(CannotUnseal):
        Keys([new]).unseal(stored, 1, BOT)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("c2hvcnQ=", "needs 32"),
        ("not base64!", "no base64"),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "example"),
        ("A" * 43 + "=", "example"),
        ("Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtY2g=", "example"),
    ],
)
def test_a_key_that_is_short_typed_or_known_to_all_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        parse_keys(written)
    assert written not in str(refused.value)


def test_a_state_fits_its_browser_its_app_and_its_minutes_alone() -> None:
    states, browser_secret = States(*CLIENT), new_browser()
    state = states.make(browser_secret, NOW)

    assert states.read(state, browser_secret, NOW) is not None
    assert states.read(state, browser_secret, NOW + LIFE) is None
    assert states.read(state, browser_secret, NOW - LIFE) is None
    assert states.read(state, new_browser(), NOW) is None
    assert States("x", CLIENT[1]).read(state, browser_secret, NOW) is None
    assert States(CLIENT[0], "x").read(state, browser_secret, NOW) is None
    assert states.read(state.replace(state[0], "9", 1), browser_secret, NOW) is None


def test_without_keys_a_shop_keeps_its_secret_as_it_was_and_with_keys_sealed() -> None:
    keys = Keys(parse_keys(new_key()))
    assert Keys().seal("clear", 1, BOT) == "clear"
    assert keys.unseal("clear", 1, BOT) == "clear"
