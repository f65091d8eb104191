"""One source answering one question in a thread of its own, which nobody has to wait for."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from domain.look_up import Account, Gap, GapKind
from sources.gaps import SourceGap, gap
from sources.source import Source, Wire

MOST_AT_ONCE = 4
"""Questions that one source may be at; a source that never ends collects no more threads."""

log = logging.getLogger(__name__)


class Asking:
    """A question on its way. `accounts` holds what came until now, each once, in its order."""

    def __init__(
        self,
        source: Source,
        question: Callable[[Wire], Iterable[Account]],
        wire: Wire,
        places: threading.Semaphore,
    ) -> None:
        self.source = source
        self._question = question
        self._wire = wire
        self._places = places
        self._accounts: dict[str, Account] = {}
        self._gap: Gap | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Ask, unless the source still has too many questions to answer."""
        if not self._places.acquire(blocking=False):
            said = "{} is still busy with earlier questions."
            self._end(gap(self.source.about.name, GapKind.TOO_SLOW, said))
            return
        name = f"source-{self.source.about.name}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def wait(self, deadline: float) -> None:
        """Return when it is over, or at the deadline (by `time.monotonic`)."""
        if not self._over.wait(max(deadline - time.monotonic(), 0)):
            self._end(gap(self.source.about.name, GapKind.TOO_SLOW))

    def result(self) -> tuple[Sequence[Account], Gap | None]:
        """What came, and what did not. Nothing is added once it is over."""
        with self._lock:
            return tuple(self._accounts.values()), self._gap

    def opted_out(self) -> set[str]:
        """Own ids of accounts that were come across and ask not to be shown."""
        return self._wire.opted_out.copy()

    def _run(self) -> None:
        failure: Gap | None = None
        try:
            for account in self._question(self._wire):
                if not self._keep(account):
                    return
        except SourceGap as error:
            failure = error.gap
        except Exception:  # one source's mistake is a gap, never the end of a look-up
            log.exception("%s could not be asked", self.source.about.name)
            failure = gap(self.source.about.name, GapKind.GARBLED)
        finally:
            self._wire.close()
            self._places.release()
            self._end(failure)

    def _keep(self, account: Account) -> bool:
        with self._lock:
            if self._over.is_set():
                return False
            self._accounts[account.native_id] = account
            return True

    def _end(self, failure: Gap | None) -> None:
        with self._lock:
            if not self._over.is_set():
                self._gap = failure
                self._over.set()
