"""Searches that nobody can match, refused with the reason."""

from domain.creator import Money
from domain.query_parts import Bounds, Kind, Part, Query, QueryError, say_followers
from domain.text import words
from domain.tier import Tier

MAX_WORDS = 20
"""Each is looked up by itself, and left out in turn where nobody matches all of them."""


def check(query: Query) -> None:
    """Refuse a search whose parts exclude each other, or are too many.

    Raises:
        QueryError: which parts, and what each of them asks.
    """
    _check_words(query)
    _check_ranges(query.of(Kind.FOLLOWERS), "followers")
    _check_ranges(query.of(Kind.RATE), "engagement")
    _check_tiers(query)
    _check_currencies(query.of(Kind.PRICE))
    _check_excluded(query)
    for kind, what in ((Kind.BRIEF, "brief"), (Kind.OWNER, "owner")):
        parts = query.of(kind)
        if len(parts) > 1:
            raise QueryError(
                f"One {what} at a time, please: “{parts[0].value}” or “{parts[1].value}”.",
                parts[1].typed,
            )


def _check_words(query: Query) -> None:
    asked = sum(len(words(part.typed)) for part in query.of(Kind.WORD, Kind.NOT, Kind.NICHE))
    if asked > MAX_WORDS:
        raise QueryError(
            f"That search has {asked} words to look for; please keep it to {MAX_WORDS}: the niche "
            "and what matters most."
        )


def _check_ranges(parts: tuple[Part, ...], what: str) -> None:
    both: Bounds | None = None
    for part in parts:
        if isinstance(part.value, Bounds):
            both = both.overlap(part.value) if both else part.value
    if both is not None and both.empty:
        asked = " and ".join(f"“{part.typed}”" for part in parts)
        raise QueryError(f"{asked} exclude each other: no {what} can be both.", parts[-1].typed)


def _check_tiers(query: Query) -> None:
    if not query.tiers or query.followers is None:
        return
    least, most = query.followers
    asked = Bounds(least=least, most=most)
    for tier in query.tiers:
        band = query.bands.of(tier)
        if not asked.overlap(Bounds(least=band.least, most=band.most)).empty:
            return
    tiers = " and ".join(f"{tier} means {_band(query, tier)}" for tier in query.tiers)
    raise QueryError(
        f"Nobody can be both: {tiers}, and “{query.of(Kind.FOLLOWERS)[0].typed}” asks for "
        f"{say_followers(asked)}. Leave one of them out.",
        query.of(Kind.FOLLOWERS)[0].typed,
    )


def _check_excluded(query: Query) -> None:
    wanted = {tuple(words(part.typed)): part for part in query.of(Kind.NICHE, Kind.WORD)}
    for part in query.of(Kind.NOT):
        if same := wanted.get(part.words):
            raise QueryError(
                f"“{part.typed}” leaves out what “{same.typed}” asks for. Leave one of them out.",
                part.typed,
            )


def _band(query: Query, tier: Tier) -> str:
    return query.bands.of(tier).label()


def _check_currencies(parts: tuple[Part, ...]) -> None:
    currencies = {part.value.currency for part in parts if isinstance(part.value, Money)}
    if len(currencies) > 1:
        raise QueryError(
            f"Prices compare within one currency; you named {' and '.join(sorted(currencies))}.",
            parts[-1].typed,
        )
