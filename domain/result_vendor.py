"""Results as common tools export them, told by their headers: what their columns mean there.

Each tool is a file in `domain/result_vendors/`; docs/importing.md says how to add one.
"""

import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator

from domain.creator import Platform
from domain.result_columns import ResultField
from domain.vendor import header_key

_FOLDER = Path(__file__).with_name("result_vendors")
_FEWEST_HEADERS = 2


class Meaning(NamedTuple):
    """What a column holds. rank: of two columns of one meaning the lower one counts.

    codes: cells are codes of this platform's posts and no links.
    """

    field: ResultField
    rank: int
    codes: Platform | None = None


class ResultVendor(BaseModel):
    """One kind of file that a tool writes.

    name: with its article, "an export of Meta Ads Manager". source: where it comes from. headers:
    those that such a file has, all of them. platform: of its rows. daily: the header of a column
    that is only there when figures are those of each day alone, "" = there is none. columns: header
    (with * for any text) to a field; of several that feed one field the first listed counts.
    "post_link*youtube" = codes of YouTube's videos; "ignore" = not used.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    headers: tuple[str, ...]
    platform: Platform | None = None
    daily: str = ""
    columns: dict[str, str]

    @field_validator("headers")
    @classmethod
    def _several(cls, headers: tuple[str, ...]) -> tuple[str, ...]:
        if len(headers) < _FEWEST_HEADERS:
            raise ValueError("two headers at least, so that no other file is taken for it")
        return headers

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        for header, code in columns.items():
            name, _, codes = code.partition("*")
            fields = {field.value for field in ResultField}
            if name not in fields or (codes and codes not in {one.value for one in Platform}):
                raise ValueError(f"“{header}”: “{code}” is nothing that results hold")
        return columns

    def meaning(self, header: str) -> Meaning | None:
        """What a column holds, by its header; one that is written out goes before one with *."""
        key = header_key(header)
        patterns = sorted(self.columns, key=lambda pattern: "*" in pattern)
        for pattern in patterns:
            if fnmatchcase(key, header_key(pattern)):
                name, _, codes = self.columns[pattern].partition("*")
                rank = list(self.columns).index(pattern)
                return Meaning(ResultField(name), rank, Platform(codes) if codes else None)
        return None

    def is_daily(self, headers: Sequence[str]) -> bool:
        """Whether figures are those of each day alone."""
        return bool(self.daily) and header_key(self.daily) in map(header_key, headers)


def recognised_results(headers: Sequence[str]) -> ResultVendor | None:
    """The tool that wrote a file with these headers; the one with the most headers of its own."""
    keys = list(map(header_key, headers))

    def has(pattern: str) -> bool:
        return any(fnmatchcase(key, header_key(pattern)) for key in keys)

    found = [each for each in result_vendors() if all(map(has, each.headers))]
    return max(found, key=lambda each: len(each.headers), default=None)


@lru_cache(maxsize=1)
def result_vendors() -> tuple[ResultVendor, ...]:
    """All tools that are known.

    Raises:
        ValueError: a file does not say what it should.
    """
    found = []
    for path in sorted(_FOLDER.glob("*.toml")):
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
            found.append(ResultVendor.model_validate(said))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
    return tuple(found)
