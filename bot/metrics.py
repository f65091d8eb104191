"""What is counted and measured in this process, for `/metrics`; docs/operate.md explains each.

One registry a process: counters live as long as it does. Where several processes are one server
(`bot.answering`) they count in files, and whichever is asked says what all of them counted. What
all servers share (the outbox, jobs, digests) is read from the database when somebody asks, by
`bot.shared_metrics`.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from bot.metrics_folder import VARIABLE
from storage.database import is_out_of_reach

PREFIX = "influencer_bot_"
PROCESS = CollectorRegistry()
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 10)
"""Seconds. Slack gives three; what takes longer it takes for lost."""
CALL_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
JOB_BUCKETS = (0.1, 0.5, 1, 5, 15, 60, 300, 1800)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a time beside each counter would double what is sent


def _counter(name: str, said: str, *labels: str) -> Counter:
    return Counter(PREFIX + name, said, labels, registry=PROCESS)


def _gauge(
    name: str, said: str, *labels: str, of_several: Literal["mostrecent", "livesum"] = "mostrecent"
) -> Gauge:
    return Gauge(PREFIX + name, said, labels, registry=PROCESS, multiprocess_mode=of_several)


def _histogram(name: str, said: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(PREFIX + name, said, labels, registry=PROCESS, buckets=buckets)


ACKS = _histogram(
    "ack_seconds",
    "How long Slack waited for an answer, by kind.",
    ACK_BUCKETS,
    "kind",
)
DELIVERIES = _counter(
    "deliveries", "What Slack delivered, by kind and by what it was answered.", "kind", "outcome"
)
HTTP = _counter("http_requests", "Requests over HTTP, by what they were for.", "place", "status")
HTTP_WAITING = _gauge(
    "http_waiting_requests", "Requests that no thread is free for.", of_several="livesum"
)
SLACK_CALLS = _counter("slack_calls", "Calls to Slack's Web API.", "method", "outcome")
SLACK_SECONDS = _histogram("slack_call_seconds", "How long Slack took for them.", CALL_BUCKETS)
MESSAGES = _counter(
    "messages", "What was sent to Slack, by what it shows and what came of it.", "about", "outcome"
)
SOURCES = _counter(
    "source_questions", "Questions to creator platforms, by how they ended.", "source", "outcome"
)
JOBS = _counter("jobs_run", "Jobs that were worked on, by what came of it.", "kind", "outcome")
JOB_SECONDS = _histogram("job_seconds", "How long they took.", JOB_BUCKETS, "kind")
TICKED = _gauge("tick_timestamp_seconds", "When the clock's work was last done.", "tick")
TICK_SECONDS = _gauge("tick_seconds", "How long that took.", "tick")
SILENT = _gauge("socket_silent_seconds", "Socket Mode: since when Slack answered no ping.")
LOST = _counter("socket_lost", "Socket Mode: connections that ended, by how.", "how")
LOGGED = _counter("log_records", "Lines of the log, by level.", "level")
ANSWERING = _gauge("answering_processes", "HTTP mode: processes that answer.", of_several="livesum")
THREADS = _gauge("threads", "Threads of this server.", of_several="livesum")
TOKEN_REFUSED = _gauge("slack_token_refused", "1 while Slack refuses the bot token.")
BUILD = _gauge("build_info", "Always 1; which version runs.", "version")

BUILD.labels(version("influencer-bot")).set(1)
ProcessCollector(registry=PROCESS)


def look() -> None:
    """Note what is so at this moment."""
    THREADS.set(threading.active_count())


def figures() -> bytes:
    """All of it, as Prometheus reads it."""
    look()
    folder = os.environ.get(VARIABLE)
    if folder is None:
        return generate_latest(PROCESS)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    live = {re.findall(r"\d+", one.stem)[-1] for one in Path(folder).glob("gauge_livesum_*.db")}
    together.register(_System(int(one) for one in live))
    return generate_latest(together)


def forget(process: int) -> None:
    """A process of this server ended: what it counted stays, what it was at does not."""
    if VARIABLE in os.environ:
        mark_process_dead(process)  # type: ignore[no-untyped-call]


@contextmanager
def ticking(tick: str) -> Iterator[None]:
    """Note when the work of a tick was done, and how long it took; not if it failed."""
    began = time.perf_counter()
    yield
    TICK_SECONDS.labels(tick).set(time.perf_counter() - began)
    TICKED.labels(tick).set_to_current_time()


@contextmanager
def working(kind: str) -> Iterator[None]:
    """Count a job and how long it took; whatever it raises goes on."""
    began, outcome = time.perf_counter(), "failed"
    try:
        yield
        outcome = "done"
    except Exception as error:
        outcome = "put_off" if is_out_of_reach(error) else "failed"
        raise
    finally:
        JOB_SECONDS.labels(kind).observe(time.perf_counter() - began)
        JOBS.labels(kind, outcome).inc()


class _System(Collector):
    """What the system says of these processes, added up; when the first started, and limits."""

    def __init__(self, processes: Iterable[int]) -> None:
        self._each = [
            ProcessCollector(pid=partial(int, number), registry=None) for number in processes
        ]

    def collect(self) -> Iterator[Metric]:
        """Nothing where the system is not Linux."""
        together: dict[str, Metric] = {}
        for family in (one for each in self._each for one in each.collect()):
            if family.name not in together:
                together[family.name] = family
                continue
            (mine,), (more,) = together[family.name].samples, family.samples
            value = (
                min(mine.value, more.value) if _is_no_sum(family.name) else mine.value + more.value
            )
            together[family.name].samples = [mine._replace(value=value)]
        yield from together.values()


def _is_no_sum(name: str) -> bool:
    return name in ("process_start_time_seconds", "process_max_fds")


class CountingHandler(logging.Handler):
    """Counts the lines of the log; writes nothing."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        LOGGED.labels(record.levelname).inc()


def value(name: str, **labels: str) -> float:
    """What a metric of this process says now; 0 where it said nothing yet."""
    found: Any = PROCESS.get_sample_value(PREFIX + name, labels)
    return float(found or 0)
