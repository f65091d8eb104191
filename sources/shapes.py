"""Shapes that rows of an answer must have: what is of another type is not guessed at."""

import datetime as dt
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MOST = 10**12
"""No platform counts more of anything; figures above it are not believed."""
POST_CHARACTERS = 400
POST_TEXTS = 12
BIO_CHARACTERS = 5_000
NAME_CHARACTERS = 300
_MOST_LINKS = 20
_MOST_HTML = 50_000
_LINK = re.compile(r"https?://[^\s<>\"'“”()\[\]{}]{3,500}", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def clean(value: object) -> object:
    """A text without what a database or a screen chokes on; anything else as it is."""
    return _CONTROL.sub("", value) if isinstance(value, str) else value


def _digits(value: object) -> object:
    """A count written as a string, as Google writes them."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    raise ValueError("not a count in a string")


def _instant(value: object) -> object:
    """An ISO date and time with its zone; one that can't be read is unknown."""
    if not isinstance(value, str):
        raise ValueError("not a date in a string")
    try:
        read = dt.datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _address(value: object) -> object:
    """A web address; one of another kind is unknown."""
    if isinstance(value, str) and not (_LINK.fullmatch(value) and value.isprintable()):
        return None
    return value


Text = Annotated[str, BeforeValidator(clean), Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0, le=MOST)]
CountInText = Annotated[int, BeforeValidator(_digits), Field(ge=0, le=MOST)]
Address = Annotated[Annotated[str, Field(strict=True)] | None, BeforeValidator(_address)]
Flag = Annotated[bool, Field(strict=True)]
Instant = Annotated[dt.datetime | None, BeforeValidator(_instant)]


class Row(BaseModel):
    """One row of an answer; what it holds beyond the named fields is nobody's business."""

    model_config = ConfigDict(frozen=True, extra="ignore")


RowType = TypeVar("RowType", bound=Row)


def read(model: type[RowType], value: Any) -> RowType | None:
    """A row; None where a field is missing or of the wrong type."""
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def read_all(model: type[RowType], values: Any) -> tuple[list[RowType], bool]:
    """The rows that have the shape, and whether that is all of them.

    Args:
        values: whatever an answer has in the place of the list.
    """
    if not isinstance(values, list):
        return [], False
    rows = [row for each in values if (row := read(model, each)) is not None]
    return rows, len(rows) == len(values)


def field(value: Any, *names: str) -> Any:
    """What stands under these names, one inside the other; None where there is nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def cut(text: str, characters: int = POST_CHARACTERS) -> str:
    """A text, cut at a length, with "…" where something was cut."""
    text = text.strip()
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}…"


def links(*places: str | None) -> tuple[str, ...]:
    """The web addresses in some texts, each once, in their order."""
    found = [
        address.rstrip(".,;:!?…*_~")
        for place in places
        if place
        for address in _LINK.findall(place)
    ]
    return tuple(dict.fromkeys(found))[:_MOST_LINKS]


def texts(posts: Iterable[str]) -> tuple[str, ...]:
    """The texts of a few posts, without the empty ones."""
    return tuple(text for text in posts if text)[:POST_TEXTS]


def plain_text(html: str) -> tuple[str, tuple[str, ...]]:
    """The text of a piece of HTML, and the web addresses that it links to."""
    reader = _Reader()
    try:
        reader.feed(html[:_MOST_HTML])
        reader.close()
    except AssertionError:  # what the parser says to a declaration that it does not know
        reader.parts.append("\n")
    text = re.sub(r"[ \t]+", " ", "".join(reader.parts))
    return re.sub(r"\s*\n\s*", "\n", text).strip(), tuple(dict.fromkeys(reader.links))[:_MOST_LINKS]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "p"):
            self.parts.append("\n")
        classes = set((dict(attrs).get("class") or "").split())
        address = dict(attrs).get("href") or ""
        if tag == "a" and not classes & {"mention", "hashtag"} and _LINK.fullmatch(address):
            self.links.append(address)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
