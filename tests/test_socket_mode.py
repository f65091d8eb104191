"""Socket Mode, against a small stand-in for Slack's end of the connection."""

import contextlib
import json
import queue
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from bot import socket_mode
from bot.socket_mode import Pace, connect_forever
from handlers.answer import Answer, say
from handlers.context import Context
from handlers.payloads import Command
from playground.people import TEAM_ID
from storage.models import Job
from tests.shortlisting import CHECK, behind_the_bots_back, shortlist
from tests.slack import LOOPBACK, Slack
from tests.websocket import CLOSE, PING, PONG, TEXT, accept, frame, read

QUICK = Pace(first_wait=0.05, watch=0.02, ping=0.1, silent=0.5)


class SocketModeSlack:
    """Gives an address, takes the connection, sends envelopes and keeps what comes back.

    Each address is good for one connection, as Slack's are. addresses: how many were given;
    silent: pings get no answer; connections: those that were taken.
    """

    def __init__(self) -> None:
        self.refusing = False
        self.silent = False
        self.asked = threading.Event()
        self.refused = 0
        self.addresses = 0
        self.connections: list[str] = []
        self.connected = threading.Event()
        self.acknowledged: queue.Queue[dict[str, Any]] = queue.Queue()
        self._unused: set[str] = set()
        self._connection: Any = None
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                stand_in.asked.set()
                self.rfile.read(int(self.headers.get("content-length", 0)))
                if stand_in.refusing:
                    stand_in.refused += 1
                    body = json.dumps({"ok": False, "error": "internal_error"})
                else:
                    body = json.dumps({"ok": True, "url": stand_in._new_address()})
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def do_GET(self) -> None:
                if not stand_in._use(self.path.partition("?")[0]):
                    self.send_error(408)
                    return
                self.send_response(101)
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                self.send_header("Sec-WebSocket-Accept", accept(self.headers["Sec-WebSocket-Key"]))
                self.end_headers()
                self.close_connection = True
                stand_in._talk(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def api_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/api/"

    def _new_address(self) -> str:
        self.addresses += 1
        path = f"/link/{self.addresses}"
        self._unused.add(path)
        return f"ws://{LOOPBACK}:{self.port}{path}"

    def _use(self, path: str) -> bool:
        """Take a connection at this address, once."""
        if path not in self._unused:
            return False
        self._unused.remove(path)
        return True

    def send(self, kind: str, payload: dict[str, Any], envelope: str) -> None:
        """Deliver something, as Slack does."""
        message = {"envelope_id": envelope, "type": kind, "payload": payload}
        self._write(TEXT, json.dumps(message).encode())

    def ask_to_reconnect(self, reason: str) -> None:
        """Say that this connection will be closed soon, as Slack does now and then."""
        self._write(TEXT, json.dumps({"type": "disconnect", "reason": reason}).encode())

    def hang_up(self) -> None:
        """Break the connection off, without a word."""
        with contextlib.suppress(OSError):
            self._connection.connection.shutdown(2)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, connection: Any) -> None:
        self._connection = connection
        self.connections.append(connection.path.partition("?")[0])
        self.connected.set()
        with contextlib.suppress(OSError, struct.error):
            while True:
                opcode, content = read(connection.rfile)
                if opcode == PING:
                    if not self.silent:
                        connection.wfile.write(frame(PONG, content))
                elif opcode == CLOSE:
                    return
                elif opcode == TEXT:
                    self.acknowledged.put(json.loads(content))

    def _write(self, opcode: int, content: bytes) -> None:
        self._connection.wfile.write(frame(opcode, content))


@pytest.fixture
def link(slack: Slack) -> Iterator[SocketModeSlack]:
    """Slack's end; the bot of the harness is set to connect to it."""
    stand_in = SocketModeSlack()
    slack.bot.settings = slack.bot.settings.model_copy(
        update={
            "slack_api_base_url": stand_in.api_url,
            "slack_app_token": SecretStr("xapp-1-secret"),
        }
    )
    yield stand_in
    stand_in.stop()


@contextlib.contextmanager
def connecting(slack: Slack) -> Iterator[None]:
    """The bot, connecting and keeping its connection."""
    stopping = threading.Event()
    thread = threading.Thread(target=connect_forever, args=(slack.bot, stopping, QUICK))
    thread.start()
    yield
    stopping.set()
    thread.join(10)
    assert not thread.is_alive(), "it stops when told to"


@pytest.fixture
def running(slack: Slack, link: SocketModeSlack) -> Iterator[None]:
    """The same, for a whole test."""
    with connecting(slack):
        yield


def command(text: str) -> dict[str, Any]:
    return {
        "command": "/influencer",
        "text": text,
        "team_id": TEAM_ID,
        "user_id": "U0ANA000001",
        "channel_id": "C0MARKETING",
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.slack.com/commands/1",
    }


def event(number: str) -> dict[str, Any]:
    user = {"id": "U0ANA000001", "tz": "Europe/Paris"}
    return {
        "type": "event_callback",
        "event_id": number,
        "team_id": TEAM_ID,
        "event": {"type": "user_change", "user": user, "event_ts": "1.0"},
    }


def test_a_command_is_answered_in_the_acknowledgement(
    link: SocketModeSlack, running: None, slack: Slack
) -> None:
    def answer(command: Command, context: Context) -> Answer:
        return say(f"Heard: {command.text}")

    slack.bot.feature.commands["test"] = answer
    assert link.connected.wait(10)

    link.send("slash_commands", command("test hello"), "envelope-1")

    acknowledged = link.acknowledged.get(timeout=10)
    assert acknowledged["envelope_id"] == "envelope-1"
    assert acknowledged["payload"]["text"] == "Heard: hello"


