"""Hours of work on a clock that runs fast: `python -m benchmarks.soak --hours 8 --minutes 10`.

One server of two processes, as `serve` starts it but on a clock that can be moved, answers reads
and votes without a break while the clock runs through the hours: each second of the run it jumps
ahead, and the bot does the work of the minute and of the hour that came. Digests fall due every
hour. Memory, threads and open files are read from /proc all the while; once it has warmed up (a
third of the run), they should stay as they are.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks import busy_scene, slack_stand_in
from benchmarks.busy_scene import Scene
from benchmarks.crowd import Voters, play, readers, requests
from benchmarks.memory import own_memory
from benchmarks.open_load import processor_seconds, say_what_was_lost, together
from benchmarks.slack_stand_in import OWNER
from storage import people
from storage.models import DigestSchedule

RATE = 10.0
STRETCH_SECONDS = 30.0
LISTS = 2  # each jump has the reactions on every open card looked through
SERVE = ("-m", "tests.fleet.replica", "http", "{port}")
LITTLE = 1.05
FEW = 2
"""Threads or files more than before that are no leak."""


class Sample(NamedTuple):
    """One look at all processes of the server. memory: MiB that only they have."""

    second: float
    memory: float
    threads: int
    files: int


def run(folder: Path, hours: float, minutes: float, count: int, file: Path) -> None:
    """Work through the hours and print what changed."""
    clock = folder / "clock"
    clock.write_text("0", encoding="ascii")
    with slack_stand_in.playing() as slack_port:
        scene = busy_scene.set_up(folder, slack_port, count, LISTS)
        schedule_digests(scene)
        given = busy_scene.environment(folder, slack_port)
        given |= {"PLAYGROUND_CLOCK_FILE": str(clock)}
        with busy_scene.serving(SERVE, given) as (port, process):
            scene.settle()
            voters, read = Voters(scene.places(), slack_port), readers(scene.handles)
            heard, began = [], time.monotonic()
            with moving(clock, hours / minutes * 60), watching(process.pid) as samples:
                while (passed := time.monotonic() - began) < minutes * 60:
                    coming = requests(STRETCH_SECONDS, RATE, read, voters, int(passed))
                    heard.append(play([port], coming))
            used = processor_seconds(process.pid)
            scene.settle()
        print(f"  {together(heard).line()}; {used:.0f} s of the processor")
        print(f"  Slack was called {slack_stand_in.counts(slack_port)}")
        say_what_was_lost(scene, voters)
    keep(file, samples)
    say(samples, hours)


def schedule_digests(scene: Scene) -> None:
    """Digests that fall due in every hour of the week, in a channel each."""
    with scene.bot.services.database.writing(scene.workspace) as tx:
        owner = people.get(tx, OWNER)
        for hour in range(7 * 24):
            tx.session.add(
                DigestSchedule(
                    workspace_id=tx.workspace_id, owner_id=owner.id or 0, timezone="UTC",
                    channel_id=f"C0DIGEST{hour:03d}", weekday=hour // 24, hour=hour % 24,
                    since=tx.now, created_at=tx.now,
                )
            )  # fmt: skip


@contextmanager
def moving(clock: Path, pace: float) -> Iterator[None]:
    """Have the clock run `pace` times as fast, a minute of it at a time."""
    ending, began = threading.Event(), time.monotonic()

    def run() -> None:
        while not ending.wait(60 / pace):
            ahead = (time.monotonic() - began) * (pace - 1)
            beside = clock.with_name("clock.new")
            beside.write_text(f"{ahead:.6f}", encoding="ascii")
            beside.replace(clock)

    with _beside(run, ending):
        yield


@contextmanager
def watching(pid: int) -> Iterator[list[Sample]]:
    """Look at a process, and at those that it started, every few seconds."""
    ending, began = threading.Event(), time.monotonic()
    samples: list[Sample] = []

    def run() -> None:
        while not ending.wait(5):
            first = psutil.Process(pid)
            everybody = [first, *first.children()]
            samples.append(
                Sample(
                    round(time.monotonic() - began, 1),
                    round(sum(own_memory(one.pid) for one in everybody), 1),
                    sum(one.num_threads() for one in everybody),
                    sum(one.num_fds() for one in everybody),
                )
            )

    with _beside(run, ending):
        yield samples


@contextmanager
def _beside(run: Callable[[], None], ending: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def keep(file: Path, samples: Sequence[Sample]) -> None:
    """Write the looks down, a line each."""
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(one._asdict()) + "\n" for one in samples)


def say(samples: Sequence[Sample], hours: float) -> None:
    """Print the middle third beside the last one, and whether they are the same."""
    third = len(samples) // 3
    middle, last = samples[third : 2 * third], samples[2 * third :]
    print(f"  {hours:g} hours on the clock, {samples[-1].second / 60:.1f} minutes, "
          f"{len(samples)} looks; median (most) of the middle third and of the last")  # fmt: skip
    for name, factor, more in (("memory", LITTLE, 0), ("threads", 1, FEW), ("files", 1, FEW)):
        before, after = ([getattr(one, name) for one in part] for part in (middle, last))
        limit = statistics.median(before) * factor + more
        flat = "flat" if statistics.median(after) <= limit else "GROWS"
        print(f"  {name:8} {statistics.median(before):6.1f} ({max(before):.1f})   "
              f"{statistics.median(after):6.1f} ({max(after):.1f})   {flat}")  # fmt: skip


def main() -> None:
    """Run, and say what changed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=8, help="on the clock")
    parser.add_argument("--minutes", type=float, default=10, help="that the run takes")
    parser.add_argument("--creators", type=int, default=10_000)
    parser.add_argument("--file", type=Path, default=Path("soak.jsonl"), help="takes each look")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), given.hours, given.minutes, given.creators, given.file)


if __name__ == "__main__":
    main()
