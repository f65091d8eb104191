"""The plain marks of a search: followers, rates, prices, links, quotes, and what is left out."""

from typing import NamedTuple

from domain import query_grammar as grammar
from domain.handle import read_person
from domain.money import MoneyError, currencies, parse_money
from domain.niche import Vocabulary
from domain.query_numbers import read_followers, read_rate
from domain.query_parts import Bounds, Kind, Part, QueryError
from domain.query_words import Chunk, read_words
from domain.text import words


class Read(NamedTuple):
    """What was read, and where it ends."""

    parts: list[Part]
    end: int


class Marks:
    """Reads what is marked at a place in the text; each reader gives None where its mark is not."""

    def __init__(
        self,
        text: str,
        vocabulary: Vocabulary,
        currency: str | None,
        brief_names: tuple[str, ...],
    ) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._currency = currency
        self._brief_names = brief_names

    def _part(
        self, kind: Kind, start: int, end: int, value: str | Bounds, niches: tuple[str, ...] = ()
    ) -> Part:
        typed = self._text[start:end].strip()
        return Part(
            kind=kind, typed=typed, start=start, end=start + len(typed), value=value, niches=niches
        )

    def _followers(self, at: int) -> Read | None:
        if not (match := grammar.FOLLOWERS.match(self._text, at)):
            return None
        bounds = read_followers(match["sign"], match["value"])
        return Read([self._part(Kind.FOLLOWERS, at, match.end(), bounds)], match.end())

    def _bare_followers(self, at: int) -> Read | None:
        if not (match := grammar.BARE_FOLLOWERS.match(self._text, at)):
            return None
        bounds = read_followers(":", match["value"])
        return Read([self._part(Kind.FOLLOWERS, at, match.end(), bounds)], match.end())

    def _said_followers(self, at: int) -> Read | None:
        if not (match := grammar.SAID_FOLLOWERS.match(self._text, at)):
            return None
        word = match["word"].lower()
        sign = (">" if word in grammar.MORE else "<") + ("=" if word in grammar.INCLUDED else "")
        bounds = read_followers(sign, match["value"])
        return Read([self._part(Kind.FOLLOWERS, at, match.end(), bounds)], match.end())

    def _rate(self, at: int) -> Read | None:
        if not (match := grammar.RATE.match(self._text, at)):
            return None
        bounds = read_rate(match["sign"], match["value"] + (match["percent"] or "").strip())
        return Read([self._part(Kind.RATE, at, match.end(), bounds)], match.end())

    def _price(self, at: int) -> Read | None:
        if not (match := grammar.PRICE.match(self._text, at)):
            return None
        amount, rest, word = match["amount"], match["rest"], match["word"] or ""
        named = grammar.CURRENCY_WORDS.get(word.lower(), word)
        end = match.end() if named.upper() in currencies() or word in "€£$¥₹" else match.end("rest")
        if end != match.end():
            named = ""
        rest = grammar.CURRENCY_WORDS.get(rest.lower(), rest)
        if not (match["sign"] or rest or named or self._currency):
            raise QueryError(
                f"“{match[0].strip()}” needs a currency, for example under $500; "
                "for an audience write followers<50k.",
                match[0],
            )
        try:
            money = parse_money(f"{amount}{' ' if rest else ''}{rest} {named}", self._currency)
        except MoneyError as error:
            raise QueryError(str(error), match[0]) from None
        if money.amount <= 0:
            raise QueryError("A price must be above 0, for example under $500.", match[0])
        typed = self._text[at:end].strip()
        part = Part(kind=Kind.PRICE, typed=typed, start=at, end=at + len(typed), value=money)
        return Read([part], end)

    def _least_price(self, at: int) -> Read | None:
        if match := grammar.BARE_LEAST.match(self._text, at):
            raise QueryError(
                f"“{match[0]}” may be followers or a price. For an audience write "
                f"followers>{match['value']}; by the least that a post costs I can't search.",
                match[0],
            )
        if match := grammar.LEAST_PRICE.match(self._text, at):
            raise QueryError(
                f"I can't search by the least that a post costs (“{match[0][:30]}”), only by the "
                "most, for example under $500.",
                match[0],
            )
        return None

    def _excluded(self, at: int) -> Read | None:
        """ "-fashion", "not “fast fashion”": whoever writes that is left out."""
        if not (match := grammar.EXCLUDED.match(self._text, at)):
            return None
        what = match["what"].strip('"')
        chunk = [Chunk(what, match.start("what"), match.end())]
        read = read_words(chunk, self._vocabulary, codes=True, split=False)
        if grammar.KEY.match(what) or any(p.kind not in (Kind.NICHE, Kind.WORD) for p in read):
            raise QueryError(
                f"I can leave out words, for example -fashion, but not “{what[:40]}”. "
                "Please ask for what you want instead.",
                match[0],
            )
        if not words(what):
            return None
        return Read([self._part(Kind.NOT, at, match.end(), what)], match.end())

    def _bad_number(self, at: int) -> Read | None:
        if match := grammar.BAD_NUMBER.match(self._text, at):
            raise QueryError(
                f"“{match[0][:20]}” is not a number I can search by; "
                "for example followers:5k-50k, er>3% or under $500.",
                match[0],
            )
        return None

    def _half_said(self, at: int) -> Read | None:
        """Refuse a rate without its sign, and a comparison that the search ends in."""
        if match := grammar.UNSIGNED_RATE.match(self._text, at):
            rate = f"{match['value']}%"
            raise QueryError(
                f"“{match[0]}” may be the least or the most: write er>{rate} or er<{rate}.",
                match[0],
            )
        if match := grammar.CUT_OFF.match(self._text, at):
            raise QueryError(
                f"What should stand after “{match['word']}”? For example under $500, er>3% or "
                "over 5k followers.",
                match["word"],
            )
        return None

    def _link(self, at: int) -> Read | None:
        if not (match := grammar.LINK.match(self._text, at)):
            return None
        person = read_person(match[0])
        parts = [self._part(Kind.WORD, at, match.end(), person.handle)]
        if person.platform:
            parts.append(self._part(Kind.PLATFORM, at, match.end(), person.platform.value))
        return Read(parts, match.end())

    def _quoted(self, at: int) -> Read | None:
        if not (match := grammar.QUOTED.match(self._text, at)):
            return None
        start = match.start(1)
        phrase = [Chunk(match[1], start, match.end(1))]
        return Read(read_words(phrase, self._vocabulary, codes=False, split=False), match.end())
