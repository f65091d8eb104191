"""A brief as people type it, read into what is stored, with a sentence for each wrong field."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from domain.brief import LONGEST_NAME, BriefContent
from domain.creator import Platform
from domain.fit import HEAVIEST, Weights
from domain.goal import Goal
from domain.money import MoneyError, parse_money, to_minor
from domain.niche import Vocabulary, spoken
from domain.part import PartName
from domain.places import country_code, country_name, language_code, language_name
from domain.text import words
from domain.tier import Tier
from domain.values import number
from domain.wording import listed

MOST_ENTRIES = 40
LONGEST_ENTRY = 80
LONGEST_TEXT = 2_000
LARGEST_TARGET = 10**12
Problems = dict[str, str]

_BETWEEN = re.compile(r"[,;\n\r•|]+")
_SPACE_TOO = re.compile(r"[\s,;•|]+")
_JOINING = frozenset({"and", "or", "y", "o", "e", "ou", "et", "und", "oder", "the", "for", "with"})
_WEIGHT = re.compile(r"\s*([^\W\d_]+)\s*[:=]?\s*([+-]?\d+)\s*%?\s*")


class BriefForm(BaseModel):
    """What the modal holds, as typed or chosen; "" and () are not given. Dates: YYYY-MM-DD."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    product: str = ""
    niches: str = ""
    must_have: str = ""
    never: str = ""
    tiers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    countries: str = ""
    languages: str = ""
    starts_on: str = ""
    ends_on: str = ""
    budget: str = ""
    goal: str = ""
    target: str = ""
    required_tags: str = ""
    hashtags: str = ""
    link: str = ""
    deliverables: str = ""
    weights: str = ""


class BriefDraft(BaseModel):
    """A brief that can be stored. budget: minor units of `currency`."""

    model_config = ConfigDict(frozen=True)

    name: str
    content: BriefContent
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    budget: int | None = None
    currency: str | None = None
    goal: Goal | None = None
    target: int | None = None


class _Wrong(ValueError):
    """One field is wrong; the text is the sentence under it."""


class _Reader:
    """Reads field by field and remembers the sentence for each that is wrong."""

    def __init__(self) -> None:
        self.problems: Problems = {}

    def read(self, field: str, read: Callable[[], Any], otherwise: Any = None) -> Any:
        try:
            return read()
        except _Wrong as wrong:
            self.problems[field] = str(wrong)
            return otherwise


def read_form(
    form: BriefForm, vocabulary: Vocabulary, default_currency: str | None = None
) -> BriefDraft | Problems:
    """The brief that was typed, or a sentence for every field that is wrong.

    default_currency: of a budget that names none.
    """
    reader = _Reader()
    name = reader.read("name", lambda: _name(form.name), "")
    found, loose = reader.read("niches", lambda: _niches(form.niches, vocabulary), ((), ()))
    starts_on = reader.read("starts_on", lambda: _date(form.starts_on))
    ends_on = reader.read("ends_on", lambda: _end(form.ends_on, starts_on))
    budget, currency = reader.read(
        "budget", lambda: _budget(form.budget, default_currency), (None, None)
    )
    goal = reader.read("goal", lambda: _goal(form.goal, form.target))
    target = reader.read("target", lambda: _target(form.target))
    content = BriefContent(
        product=reader.read("product", lambda: _text(form.product), ""),
        niche_text=" ".join(form.niches.split())[:LONGEST_TEXT],
        niches=found,
        words=loose,
        must_have=reader.read("must_have", lambda: _entries(form.must_have), ()),
        never=reader.read("never", lambda: _entries(form.never), ()),
        tiers=reader.read("tiers", lambda: tuple(_one_of(Tier, each) for each in form.tiers), ()),
        platforms=reader.read(
            "platforms", lambda: tuple(_one_of(Platform, each) for each in form.platforms), ()
        ),
        countries=reader.read(
            "countries", lambda: _places(form.countries, country_code, "country"), ()
        ),
        languages=reader.read(
            "languages", lambda: _places(form.languages, language_code, "language"), ()
        ),
        required_tags=reader.read("required_tags", lambda: _handles(form.required_tags, "@"), ()),
        hashtags=reader.read("hashtags", lambda: _handles(form.hashtags, "#"), ()),
        link=reader.read("link", lambda: _link(form.link), ""),
        deliverables=reader.read("deliverables", lambda: _text(form.deliverables), ""),
        weights=reader.read("weights", lambda: _weights(form.weights, goal)),
    )
    if reader.problems:
        return reader.problems
    return BriefDraft(
        name=name,
        content=content,
        starts_on=starts_on,
        ends_on=ends_on,
        budget=budget,
        currency=currency,
        goal=goal,
        target=target,
    )


