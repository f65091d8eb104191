"""Exports of common tools, told by their headers: what their columns mean there.

Each tool is a file in `domain/vendors/`; docs/importing.md says how to add one.
"""

import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from domain.creator import Platform, RateDefinition
from domain.drafts import Draft, fit
from domain.fields import RATIOS, Field
from domain.mapped_column import FRACTION, PERCENT, SCALES, Column, decided
from domain.text import fold

_FOLDER = Path(__file__).with_name("vendors")
_ENOUGH = 0.5
_SURE = 0.97


class Vendor(BaseModel):
    """One kind of file that a tool writes.

    name: with its article, "a HypeAuditor ranking". source: where its columns are documented.
    headers: those that such a file has, all of them. platform: of its rows. definition: what its
    engagement rates were divided by. columns: header (with * for any text) to a field, with its
    unit behind an asterisk: "followers*1000", "engagement_rate*percent".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    headers: tuple[str, ...]
    platform: Platform | None = None
    definition: RateDefinition | None = None
    columns: dict[str, str]

    @field_validator("headers")
    @classmethod
    def _several(cls, headers: tuple[str, ...]) -> tuple[str, ...]:
        if len(headers) < 2:
            raise ValueError("two headers at least, so that no other file is taken for it")
        return headers

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        for header, code in columns.items():
            name, _, unit = code.partition("*")
            known = unit in ("", PERCENT, FRACTION) or (unit.isdecimal() and int(unit) in SCALES)
            if name not in {field.value for field in Field} or not known:
                raise ValueError(f"“{header}”: “{code}” is no field")
        return columns

    def code_of(self, header: str) -> str | None:
        """What a column feeds, by its header; a header written out goes before one with *."""
        key = header_key(header)
        patterns = sorted(self.columns, key=lambda pattern: "*" in pattern)
        found = (pattern for pattern in patterns if fnmatchcase(key, header_key(pattern)))
        return next((self.columns[pattern] for pattern in found), None)


def recognised(headers: Sequence[str]) -> Vendor | None:
    """The tool that wrote a file with these headers; the one with the most headers of its own."""
    keys = {header_key(header) for header in headers}
    found = [each for each in vendors() if keys >= {header_key(header) for header in each.headers}]
    return max(found, key=lambda each: len(each.headers), default=None)


@lru_cache(maxsize=1)
def vendors() -> tuple[Vendor, ...]:
    """All tools that are known.

    Raises:
        ValueError: a file does not say what it should.
    """
    found = []
    for path in sorted(_FOLDER.glob("*.toml")):
        try:
            found.append(Vendor.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
    return tuple(found)


def with_vendor(
    drafts: Sequence[Draft], columns: Sequence[Column], vendor: Vendor | None
) -> list[Column]:
    """The columns as a tool means them where the cells agree; else the cells win and it is said."""
    if vendor is None:
        return list(columns)
    result = [
        _of_vendor(draft, column, vendor) for draft, column in zip(drafts, columns, strict=True)
    ]
    told = {header_key(text) for text, code in vendor.columns.items() if code == Field.HANDLE}
    if not told:
        return result
    return [
        column.model_copy(update={"rank": column.rank + 1})
        if column.field is Field.HANDLE and header_key(column.header) not in told
        else column
        for column in result
    ]


def _of_vendor(draft: Draft, column: Column, vendor: Vendor) -> Column:
    code = vendor.code_of(draft.column.header)
    if code is None:
        return column
    name, _, unit = code.partition("*")
    field, content = Field(name), draft.column.content
    if content.filled and fit(field, content, draft.cells) < _ENOUGH:
        example = draft.column.examples[0] if draft.column.examples else ""
        warning = (
            f"In {vendor.name} it is {field.label.lower()}, but cells such as “{example}” are not."
        )
        return column.model_copy(update={"warning": warning, "guess": True, "confidence": 0.5})
    more: dict[str, object] = {"warning": None, "guess": False, "rank": 0}
    if unit.isdecimal():
        more["scale"] = int(unit)
    if unit in (PERCENT, FRACTION):
        more["percent"] = unit == PERCENT
    if field in RATIOS and vendor.definition is not None:
        more["definition"] = vendor.definition
    return decided(draft.column, field, _SURE, f"So it is in {vendor.name}.", **more)


def header_key(header: str) -> str:
    """A header without case, accents and punctuation, which differ between CSV and XLSX."""
    return "".join(letter for letter in fold(header) if letter.isalnum() or letter == "*")
