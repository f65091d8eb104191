"""What people and files wrote, made safe for Slack, and cut to what it takes."""

import datetime as dt
import re
import unicodedata

import slackblocks as sb

from domain.wording import cut_mrkdwn

SECTION_LIMIT = 3_000

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNRULY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066\u2067]")
"""The same without the isolation that `clean` puts around what is written right to left."""
_MAY_RUN_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""The blocks in which all letters of scripts from right to left stand."""
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with "…": never more than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean(text: str, limit: int | None = None) -> str:
    """Text that people or files wrote, as plain text on one line.

    Control and direction marks go; a text with right-to-left letters is isolated, so that it
    does not reorder what stands beside it.
    """
    line = text if _is_one_line(text) else _INVISIBLE.sub("", " ".join(text.split()))
    if limit is not None:
        line = cut(line, limit)
    if line.isascii():
        return line
    if _MAY_RUN_LEFT.search(line) and any(
        unicodedata.bidirectional(letter) in ("R", "AL") for letter in line
    ):
        return f"{_ISOLATE}{line}{_END_ISOLATE}"
    return line


def _is_one_line(text: str) -> bool:
    """Whether nothing is to go: marks, controls and spaces but " " are not printable."""
    return text.isprintable() and "  " not in text and text.strip(" ") == text


def escape(text: str, limit: int | None = None) -> str:
    """As `clean`, safe inside mrkdwn: no mention, link, quote or code can come of it."""
    safe = clean(text, limit).replace("`", "'")
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(slack_user_id: str) -> str:
    """A mention that notifies; elsewhere people are named by `escape(person.name)`."""
    return f"<@{slack_user_id}>"


def moment(instant: dt.datetime, shown: str = "{date_short_pretty} at {time}") -> str:
    """An instant in the reader's own time zone, in mrkdwn."""
    utc = instant.astimezone(dt.UTC)
    return f"<!date^{int(utc.timestamp())}^{shown}|{utc:%d %B %Y %H:%M} UTC>"


def day(date: dt.date) -> str:
    """A calendar date as people write it, for example 2 November 2026."""
    return f"{date.day} {date:%B %Y}"


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> sb.Text:
    """A mrkdwn text object; Slack makes no link or mention of what is not written as one."""
    return sb.Text(cut_mrkdwn(text, limit) or " ", verbatim=True)


def plain_text(text: str, limit: int = SECTION_LIMIT) -> sb.Text:
    """A plain text object: nothing in it is ever a mention, a link or a format."""
    return sb.Text(plain(text, limit) or " ", type_=sb.TextType.PLAINTEXT)


def plain(text: str, limit: int) -> str:
    """Text for where Slack reads no mrkdwn: cut, and turning round nothing beside it."""
    return cut(_UNRULY.sub("", text), limit)
