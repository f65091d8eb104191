"""Several servers on one PostgreSQL under kills and restarts: `python -m benchmarks.replicas`.

Each step is a week on a moved clock, in which every digest falls due once, people vote on new
shortlists and numbered posts are decided on, while servers are killed (-9) or told to stop, the
database is cut off or crashes, and Slack limits, drops, garbles and delays answers. A step ends
when nothing is left to do, leases as shipped included; then Slack and database are compared. Each
step is a line in the file of counts, which adds up over any number of runs.
"""

import argparse
import datetime as dt
import json
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fleet.checks import Found, look
from tests.fleet.fleet import MODES, Fleet, fleet
from tests.fleet.own_postgres import OwnPostgres
from tests.fleet.scene import WEEK, Scene, in_background

FAULTS = ("drop", "lost", "garbage", "server_error", "rate_limited", "delay")
BLOWS = ("kill", "kill beside", "kill all", "stop", "restart")
"""The second ends the process of a server that only answers (there is none in Socket Mode)."""
CALLS = ("chat.postMessage", "chat.update", "*")
HOUR = dt.timedelta(minutes=61)
HOUR_AFTER = 240.0
LONGEST_STEP = 3600.0
"""Seconds after which a step that goes on counts as hanging."""


class Chaos:
    """Kills and restarts until told to end; what it did is in `done`."""

    def __init__(self, here: Fleet, postgres: OwnPostgres, pause: float, seed: int) -> None:
        """pause: mean seconds between two blows."""
        self.done: Counter[str] = Counter()
        self._here = here
        self._postgres = postgres
        self._pause = pause
        self._random = random.Random(seed)
        self._ending = threading.Event()
        self._threads = [in_background(self._strike), in_background(self._spoil)]

    def end(self) -> None:
        """End, and leave everything running."""
        self._ending.set()
        for thread in self._threads:
            thread.join()
        for place in self._here.processes.places:
            if not self._here.processes.is_running(place):
                self._here.processes.start(place)
        self._here.slack.faults.clear()

    def _strike(self) -> None:
        while not self._ending.wait(self._random.uniform(0.5, 1.5) * self._pause):
            kind = self._random.choices(BLOWS, (10, 5, 1, 2, 2))[0]
            self._one(kind)
            self.done[kind] += 1

    def _one(self, kind: str) -> None:
        processes = self._here.processes
        place = self._random.choice(list(processes.places))
        if kind == "restart":
            how = self._random.choice((signal.SIGINT, signal.SIGQUIT))
            self._postgres.restart(how, self._random.uniform(0, 2))
            return
        if kind == "kill beside":
            processes.kill_beside(place)
            return
        if kind == "kill all":
            processes.kill_all()
        elif kind == "kill":
            processes.kill(place)
        else:
            processes.stop(place)
        self._ending.wait(self._random.uniform(0, 2))
        for one in processes.places:
            if not processes.is_running(one):
                processes.start(one)

    def _spoil(self) -> None:
        """Let a call go wrong now and then; never the next one and the next, which is an outage."""
        faults = self._here.slack.faults
        while not self._ending.wait(self._random.uniform(1, 4)):
            if faults.left():
                continue
            kind: Any = self._random.choice(FAULTS)
            faults.add(self._random.choice(CALLS), kind, seconds=self._random.uniform(0.1, 2))
            self.done["spoilt calls"] += 1


