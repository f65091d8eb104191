"""Files read in a process of their own, which can't take the bot's memory, time or secrets.

What a file holds is described by `described`; `Reading` gives its profiles, ready to be stored.
"""

import datetime as dt
import logging
import marshal
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from domain.findable import Pools
from domain.importing import ImportReport, SkippedRow
from domain.mapping import Mapping
from domain.measures import Spread
from domain.order_files import Unread
from domain.orders import Order
from domain.prepared import Prepared
from domain.result_columns import ResultMapping
from domain.result_rows import Refused, ResultRow
from sources.files import UnreadableFile
from sources.reader_process import LENGTH, AsOrders, Described, Request

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
"""Of the environment, what the process may know: no tokens are among it."""

_READ = "import gc; gc.disable(); from sources.reader_process import main; main()"
"""Imports leave nothing to collect: looking for it would take a tenth of a start."""
_SETTINGS = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}
"""Looking for plugins, of which there are none, would take as long."""

SILENT_SECONDS = 300
"""A process that says nothing for so long is ended."""

_LONGEST_FRAME = 256 << 20


log = logging.getLogger(__name__)


def described(path: Path, name: str) -> Described:
    """What a file holds, and what its columns are proposed to feed.

    Raises:
        UnreadableFile: it can't be understood, or needs too much memory or time.
    """
    with _Process(Request(path, name)) as process:
        kind, *said = process.next()
        process.expect(kind, "described")
    file_name, rows, notes, mapping, held = said
    results = ResultMapping.model_validate_json(held) if held else None
    return Described(file_name, rows, tuple(notes), Mapping.model_validate_json(mapping), results)


def result_rows(
    path: Path, name: str, mapping: ResultMapping, today: dt.date
) -> Iterator[ResultRow | Refused]:
    """The rows of a file of results. today: no figure is of a later day.

    Raises:
        UnreadableFile: at any point, the file can't be understood or is too much.
    """
    with _Process(Request(path, name, today=today, results=mapping)) as process:
        while (frame := process.next())[0] == "results":
            for kind, *said in frame[1]:
                yield Refused(*said) if kind == "refused" else ResultRow(*said)
        process.expect(frame[0], "end")


def orders(path: Path, name: str, asked: AsOrders) -> Generator[Order | Unread, None, None]:
    """The orders of a file that a shop exported.

    Raises:
        UnreadableFile: at any point, the file can't be understood or is too much.
    """
    with _Process(Request(path, name, orders=asked)) as process:
        while (frame := process.next())[0] == "orders":
            for kind, *said in frame[1]:
                yield Unread(*said) if kind == "unread" else Order.model_validate_json(said[0])
        process.expect(frame[0], "end")