def written_places(codes: Iterable[str], of_country: bool) -> str:
    """Codes as a person types them: "Germany, Austria"."""
    name_of = country_name if of_country else language_name
    return ", ".join(name_of(code) for code in codes)


def written_weights(weights: Weights) -> str:
    """Weights as they are typed: "niche 30, engagement 40, …"."""
    return ", ".join(f"{name.value} {weights.of(name)}" for name in PartName)


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not words(name):
        raise _Wrong("Please give the brief a name, for example “Spring skincare”.")
    if len(name) > LONGEST_NAME:
        raise _Wrong(f"Please keep the name to {LONGEST_NAME} characters; this has {len(name)}.")
    return name


def _niches(typed: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The niches that were named, and the words that are none."""
    found: list[str] = []
    loose: list[str] = []
    for phrase in _BETWEEN.split(typed[:LONGEST_TEXT]):
        tokens = words(phrase)
        at = 0
        for match in vocabulary.find(tokens):
            loose += tokens[at : match.start]
            found.append(match.niches[0])
            at = match.end
        loose += tokens[at:]
    kept = [word for word in dict.fromkeys(loose) if word not in _JOINING]
    if not found and not kept:
        raise _Wrong("Please name at least one niche, for example “skincare, vegan food”.")
    if len(found) + len(kept) > MOST_ENTRIES:
        raise _Wrong(f"Please name at most {MOST_ENTRIES} niches.")
    return tuple(dict.fromkeys(found)), tuple(kept)


def _entries(typed: str) -> tuple[str, ...]:
    """Words and phrases, one for each comma or line."""
    entries = [" ".join(entry.split()) for entry in _BETWEEN.split(typed)]
    kept = tuple(dict.fromkeys(entry for entry in entries if words(entry)))
    _not_too_many(kept)
    return kept


def _handles(typed: str, sign: str) -> tuple[str, ...]:
    """Tags without their sign, one for each space, comma or line."""
    entries = [entry.strip().lstrip(sign) for entry in _SPACE_TOO.split(typed)]
    kept = tuple(dict.fromkeys(entry for entry in entries if words(entry)))
    _not_too_many(kept)
    return kept


def _not_too_many(entries: tuple[str, ...]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _Wrong(f"Please give at most {MOST_ENTRIES}; these are {len(entries)}.")
    long = next((entry for entry in entries if len(entry) > LONGEST_ENTRY), None)
    if long is not None:
        raise _Wrong(f"“{long[:30]}…” is too long; put commas between words and phrases.")


def _text(typed: str) -> str:
    text = typed.strip()
    if len(text) > LONGEST_TEXT:
        raise _Wrong(f"Please keep this to {LONGEST_TEXT:,} characters; this has {len(text):,}.")
    return text


def _one_of(kind: type[Any], value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise _Wrong("Please choose from the list.") from None


def _places(typed: str, code_of: Callable[[str], str | None], kind: str) -> tuple[str, ...]:
    codes: list[str] = []
    for entry in (each.strip() for each in _BETWEEN.split(typed)):
        if not entry:
            continue
        found = _place_or_places(entry, code_of)
        if not found:
            example = "Germany or DE" if kind == "country" else "German or de"
            raise _Wrong(
                f"“{entry[:40]}” is not a {kind} I know. Names and codes such as {example} work, "
                "with commas between them."
            )
        codes += found
    return tuple(dict.fromkeys(codes))


def _place_or_places(entry: str, code_of: Callable[[str], str | None]) -> list[str]:
    """One place, or several with only spaces or "and" between them; empty when one is none."""
    whole = code_of(entry)
    if whole is not None:
        return [whole]
    parts = [part for part in re.split(r"\s+(?:and|&|or|und|et|y|e)\s+|[/+]", entry) if part]
    if len(parts) == 1:
        parts = entry.split()
    codes = [code_of(part) for part in parts]
    return [code for code in codes if code is not None] if all(codes) else []


def _date(typed: str) -> dt.date | None:
    if not typed:
        return None
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise _Wrong("Please choose a date.") from None


def _end(typed: str, starts_on: dt.date | None) -> dt.date | None:
    ends_on = _date(typed)
    if ends_on is not None and starts_on is not None and ends_on < starts_on:
        raise _Wrong(
            f"The end is before the start ({starts_on.day} {starts_on:%B %Y}). "
            "Please choose a later day."
        )
    return ends_on


def _budget(typed: str, default_currency: str | None) -> tuple[int | None, str | None]:
    if not typed.strip():
        return None, None
    try:
        money = parse_money(typed, default_currency)
    except MoneyError as error:
        raise _Wrong(str(error)) from None
    if money.amount == 0:
        raise _Wrong("Please leave this empty while there is no budget.")
    return to_minor(money), money.currency


def _goal(chosen: str, target: str) -> Goal | None:
    if not chosen:
        if target.strip():
            raise _Wrong("Please choose what the target number counts.")
        return None
    goal: Goal = _one_of(Goal, chosen)
    return goal


def _target(typed: str) -> int | None:
    if not typed.strip():
        return None
    value = number(typed)
    if not isinstance(value, int | float) or not 1 <= value <= LARGEST_TARGET:
        raise _Wrong("Please give a whole number above 0, for example 50,000 or 50k.")
    if value != int(value):
        raise _Wrong("Please give a whole number, for example 50,000.")
    return int(value)


def _link(typed: str) -> str:
    link = typed.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    readable = link.isprintable() and " " not in link and len(link) <= LONGEST_TEXT
    if not readable or parts.scheme != "https" or "." not in host or parts.username is not None:
        raise _Wrong("Please give a full link that starts with https://.")
    return link


def _weights(typed: str, goal: Goal | None) -> Weights | None:
    """Weights by name; a part that is left out keeps the weight of the goal."""
    if not typed.strip():
        return None
    chosen: dict[str, int] = {}
    names = [name.value for name in PartName]
    for entry in (each for each in _BETWEEN.split(typed) if each.strip()):
        match = _WEIGHT.fullmatch(entry)
        name = next((each for each in names if match and each == match[1].lower()), None)
        if match is None or name is None:
            raise _Wrong(
                f"“{entry.strip()[:30]}” can't be read. Write for example “niche 30, "
                f"engagement 40”; the parts are {listed(names)}."
            )
        weight = int(match[2]) if len(match[2]) < len(str(HEAVIEST)) + 2 else HEAVIEST + 1
        if not 0 <= weight <= HEAVIEST:
            raise _Wrong(f"A weight goes from 0 to {HEAVIEST:,}; {name} has {match[2][:12]}.")
        chosen[name] = weight
    weights = Weights.for_goal(goal).model_copy(update=chosen)
    if not any(weights.of(name) for name in PartName):
        raise _Wrong("At least one weight must be above 0.")
    return weights


def unknown_niche_words(content: BriefContent, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What a person is told of words that are no niches: "skincrae (did you mean skincare?)"."""
    said = []
    for word in content.words:
        near = vocabulary.suggest(word)
        said.append(f"{spoken([word])} (did you mean {near}?)" if near else spoken([word]))
    return tuple(said)