class Run:
    """Step after step in one fleet."""

    def __init__(self, here: Fleet, postgres: OwnPostgres, given: argparse.Namespace) -> None:
        """Start the servers, all at once on an empty database, and set the scene."""
        self._here = here
        self._postgres = postgres
        self._given = given
        self._weeks = 0
        self._moved = dt.timedelta()
        here.start()
        here.wait_until_up(given.servers, 300)
        self._scene = Scene(here.slack, here.database, given.seed)
        self._scene.schedule_digests(given.digests, self._scene.channels("weekly", 100))
        self._numbered = self._scene.channels("numbered", 4)
        self._voters = self._scene.approvers(6)

    def step(self) -> Found:
        """One week; gives what was found in the end."""
        scene, began = self._scene, time.monotonic()
        self._weeks += 1
        channel = scene.channels(f"list{self._weeks}", 1)[0]
        scene.cards.clear()
        scene.post_shortlist(channel, self._voters, self._given.cards)
        chaos = Chaos(self._here, self._postgres, self._given.pause, random.randrange(10**9))
        writing = threading.Event()
        numbered = in_background(
            lambda: scene.write_numbered(self._numbered, lambda: not writing.is_set(), 0.3)
        )
        self._to(WEEK * self._weeks)
        scene.vote(lambda: True, 0.1)
        self._wait(self._all_posted, began)
        writing.set()
        numbered.join()
        chaos.end()
        self._to(self._moved + HOUR)  # votes that Slack could not tell of are looked for
        time.sleep(2)
        self._wait(self._here.is_idle, began)
        time.sleep(2)
        self._wait(self._here.is_idle, began)
        found = look(scene, self._weeks, self._given.digests)
        self._note(found, chaos.done, time.monotonic() - began)
        return found

    def _posted(self) -> int:
        """How many digests are in Slack, of all weeks."""
        with self._here.slack.store.reading():
            return sum(
                str(one.metadata["event_payload"]["key"]).startswith("digest:") and not one.is_reply
                for found in self._here.slack.store.messages.values()
                for one in found
                if one.metadata
            )

    def _all_posted(self) -> bool:
        return self._posted() >= self._weeks * self._given.digests

    def _to(self, moved: dt.timedelta) -> None:
        """Move the clock to so long after the start of the run."""
        self._here.move_clock(moved - self._moved)
        self._moved = moved

    def _wait(self, question: Callable[[], bool], began: float) -> None:
        """Wait for it; what was given up for an hour is tried again in an hour of the clock."""
        again = time.monotonic() + HOUR_AFTER
        while not question():
            if time.monotonic() - began > LONGEST_STEP:
                raise TimeoutError("a step goes on and on: look into the logs of the servers")
            if time.monotonic() > again and self._moved < WEEK * self._weeks + 2 * HOUR:
                again += HOUR_AFTER
                self._to(self._moved + HOUR)
            time.sleep(0.5)

    def _note(self, found: Found, done: Counter[str], seconds: float) -> None:
        """Counts of this step alone; what was there before it is subtracted."""
        before = getattr(self, "_before", Counter[str]())
        now = Counter(periods=found.periods, posts=found.posts, numbered=found.numbered)
        line = {
            "mode": self._given.mode,
            **(now - before),
            "votes": found.votes,
            **done,
            "wrong": found.wrong,
            "seconds": round(seconds, 1),
        }
        self._before = now
        with self._given.counts.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)


def totals(counts: Path) -> dict[str, Counter[str]]:
    """All that the file of counts holds, by mode."""
    added: dict[str, Counter[str]] = {}
    for line in counts.read_text(encoding="utf-8").splitlines():
        read = json.loads(line)
        mode, wrong = read.pop("mode"), read.pop("wrong")
        added.setdefault(mode, Counter()).update(steps=1, wrong=len(wrong), **read)
    return added


def _keep_logs(here: Fleet, folder: Path) -> None:
    """For whoever looks into what went wrong."""
    folder.mkdir(exist_ok=True)
    for place in here.processes.places:
        log = here.processes.log(place)
        (folder / log.name).write_bytes(log.read_bytes())


def main() -> None:
    """Go on for so many steps, then print the totals of all runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replicas", description=__doc__)
    parser.add_argument("--mode", choices=MODES, default="http")
    parser.add_argument("--counts", type=Path, default=Path("replicas.jsonl"))
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--digests", type=int, default=1000, help="that fall due in a step")
    parser.add_argument("--cards", type=int, default=25, help="voted on in a step")
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds between two blows")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    random.seed(given.seed)
    postgres = OwnPostgres()
    try:
        with (
            tempfile.TemporaryDirectory() as name,
            fleet(given.mode, postgres.url, Path(name), given.servers) as here,
        ):
            run = Run(here, postgres, given)
            for _ in range(given.steps):
                if run.step().wrong:
                    _keep_logs(here, given.counts.with_suffix(".logs"))
                    break
    finally:
        postgres.stop()
    for mode, counted in totals(given.counts).items():
        print(mode, dict(counted))


if __name__ == "__main__":
    main()