class Reading:
    """The profiles of a file, read and prepared in a process of its own; a context manager.

    total: rows of the file. rows: read so far. skipped_rows: the first rows without a profile.
    report, profiles: what is to be said of the whole file, and how many profiles it has, once
    all were given out.

    Raises:
        UnreadableFile: at any point, the file can't be understood or is too much.
    """

    def __init__(self, request: Request) -> None:
        """Start the process."""
        self.skipped_rows: list[SkippedRow] = []
        self.report = ImportReport()
        self.rows = self.total = self.profiles = 0
        self._process = _Process(request)
        self._counting = request.counting

    def __enter__(self) -> Self:
        """Wait until the table was found."""
        try:
            kind, *said = self._process.next()
            self._process.expect(kind, "table")
        except BaseException:
            self._process.close()
            raise
        (self.total,) = said
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, wherever it is."""
        self._process.close()

    def survey(self) -> tuple[Spread, int]:
        """How measures are spread over a sample of the rows, and how many profiles there are."""
        kind, *said = self._process.next()
        self._process.expect(kind, "surveyed")
        spread, self.profiles = said
        return spread, self.profiles

    def prepared(self, pools: Pools) -> Iterator[list[Prepared]]:
        """All profiles, some at a time, with their parts of the fit by these pools."""
        self._process.tell(pools)
        return self._frames()

    def count(self) -> None:
        """Read to the end, where profiles are only counted."""
        for _ in self._frames():
            pass

    def _frames(self) -> Iterator[list[Prepared]]:
        while True:
            kind, *said = self._process.next()
            if kind == "profiles":
                self.rows, made = said
                yield [Prepared._make(one) for one in made]
            elif kind == "skipped":
                self.skipped_rows.append(SkippedRow(row=said[0], reason=said[1]))
            else:
                self._process.expect(kind, "end")
                report, self.profiles = said
                skipped = {"skipped_rows": tuple(self.skipped_rows)}
                self.report = ImportReport.model_validate(report).model_copy(update=skipped)
                self.rows = self.report.rows
                return


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _SETTINGS | {"PYTHONPATH": str(Path(__file__).parent.parent)}


def _start(errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-P", "-c", _READ],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
    )


class _Process:
    """One process: it is told things, and gives frames until it ends or is ended."""

    def __init__(self, request: Request) -> None:
        self._name = request.name
        self._memory = request.memory
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self._process = _start(self._errors)
        self._in = cast(IO[bytes], self._process.stdin)
        self._out = cast(IO[bytes], self._process.stdout)
        self._silent = False
        self._asked_at: float | None = None
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        self.tell(request)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, what: object) -> None:
        """Say something to the process; that it has ended is found out when it is asked."""
        with suppress(BrokenPipeError):
            pickle.dump(what, self._in)
            self._in.flush()

    def next(self) -> tuple[Any, ...]:
        """The next frame."""
        self._asked_at = time.monotonic()
        frame = self._read()
        self._asked_at = None
        if frame is None:
            raise self._ended()
        return frame

    def expect(self, kind: str, wanted: str) -> None:
        """Raise what a frame says, unless it is the one that is wanted."""
        if kind == "memory":
            raise self._too_much_memory()
        if kind != wanted:
            raise AssertionError(f"the reader said {kind!r} instead of {wanted!r}")

    def close(self) -> None:
        """End the process, if it has not ended."""
        self._closed.set()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out, self._errors):
            with suppress(BrokenPipeError):  # what was still to be said goes nowhere
                pipe.close()

    def _read(self) -> tuple[Any, ...] | None:
        head = self._out.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack(head)
        data = self._out.read(length) if length <= _LONGEST_FRAME else b""
        if len(data) < length:
            return None
        frame: tuple[Any, ...] = marshal.loads(data)  # noqa: S302  plain values of our own making
        if frame[0] == "unreadable":
            raise UnreadableFile(frame[1])
        return frame

    def _watch(self) -> None:
        """End a process that says nothing though it was asked."""
        while not self._closed.wait(SILENT_SECONDS / 10):
            asked = self._asked_at
            if asked is not None and time.monotonic() - asked > SILENT_SECONDS:
                self._silent = True
                self._process.kill()

    def _ended(self) -> UnreadableFile:
        """Why the process has ended without being done."""
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read()[-4_096:].decode(errors="replace")
        if self._silent or code == -signal.SIGXCPU:
            return UnreadableFile(
                f"“{self._name}” takes too long to read. Split it, or save it as CSV, and send "
                "that."
            )
        if code in (-signal.SIGABRT, -signal.SIGKILL) or "MemoryError" in said:
            return self._too_much_memory()
        log.error("the reader of a file ended with %s: %s", code, said)
        return UnreadableFile(
            f"“{self._name}” could not be read: the reader stopped in the middle of it. Save it as "
            "CSV in UTF-8 and send that."
        )

    def _too_much_memory(self) -> UnreadableFile:
        return UnreadableFile(
            f"“{self._name}” could not be read: it needs more memory than the "
            f"{self._memory >> 20} MB that reading a file may take. Save it as CSV, or split it, "
            "and send that."
        )
