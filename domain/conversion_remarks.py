"""What is to be said of rows that were read: cells without sense, cells that contradict others."""

from collections import Counter
from typing import NamedTuple

from domain.values import Problem

_EXAMPLES = 20
_LONGEST_CELL = 60


class Contradiction(NamedTuple):
    """Two cells, or two rows, of one profile that say different things."""

    handle: str
    field: str
    kept: str
    other: str


class Remarks:
    """Counts and examples, collected row by row.

    problems: per header, cells that could not be read, which are kept in `extra` as written.
    problem_examples: per header, the first such cell and why. contradictions: how many cells
    differ from the column that is read first; contradiction_examples: the first of them.
    """

    def __init__(self) -> None:
        """Nothing to be said yet."""
        self.problems: Counter[str] = Counter()
        self.problem_examples: dict[str, str] = {}
        self.contradictions = 0
        self.contradiction_examples: list[Contradiction] = []

    def problem(self, header: str, cell: str, problem: Problem, extra: dict[str, str]) -> None:
        """A cell that can't be read; it is put into `extra` as written."""
        text = cell.strip()
        extra[header] = text
        self.problems[header] += 1
        shown = f"“{text[:_LONGEST_CELL]}” {problem.reason}"
        self.problem_examples.setdefault(header, shown)

    def contradiction(self, handle: str, header: str, kept: object, other: str) -> None:
        """A cell that says something else than the one that was read first."""
        self.contradictions += 1
        if len(self.contradiction_examples) < _EXAMPLES:
            self.contradiction_examples.append(Contradiction(handle, header, str(kept), other))
