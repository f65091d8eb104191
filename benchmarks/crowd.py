"""People who do things in Slack at a steady rate, whether or not they are answered: an open loop.

A request is sent when its time has come, not when the one before it was answered, and what it took
is counted from that time on: a server that stops for a second is late for all who came meanwhile.
"""

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks import load
from benchmarks.busy_scene import Place
from benchmarks.find import MIX
from benchmarks.slack_stand_in import REACT, TEAM

CONNECTIONS = 64
TIMEOUT = 20.0
READ, VOTE = "read", "vote"
VOTES = 0.1
"""Share of the requests that are votes."""
OTHER_READS = ("show @{handle}", "show @{handle}", "lists", "briefs", "help")
"""Beside searches, which are three reads of four."""


class Request(NamedTuple):
    """Something to send. at: seconds after the start. done: told whether it was acknowledged."""

    at: float
    kind: str
    body: bytes
    content_type: str
    before: Callable[[], None] = lambda: None
    done: Callable[[bool], None] = lambda _good: None


@dataclass
class Heard:
    """What came of requests. tenths: tenths of a millisecond and how many took that long."""

    sent: int = 0
    failed: int = 0
    tenths: dict[str, Counter[int]] = field(
        default_factory=lambda: {READ: Counter(), VOTE: Counter()}
    )

    def percentile(self, share: float, *kinds: str) -> float:
        """Milliseconds that this share (0-1) of the requests kept under."""
        together: Counter[int] = sum((self.tenths[kind] for kind in kinds), Counter())
        left = share * together.total()
        for tenth, count in sorted(together.items()):
            left -= count
            if left <= 0:
                return tenth / 10
        return 0.0

    def line(self) -> str:
        """The figures in words."""
        parts = [f"p50 {self.percentile(0.5, READ, VOTE):6.1f}  p99 "
                 f"{self.percentile(0.99, READ, VOTE):6.1f}  p99.9 "
                 f"{self.percentile(0.999, READ, VOTE):6.1f} ms"]  # fmt: skip
        for kind in (READ, VOTE):
            count = self.tenths[kind].total()
            parts.append(f"{count:,} {kind}s p99 {self.percentile(0.99, kind):.1f}")
        return "; ".join((*parts, f"{self.sent:,} sent, {self.failed:,} failed"))


class Voters:
    """People who vote and take their votes back.

    given: the votes that were acknowledged and stand. unsure: of whom the last act on a card was
    not acknowledged; Slack would repeat it, nobody does here, so either may be stored.
    """

    def __init__(self, places: Sequence[Place], slack_port: int, seed: int = 1) -> None:
        self.given: set[tuple[int, str]] = set()
        self.unsure: set[tuple[int, str]] = set()
        self._places = places
        self._slack_port = slack_port
        self._random = random.Random(seed)
        self._on: set[tuple[int, str]] = set()
        self._numbers = itertools.count(1)
        self._run = f"{time.time_ns():x}"
        self._order = self._turns()

    def request(self, at: float) -> Request:
        """The next vote, given or taken back."""
        place, who = next(self._order)
        on = (place.card, who) not in self._on
        (self._on.add if on else self._on.discard)((place.card, who))
        reaction = {"channel": place.channel, "ts": place.ts, "user": who,
                    "name": "white_check_mark", "on": on}  # fmt: skip
        return Request(
            at, VOTE, self._event(place, who, on=on), "application/json",
            before=lambda: _post(self._slack_port, REACT, reaction),
            done=lambda good: self._done((place.card, who), good=good, on=on),
        )  # fmt: skip

    def _done(self, vote: tuple[int, str], *, good: bool, on: bool) -> None:
        if good:
            self.unsure.discard(vote)
            (self.given.add if on else self.given.discard)(vote)
        else:
            self.unsure.add(vote)

    def _turns(self) -> "itertools.chain[tuple[Place, str]]":
        """Everybody on every card, in any order, but for one approver of each, so that none is
        decided. A person comes to a card again a whole round later, long after they were answered.
        """
        turns = [(place, who) for place in self._places for who in place.voters[1:]]
        self._random.shuffle(turns)
        return itertools.chain.from_iterable(itertools.repeat(turns))

    def _event(self, place: Place, who: str, *, on: bool) -> bytes:
        moment = f"{time.time():.6f}"
        event = {
            "type": "reaction_added" if on else "reaction_removed",
            "user": who,
            "reaction": "white_check_mark",
            "item": {"type": "message", "channel": place.channel, "ts": place.ts},
            "event_ts": moment,
        }
        return json.dumps(
            {"type": "event_callback", "event_id": f"Ev{self._run}{next(self._numbers)}",
             "team_id": TEAM, "api_app_id": "A0BENCH0001", "event_time": int(time.time()),
             "event": event}
        ).encode()  # fmt: skip


def readers(handles: Sequence[str], seed: int = 2) -> Callable[[float], Request]:
    """People who look things up."""
    chance = random.Random(seed)
    numbers = itertools.count(1)
    run = f"{time.time_ns():x}"

    def request(at: float) -> Request:
        text = chance.choice(MIX)
        if chance.random() < 0.25:
            text = chance.choice(OTHER_READS).format(handle=chance.choice(handles))
        return Request(at, READ, load.command(text, f"{run}.{next(numbers)}"), load.FORM)

    return request


def requests(
    seconds: float,
    rate: float,
    read: Callable[[float], Request],
    voters: Voters | None,
    seed: int,
    *,
    evenly: bool = False,
) -> list[Request]:
    """What comes in that time. voters: None for reads only. evenly: not at random moments."""
    chance = random.Random(seed)
    found, at = [], 0.0
    while (at := at + (1 / rate if evenly else chance.expovariate(rate))) < seconds:
        votes = voters is not None and chance.random() < VOTES
        found.append(voters.request(at) if votes and voters else read(at))
    return found


def play(ports: Sequence[int], coming: Sequence[Request]) -> Heard:
    """Send all of them when their time has come, to servers in turn; what came of it."""
    heard, lock = Heard(), threading.Lock()
    turns = iter(coming)
    began = time.perf_counter() + 0.2

    def work(port: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        while True:
            with lock:
                request = next(turns, None)
            if request is None:
                break
            due = began + request.at
            request.before()
            time.sleep(max(0.0, due - time.perf_counter()))
            good = _send(link, request)
            tenth = round(10_000 * (time.perf_counter() - due))
            with lock:
                heard.sent += 1
                heard.failed += not good
                heard.tenths[request.kind][tenth] += 1
                request.done(good)
        link.close()

    shared = itertools.islice(itertools.cycle(ports), CONNECTIONS)
    threads = [threading.Thread(target=work, args=(port,)) for port in shared]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def _send(link: http.client.HTTPConnection, request: Request) -> bool:
    headers = load.signed(request.body, request.content_type)
    try:
        link.request("POST", load.PATH, request.body, headers)
        answer = link.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        link.close()
        return False
    return answer.status == http.client.OK


def _post(port: int, path: str, content: dict[str, object]) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    headers = {"Content-Type": "application/json"}
    link.request("POST", path, json.dumps(content).encode(), headers)
    link.getresponse().read()
    link.close()
