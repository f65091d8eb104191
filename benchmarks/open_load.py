"""100 requests a second for as long as it takes: `python -m benchmarks.open_load --minutes 30`.

90 % reads, 10 % votes, sent by an open loop (`benchmarks.crowd`), at random moments or evenly, to
`serve` as it is shipped, one or several that share PostgreSQL, with workers that send what follows
to a stand-in for Slack; in turn with them the same requests to a bare Bolt app as shipped, on the
same server with as many threads. Each minute is a line in the file, so that runs add up. After
each run every vote that was acknowledged is looked for.
"""

import argparse
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from benchmarks import busy_scene, servers, slack_stand_in
from benchmarks.busy_scene import Scene
from benchmarks.crowd import READ, VOTE, Heard, Voters, play, readers, requests
from tests.fleet.own_postgres import OwnPostgres

RATE = 100.0
OURS, BARE = "serve", "bare Bolt, as shipped"
OURS_SECONDS, BARE_SECONDS = 60.0, 10.0
THREADS = 16  # as SERVER_THREADS is by itself
LISTS = 40
SERVE = ("-m", "bot", "serve", "--host", "127.0.0.1", "--port", "{port}")


def run(folder: Path, given: argparse.Namespace, url: str) -> None:
    """Measure until the file holds so many minutes."""
    rate, file, evenly = given.rate, given.file, given.evenly
    with slack_stand_in.playing() as slack_port:
        scene = busy_scene.set_up(folder, slack_port, given.creators, LISTS, url)
        environment = busy_scene.environment(folder, slack_port, url)
        with ExitStack() as serving:
            ours = [
                serving.enter_context(busy_scene.serving(SERVE, environment))
                for _ in range(given.servers)
            ]
            ports = [port for port, _ in ours]
            bare_ports = [serving.enter_context(servers.running("bare", threads=THREADS))]
            scene.settle()
            voters = Voters(scene.places(), slack_port)
            read = readers(scene.handles)
            play(ports, requests(10, rate, read, voters, seed=0))  # warm
            play(bare_ports, requests(3, rate, read, None, seed=0))
            for minute in range(len(remembered(file, OURS)), given.minutes):
                coming = requests(OURS_SECONDS, rate, read, voters, minute, evenly=evenly)
                began = sum(processor_seconds(one.pid) for _, one in ours)
                heard = play(ports, coming)
                used = (sum(processor_seconds(one.pid) for _, one in ours) - began) / OURS_SECONDS
                note(file, OURS, heard, used)
                coming = requests(BARE_SECONDS, rate, read, None, minute, evenly=evenly)
                note(file, BARE, play(bare_ports, coming), 0.0)
                print(f"  minute {minute + 1}: {heard.line()}; {used:.0%} of a core", flush=True)
        say_what_was_lost(scene, voters)


def say_what_was_lost(scene: Scene, voters: Voters) -> None:
    """Compare the votes that were acknowledged with those that are stored."""
    stored = scene.votes()
    lost = voters.given - stored - voters.unsure
    too_many = stored - voters.given - voters.unsure
    print(
        f"  {len(voters.given):,} votes stand after this run: {len(lost)} of them lost, "
        f"{len(too_many)} that nobody gave or that were taken back "
        f"({len(voters.unsure):,} that were not acknowledged are left out)"
    )
    scene.bot.services.database.close()


def processor_seconds(pid: int) -> float:
    """What a process, and those that it started and that still run, have used of the processor."""
    return _ticks(pid) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    own, parents = 0, Path("/proc").glob("[0-9]*/stat")
    for stat in parents:
        with suppress(OSError):  # it ended
            fields = stat.read_text(encoding="utf-8").rpartition(") ")[2].split()
            if stat.parent.name == str(pid) or fields[1] == str(pid):
                own += int(fields[11]) + int(fields[12])
    return own


def note(file: Path, server: str, heard: Heard, used: float) -> None:
    """Write a stretch down."""
    tenths = {kind: sorted(counts.items()) for kind, counts in heard.tenths.items()}
    line = {"server": server, "sent": heard.sent, "failed": heard.failed, "processor": used,
            "tenths": tenths}  # fmt: skip
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def remembered(file: Path, server: str) -> list[Heard]:
    """The stretches of all runs for one server."""
    return list(_read(file, server)) if file.exists() else []


def _read(file: Path, server: str) -> Iterator[Heard]:
    for text in file.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if line["server"] == server:
            tenths = {kind: Counter(dict(counts)) for kind, counts in line["tenths"].items()}
            yield Heard(line["sent"], line["failed"], tenths)


def together(heard: list[Heard]) -> Heard:
    """All stretches as one."""
    whole = Heard()
    for each in heard:
        whole.sent += each.sent
        whole.failed += each.failed
        for kind in (READ, VOTE):
            whole.tenths[kind] += each.tenths[kind]
    return whole


def main() -> None:
    """Measure, then print what all runs together say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.open_load", description=__doc__)
    parser.add_argument("--file", type=Path, default=Path("load.jsonl"))
    parser.add_argument("--minutes", type=int, default=3, help="in all, earlier runs included")
    parser.add_argument("--rate", type=float, default=RATE, help="requests a second")
    parser.add_argument("--creators", type=int, default=10_000)
    parser.add_argument("--evenly", action="store_true", help="one every 1/rate seconds")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--servers", type=int, default=1, help="several need PostgreSQL")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        url = ""
        if given.postgresql:
            postgres = OwnPostgres()
            stack.callback(postgres.stop)
            url = postgres.url
        run(Path(name), given, url)
    ours, bare = (remembered(given.file, server) for server in (OURS, BARE))
    print(f"{len(ours)} minutes at {given.rate:.0f} requests a second, {given.creators:,} creators")
    for server, heard in ((OURS, ours), (BARE, bare)):
        print(f"  {server:22} {together(heard).line()}")
    p99, beside = (together(one).percentile(0.99, READ, VOTE) for one in (ours, bare))
    print(f"  p99 {p99:.1f} ms (aim: under 250), {p99 / beside:.2f} × bare (aim: at most 2)")


if __name__ == "__main__":
    main()
