"""Which live sources there are, which can be asked, and one question put to one of them."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform
from domain.look_up import Gap, GapKind
from domain.wording import PLATFORM_NAMES
from sources.asking import MOST_AT_ONCE
from sources.gaps import SourceGap, gap
from sources.installed import installed_sources
from sources.live_settings import LiveSettings, built_in
from sources.memory_cache import MemoryCache
from sources.network import Network
from sources.source import Quota, SearchCache, Source, Wire

log = logging.getLogger(__name__)

Told = TypeVar("Told")
Noticed = Callable[[str, GapKind | None], None]

SWITCHED_OFF = "Looking creators up is switched off here (LIVE_SOURCES)."
NO_SOURCE = "Creators on {} can't be looked up here."
_NO_SEARCH = "{} can't be searched by words, only asked for a handle."


class SourceState(BaseModel):
    """One source as `doctor` and the settings show it.

    ready: it can be asked. finds: it can search by words. why_not: one sentence where it
    can't be asked.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    platform: Platform
    hosts: tuple[str, ...]
    finds: bool
    ready: bool
    why_not: str = ""


class Line(NamedTuple):
    """A source and the questions that it may be at."""

    source: Source
    places: threading.Semaphore


class LineUp:
    """The sources that are switched on, and who of them is busy.

    Args:
        settings: what the operator decided.
        now: the product's clock, with its zone.
        quota: the ledger of what paid or rationed calls were made.
        cache: keeps the answers of rationed searches; without it they last as long as this
            object does.
        network: paces and name resolution; tests bring their own.

    noticed: is told of each question to a source how it ended: its name, and the kind of gap, None
    where it answered in full. Whoever wants to know sets it.
    """

    def __init__(
        self,
        settings: LiveSettings,
        now: Callable[[], dt.datetime],
        quota: Quota,
        cache: SearchCache | None = None,
        network: Network | None = None,
    ) -> None:
        self.noticed: Noticed = lambda _name, _kind: None
        self.on = settings.live_sources
        self.now = now
        self.network = network or Network()
        self._built_in = built_in(settings, quota, cache or MemoryCache(now))

    @cached_property
    def _installed(self) -> tuple[tuple[Source, ...], tuple[str, ...]]:
        """Looked for when first needed: a start that asks nobody does not wait for it."""
        return installed_sources() if self.on else ((), ())

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        sources = (*self._built_in, *self._installed[0])
        return tuple(Line(each, threading.Semaphore(MOST_AT_ONCE)) for each in sources)

    def problems(self) -> tuple[str, ...]:
        """A sentence for each installed source that could not be loaded."""
        return self._installed[1]

    def states(self) -> tuple[SourceState, ...]:
        """Every source there is, also those that are not ready. Asks nobody."""
        return tuple(
            SourceState(
                name=about.name,
                platform=about.platform,
                hosts=about.hosts,
                finds=about.finds,
                ready=self.on and not about.why_not,
                why_not=about.why_not if self.on else SWITCHED_OFF,
            )
            for about in (line.source.about for line in self._lines)
        )

    def platforms(self) -> tuple[Platform, ...]:
        """Platforms that can be searched by words now."""
        found = (each.platform for each in self.states() if each.ready and each.finds)
        return tuple(dict.fromkeys(found))

    def ask_one(
        self, line: Line, question: Callable[[Wire], Iterable[Told]], seconds: float
    ) -> tuple[list[Told], Gap | None]:
        """What one source tells by the deadline, and why there is not more."""
        told, missing = self._told(line, question, seconds)
        self.noticed(line.source.about.name, missing.kind if missing else None)
        return told, missing

    def _told(
        self, line: Line, question: Callable[[Wire], Iterable[Told]], seconds: float
    ) -> tuple[list[Told], Gap | None]:
        name = line.source.about.name
        if not line.places.acquire(blocking=False):
            return [], gap(name, GapKind.TOO_SLOW, "{} is still busy with earlier questions.")
        wire = Wire(line.source.about, self.network, self.now, time.monotonic() + seconds)
        told: list[Told] = []
        try:
            for each in question(wire):
                told.append(each)  # what came before a gap is kept
        except SourceGap as missing:
            return told, missing.gap
        except Exception:  # one source's mistake is a gap, as for look-ups
            log.exception("%s could not be asked", name)
            return told, gap(name, GapKind.GARBLED)
        finally:
            wire.close()
            line.places.release()
        return told, None

    def ready(self) -> list[Line]:
        """The sources that can be asked."""
        return [line for line in self._lines if self.on and not line.source.about.why_not]

    def missing(self, platform: Platform, said: str | None = None) -> Gap:
        """The gap of a platform that nobody could be asked about."""
        of_platform = [each for each in self.states() if each.platform is platform]
        why_not = next((each.why_not for each in of_platform if each.why_not), None)
        if why_not is None and said is None:
            said = _NO_SEARCH if of_platform else NO_SOURCE
        if not self.on:
            why_not = SWITCHED_OFF
        return gap(PLATFORM_NAMES[platform], GapKind.SWITCHED_OFF, why_not or said)