def test_an_event_is_acknowledged_only_when_its_handlers_have_succeeded(
    link: SocketModeSlack, running: None, slack: Slack
) -> None:
    tried: list[str] = []

    def fails_once(event: dict[str, Any], context: Context) -> None:
        tried.append(event["type"])
        if len(tried) == 1:
            raise ZeroDivisionError("a mistake")

    slack.bot.feature.events["user_change"] = (fails_once,)
    assert link.connected.wait(10)

    link.send("events_api", event("Ev1"), "first")
    slack.workspace.wait_for(lambda: len(tried) == 1)
    link.send("events_api", event("Ev1"), "repeated")

    assert link.acknowledged.get(timeout=10)["envelope_id"] == "repeated"
    assert link.acknowledged.empty()


def test_after_a_new_connection_votes_that_slack_could_not_deliver_count(slack: Slack) -> None:
    made = shortlist(slack, "mara", approvers=("ana",))
    behind_the_bots_back(slack, "ana", CHECK, made.card, on=True)

    socket_mode.look_for_votes(slack.bot)
    slack.settle()

    assert "Approved by Ana" in slack.text_of(made.card)


def test_the_bot_says_that_slack_is_out_of_reach_and_connects_when_it_is_back(
    link: SocketModeSlack, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    link.refusing = True
    with connecting(slack):
        assert link.asked.wait(10)
        slack.workspace.wait_for(lambda: "Slack can't be reached" in caplog.text, "it says so")
        assert not link.connected.is_set()

        link.refusing = False
        assert link.connected.wait(10)
        slack.workspace.wait_for(lambda: "connected in Socket Mode" in caplog.text)

    assert "xapp-1-secret" not in caplog.text


def test_a_connection_that_never_answered_is_given_up_too(
    link: SocketModeSlack, slack: Slack
) -> None:
    link.silent = True
    with connecting(slack):
        slack.workspace.wait_for(lambda: len(link.connections) > 1, "it tries another one")
        link.silent = False


def test_when_told_to_the_bot_moves_to_a_new_connection_and_answers_there(
    link: SocketModeSlack, running: None, slack: Slack
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(command: Command, context: Context) -> Answer:
        begun.set()
        go_on.wait(10)
        return say(f"Heard: {command.text}")

    slack.bot.feature.commands["test"] = slowly
    assert link.connected.wait(10)
    link.send("slash_commands", command("test meanwhile"), "envelope-1")
    assert begun.wait(10)

    for count, reason in enumerate(("warning", "refresh_requested"), start=2):
        link.ask_to_reconnect(reason)
        slack.workspace.wait_for(lambda count=count: len(link.connections) == count, reason)
    go_on.set()

    acknowledged = link.acknowledged.get(timeout=10)
    assert acknowledged["envelope_id"] == "envelope-1"
    assert acknowledged["payload"]["text"] == "Heard: meanwhile"
    assert len(set(link.connections)) == 3, "an address is good for one connection"


def is_looked_for(slack: Slack) -> bool:
    """Whether votes that were missed are asked for."""
    with slack.reading() as tx:
        return tx.session.exec(select(Job).where(Job.kind == "votes.catch_up")).first() is not None


def hang_up(link: SocketModeSlack) -> None:
    link.hang_up()


def fall_silent(link: SocketModeSlack) -> None:
    link.silent = True


@pytest.mark.parametrize("lose", [hang_up, fall_silent])
def test_a_connection_lost_without_a_word_is_noticed_and_votes_given_meanwhile_count(
    link: SocketModeSlack,
    running: None,
    slack: Slack,
    caplog: pytest.LogCaptureFixture,
    lose: Callable[[SocketModeSlack], None],
) -> None:
    caplog.set_level("INFO")
    assert link.connected.wait(10)
    made = shortlist(slack, "mara", approvers=("ana",))
    link.refusing = True
    lose(link)
    slack.workspace.wait_for(lambda: "is lost" in caplog.text, "it is noticed")
    slack.workspace.wait_for(lambda: link.refused > 1, "it goes on trying")
    behind_the_bots_back(slack, "ana", CHECK, made.card, on=True)
    assert len(link.connections) == 1

    link.refusing = link.silent = False
    slack.workspace.wait_for(lambda: len(link.connections) == 2, "it is back")
    slack.workspace.wait_for(lambda: "connected in Socket Mode again" in caplog.text)

    slack.workspace.wait_for(lambda: is_looked_for(slack), "votes are looked for")
    slack.settle()
    assert "Approved by Ana" in slack.text_of(made.card)


def test_an_event_that_was_stored_when_the_connection_broke_counts_once(
    link: SocketModeSlack, running: None, slack: Slack
) -> None:
    """Slack heard no acknowledgement, so it delivers again; then it hears one."""
    begun, go_on = threading.Event(), threading.Event()
    counted: list[str] = []

    def slowly(event: dict[str, Any], context: Context) -> None:
        with context.writing():
            counted.append(event["type"])
        begun.set()
        go_on.wait(10)

    slack.bot.feature.events["user_change"] = (slowly,)
    assert link.connected.wait(10)
    link.refusing = True
    link.send("events_api", event("Ev1"), "first")
    assert begun.wait(10)
    link.hang_up()
    slack.workspace.wait_for(lambda: link.refused > 0, "the break is noticed")
    go_on.set()
    link.refusing = False
    slack.workspace.wait_for(lambda: len(link.connections) == 2, "it is back")

    link.send("events_api", event("Ev1"), "repeated")

    while (heard := link.acknowledged.get(timeout=10))["envelope_id"] != "repeated":
        assert heard["envelope_id"] == "first"
    assert counted == ["user_change"]
