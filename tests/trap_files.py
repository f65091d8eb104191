"""Files with the traps that real exports hold: invented people, written as people and tools write.

Each trap is a file and what is true of the people in it. What a reader makes of a cell is *right*,
*asked* (left open, or shown as doubtful before anything is stored) or *wrong*, which nobody
would notice.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.conversion import Skipped
from domain.creator import Money, ProfileSnapshot
from sources.files import (
    ReadResult,
    UnreadableFile,
    propose_mapping,
    read_creators,
    read_table,
)

TODAY = dt.date(2026, 11, 23)

Truth = Mapping[str, Mapping[str, object]]
"""By handle, what is true of a person: fields of a profile or of its figures."""


@dataclass(frozen=True)
class Trap:
    """A file, what is true, and words that the person must be told before storing it."""

    name: str
    file_name: str
    data: bytes
    truth: Truth
    told: tuple[str, ...] = ()
    people: int | None = None
    """How many profiles come in, where not only those in `truth`."""
    refused: bool = False
    """Whether the file is refused with the sentence that `told` has."""


@dataclass
class Outcome:
    """What a reader made of a trap."""

    score: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    refused: str = ""


def judge(trap: Trap, folder: Path) -> Outcome:
    """Read a trap as it is proposed and hold each cell against the truth."""
    path = folder / trap.file_name
    path.write_bytes(trap.data)
    outcome = Outcome()
    try:
        mapping = propose_mapping(read_table(path))
        result = read_creators(path, mapping, today=TODAY)
        found = list(result)
    except UnreadableFile as error:
        outcome.refused = str(error)
        outcome.score["asked"] = sum(map(len, trap.truth.values()))
        outcome.untold = [words for words in trap.told if words not in str(error)]
        return outcome
    profiles = {one.handle: one for one in found if isinstance(one, ProfileSnapshot)}
    for handle, facts in trap.truth.items():
        for name, true in facts.items():
            kind = _kind(profiles.get(handle), name, true, result)
            outcome.score[kind] += 1
            if kind == "wrong":
                got = _value(profiles[handle], name) if handle in profiles else "no profile"
                outcome.wrong.append(f"{handle}.{name}: {got!r} instead of {true!r}")
    expected = len(trap.truth) if trap.people is None else trap.people
    if len(profiles) != expected:
        outcome.wrong.append(f"{len(profiles)} profiles instead of {expected}: {list(profiles)}")
    said = " ".join(said_of(result, found))
    outcome.untold = [words for words in trap.told if words not in said]
    return outcome


def said_of(result: ReadResult, found: Sequence[ProfileSnapshot | Skipped]) -> list[str]:
    """All that a person is told of a file before it is stored and in the report."""
    skipped = [f"row {one.row_number} {one.reason}" for one in found if isinstance(one, Skipped)]
    problems = [text for _, text in result.problems.values()]
    return [*result.notes, *result.mapping.questions, *skipped, *problems]


def _kind(profile: ProfileSnapshot | None, name: str, true: object, result: ReadResult) -> str:
    if profile is None:
        return "wrong"
    got = _value(profile, name)
    if _same(got, true):
        return "right"
    if got is None:
        return "asked"
    doubtful = {c.field.value for c in result.mapping.columns if c.guess or c.warning}
    unsure = result.mapping.unsure_dates is not None and name == "as_of"
    return "asked" if name in doubtful or unsure else "wrong"


def _value(profile: ProfileSnapshot, name: str) -> object:
    holder = profile.figures if hasattr(profile.figures, name) else profile
    if name == "fee_text":
        fee = profile.figures.fee
        return f"{fee.currency} {fee.amount:.2f}" if fee else None
    value: object = getattr(holder, name)
    return str(value) if isinstance(value, Money) else value


def _same(got: object, true: object) -> bool:
    if isinstance(got, float) and isinstance(true, float):
        return abs(got - true) < 1e-9
    return got == true
