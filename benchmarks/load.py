"""A closed loop of signed slash commands: the same load for every server that is compared."""

import hashlib
import hmac
import http.client
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

CONNECTIONS = 4
WARM_UP = 200
SECRET = "benchmark-signing-secret"
PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Latencies:
    """Seconds a request, of all that were counted. throughput: requests a second."""

    seconds: tuple[float, ...]
    throughput: float

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that this share (0-1) of the requests kept under."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def line(self) -> str:
        """p50, p99 and throughput in words."""
        median = 1000 * statistics.median(self.seconds)
        return (
            f"p50 {median:6.2f} ms   p99 {self.percentile(0.99):6.2f} ms   {self.throughput:5.0f}/s"
        )


def closed_loop(
    port: int, texts: Sequence[str], requests: int, connections: int = CONNECTIONS
) -> Latencies:
    """Send commands over connections that each wait for the answer; all must be answered 200."""
    _run(port, texts, WARM_UP, connections)
    began = time.perf_counter()
    seconds = _run(port, texts, requests, connections)
    return Latencies(tuple(seconds), len(seconds) / (time.perf_counter() - began))


def _run(port: int, texts: Sequence[str], requests: int, connections: int) -> list[float]:
    each = requests // connections
    seconds: list[float] = []
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            seconds.extend(_connection(port, texts, each, number))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return seconds


def _connection(port: int, texts: Sequence[str], count: int, number: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seconds = []
    for at in range(count):
        body = command(texts[(at * CONNECTIONS + number) % len(texts)], f"{number}.{at}")
        headers = signed(body)
        began = time.perf_counter()
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        seconds.append(time.perf_counter() - began)
        if answer.status != http.client.OK:
            raise RuntimeError(f"answered {answer.status}: {content[:200]!r}")
    connection.close()
    return seconds


def command(text: str, trigger: str) -> bytes:
    """A slash command as Slack sends it."""
    return urlencode(
        {
            "command": "/influencer",
            "text": text,
            "team_id": "T0BENCH0001",
            "team_domain": "bench",
            "channel_id": "C0BENCH0001",
            "channel_name": "bench",
            "user_id": "U0BENCH0001",
            "user_name": "ana",
            "api_app_id": "A0BENCH0001",
            "trigger_id": trigger,
            "response_url": "http://127.0.0.1:9/none",
        }
    ).encode()


def signed(body: bytes, kind: str = FORM) -> dict[str, str]:
    """Headers with Slack's signature. kind: the body's type."""
    timestamp = str(int(time.time()))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
