"""The command line as a process: what is wrong ends with a sentence, and secrets stay hidden."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import cli
from bot.redaction import redact
from bot.running import secrets_of
from bot.server_lock import ServerLock
from bot.settings import Settings
from tests.command_line import run

ROOT = Path(__file__).parent.parent
BOT_TOKEN, SIGNING_SECRET = "xoxb-canary-bot-token", "canary-signing-secret"
READY_SECONDS = 60


def environment(folder: Path, **changes: str) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    return {
        **given,
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": "",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_BASE_URL": f"http://127.0.0.1:{_free_port()}/api/",
        **changes,
    }


def influencer_bot(
    *arguments: str, folder: Path, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment(folder, **changes),
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )


@contextmanager
def server(*arguments: str, folder: Path, **changes: str) -> Iterator["Server"]:
    """A server in a process of its own, which is killed if it does not stop by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment(folder, **changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Server(process)
    finally:
        process.kill()
        process.wait()


class Server:
    """A running server and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, words: str) -> None:
        """Wait until it has said these words."""
        until = time.monotonic() + READY_SECONDS
        while words not in self.said:
            left = until - time.monotonic()
            assert left > 0 and self.process.poll() is None, self.said
            try:
                self.said += self._lines.get(timeout=min(left, 0.5))
            except queue.Empty:
                continue

    def stop(self) -> int:
        """Ask it to stop, as an operator's tool does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(READY_SECONDS)
        while not self._lines.empty():
            self.said += self._lines.get()
        return code

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---- what is wrong ends with a sentence -------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "changes", "sentence"),
    [
        (("run",), {"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set:"),
        (("run",), {}, "SLACK_APP_TOKEN is not set:"),
        (("serve",), {"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set:"),
        (
            ("serve",),
            {"SERVER_THREADS": "many"},
            "SERVER_THREADS is wrong: it must be a whole number",
        ),
        (("serve",), {"SERVER_THREADS": "0"}, "SERVER_THREADS is wrong: it must be at least 1"),
        (("serve",), {"LIVE_SOURCES": "maybe"}, "LIVE_SOURCES is wrong: it must be on or off"),
        (("serve",), {"OWNERS": "U0ANA000001, bob"}, "OWNERS is wrong: “bob” is no Slack user id"),
        (("run",), {"SLACK_BOT_TOKEN": "xapp-1"}, "a bot token begins with xoxb-"),
        (("run",), {"SLACK_APP_TOKEN": "xoxb-1"}, "an app-level token begins with xapp-"),
        (("serve",), {"SLACK_SIGNING_SECRET": "xoxb-1"}, "that is a token;"),
        (("serve",), {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is wrong: it must be DEBUG,"),
        (("serve",), {"DATABASE_URL": "mysql://x/y"}, "only sqlite and postgresql are supported"),
        (("serve",), {"PLAYGROUND_CLOCK_FILE": "clock"}, "is for the playground only"),
        (("run",), {"PLAYGROUND_CLOCK_FILE": "clock"}, "is for the playground only"),
        (("migrate",), {"DATABASE_URL": "sqlite:////no/such/folder/x.db"}, "can't be used"),
        (("migrate",), {"DATA_DIR": "/proc/no"}, "/proc/no can't be used"),
        (("manifest", "--url", "http://x"), {}, "not an address that Slack can call"),
    ],
)
def test_a_wrong_start_ends_with_a_sentence_and_code_2(
    arguments: tuple[str, ...],
    changes: dict[str, str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment(tmp_path, **{"SLACK_APP_TOKEN": "", **changes}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["influencer-bot", *arguments])
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as ended:
        cli.main()

    said = capsys.readouterr()
    assert ended.value.code == 2
    assert sentence in said.err
    assert "Traceback" not in said.err + said.out
    assert BOT_TOKEN not in said.err


def test_a_wrong_start_shows_no_traceback_from_a_process_either(tmp_path: Path) -> None:
    ended = influencer_bot("serve", folder=tmp_path, SLACK_SIGNING_SECRET="", SLACK_BOT_TOKEN="")

    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 2, "a sentence for each missing setting"
    assert "Traceback" not in ended.stderr


def test_a_database_out_of_reach_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://bot:canary-password@127.0.0.1:{_free_port()}/bot"

    ended = influencer_bot("migrate", folder=tmp_path, DATABASE_URL=url)

    assert ended.returncode == 2
    assert "The database can't be used" in ended.stderr
    assert "canary-password" not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


# ---- a server ---------------------------------------------------------------------------------


def test_a_server_starts_while_slack_is_out_of_reach_says_so_and_stops_when_told(
    tmp_path: Path,
) -> None:
    """And a second one on its SQLite file is refused, while other commands work beside it."""
    port = str(_free_port())
    with server("serve", "--host", "127.0.0.1", "--port", port, folder=tmp_path) as first:
        first.wait_for("Listening on")
        first.wait_for("Slack can't be reached")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200

        second = influencer_bot("serve", "--port", str(_free_port()), folder=tmp_path)
        beside = influencer_bot("migrate", folder=tmp_path)

        assert second.returncode == 2
        assert "already running" in second.stderr and "Traceback" not in second.stderr
        assert beside.returncode == 0
        assert "Nothing to do" in beside.stdout
        assert first.stop() == 0
        assert "finishing what is in hand" in first.said
        assert "Traceback" not in first.said
        assert not re.search("ERROR", first.said), "one line of ours says it"
        assert BOT_TOKEN not in first.said and SIGNING_SECRET not in first.said
    with ServerLock(tmp_path / "data" / "influencer-bot.db"):
        pass


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = influencer_bot("serve", "--host", "127.0.0.1", "--port", port, folder=tmp_path)

    assert ended.returncode == 2
    assert f"Can't listen on 127.0.0.1, port {port}" in ended.stderr
    assert "another program listens there. Choose another with --port." in ended.stderr
    assert "Traceback" not in ended.stderr


# ---- small things -----------------------------------------------------------------------------


def test_every_configured_secret_is_hidden_in_logs() -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-canary",
        slack_signing_secret="plain-canary-secret",
        database_url="postgresql://bot:canary%2Fword@db/bot",
        youtube_api_key="key-canary",
        instagram_token="EAAcanary",
    )
    told = "plain-canary-secret canary/word canary%2Fword xapp-canary key-canary EAAcanary"

    hidden = redact(told, secrets_of(settings))

    assert "canary" not in hidden


def test_the_manifest_can_be_printed_in_both_forms(database_url: str, tmp_path: Path) -> None:
    socket_mode = run("manifest", database_url=database_url, folder=tmp_path)
    http = run("manifest", "--url", "https://bot.example.com", database_url=database_url,
               folder=tmp_path)  # fmt: skip

    assert "socket_mode_enabled: true" in socket_mode.output
    assert "https://bot.example.com/slack/events" in http.output


def test_every_command_of_the_help_can_be_asked_for_help(tmp_path: Path, database_url: str) -> None:
    for name in cli.COMMANDS:
        if not (ROOT / "bot" / "commands" / f"{cli.COMMANDS[name]}.py").exists():
            continue
        result = run(name, "--help", database_url=database_url, folder=tmp_path)
        assert result.exit_code == 0, name
        assert "Usage:" in result.output
