"""What counting costs: finds with and without it in turn, and one look at the metrics.

`python -m benchmarks.measuring`; seconds of the processor, so that a busy machine changes little.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from prometheus_client import CollectorRegistry, generate_latest
from slack_bolt import App, BoltRequest

from benchmarks import busy_scene, load
from benchmarks.find import MIX
from bot import metrics
from bot.app import Bot
from bot.shared_metrics import SharedMetrics

ROUNDS = 9
FINDS = 200
LOOKS = 20


def run(folder: Path, count: int) -> None:
    """Print what one find takes, and one look."""
    scene = busy_scene.set_up(folder, 9, count, lists=4)  # nobody sends: Slack is not needed
    plain, measured = _plainly(scene.bot), scene.bot.bolt.dispatch
    took: dict[str, list[float]] = {"plain": [], "measured": []}
    _milliseconds(plain, FINDS)
    for _ in range(ROUNDS):
        took["plain"].append(_milliseconds(plain, FINDS))
        took["measured"].append(_milliseconds(measured, FINDS))
    print(f"{count:,} creators, {ROUNDS} rounds of {FINDS} finds each, in turn; median ms of the "
          "processor a find")  # fmt: skip
    for name, each in took.items():
        print(f"  {name:9} {statistics.median(each):.3f}   ({min(each):.3f} to {max(each):.3f})")
    more = statistics.median(b - a for a, b in zip(took["plain"], took["measured"], strict=True))
    share = more / statistics.median(took["plain"])
    print(f"  counting costs {more:+.3f} ms ({share:+.1%})")
    print(f"  by itself {_counting():.4f} ms")
    print(f"  one look at /metrics: {_looking(scene.bot):.1f} ms")
    scene.bot.services.database.close()


def _plainly(bot: Bot) -> Callable[[BoltRequest], Any]:
    return lambda request: App.dispatch(bot.bolt, request)


def _milliseconds(dispatch: Callable[[BoltRequest], Any], count: int) -> float:
    bodies = [dict(parse_qsl(load.command(text, f"{time.time_ns()}.{number}").decode()))
              for number, text in zip(range(count), itertools.cycle(MIX))]  # fmt: skip
    began = time.process_time()
    for body in bodies:
        assert dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
    return 1000 * (time.process_time() - began) / count


def _counting() -> float:
    began = time.process_time()
    for _ in range(10_000):
        metrics.ACKS.labels("command").observe(0.01)
        metrics.DELIVERIES.labels("command", "answered").inc()
        metrics.HTTP.labels("slack", "200").inc()
    return 1000 * (time.process_time() - began) / 10_000


def _looking(bot: Bot) -> float:
    began = time.process_time()
    for _ in range(LOOKS):
        shared = CollectorRegistry()
        shared.register(SharedMetrics(bot))
        generate_latest(metrics.PROCESS)
        generate_latest(shared)
    return 1000 * (time.process_time() - began) / LOOKS


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measuring", description=__doc__)
    parser.add_argument("--creators", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), given.creators)


if __name__ == "__main__":
    main()
