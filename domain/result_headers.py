"""What the headers of a file of results say, by their spelling."""

import re
import tomllib
from pathlib import Path

from domain.columns import bracketed_currency, platform_in_name
from domain.creator import Platform
from domain.text import fold
from domain.written_money import currency_code

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_IN_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_SPELLINGS = tomllib.loads(
    Path(__file__).with_name("result_spellings.toml").read_text(encoding="utf-8")
)
SPELT: dict[str, str] = {word: name for name, of in _SPELLINGS["fields"].items() for word in of}
"""What a spelling stands for: a field, or `published`, `either_sales`, `period_start`, `fee`."""
_FILLER = frozenset(_SPELLINGS["filler"])


def spelt(header: str) -> str | None:
    """What a header's spelling stands for."""
    bare = _IN_BRACKETS.sub(" ", header)
    words = _WORD.findall(fold(_CAMEL.sub(" ", bare)))
    words = [word for word in words if word not in _FILLER] or words
    for rest in (words, [word for word in words if platform_in_name(word) is None],
                 words[:-1] if len(words) > 1 and currency_code(words[-1]) else []):  # fmt: skip
        if (found := SPELT.get("".join(rest))) is not None:
            return found
    return None


def currency_of(header: str) -> str | None:
    """The currency that a header has in brackets: "Amount spent (USD)"."""
    found = _IN_BRACKETS.findall(header)
    return next((code for one in found if (code := bracketed_currency(one[1:-1]))), None)


def codes_of(header: str) -> Platform | None:
    """Whose posts a column's codes name: "Video ID", "shortcode"."""
    words = "".join(_WORD.findall(fold(header)))
    if words.endswith("shortcode"):
        return Platform.INSTAGRAM
    return Platform.YOUTUBE if words.endswith("videoid") else None
