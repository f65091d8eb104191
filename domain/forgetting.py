"""Forgetting somebody: by what they are recognised, and how texts are kept without their name."""

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform
from domain.handle import PLATFORM_WORDS, handle_key, is_account_id

REMOVED = "a removed creator"
REMOVED_LINK = "https://removed.invalid/"
REMOVED_ADDRESS = "removed@removed.invalid"
SHORTEST = 3
"""Handles and names that are shorter are taken out only where they stand as a handle: "@jo"."""


class KeyKind(StrEnum):
    """What a keyed hash is of."""

    ACCOUNT = "account"
    EMAIL = "email"
    MARK = "mark"
    POST = "post"


def account_key(platform: str, key: str) -> str:
    """What is hashed of an account. key: of its handle, or the platform's own id of it."""
    return f"{KeyKind.ACCOUNT}:{platform}:{key}"


def email_key(address: str) -> str:
    """What is hashed of an email address."""
    return f"{KeyKind.EMAIL}:{address.strip().casefold()}"


def mark_of(kind: str, key: str) -> str:
    """What is hashed of a promo code or another service's link."""
    return f"{KeyKind.MARK}:{kind}:{key}"


def post_key(link_key: str) -> str:
    """What is hashed of a post. link_key: of `domain.post_link`."""
    return f"{KeyKind.POST}:{link_key}"


_IN_LINK = r"[^\s|>\"<\\]*"
_HOST = r"https?://[^\s|>\"<\\/?]+[/?]"
_LINK_WITH = _HOST + _IN_LINK + r"(?<![\w]){}(?![\w])" + _IN_LINK
"""An address that has a handle in its path as a word of its own."""
_LINK_TO = _HOST + r"(?:" + _IN_LINK + r"[/@=])?{}(?![\w.-])" + _IN_LINK
"""An address of which the handle is a whole part: /anna/, /@anna, ?user=anna."""


class Names(BaseModel):
    """All by which somebody is recognised in texts.

    accounts: (platform, key of the handle or own id), former ones too. handles: as written, without
    "@". names: what they are called. common: of these, in small letters, those that are also
    ordinary words where they are to be forgotten: another creator's, a colleague's or a niche's.
    links: addresses of profiles and posts. codes: promo codes, and names of tracking links.
    """

    model_config = ConfigDict(frozen=True)

    accounts: tuple[tuple[str, str], ...] = ()
    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    common: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """What is hashed, so that no import, look-up or refresh brings them back."""
        accounts = [account_key(platform, key) for platform, key in self.accounts]
        return list(dict.fromkeys([*accounts, *map(email_key, self.emails)]))

    @property
    def own_ids(self) -> tuple[str, ...]:
        """The platforms' own ids of their accounts."""
        return tuple(key for platform, key in self.accounts if is_account_id(platform, key))


