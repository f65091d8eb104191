"""Why a search found nobody, and the nearest searches that find somebody."""

from collections.abc import Iterable, Iterator
from itertools import combinations, islice

from domain.places import place_suggested
from domain.query import Kind, Part, Query, suggest
from handlers import criteria
from handlers.answer import Refused
from handlers.context import Context
from storage import search
from storage.models import Person
from storage.transaction import Transaction
from views.no_results import Relaxed

MOST_PARTS = 8
MOST_OFFERED = 3
WIDER = 2
MOST_IN_PAIRS = 6


def nearest(
    tx: Transaction, context: Context, person: Person, query: Query
) -> tuple[str, tuple[Relaxed, ...]]:
    """The one or two parts that narrow a search to nothing ("" = more), and what to try instead.

    The niches asked for are the heart of a search: first come spelling and the search without one
    of its other parts, the fewest results first, for that is the nearest; wider niches only then.
    """
    parts = query.parts[:MOST_PARTS]
    offered = _counted(tx, context, person, _spelt(context, query, parts))
    filters = tuple(part for part in parts if part.kind is not Kind.NICHE)
    dropped = _dropped(tx, context, person, query, filters)
    if not offered and not dropped:
        offered = _counted(tx, context, person, _wider(context, query, parts))
        niches = tuple(part for part in parts if part.kind is Kind.NICHE)
        dropped = _dropped(tx, context, person, query, niches)
    offered += [relaxed for _, relaxed in dropped]
    culprit = f"“{dropped[-1][0].said}”" if dropped else ""
    if not dropped and not offered:
        culprit, offered = _pair(tx, context, person, query, parts)
    if not offered:
        offered = _shorter(tx, context, person, query)
    return culprit, tuple(offered[:MOST_OFFERED])


def _counted(
    tx: Transaction, context: Context, person: Person, tried: Iterable[tuple[str, str]]
) -> list[Relaxed]:
    """Those of the searches that find somebody."""
    return [
        Relaxed(text, said, total)
        for text, said in tried
        if (total := _count(tx, context, person, text))
    ]


def _dropped(
    tx: Transaction, context: Context, person: Person, query: Query, parts: tuple[Part, ...]
) -> list[tuple[Part, Relaxed]]:
    """The search without one of these parts, where that finds somebody; the fewest first."""
    found = []
    for part in {part.start: part for part in reversed(parts)}.values():
        together = [one for one in query.parts if one.start == part.start]  # both of one link
        text = query.without(*together).text
        if total := _count(tx, context, person, text):
            found.append((part, Relaxed(text, f"without “{part.said}”", total)))
    return sorted(found, key=lambda each: (each[1].total, each[0].start))


def _pair(
    tx: Transaction, context: Context, person: Person, query: Query, parts: tuple[Part, ...]
) -> tuple[str, list[Relaxed]]:
    """The two parts without which somebody is found, niches last; the fewest results."""
    by_weight = sorted(parts, key=lambda part: part.kind is Kind.NICHE)[:MOST_IN_PAIRS]
    found = []
    if len(query.parts) > len(("two", "parts")):
        for pair in combinations(by_weight, 2):
            text = query.without(*pair).text
            if total := _count(tx, context, person, text):
                first, second = sorted(pair, key=lambda part: part.start)
                both = f"“{first.said}” and “{second.said}”"
                found.append((both, Relaxed(text, f"without {both}", total)))
    if not found:
        return "", []
    best = min(found, key=lambda each: each[1].total)
    return best[0], [best[1]]


def _spelt(context: Context, query: Query, parts: tuple[Part, ...]) -> Iterator[tuple[str, str]]:
    """Searches with a word spelt as it was probably meant."""
    for part in parts:
        if part.kind is not Kind.WORD:
            continue
        word = suggest(part.typed, context.services.vocabulary)
        for meant in filter(None, (word, place_suggested(part.typed))):
            text = f"{query.text[: part.start]}{meant}{query.text[part.end :]}"
            yield text, f"“{meant}” for “{part.said}”"


def _wider(context: Context, query: Query, parts: tuple[Part, ...]) -> Iterator[tuple[str, str]]:
    """Searches with a wider or neighbouring niche."""
    vocabulary = context.services.vocabulary
    for part in parts:
        if part.kind is Kind.NICHE:
            near = (niche for one in part.niches for niche in vocabulary.wider(one))
            for niche in islice(dict.fromkeys(near), WIDER):
                name = vocabulary.name(niche)
                yield query.instead(part, niche, vocabulary).text, f"{name} for “{part.said}”"


def _shorter(tx: Transaction, context: Context, person: Person, query: Query) -> list[Relaxed]:
    """The longest beginning of the search that finds somebody."""
    parts = query.parts
    for kept in range(min(len(parts), MOST_PARTS) - 2, 0, -1):
        text = query.without(*parts[kept:]).text
        if total := _count(tx, context, person, text):
            return [Relaxed(text, f"only “{text}”", total)]
    return []


def _count(tx: Transaction, context: Context, person: Person, text: str) -> int:
    try:
        asked = criteria.read(tx, context.services.vocabulary, person, text)
    except (Refused, criteria.WhichBrief):
        return 0
    return search.count(tx, asked.criteria, asked.today).total
