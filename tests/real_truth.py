"""What stands in the real files, by hand-written rules that know each file and nothing else."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domain.conversion import Skipped
from domain.creator import ProfileSnapshot
from sources.files import propose_mapping, read_creators, read_table
from tests.trap_files import TODAY

_SUFFIXES = {"K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff"
_ENCODINGS = {"tt_nigeria.csv": "cp1252"}


class Place(NamedTuple):
    """Where a figure stands, and what it is multiplied by."""

    column: int
    times: float = 1


class Known(NamedTuple):
    """A file: how many rows are above the first creator, where handles and figures stand."""

    above: int
    handle: int
    figures: dict[str, Place]


FILES = {
    "ig_ramjas_alt.csv": Known(
        1, 0, {"followers": Place(4), "authentic_engagements": Place(6),
               "average_engagements": Place(7)},
    ),
    "ig_ramjas_dec2022.csv": Known(
        1, 1, {"followers": Place(6), "authentic_engagements": Place(9),
               "average_engagements": Place(11)},
    ),
    "ig_top_insta_influencers_data.csv": Known(
        1, 1, {"followers": Place(4, 1e6), "average_likes": Place(5, 1e6),
               "engagement_rate": Place(6, 0.01), "posts": Place(3, 1e3)},
    ),
    "tt_nigeria.csv": Known(2, 2, {"followers": Place(3)}),
    "tt_ramjas_v1.csv": Known(
        1, 0, {"followers": Place(3), "average_views": Place(5), "average_likes": Place(7),
               "average_comments": Place(9), "average_shares": Place(11)},
    ),
    "twitch_top1000.csv": Known(1, 0, {"followers": Place(5)}),
    "yt_ramjas_v1.csv": Known(
        1, 0, {"followers": Place(4), "average_views": Place(7), "average_likes": Place(9),
               "average_comments": Place(11)},
    ),
    "yt_topSubscribed.csv": Known(
        1, 0, {"followers": Place(1), "total_views": Place(2), "posts": Place(3)},
    ),
}  # fmt: skip


def judge_real(path: Path) -> tuple[Counter[str], list[str]]:
    """How many cells of a real file are right, asked about or wrong, and the wrong ones.

    Creators in several rows are left out: which row counts is another question.
    """
    known = FILES[path.name]
    mapping = propose_mapping(read_table(path))
    read = read_creators(path, mapping, today=TODAY)
    given = list(read)
    found = {one.handle: one for one in given if isinstance(one, ProfileSnapshot)}
    skipped = " ".join(one.reason for one in given if isinstance(one, Skipped))
    doubtful = {column.field.value for column in mapping.columns if column.guess or column.warning}
    score: Counter[str] = Counter()
    wrong = []
    for handle, row in _single_rows(path, known):
        for field, place in known.figures.items():
            true = _number(row[place.column], place.times)
            profile = found.get(handle)
            got = getattr(profile.figures, field) if profile else None
            same = got == true or (
                got is not None and true is not None and abs(got - true) <= 1e-6 * abs(true)
            )
            said = field in doubtful or (profile is None and f"“{handle}”" in skipped)
            kind = "right" if same else "asked" if said else "wrong"
            score[kind] += 1
            if kind == "wrong":
                wrong.append(f"{handle}.{field}: {got!r} instead of {true!r}")
    return score, wrong


def _single_rows(path: Path, known: Known) -> list[tuple[str, Sequence[str]]]:
    text = path.read_text(encoding=_ENCODINGS.get(path.name, "utf-8-sig"), errors="replace")
    rows = list(csv.reader(text.splitlines()))[known.above :]
    brackets = path.name.startswith("twitch")
    named = [(_handle(row[known.handle], brackets), row) for row in rows]
    times = Counter(handle.lower() for handle, _ in named)
    return [(handle, row) for handle, row in named if handle and times[handle.lower()] == 1]


def _handle(cell: str, in_brackets: bool) -> str:
    """ "@anna", "anna" and "풍월량 (hanryang1125)"."""
    cell = " ".join(cell.split()).strip(_INVISIBLE)
    if cell.endswith(")") and "(" in cell and in_brackets:
        return cell[cell.rindex("(") + 1 : -1]
    return cell.removeprefix("@")


def _number(cell: str, times: float) -> float | None:
    cell = cell.strip().replace(",", "").removesuffix("%")
    factor = _SUFFIXES.get(cell[-1:], 1)
    try:
        return float(cell.rstrip("KMB")) * factor * times
    except ValueError:
        return None
