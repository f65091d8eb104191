"""What says that a post is advertising: the data of `domain.disclosure`, read and held."""

import tomllib
import unicodedata
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform

_DATA = Path(__file__).with_name("disclosure_spellings.toml")


class Spellings(BaseModel):
    """What counts in one language.

    written_in: scripts, one of which the text has to have; empty = any text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hashtags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    written_in: tuple[str, ...] = ()


class RefusedSpellings(BaseModel):
    """What people write instead. because: how the sentence "“#sp” …" goes on.

    thanks: words that count where an account is named after them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hashtags: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    because: str


class Rules(BaseModel):
    """The data file. Keys of `accepted` are languages, of `shown_before_more` platforms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_lines: int
    suggested: str
    shown_before_more: dict[Platform, int]
    accepted: dict[str, Spellings]
    refused: tuple[RefusedSpellings, ...]
    denied: Spellings

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The scripts in which something is accepted."""
        every = (word for one in self.accepted.values() for word in (*one.hashtags, *one.phrases))
        return frozenset(scripts_of(" ".join(every)))


@lru_cache(maxsize=1)
def rules() -> Rules:
    """What counts and what doesn't.

    Raises:
        ValueError: the data file does not say what it should.
    """
    return Rules.model_validate(tomllib.loads(_DATA.read_text(encoding="utf-8")))


def scripts_of(text: str) -> set[str]:
    """The scripts of a text's letters, as Unicode names them: "latin", "cyrillic"."""
    letters = (each for each in set(text) if unicodedata.category(each)[0] == "L")
    return {unicodedata.name(each, "unknown").partition(" ")[0].lower() for each in letters}
