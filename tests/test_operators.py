"""Whether the bot lives and can work, as those are told who watch over it."""

import http.client
import socket
import threading
from pathlib import Path

import psycopg
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import SecretStr

from bot import metrics
from bot.app import Bot, build
from bot.first_contact import meet_workspace
from bot.http_server import HttpServer
from bot.listening import CannotListen
from bot.operator_server import operators_port
from bot.operators import STARTING
from bot.settings import Settings
from bot.shared_metrics import SharedMetrics
from bot.slack import SlackRefused
from storage.migrate import ADVISORY_LOCK
from tests import postgres
from tests.beginnings import EMPTY, sqlite_beginning
from tests.metering import TOKEN, Figures, ask
from tests.slack import LOOPBACK, Slack
from tests.test_socket_mode import SocketModeSlack, connecting, link

__all__ = ["link"]


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def settings(folder: Path, **given: object) -> Settings:
    known = {"data_dir": folder / "data", "slack_signing_secret": SecretStr("0" * 32)}
    return Settings(_env_file=None, **{**known, **given})


def metrics_of(bot: Bot) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(SharedMetrics(bot))
    return registry


def test_while_it_migrates_nothing_is_ready_and_slack_is_asked_to_come_again(
    tmp_path: Path, session_folder: Path
) -> None:
    """Another process holds the lock under which tables are made."""
    if reason := postgres.missing_reason():
        pytest.skip(reason)
    url = postgres.postgres_url(session_folder)
    given = settings(tmp_path, database_url=url)
    server = HttpServer(given, LOOPBACK, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    built: list[object] = []

    def start() -> None:
        bot = build(given)
        built.append(bot)
        server.open(bot)

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
        starting = threading.Thread(target=start)
        starting.start()

        assert ask(server.port, "/healthz").status == 200
        waiting = ask(server.port, "/readyz")
        assert (waiting.status, waiting.text) == (503, f"{STARTING}\n")
        assert ask(server.port, "/slack/events", method="POST").status == 503
        assert not built
    starting.join(30)

    assert ask(server.port, "/readyz").status == 200
    assert ask(server.port, "/slack/events", method="POST").status == 415, "the gate is there now"
    server.close()
    built[0].services.database.close()  # type: ignore[attr-defined]
    postgres.drop_database(url)


def test_without_its_database_it_lives_and_is_not_ready_until_that_is_back(
    tmp_path: Path, session_folder: Path
) -> None:
    begun = sqlite_beginning(EMPTY, session_folder, tmp_path)
    bot = build(settings(tmp_path, database_url=begun.database_url))
    server = HttpServer(bot, LOOPBACK, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    file = Path(str(bot.services.database.url.database))
    assert ask(server.port, "/readyz").status == 200

    bot.services.database.close()
    away = file.rename(tmp_path / "away.db")
    file.mkdir()
    out = ask(server.port, "/readyz")
    assert (out.status, out.text) == (503, "the database is out of reach\n")
    assert ask(server.port, "/healthz").status == 200
    figures = Figures(generate_latest(metrics_of(bot)).decode())
    assert (figures.value("database_up"), figures.value("ready")) == (0, 0)
    assert not figures.has("outbox_messages"), "what is not known is not said to be nothing"

    file.rmdir()
    away.rename(file)
    assert ask(server.port, "/readyz").status == 200
    server.close()
    bot.services.database.close()


def test_a_refused_token_is_said_and_takes_no_server_out_of_the_load_balancer(
    slack: Slack,
) -> None:
    """All servers have the same token: with none left nobody would read what is wrong."""
    slack.workspace.faults.add("auth.test", "error", error="invalid_auth")
    with pytest.raises(SlackRefused):
        meet_workspace(slack.bot)

    refused = ask(slack.server.port, "/readyz")
    assert refused.status == 200
    assert refused.text == "ready\nSlack refuses the bot token (invalid_auth)\n"
    said = generate_latest(metrics_of(slack.bot)) + metrics.figures()
    figures = Figures(said.decode())
    assert (figures.value("ready"), figures.value("slack_token_refused")) == (1, 1)

    meet_workspace(slack.bot)
    assert ask(slack.server.port, "/readyz").text == "ready\n"


def test_a_refusal_that_is_not_about_the_token_is_not_taken_for_one(slack: Slack) -> None:
    slack.workspace.faults.add("auth.test", "error", error="missing_scope")
    with pytest.raises(SlackRefused):
        meet_workspace(slack.bot)

    assert ask(slack.server.port, "/readyz").text == "ready\n"


def test_socket_mode_is_ready_while_connected_and_says_how_connections_ended(
    slack: Slack, link: SocketModeSlack, tmp_path: Path
) -> None:
    given = settings(tmp_path, metrics_port=free_port())
    port = given.metrics_port or 0
    with operators_port(given) as operators:
        operators.open(slack.bot)
        before = Figures(ask(port, "/metrics").text)
        with connecting(slack):
            assert link.connected.wait(10)
            slack.workspace.wait_for(lambda: ask(port, "/readyz").status == 200)
            link.refusing = True
            link.hang_up()
            slack.workspace.wait_for(lambda: ask(port, "/readyz").status == 503)
            assert ask(port, "/readyz").text == "no connection to Slack\n"
            operators.open(slack.bot)
            cut_off = Figures(ask(port, "/metrics").text)
            assert (cut_off.value("ready"), cut_off.has("socket_connected")) == (0, True)
            assert cut_off.value("socket_connected") == 0
            assert cut_off.since(before)("socket_lost_total", how="closed") >= 1
            link.refusing = False
            slack.workspace.wait_for(lambda: ask(port, "/readyz").status == 200)


def test_the_operators_port_is_there_for_the_block_and_heeds_the_token(tmp_path: Path) -> None:
    given = settings(tmp_path, metrics_port=free_port(), metrics_token=SecretStr(TOKEN))
    port = given.metrics_port or 0

    with operators_port(given):
        assert ask(port, "/readyz").text == f"{STARTING}\n"
        assert ask(port, "/metrics").status == 401
        assert "influencer_bot_build_info" in ask(port, "/metrics", TOKEN).text
        assert ask(port, "/slack/events").status == 404
        with (
            pytest.raises(CannotListen, match="Choose another with METRICS_PORT"),
            operators_port(given),
        ):
            pass
    with pytest.raises(OSError):
        http.client.HTTPConnection(LOOPBACK, port, timeout=1).connect()


def test_without_a_port_of_its_own_nothing_listens(tmp_path: Path) -> None:
    threads = threading.active_count()
    with operators_port(settings(tmp_path)):
        assert threading.active_count() == threads
