"""Slack's Web API as quick as it can be answered, in a process of its own: for measuring the bot.

It posts what it is told, knows every channel and person, and keeps reactions, which whoever plays
the people says at `/people/react`. `python -m benchmarks.slack_stand_in` prints its port.
"""

import itertools
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from waitress.server import create_server

TEAM, BOT, OWNER = "T0BENCH0001", "U0BENCHBOT1", "U0BENCH0001"
REACT, COUNTS = "/people/react", "/counts"

Answer = dict[str, Any]


class StandIn:
    """A WSGI application. calls: how often each method was called."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._reactions: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer anything."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        kind = environ.get("CONTENT_TYPE", "")
        given = json.loads(body or b"{}") if "json" in kind else dict(parse_qsl(body.decode()))
        given |= dict(parse_qsl(environ.get("QUERY_STRING", "")))
        answer = json.dumps(self._answer(environ["PATH_INFO"], given)).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response("200 OK", headers)
        return [answer]

    def _answer(self, path: str, given: Answer) -> Answer:
        if path == REACT:
            with self._lock:
                self._react(given)
            return {"ok": True}
        if path == COUNTS:
            return dict(self.calls)
        method = path.rpartition("/")[2]
        with self._lock:
            self.calls[method] += 1
            return {"ok": True, **self._said(method, given)}

    def _said(self, method: str, given: Answer) -> Answer:
        channel = given.get("channel", "")
        said = {
            "auth.test": lambda: {"team_id": TEAM, "team": "bench", "user_id": BOT,
                                  "bot_id": "B0BENCH0001", "url": "https://bench.example.com/"},
            "chat.postMessage": lambda: {"channel": channel, "ts": self._next_ts()},
            "users.info": lambda: {"user": user(given["user"])},
            "users.list": lambda: {"members": [user(OWNER)]},
            "conversations.info": lambda: {
                "channel": {"id": channel, "name": "bench", "is_member": True}
            },
            "conversations.members": lambda: {"members": [OWNER, BOT]},
            "conversations.open": lambda: {"channel": {"id": "D0BENCH0001"}},
            "reactions.get": lambda: {"type": "message", "message": {"reactions": self._on(given)}},
        }  # fmt: skip
        return said.get(method, lambda: {"ts": given.get("ts", ""), "channel": channel})()

    def _next_ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def _react(self, given: Answer) -> None:
        people = self._reactions[given["channel"], given["ts"]].setdefault(given["name"], set())
        (people.add if given["on"] else people.discard)(given["user"])

    def _on(self, given: Answer) -> list[Answer]:
        reactions = self._reactions.get((given["channel"], given["timestamp"]), {})
        return [
            {"name": name, "users": sorted(people), "count": len(people)}
            for name, people in reactions.items()
            if people
        ]


def user(slack_id: str) -> Answer:
    """A full member, as Slack describes one."""
    return {
        "id": slack_id, "team_id": TEAM, "name": slack_id.lower(), "tz": "Europe/London",
        "is_admin": slack_id == OWNER, "profile": {"display_name": slack_id.title()},
    }  # fmt: skip


@contextmanager
def playing() -> Iterator[int]:
    """The stand-in in its process; gives its port."""
    command = [sys.executable, "-m", "benchmarks.slack_stand_in"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline() if process.stdout else "")
    finally:
        process.terminate()
        process.wait()


def counts(port: int) -> str:
    """How often each method was called, in words, the most frequent first."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{COUNTS}", timeout=20) as answer:
        found = Counter(json.load(answer))
    return ", ".join(f"{method} {times:,}" for method, times in found.most_common())


def main() -> None:
    """Serve until ended, after saying the port."""
    server = create_server(StandIn(), host="127.0.0.1", port=0, threads=4)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
