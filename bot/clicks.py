"""Clicks on tracking links: counted in memory, written down together every few seconds.

However many people click, the database sees one small transaction a workspace and a few seconds,
and gets one row a partnership and day. A process that is killed loses the clicks of those seconds.
"""

import datetime as dt
import logging
import threading
import time
from collections import Counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.app import Bot
from domain.tracking_link import is_slug
from storage import preferences, tracking_links
from storage.database import Unavailable

log = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0
KNOWN_SECONDS = 60.0
MOST_KNOWN = 10_000
MOST_WAITING = 100_000
_QUARTER = dt.timedelta(minutes=15)


class _Link(NamedTuple):
    workspace_id: int
    partnership_id: int
    target: str


class _Click(NamedTuple):
    """quarter: of an hour, so that the local day can be told in any time zone."""

    workspace_id: int
    partnership_id: int
    quarter: dt.datetime


class Clicks:
    """Where links lead, and how often they were followed. Thread-safe."""

    def __init__(self, bot: Bot) -> None:
        self._database = bot.services.database
        self._now = bot.services.clock.now
        self._lock = threading.Lock()
        self._waiting: Counter[_Click] = Counter()
        self._known: dict[str, tuple[_Link | None, float]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Write clicks down from now on."""
        self._thread = threading.Thread(target=self._flush_forever, name="clicks", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Write down what is waiting, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(seconds)
        self.flush()

    def follow(self, slug: str, *, counted: bool) -> str | None:
        """Where a link leads, counting a click; None where there is no such link.

        Raises one of `Unavailable` where it was not looked up lately and can't be.
        """
        link = self._link(slug) if is_slug(slug) else None
        if link is None:
            return None
        if counted:
            now = self._now()
            quarter = now - (now - dt.datetime.min.replace(tzinfo=dt.UTC)) % _QUARTER
            click = _Click(link.workspace_id, link.partnership_id, quarter)
            with self._lock:
                if click in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[click] += 1
        return link.target

    @property
    def waiting(self) -> int:
        """How many different clicks are not written down yet."""
        return len(self._waiting)

    def flush(self) -> None:
        """Write down what is waiting; what can't be written waits on."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        for workspace_id in sorted({one.workspace_id for one in taken}):
            mine = {one: count for one, count in taken.items() if one.workspace_id == workspace_id}
            try:
                self._write(workspace_id, mine)
            except Unavailable:
                log.warning("Clicks can't be written down yet.")
                with self._lock:
                    self._waiting.update(mine)

    def _write(self, workspace_id: int, clicks: dict[_Click, int]) -> None:
        with self._database.writing(workspace_id) as tx:
            zone = ZoneInfo(preferences.current(tx).timezone)
            by_day: Counter[tuple[int, dt.date]] = Counter()
            for one, count in clicks.items():
                by_day[one.partnership_id, one.quarter.astimezone(zone).date()] += count
            tracking_links.add_clicks(tx, by_day)

    def _link(self, slug: str) -> _Link | None:
        known, until = self._known.get(slug, (None, 0.0))
        if time.monotonic() < until:
            return known
        with self._database.looking(quick=True) as session:
            row = tracking_links.find(session, slug)
        link = _Link(row.workspace_id, row.partnership_id, row.target) if row else None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[slug] = link, time.monotonic() + (KNOWN_SECONDS if link else 1.0)
        return link

    def _flush_forever(self) -> None:
        while not self._stopping.wait(FLUSH_SECONDS):
            try:
                self.flush()
            except Exception:
                log.exception("clicks were not written down")