class Mask:
    """Takes somebody's names out of texts and of JSON.

    A text is searched for whole words whatever their case. An address that has a handle in it goes
    as a whole. A handle or name that is also an ordinary word goes where it stands as a handle, and
    everywhere in what is about that person (`about_them`).
    """

    def __init__(self, names: Names, *, about_them: bool = False) -> None:
        common = set() if about_them else set(names.common)
        handles = [*names.handles, *names.own_ids, *names.codes]
        alone = [*handles, *names.names]
        clear = [one for one in alone if one.casefold() not in common]
        if not about_them:
            clear = [one for one in clear if len(one) >= SHORTEST]
        named = [one for one in clear if one in handles]
        self._patterns = [
            (_either(_spellings(named), _LINK_WITH), REMOVED_LINK),
            (_either(_spellings(handles), _LINK_TO), REMOVED_LINK),
            (_either(_spellings(names.links), r"{}"), REMOVED_LINK),
            (_either(_spellings(names.emails), r"{}"), REMOVED_ADDRESS),
            (_either(_spellings(names.handles), r"\b[a-z]{{2,10}}:@?{}(?![\w.-])"), REMOVED),
            (_either(_spellings(names.handles), r"@{}(?![\w])"), REMOVED),
            (_either(_spellings(clear), r"@?(?<![\w]){}(?![\w])"), REMOVED),
        ]

    @cached_property
    def _all(self) -> list[tuple[re.Pattern[str], str]]:
        return [(pattern, instead) for pattern, instead in self._patterns if pattern is not None]

    def finds(self, text: str) -> bool:
        """Whether a text has anything of theirs."""
        return any(pattern.search(text) for pattern, _ in self._all)

    def text(self, text: str) -> str:
        """The text without their names."""
        for pattern, instead in self._all:
            text = pattern.sub(instead, text)
        return text

    def value(self, value: Any, *, keys: bool = True) -> Any:
        """JSON without their names. keys: in the names of its fields, too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one, keys=keys) for one in value]
        if isinstance(value, dict):
            return {
                self.text(str(name)) if keys else name: self.value(one, keys=keys)
                for name, one in value.items()
            }
        return value

    def json_finds(self, raw: str) -> bool:
        """Whether JSON as it is stored has anything of theirs, however its letters are written."""
        if self.finds(raw):
            return True
        return "\\u" in raw and self.finds(json.dumps(json.loads(raw), ensure_ascii=False))


def _spellings(texts: Iterable[str]) -> list[str]:
    """The texts as they stand in texts, in Slack's escapes and in addresses; longest first."""
    plain = {one.strip() for one in texts if one and one.strip()}
    escaped = {one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in plain}
    quoted = {quote(one, safe="@") for one in plain} | {quote(one, safe="") for one in plain}
    return sorted(plain | escaped | quoted, key=lambda one: (-len(one), one))


def _either(texts: list[str], form: str) -> re.Pattern[str] | None:
    """A pattern of any of these texts in a form with one place for them; None of no texts."""
    if not texts:
        return None
    any_of = "(?:" + "|".join(re.escape(one) for one in texts) + ")"
    return re.compile(form.format(any_of), re.IGNORECASE)


SHORT_WORD = 4
"""Words of letters alone that are no longer are taken for ordinary ones."""
_OF_THE_APP = frozenset({*map(str, Platform), *PLATFORM_WORDS})


def is_ordinary(one: str) -> bool:
    """Whether a handle or name is also a word that texts of the app have for themselves."""
    return one.casefold() in _OF_THE_APP or (one.isalpha() and len(one) <= SHORT_WORD)


def is_typed_name(typed: str, handles: Iterable[str]) -> bool:
    """Whether somebody typed one of these handles, as they are asked to before it is done."""
    wanted = handle_key(typed)
    return bool(wanted) and wanted in {handle_key(one) for one in handles}


_PLAIN_FACTS = frozenset(
    {"stage", "state", "vote", "kind", "format", "currency", "occasion", "restriction", "until"}
)
"""What an entry of the record may go on saying in words of somebody who was removed."""


def bare_facts(value: Any, name: str = "") -> Any:
    """What an entry of the record about them still says: numbers, states, that it was done."""
    if isinstance(value, dict):
        return {key: bare_facts(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [bare_facts(one, name) for one in value]
    if isinstance(value, str) and value and name not in _PLAIN_FACTS:
        return REMOVED
    return value


LONGEST_LABEL = 75
"""A button's text has at most so many characters; longer texts may be as long as they were."""


def fitting(before: Any, after: Any) -> Any:
    """A message without a name, each text no longer than Slack takes in its place."""
    if isinstance(after, str):
        return after[: max(len(str(before)), LONGEST_LABEL)]
    if isinstance(after, list):
        return [fitting(*pair) for pair in zip(before, after, strict=True)]
    if isinstance(after, dict):
        return {
            key: fitting(was, one)
            for was, (key, one) in zip(before.values(), after.items(), strict=True)
        }
    return after
