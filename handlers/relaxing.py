"""Why a search found nobody, and the nearest searches that find somebody."""

from collections.abc import Iterator

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


def nearest(
    tx: Transaction, context: Context, person: Person, query: Query
) -> tuple[str, tuple[Relaxed, ...]]:
    """The words that narrowed a search to nothing ("" = no single ones), and what to try instead.

    Spelling and wider niches come first, then the search without one of its parts: the fewest
    results first, for that is the nearest.
    """
    parts = query.parts[:MOST_PARTS]
    offered = [
        Relaxed(text, said, total)
        for text, said in _replaced(context, query, parts)
        if (total := _count(tx, context, person, text))
    ]
    without = {part: query.without(part).text for part in parts}
    dropped = [
        (total, part)
        for part, text in without.items()
        if (total := _count(tx, context, person, text))
    ]
    dropped.sort(key=lambda each: (each[0], each[1].start))
    offered += [Relaxed(without[part], f"without “{part.typed}”", n) for n, part in dropped]
    if not offered:
        offered = _shorter(tx, context, person, query)
    culprit = dropped[-1][1].typed if dropped else ""
    return culprit, tuple(offered[:MOST_OFFERED])


def _replaced(context: Context, query: Query, parts: tuple[Part, ...]) -> Iterator[tuple[str, str]]:
    """Searches with a word spelt as it was probably meant, or with a wider niche."""
    vocabulary = context.services.vocabulary
    for part in parts:
        if part.kind is Kind.WORD and (meant := suggest(part.typed, vocabulary)):
            text = f"{query.text[: part.start]}{meant}{query.text[part.end :]}"
            yield text, f"“{meant}” for “{part.typed}”"
    for part in parts:
        if part.kind is Kind.NICHE:
            for niche in vocabulary.wider(str(part.value))[:WIDER]:
                name = vocabulary.name(niche)
                yield query.instead(part, niche, vocabulary).text, f"{name} for “{part.typed}”"


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
