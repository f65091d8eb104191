"""Profiles as arrays: one a column, and one a niche with the rows of its profiles.

Row numbers go from the best to the worst by the parts of the fit that depend on the profile alone,
under `ORDER`; the rows of a niche go the same way, its relevance included. A search reads only the
arrays it needs.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from domain.fit import Weights
from domain.part import NEUTRAL, PartName

Array = npt.NDArray[Any]
Read = Callable[[str], bytes]
"""Gives the bytes of an array by its name; raises `Gone`."""

UNKNOWN = -(2**31)
"""Stands for an unknown number; an unknown rate is NaN, an unknown word has the code 0."""
ORDER = Weights()
"""Weights by which rows are put in order; a search with others only looks further."""
ORDERED_PARTS = (PartName.ENGAGEMENT, PartName.AUTHENTICITY, PartName.COST)
ABOUT = "about"
WORDS = (
    "platform", "country", "language", "audience_country", "audience_language", "fee_currency",
    "rate_definition",
)  # fmt: skip
NUMBERS = ("profile_id", "creator_id", "followers", "fee", "as_of", "added_on")
UNKNOWN_PARTS = "unknown_parts"
SHARED = "shared"
"""Column that tells whether a row's creator has others."""
BY_PROFILE, BY_CREATOR = "by profile_id", "by creator_id"
"""Row numbers in the order of that column: where a profile or a creator is found."""


class Gone(Exception):
    """An array of this pack is not there any more: a younger pack has taken its place."""


@dataclass(frozen=True)
class Column:
    """How a column is read from `niche_rows`."""

    name: str
    expression: str


def _part(name: PartName) -> Column:
    """Values of a part less `NEUTRAL`, so that an unknown one counts 0."""
    return Column(name.value, f"coalesce({name.value}_part, {NEUTRAL}) - {NEUTRAL}")


def _unknown_parts() -> Column:
    """One bit a part of `ORDERED_PARTS` that is unknown."""
    bits = (
        f"CASE WHEN {name.value}_part IS NULL THEN {1 << at} ELSE 0 END"
        for at, name in enumerate(ORDERED_PARTS)
    )
    return Column(UNKNOWN_PARTS, " + ".join(bits))


COLUMNS = (
    *(_part(name) for name in ORDERED_PARTS),
    _unknown_parts(),
    Column("profile_id", "profile_id"),
    Column("creator_id", "creator_id"),
    *(Column(name, name) for name in WORDS),
    Column("followers", f"coalesce(followers, {UNKNOWN})"),
    Column("rate", "rate"),
    Column("fee", f"coalesce(fee, {UNKNOWN})"),
    Column("as_of", f"coalesce(as_of, {UNKNOWN})"),
    Column("added_on", "added_on"),
)


class Kept(Protocol):
    """Where arrays that were read or made are kept, for as long as there is room."""

    def get(self, name: str) -> Array | None:
        """The array, if it is still there."""

    def put(self, name: str, array: Array) -> None:
        """Keep an array."""


class InMemory(dict[str, Array]):
    """Arrays that stay."""

    def put(self, name: str, array: Array) -> None:
        """Keep an array."""
        self[name] = array


