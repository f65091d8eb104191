"""Named points at which a server of the crash runs is killed, by SIGKILL and from within.

The product has no switches for this: the process of a run wraps the functions on whose far side
a kill is interesting, before it starts the server. A kill from outside would hit such a point,
which lasts for microseconds, once in thousands of runs.
"""

import functools
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlmodel import Session

from bot import gate, sender, unanswered, workers
from handlers import file_sending
from storage import digests


class Point(NamedTuple):
    """Before or after each call of a function. where: what holds it, under `name`."""

    where: Any
    name: str
    after: bool


POINTS: dict[str, Point] = {
    "a request was handled, not answered": Point(gate.SlackGate, "__call__", after=True),
    "a message was claimed": Point(sender.Sender, "_send", after=False),
    "Slack is about to be called": Point(sender, "call", after=False),
    "Slack has answered": Point(sender, "call", after=True),
    "a post was looked for": Point(unanswered, "find", after=True),
    "what came of it is stored": Point(sender.Sender, "_settle", after=True),
    "a message was put aside": Point(sender.Sender, "_park", after=True),
    "a job was claimed": Point(workers.Workers, "_do", after=False),
    "a job was done, not stored": Point(workers.Workers, "_do", after=True),
    "a week was claimed, not committed": Point(digests, "claim", after=True),
    "a file's bytes were uploaded": Point(file_sending, "_upload", after=True),
    "a minute was ticked": Point(workers.Workers, "tick_minute", after=True),
}
AT_RANDOM = "at random"
COMMITS = {"a commit begins": "before_commit", "a commit was made": "after_commit"}
NAMES = (*POINTS, *COMMITS)
BESIDE = ("a request was handled, not answered", *COMMITS, AT_RANDOM)
"""Where a process can be killed that only answers."""


def arm(name: str, hits: int, seconds: float = 0.0, note: Path | None = None) -> None:
    """End this process at the point's so many-th time, or after so many seconds at random.

    note: a file in which the point is written down before.
    """

    def end() -> None:
        if note is not None:
            with note.open("a", encoding="utf-8") as file:
                file.write(f"{name}\n")
        os.kill(os.getpid(), signal.SIGKILL)

    if name == AT_RANDOM:
        threading.Timer(seconds, end).start()
        return
    strike = _striker(hits, end)
    if name in COMMITS:
        event.listen(Session, COMMITS[name], lambda _session: strike())
        return
    point = POINTS[name]
    setattr(point.where, point.name, _wrapped(getattr(point.where, point.name), point, strike))


def _striker(hits: int, end: Callable[[], None]) -> Callable[[], None]:
    lock, left = threading.Lock(), [hits]

    def strike() -> None:
        with lock:
            left[0] -= 1
            if left[0] <= 0:
                end()

    return strike


def _wrapped(
    function: Callable[..., Any], point: Point, strike: Callable[[], None]
) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*given: Any, **named: Any) -> Any:
        if not point.after:
            strike()
        answer = function(*given, **named)
        if point.after:
            strike()
        return answer

    return wrapper
