"""What all processes share, read from the database when somebody asks for the metrics."""

import datetime as dt
import threading
import time
from collections.abc import Iterator, Mapping

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.app import Bot, real_now
from bot.metrics import PREFIX
from domain.quota import BUDGETS
from storage import quotas, workload
from storage.database import Unavailable
from storage.workload import Queue

KEPT_SECONDS = 5.0
"""However many ask, and however often, the database is asked once in this time."""


class SharedMetrics(Collector):
    """Depth and age of outbox and jobs, digests, quotas: the same whichever process is asked.

    Add nothing up over processes, then: take the largest.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._lock = threading.Lock()
        self._kept: list[Metric] = []
        self._until = 0.0

    def describe(self) -> list[Metric]:
        """Nothing: whoever registers this need not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What is so now, or was a moment ago."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._kept = list(self._measure())
                self._until = time.monotonic() + KEPT_SECONDS
            yield from self._kept

    def _measure(self) -> Iterator[Metric]:
        health, there = self._bot.health, True
        try:
            yield from self._stored()
        except Unavailable:
            there = False
        ready = not health.problems(database_is_there=there)
        yield _one("ready", "1 while this process can do its work, as /readyz says.", ready)
        yield _one("database_up", "1 while the database answers.", there)
        if health.connected is not None:
            yield _one("socket_connected", "Socket Mode: 1 while connected.", health.connected)

    def _stored(self) -> list[Metric]:
        database = self._bot.services.database
        now, product_now = real_now(), database.now()
        with database.looking(quick=True) as session:
            outbox = workload.outbox(session)
            jobs = workload.jobs(session, now)
            digests = workload.digests_due(session, product_now)
            spent = workload.quotas(session, BUDGETS.values(), product_now)
            active = workload.active_workspaces(session)
            health = quotas.health(session)
        answered = {name: row.succeeded_at for name, row in health.items() if row.succeeded_at}
        return [
            *_queue("outbox_messages", "Messages not in Slack yet.", outbox, product_now),
            *_queue("jobs", "Jobs that are due, worked on, or given up.", jobs, now),
            _one("digest_schedules", "Weekly digests that are switched on.", digests.schedules),
            _one("digests_due", "Digests that are due and not on their way.", digests.due),
            _one("digests_due_oldest_seconds", "Since when the oldest of them is due.",
                 _age(digests.oldest, product_now)),
            _many("source_quota_used", "Spent today of a platform's budget.", "bucket", spent),
            _many("source_quota_limit", "That budget.", "bucket",
                  {bucket: budget.units for bucket, budget in BUDGETS.items()}),
            _many("source_answered_timestamp_seconds", "When a platform last answered, since 1970.",
                  "source", {name: at.timestamp() for name, at in answered.items()}),
            _one("workspaces", "Workspaces that have the app.", active),
        ]  # fmt: skip


def _queue(name: str, said: str, queue: Queue, now: dt.datetime) -> list[Metric]:
    oldest = _one(f"{name}_oldest_seconds", "How long the oldest of them has waited.",
                  _age(queue.oldest, now))  # fmt: skip
    return [_many(name, said, "state", queue.by_state), oldest]


def _age(since: dt.datetime | None, now: dt.datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, said, value=float(value))


def _many(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, said, labels=[label])
    for each, value in values.items():
        family.add_metric([each], float(value))
    return family
