"""Counting creators over packed arrays: each once, whatever number of profiles they have."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from storage.pack_columns import Array, Segment
from storage.pack_filter import Passed

MATCHES, MIGHT, FOREIGN = 1 << 13, 1 << 14, 1 << 15
"""What is said of a row beside the bits of the figures that it lacks."""


@dataclass
class Tally:
    """Creators counted so far.

    names: `unknowable`, None where those that can't be told are taken as well. alone: how many
    rows say each of MATCHES, MIGHT, FOREIGN or lack the figure of a bit, where the creator has
    that row alone. several: creators and what their rows say, where there may be more.
    """

    names: Sequence[str] | None
    alone: dict[int, int] = field(default_factory=dict)
    several: list[tuple[Array, Array]] = field(default_factory=list)

    def add(self, segment: Segment, passed: Passed, suspects: Array | None) -> None:
        """Count rows of a segment. suspects: by row, whether its creator may have others."""
        size = segment.size if passed.rows is None else len(passed.rows)
        lacks = None if self.names is None else passed.lacks
        if suspects is None:
            self._count_lacking(lacks, size)
        else:
            said = np.full(size, MATCHES, dtype=np.uint16)
            if lacks is not None:
                said = np.where(lacks == 0, said, lacks | np.uint16(MIGHT))
            self._say(segment, passed.rows, said, suspects)
        if passed.foreign is not None and self.names is not None and len(passed.foreign):
            foreign = np.full(len(passed.foreign), FOREIGN, dtype=np.uint16)
            self._say(segment, passed.foreign, foreign, suspects)

    def _count_lacking(self, lacks: Array | None, size: int) -> None:
        """Each row is one creator, and matches or might. lacks: their bits."""
        might = 0 if lacks is None else int(np.count_nonzero(lacks))
        self._count(MATCHES, size - might)
        self._count(MIGHT, might)
        if lacks is not None and might:
            for bit in range(len(self.names or ())):
                self._count(1 << bit, int(np.count_nonzero(lacks & (1 << bit))))

    def _say(
        self, segment: Segment, rows: Array | None, said: Array, suspects: Array | None
    ) -> None:
        if suspects is not None:
            suspect = suspects if rows is None else suspects.take(rows)
            chosen = np.flatnonzero(suspect)
            if len(chosen):
                numbers = chosen if rows is None else rows.take(chosen)
                creators = segment.column("creator_id").take(numbers)
                self.several.append((creators.astype(np.int64), said.take(chosen)))
                said = said[~suspect]
        self._count_bits(said)

    def _count_bits(self, said: Array) -> None:
        """Each row is one creator."""
        foreign = int(np.count_nonzero(said & FOREIGN))
        self._count(FOREIGN, foreign)
        if foreign < len(said):
            told = said[said & (MATCHES | MIGHT) != 0]
            self._count_lacking(told & ~np.uint16(MATCHES | MIGHT), len(told))

    def _count(self, what: int, many: int) -> None:
        self.alone[what] = self.alone.get(what, 0) + many

    def counts(self) -> tuple[int, int, dict[str, int], int]:
        """Creators that match, that might, who of these lacks what, and with a foreign fee."""
        if self.several:
            self._count_bits(self._by_creator())
            self.several = []
        total, might = self.alone.get(MATCHES, 0), self.alone.get(MIGHT, 0)
        lacking = {
            name: many
            for bit, name in enumerate(self.names or ())
            if (many := self.alone.get(1 << bit, 0))
        }
        return total, might, lacking, self.alone.get(FOREIGN, 0)

    def _by_creator(self) -> Array:
        """What is said of each creator: who matches lacks nothing, who might is not foreign."""
        creators = np.concatenate([of for of, _ in self.several])
        said = np.concatenate([says for _, says in self.several])
        order = np.argsort(creators, kind="stable")
        creators, said = creators[order], said[order]
        first = np.flatnonzero(np.r_[True, creators[1:] != creators[:-1]])
        both: Array = np.bitwise_or.reduceat(said, first)
        both = np.where(both & MATCHES, MATCHES, both)
        return np.where(both & MIGHT, both & ~np.uint16(FOREIGN), both)
