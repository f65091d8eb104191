"""The process in which files are read: it has little memory and time, and no secrets.

Started by `sources.reading`, which see. It is told what to do by pickles on its standard input,
and says what it finds in frames on its standard output: four bytes of length, then a tuple of
plain values by `marshal`, the name of what it is in front.
"""

import datetime as dt
import gc
import marshal
import pickle
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from domain.conversion import Skipped
from domain.creator import ProfileSnapshot
from domain.fields import Field
from domain.findable import Pools
from domain.importing import MOST_EXAMPLES, Difference, ImportReport, UnreadCells
from domain.mapping import Mapping
from domain.measures import step_for
from domain.niche import default_vocabulary
from domain.order_files import Unread
from domain.prepared import Prepared, prepare
from domain.proposal import SAMPLE_ROWS, propose
from domain.result_columns import ResultMapping
from domain.result_rows import Refused
from sources.files import ReadResult, UnreadableFile, propose_mapping, read_creators, read_table
from sources.order_files import read_order_file
from sources.process_limits import limit_memory, limit_time
from sources.result_files import proposed_results, read_results

LENGTH = struct.Struct("<I")
FRAME_PROFILES = 50
"""So many profiles are sent at once."""

MEMORY = 256 << 20
"""Bytes that reading a file may take, above what the process has at its start."""

SECONDS_TO_READ = 60
SECONDS_TO_PREPARE = 240
"""Seconds of the processor for each begun million of rows: to read them, and to judge niches,
words and fit of all that is found in them."""

MILLION = 1_000_000


class Described(NamedTuple):
    """What a person is shown of a file before it is stored. mapping: as it is proposed.

    results: what its columns hold if these are results, None where it has no figures of any.
    """

    file_name: str
    row_count: int
    notes: tuple[str, ...]
    mapping: Mapping
    results: ResultMapping | None = None


class AsOrders(NamedTuple):
    """How a file of orders is read. zone, currency: of times and amounts that name none."""

    zone: str
    currency: str | None
    now: dt.datetime


class Request(NamedTuple):
    """What is to be done with a file.

    mapping: as it was confirmed; None asks for a proposal. today: no row may be dated later.
    counting: profiles are counted and not prepared. done: profiles that were sent before, to
    be left out. memory, seconds: as `MEMORY` and `SECONDS_TO_READ`. results: as it was confirmed,
    where the file holds results and not creators. orders: the file holds orders of a shop.
    """

    path: Path
    name: str
    mapping: Mapping | None = None
    today: dt.date | None = None
    counting: bool = False
    done: int = 0
    memory: int = MEMORY
    seconds: int = SECONDS_TO_READ
    results: ResultMapping | None = None
    orders: AsOrders | None = None


def main() -> None:
    """Do the one thing that is asked for, and end."""
    gc.freeze()
    gc.enable()
    asked, out = sys.stdin.buffer, sys.stdout.buffer
    request: Request = pickle.load(asked)  # noqa: S301  from the process that started this one
    if not (request.mapping is None or request.counting):
        default_vocabulary()  # part of what the process has at its start
    limit_memory(request.memory)
    limit_time(request.seconds)
    try:
        if request.orders is not None:
            _read_orders(request, request.orders, out)
        elif request.results is not None:
            _read_results(request, request.results, out)
        elif request.mapping is None:
            _describe(request, out)
        else:
            _convert(request, request.mapping, asked, out)
    except UnreadableFile as error:
        _send(out, "unreadable", str(error))
    except MemoryError:
        _send(out, "memory")


def _send(out: BinaryIO, *frame: Any) -> None:
    data = marshal.dumps(frame)
    out.write(LENGTH.pack(len(data)))
    out.write(data)
    out.flush()


def _describe(request: Request, out: BinaryIO) -> None:
    table = read_table(request.path, request.name)
    results = proposed_results(table)
    try:
        mapping = propose_mapping(table)
    except UnreadableFile:
        if results is None or not results.likely:
            raise
        mapping = propose(table.headers, table.sample(SAMPLE_ROWS), table.file_name)
    notes = (*mapping.notes, *table.notes)
    described = (table.file_name, table.row_count, notes, mapping.model_dump_json())
    _send(out, "described", *described, results.model_dump_json() if results else "")


def _read_results(request: Request, mapping: ResultMapping, out: BinaryIO) -> None:
    today = request.today or dt.datetime.now(dt.UTC).date()
    made: list[tuple[Any, ...]] = []
    for found in read_results(request.path, request.name, mapping, today):
        made.append(("refused", *found) if isinstance(found, Refused) else ("row", *found))
        if len(made) >= FRAME_PROFILES:
            _send(out, "results", made)
            made = []
    _send(out, "results", made)
    _send(out, "end")


def _read_orders(request: Request, asked: AsOrders, out: BinaryIO) -> None:
    made: list[tuple[Any, ...]] = []
    for found in read_order_file(request.path, request.name, *asked):
        one = (
            ("unread", *found) if isinstance(found, Unread) else ("order", found.model_dump_json())
        )
        made.append(one)
        if len(made) >= FRAME_PROFILES:
            _send(out, "orders", made)
            made = []
    _send(out, "orders", made)
    _send(out, "end")


def _convert(request: Request, mapping: Mapping, asked: BinaryIO, out: BinaryIO) -> None:
    result = read_creators(request.path, mapping, name=request.name, today=request.today)
    millions = -(-result.table.row_count // MILLION)
    allowed = request.seconds + SECONDS_TO_PREPARE * (not request.counting)
    limit_time(millions * allowed)
    _send(out, "table", result.table.row_count)
    if request.counting:
        _each(result, out, lambda one: None, 0)
    else:
        spread, profiles = result.survey(step_for(result.table.row_count))
        _send(out, "surveyed", spread, profiles)
        pools: Pools = pickle.load(asked)  # noqa: S301  as above
        vocabulary = default_vocabulary()
        _each(result, out, lambda one: prepare(one, vocabulary, pools), request.done)
    _send(out, "end", said_of(result).model_dump(mode="json"), result.profiles)


def _each(
    result: ReadResult,
    out: BinaryIO,
    make: Callable[[ProfileSnapshot], Prepared | None],
    done: int,
) -> None:
    """Send what is made of each profile, and the first skipped rows."""
    made: list[tuple[Any, ...]] = []
    examples = 0
    for found in result:
        if isinstance(found, Skipped):
            if examples < MOST_EXAMPLES:
                _send(out, "skipped", *found)
            examples += 1
        elif done:
            done -= 1
        elif (one := make(found)) is not None:
            made.append(tuple(one))
        if len(made) >= FRAME_PROFILES:
            _send(out, "profiles", result.rows, made)
            made = []
    _send(out, "profiles", result.rows, made)


def said_of(result: ReadResult) -> ImportReport:
    """What is to be said of a file, once all its rows are read; without the skipped ones."""
    return ImportReport(
        total=result.rows,
        rows=result.rows,
        merged=result.merged,
        skipped=result.skipped,
        contradictions=result.contradictions,
        differences=tuple(
            Difference(handle=one.handle, field=_label(one.field), kept=one.kept, other=one.other)
            for one in result.contradiction_examples[:MOST_EXAMPLES]
        ),
        unread=tuple(
            UnreadCells(header=header, count=count, example=example)
            for header, (count, example) in result.problems.items()
        ),
        notes=result.notes,
    )


def _label(name: str) -> str:
    """A field's name for people; a column's header stays as it is."""
    return next((field.label for field in Field if field.value == name), name)
