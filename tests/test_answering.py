"""Several processes answer Slack as one server: they share its work, its counts and its end."""

import ctypes
import http.client
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bot.answering import AnsweringProcesses
from bot.app import real_now
from bot.manifest import manifest_path
from playground.options import Options
from playground.server import start as start_playground
from playground.workspace import Workspace
from storage.database import Database
from tests.metering import TOKEN, Figures, ask
from tests.slack import LOOPBACK, PATIENCE
from tests.test_command_line import Server, _free_port, server

SECRET, BOT_TOKEN = "a signing secret", "xoxb-answering"
SECONDS = 30.0

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows shares no sockets")


@dataclass
class Running:
    """A server of two processes, and the workspace it is in."""

    started: Server
    workspace: Workspace
    port: int
    database: Path

    @property
    def first(self) -> psutil.Process:
        return psutil.Process(self.started.process.pid)

    def beside(self) -> list[psutil.Process]:
        """The processes that only answer."""
        return [one for one in self.first.children() if "bot.answer_process" in one.cmdline()]

    def figures(self) -> Figures:
        return Figures(ask(self.port, "/metrics", TOKEN).text)

    def has_settled(self) -> None:
        """Wait until both answer."""
        wait_until(lambda: self.figures().value("answering_processes") == 2)

    @contextmanager
    def only_those_beside(self) -> Iterator[None]:
        """While the first process stands still, without a lock, who answers is another."""
        with closing(sqlite3.connect(self.database, timeout=SECONDS)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            self.first.send_signal(signal.SIGSTOP)
            os.waitpid(self.first.pid, os.WUNTRACED)  # until then it goes on taking requests
        try:
            yield
        finally:
            self.first.send_signal(signal.SIGCONT)


def wait_until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(SECONDS / 0.05)):
        if is_so():
            return
        pause.wait(0.05)
    raise AssertionError("it never came")


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@contextmanager
def running(folder: Path, host: str = LOOPBACK) -> Iterator[Running]:
    port = _free_port()
    playground = start_playground(
        Options(
            bot_url=f"http://{LOOPBACK}:{port}", signing_secret=SECRET, bot_token=BOT_TOKEN,
            port=0, manifest=manifest_path(), timeout=PATIENCE, trigger_seconds=PATIENCE,
        )
    )  # fmt: skip
    given = {
        "SLACK_API_BASE_URL": f"{playground.url}/api/",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "METRICS_TOKEN": TOKEN,
        "LIVE_SOURCES": "off",
        "SERVER_THREADS": "4",
    }
    arguments = ("serve", "--host", host, "--port", str(port))
    try:
        with server(*arguments, folder=folder, **given) as started:
            started.wait_for("Listening on")
            started.wait_for("connected to workspace")
            yield Running(
                started, playground.workspace, port, folder / "data" / "influencer-bot.db"
            )
    finally:
        playground.stop()


def test_two_processes_answer_and_what_the_second_takes_up_is_done_by_the_first(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as slack:
        (beside,) = slack.beside()
        slack.has_settled()
        before = slack.figures()

        with slack.only_those_beside():
            assert "find" in slack.workspace.command("olivia", "help", "marketing").text
            slack.workspace.open_home("olivia")
            calls = [one.method for one in slack.workspace.store.api_calls]
            assert "views.publish" not in calls
        wait_until(
            lambda: "views.publish" in [one.method for one in slack.workspace.store.api_calls]
        )
        grown = slack.figures().since(before)
        assert grown("deliveries_total", kind="command", outcome="answered") == 1
        assert grown("deliveries_total", kind="event", outcome="answered") == 1
        assert grown("slack_calls_total", method="views.publish", outcome="ok") == 1

        beside.kill()
        slack.started.wait_for("a process that answers Slack ended (-9); another one is started")
        slack.has_settled()
        after = slack.figures().since(before)
        assert after("deliveries_total", kind="command", outcome="answered") == 1, "not forgotten"
        with slack.only_those_beside():
            assert "find" in slack.workspace.command("olivia", "help", "marketing").text

        (beside,) = slack.beside()
        assert slack.started.stop() == 0
        assert is_gone(beside)
        assert "Traceback" not in slack.started.said
        assert [one.name for one in (tmp_path / "data").glob("metrics-*")] == []


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_every_address_that_a_host_stands_for_is_answered_by_each_process(tmp_path: Path) -> None:
    def answers(address: str) -> bool:
        link = http.client.HTTPConnection(address, slack.port, timeout=SECONDS)
        with closing(link):
            link.request("GET", "/healthz")
            return link.getresponse().status == http.client.OK

    with running(tmp_path, host="*") as slack:
        slack.has_settled()
        assert answers(LOOPBACK)
        assert answers("::1")
        with slack.only_those_beside():
            assert answers(LOOPBACK)
            assert answers("::1")

        assert slack.started.stop() == 0
        assert "Traceback" not in slack.started.said


@pytest.mark.skipif(sys.platform != "linux", reason="how a thread gets a signal is Linux's")
def test_a_signal_that_the_system_gives_to_another_thread_is_heard(tmp_path: Path) -> None:
    """As it does with what comes right after a pause, since the main thread is awake again then."""

    def tell_another_thread(process: psutil.Process) -> None:
        other = next(one.id for one in process.threads() if one.id != process.pid)
        assert ctypes.CDLL(None).tgkill(process.pid, other, signal.SIGTERM) == 0

    with running(tmp_path) as slack:
        (beside,) = slack.beside()
        slack.has_settled()
        tell_another_thread(beside)
        slack.started.wait_for("a process that answers Slack ended (0)")
        tell_another_thread(slack.first)
        assert slack.started.process.wait(SECONDS) == 0


def test_a_process_that_cannot_be_started_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.db'}", real_now)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    beside = AnsweringProcesses(database, [], 1)

    beside.start()
    wait_until(lambda: len(caplog.messages) >= 2)
    beside.stop()

    assert all("No such file" in said and "another one is started" in said
               for said in caplog.messages)  # fmt: skip
    assert "answering-0" not in [one.name for one in threading.enumerate()]
    database.close()


def test_when_the_first_process_is_killed_no_other_goes_on_and_the_next_start_clears_up(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as slack:
        (beside,) = slack.beside()
        os.kill(slack.started.process.pid, signal.SIGKILL)
        wait_until(lambda: is_gone(beside))
        (left,) = (tmp_path / "data").glob("metrics-*")

    with running(tmp_path) as slack:
        assert not left.exists()
        assert len(list((tmp_path / "data").glob("metrics-*"))) == 1
        assert slack.workspace.command("olivia", "help", "marketing").text
        assert slack.started.stop() == 0
