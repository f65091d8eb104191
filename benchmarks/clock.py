"""Every IANA zone × 168 hours of the week × 10 years: one digest a week, at the right moment.

`python -m benchmarks.clock --file clock.jsonl` goes on where it was stopped: each zone that was
looked through is a line of the file. `--zones 20` looks through so many more and stops.

The right moment comes from another road than the product's: a zone's clock is taken apart into
stretches of one offset, and a weekly time is due at the first moment at which the wall clock of
that day reads it, or, where no stretch does, at the first moment after the gap. Around each clock
change a bot that ticks every minute is played too: it posts once, at the first tick at or after.
"""

import argparse
import bisect
import datetime as dt
import json
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from domain.calendar import Schedule, due_instants, newest_due

FIRST, LAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
MARGIN = dt.timedelta(days=15)
WEEK, DAY, MINUTE = dt.timedelta(days=7), dt.timedelta(days=1), dt.timedelta(minutes=1)
HOURS = [(weekday, hour) for weekday in range(7) for hour in range(24)]


class Stretch(NamedTuple):
    """A time of one offset. begins: in UTC; offset: of the wall clock from UTC."""

    begins: dt.datetime
    offset: dt.timedelta


def stretches(zone: ZoneInfo) -> list[Stretch]:
    """The zone's offsets from `FIRST` to `LAST`, with their margins, oldest first."""

    def offset(at: dt.datetime) -> dt.timedelta:
        return at.astimezone(zone).utcoffset() or dt.timedelta()

    found = [Stretch(FIRST - MARGIN, offset(FIRST - MARGIN))]
    day = FIRST - MARGIN
    while day < LAST + MARGIN:
        before, after = day, day + DAY
        while offset(before) != offset(after):
            early, late = before, after
            while late - early > dt.timedelta(seconds=1):
                middle = early + (late - early) // 2
                middle = middle.replace(microsecond=0)
                early, late = (middle, late) if offset(middle) == offset(early) else (early, middle)
            found.append(Stretch(late, offset(late)))
            before = late
        day = after
    return found


def right_moment(wall: dt.datetime, known: Sequence[Stretch]) -> dt.datetime:
    """When a wall clock first reads this time (which has no zone) or has gone past it."""
    local = wall.replace(tzinfo=dt.UTC)
    for stretch, following in pairwise((*known, None)):
        assert stretch is not None
        moment = local - stretch.offset
        ends = following.begins if following else moment + DAY
        if max(moment, stretch.begins) < ends:
            return max(moment, stretch.begins)
    raise AssertionError("the last stretch has no end")


class Count(NamedTuple):
    """What was looked at, and what was wrong."""

    digests: int = 0
    ticked: int = 0
    moved: int = 0
    wrong: int = 0


def look_through(name: str) -> Count:
    """All 168 schedules of one zone over ten years."""
    zone = ZoneInfo(name)
    known = stretches(zone)
    changes = [one.begins for one in known[1:]]
    count = Count()
    for weekday, hour in HOURS:
        schedule = Schedule(weekday=weekday, hour=hour, timezone=name)
        found = list(due_instants(schedule, FIRST, LAST))
        days = [day for day, _ in found]
        wrong = sum(after - before != WEEK for before, after in pairwise(days))
        wrong += not 520 <= len(days) <= 523
        moved = 0
        near = 0
        for day, instant in found:
            wall = dt.datetime.combine(day, dt.time(hour))
            around = near_to(instant, known, near)
            near = around[0]
            wrong += right_moment(wall, around[1]) != instant
            moved += instant.astimezone(zone).replace(tzinfo=None) != wall
        ticks = [each for each in found if _is_near(each[1], changes)]
        wrong += sum(not posts_once(schedule, day, instant) for day, instant in ticks)
        count = Count(
            count.digests + len(found), count.ticked + len(ticks),
            count.moved + moved, count.wrong + wrong,
        )  # fmt: skip
    return count


def _is_near(instant: dt.datetime, changes: Sequence[dt.datetime]) -> bool:
    """Whether the zone's clock changes within two days."""
    place = bisect.bisect(changes, instant - 2 * DAY)
    return place < len(changes) and changes[place] < instant + 2 * DAY


def near_to(
    instant: dt.datetime, known: Sequence[Stretch], begin: int
) -> tuple[int, Sequence[Stretch]]:
    """The stretches around an instant, from the one two days before it on."""
    while begin + 1 < len(known) and known[begin + 1].begins < instant - 2 * DAY:
        begin += 1
    return begin, known[begin : begin + 4]


def posts_once(schedule: Schedule, day: dt.date, instant: dt.datetime) -> bool:
    """Whether a bot that ticks each minute around this instant posts this digest, once, then."""
    last, posted = day - WEEK, []
    for minutes in (-60, -1, 0, 1, 59, 60, 61, 120, 24 * 60):
        now = instant + minutes * MINUTE
        due = newest_due(schedule, last, now, instant - MARGIN)
        if due is not None:
            last = due.period
            posted.append((due.period, minutes, due.missed))
    return posted == [(day, 0, ())]


def remembered(file: Path) -> dict[str, Count]:
    """What earlier runs looked through."""
    if not file.exists():
        return {}
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {line.pop("zone"): Count(**line) for line in lines}


def run(file: Path, most: int | None) -> Iterator[tuple[str, Count]]:
    """Look through zones that were not yet, noting each."""
    done = remembered(file)
    left = [name for name in sorted(available_timezones()) if name not in done]
    for name in left[:most]:
        count = look_through(name)
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"zone": name, **count._asdict()}) + "\n")
        yield name, count


def main() -> None:
    """Look through, then print what all runs together found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clock", description=__doc__)
    parser.add_argument("--file", type=Path, default=Path("clock.jsonl"))
    parser.add_argument("--zones", type=int, help="so many more, instead of all that are left")
    given = parser.parse_args()
    began = time.process_time()
    for name, count in run(given.file, given.zones):
        if count.wrong:
            print(f"  {name}: {count.wrong} wrong")
    counts = remembered(given.file)
    digests = sum(one.digests for one in counts.values())
    print(
        f"{len(counts)} of {len(available_timezones())} zones × {len(HOURS)} hours of the week × "
        f"{LAST.year - FIRST.year} years: {digests:,} digests, "
        f"{sum(one.moved for one in counts.values()):,} of them moved out of a gap, "
        f"{sum(one.ticked for one in counts.values()):,} played tick by tick, "
        f"{sum(one.wrong for one in counts.values()):,} wrong "
        f"({time.process_time() - began:.0f} s of the processor)"
    )


if __name__ == "__main__":
    main()