@dataclass(frozen=True)
class About:
    """What the bytes of a pack mean. types: of each column; words: of each column, by code.

    shared: how many rows are of creators with several.
    """

    size: int
    shared: int
    types: dict[str, str]
    words: dict[str, list[str]]

    def as_bytes(self) -> bytes:
        """As it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "About":
        """As it was stored."""
        return cls(**json.loads(stored))


@dataclass(frozen=True)
class Posting:
    """The rows of one niche, the best first, each with its relevance, 0-10,000."""

    rows: Array
    relevance: Array


class Segment:
    """Profiles as arrays, read when they are needed."""

    def __init__(self, about: About, kept: Kept, read: Read) -> None:
        self.about, self.size = about, about.size
        self._kept, self._read = kept, read
        self._at_hand: dict[str, Array] = {}

    def column(self, name: str) -> Array:
        """A column by its name, one value a row. Raises `Gone`."""
        found = self._at_hand.get(name)
        if found is None:
            found = self._at_hand[name] = self.made(name, lambda: self._column(name))
        return found

    def _column(self, name: str) -> Array:
        if name not in self.about.types:  # made before there was such a column
            raise Gone(name)
        found = np.frombuffer(self._read(f"column:{name}"), dtype=self.about.types[name])
        if len(found) != self.size:
            raise Gone(name)
        return found

    def niche(self, niche: str) -> Posting:
        """The rows of a niche; none when nobody is in it. Raises `Gone`."""
        name = f"niche:{niche}"
        found = self._kept.get(name)
        if found is None:
            found = np.frombuffer(self._read(name), dtype=np.uint8)
            self._kept.put(name, found)
        rows_end = len(found) // 6 * 4
        return Posting(found[:rows_end].view(np.int32), found[rows_end:].view(np.int16))

    def rows_of(self, index: str, numbers: Array) -> Array:
        """Rows of profiles or creators. index: `BY_PROFILE` or `BY_CREATOR`."""
        order, column = self.column(index), self.column(index.removeprefix("by "))
        first = _places(column, order, numbers, after=False)
        many = _places(column, order, numbers, after=True) - first
        ends = np.cumsum(many)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - many), many)
        rows: Array = order[places]
        return rows

    def made(self, name: str, make: Callable[[], Array]) -> Array:
        """An array that follows from others."""
        found = self._kept.get(name)
        if found is None:
            found = make()
            self._kept.put(name, found)
        return found

    def codes(self, name: str, wanted: Iterable[str]) -> list[int]:
        """Codes of those words of a column that occur in it."""
        words = self.about.words[name]
        return [words.index(word) + 1 for word in wanted if word in words]


def _places(column: Array, order: Array, numbers: Array, *, after: bool) -> Array:
    """Where numbers stand, or would, in a column that `order` sorts: before or after equal ones.

    NumPy's own search would first make wider copies of both arrays.
    """
    low = np.zeros(len(numbers), dtype=np.int64)
    high = np.full(len(numbers), len(order), dtype=np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        value = column[order[np.minimum(middle, len(order) - 1)]]
        goes_on = (low < high) & ((value <= numbers) if after else (value < numbers))
        high = np.where(goes_on, high, np.minimum(high, np.maximum(middle, low)))
        low = np.where(goes_on, middle + 1, low)
    return low


def posting_bytes(rows: Array, relevance: Array, order: Array) -> bytes:
    """A niche as it is stored. order: what each row of the segment is put in order by."""
    key = order[rows] + ORDER.niche * (relevance.astype(np.int32) - NEUTRAL)
    best_first = np.lexsort((rows, -key))
    rows, relevance = rows[best_first], relevance[best_first]
    return rows.astype(np.int32).tobytes() + relevance.astype(np.int16).tobytes()


def order_of(parts: Sequence[Array]) -> Array:
    """What rows are put in order by, from their values of `ORDERED_PARTS`."""
    total: Array = np.zeros(len(parts[0]), dtype=np.int32)
    for name, values in zip(ORDERED_PARTS, parts, strict=True):
        total += np.multiply(values, ORDER.of(name), dtype=np.int32)
    return total


def shared_of(creators: Array, by_creator: Array) -> Array:
    """Which rows are of creators with several rows. by_creator: rows in the creators' order."""
    ordered = creators[by_creator]
    same = ordered[1:] == ordered[:-1]
    found: Array = np.zeros(len(creators), dtype=bool)
    found[by_creator] = np.r_[same, False] | np.r_[False, same]
    return found


def smallest(numbers: Array) -> Array:
    """Whole numbers in as few bytes as hold them all, at least four."""
    if not len(numbers) or (numbers.min() >= UNKNOWN and numbers.max() < 2**31):
        return numbers.astype(np.int32)
    return numbers.astype(np.int64)


class Gathered:
    """Columns of rows as they come from the database, a stretch at a time, in little memory."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._stretches: dict[str, list[Array]] = {name: [] for name in self._names}
        self.words: dict[str, dict[str, int]] = {name: {} for name in self._names if name in WORDS}

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows, their values in the order of the columns."""
        for name, values in zip(self._names, zip(*rows, strict=True), strict=True):
            self._stretches[name].append(self._stretch(name, values))

    def _stretch(self, name: str, values: Sequence[Any]) -> Array:
        if name in WORDS:
            codes = self.words[name]
            known = [0 if v is None else codes.setdefault(v, len(codes) + 1) for v in values]
            return np.array(known, dtype=np.uint16)
        if name in NUMBERS:
            return smallest(np.array(values, dtype=np.int64))
        if name == "rate":
            return np.array(values, dtype=np.float64)
        return np.array(values, dtype=np.uint8 if name == UNKNOWN_PARTS else np.int16)

    def take(self, name: str) -> Array:
        """A whole column, which is then forgotten here."""
        stretches = self._stretches.pop(name)
        whole: Array = np.concatenate(stretches) if stretches else self._stretch(name, ())
        few = name in WORDS and len(self.words[name]) < 2**8
        return whole.astype(np.uint8) if few else whole
