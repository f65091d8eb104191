"""Countries and languages by the names and codes that people and files use for them.

Codes are ISO 3166-1 alpha-2 in upper case and ISO 639-1 in lower case. Names come from Babel
(English, Spanish, Portuguese, French, German) and `places.json` (each country and language in
its own languages, and common spellings).
"""

import json
import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel import localedata
from babel.core import get_global

from domain.text import fold

_LOCALES = ("en", "es", "pt", "fr", "de")
_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_DATA = Path(__file__).with_name("places.json")
_FIRST_INDICATOR = 0x1F1E6
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_SEPARATORS = re.compile(r"[^\w/]+|_")  # a slash stays: "N/A" is not Namibia
_BRACKETED = re.compile(r"\s*\([^)]*\)")
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z0-9_-]{2,}")

Kind = Literal["territories", "languages"]


def country_code(name: str) -> str | None:
    """ISO alpha-2 code of a country given by name, code or flag; None when it is not one.

    Takes "Germany", "Deutschland", "de", "DEU", "🇩🇪", "U.S.", "UK", "Россия", "the Netherlands",
    with any case and accents. Every two-letter code counts, so decide before you ask whether a
    bare "in" or "it" is a word.
    """
    key = _key(name)
    countries = _countries()
    return countries.get(key) or (countries.get(key[3:]) if key.startswith("the") else None)


def language_code(name: str) -> str | None:
    """ISO 639-1 code of a language given by name, code or tag; None when it is not one.

    Takes "German", "Deutsch", "allemand", "de", "deu", "pt-BR", "español".
    """
    languages = _languages()
    found = languages.get(_key(name))
    if found is None and (tag := _LANGUAGE_TAG.fullmatch(name.strip())):
        return languages.get(tag[1].lower())
    return found


def country_name(code: str) -> str:
    """English name of a country; the code itself when it is not known."""
    return _names("en", "territories").get(code.upper(), code)


def language_name(code: str) -> str:
    """English name of a language; the code itself when it is not known."""
    return _names("en", "languages").get(code.lower(), code)


def place_suggested(word: str) -> str | None:
    """The English name of a country or language that a mistyped word was probably meant to be."""
    if len(word) <= len("abc"):
        return None
    return next(iter(get_close_matches(fold(word.strip()), _english(), n=1, cutoff=0.8)), None)


@lru_cache(maxsize=1)
def _english() -> tuple[str, ...]:
    """Names of countries and languages, in small letters and one word each."""
    known = ((_countries(), "territories"), (_languages(), "languages"))
    names = [_names("en", kind).get(code, "") for index, kind in known for code in index.values()]
    return tuple(dict.fromkeys(name.lower() for name in names if name.isalpha()))


def is_country_name(name: str) -> bool:
    """Whether a word is a country's name or flag and not merely one of its codes."""
    code = country_code(name)
    return code is not None and (not name.isascii() or len(_key(name)) > len("deu"))


def is_language_name(name: str) -> bool:
    """Whether a word is a language's name and not merely one of its codes."""
    code = language_code(name)
    return code is not None and (not name.isascii() or len(_key(name)) > len("deu"))


def _key(name: str) -> str:
    if _FLAG.fullmatch(name.strip()):
        return "".join(chr(ord(sign) - _FIRST_INDICATOR + ord("a")) for sign in name.strip())
    return _SEPARATORS.sub("", fold(name))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    codes = [
        code
        for code in _names("en", "territories")
        if len(code) == 2 and code not in _NOT_COUNTRIES
    ]
    aliases = {
        alias: codes_now[0]
        for alias, codes_now in get_global("territory_aliases").items()
        if alias.isalpha() and len(codes_now) == 1
    }
    return _index("territories", codes, aliases)


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    codes = [code for code in _names("en", "languages") if len(code) == 2]
    aliases = {
        alias: code for alias, code in get_global("language_aliases").items() if code in set(codes)
    }
    return _index("languages", codes, aliases)


def _index(kind: Kind, codes: list[str], aliases: dict[str, str]) -> dict[str, str]:
    """Key to code: own codes first, then spellings, English names, other names, old codes."""
    by_key: dict[str, str] = {}
    extra: dict[str, list[str]] = json.loads(_DATA.read_text(encoding="utf-8"))[
        "countries" if kind == "territories" else "languages"
    ]
    merged = {alias: code for code, aka in extra.items() for alias in aka if alias.islower()}
    for code in codes:
        by_key[_key(code)] = merged.get(code, code)
    for code, spellings in extra.items():
        for spelling in spellings:
            by_key.setdefault(_key(spelling), code)
    for locale in _LOCALES:
        names = _names(locale, kind)
        for code in codes:
            name = names.get(code, code)
            for spelling in (name, _BRACKETED.sub("", name)):
                by_key.setdefault(_key(spelling), by_key[_key(code)])
    for alias, code in aliases.items():
        if code in codes:
            by_key.setdefault(_key(alias), by_key[_key(code)])
    by_key.pop("", None)
    return by_key


@lru_cache(maxsize=len(_LOCALES) * 2)
def _names(locale: str, kind: Kind) -> dict[str, str]:
    data = localedata.load(locale, merge_inherited=False)
    names: dict[str, str] = data[kind]
    return names
