"""What platforms are asked for a search, and which of them can be."""

import datetime as dt
from collections.abc import Collection, Sequence

from domain.creator import Platform
from domain.look_up import LookUpQuery
from domain.look_up_report import asked_key, phrases
from domain.niche import Vocabulary
from handlers.context import Context
from handlers.criteria import Asked
from storage import quotas
from storage.search import Criteria
from storage.transaction import Transaction

OPEN = (None, None)


def searchable(context: Context, asked: Asked) -> tuple[Platform, ...]:
    """Platforms that can be asked for this search: those it names, else all there are."""
    live = context.services.live
    if live is None or not asked.criteria.groups:
        return ()
    named = asked.query.platforms
    return tuple(one for one in live.platforms() if not named or one in named)


def query_of(asked: Asked, vocabulary: Vocabulary) -> LookUpQuery:
    """What platforms are asked: niche and other words, size, and one country and language.

    Nothing of a brief but its niches and sizes; no tag, list, owner, price or name of the team's.
    """
    wants = asked.criteria
    ranges = wants.followers or ((wants.followers_range,) if wants.followers_range else ())
    return LookUpQuery(
        words=phrases(_spellings(wants, asked, vocabulary)),
        followers=tuple(one for one in ranges if one != OPEN),
        country=_only(wants.countries),
        language=_only(wants.languages),
    )


def key_of(asked: Asked, vocabulary: Vocabulary) -> str:
    """The same for searches that ask a platform the same."""
    meant = [
        [term.niche or " ".join(term.words) for term in group] for group in asked.criteria.groups
    ]
    return asked_key(meant, query_of(asked, vocabulary))


def source_names(context: Context, platform: str) -> frozenset[str]:
    """Names of the sources that show accounts of a platform."""
    live = context.services.live
    states = live.states() if live is not None else ()
    return frozenset(one.name for one in states if one.platform == platform)


def closed(
    tx: Transaction, context: Context, platforms: Sequence[Platform]
) -> dict[Platform, dt.datetime]:
    """Platforms that asked not to be called now, with when they can be again."""
    health = quotas.health(tx.session)
    found: dict[Platform, dt.datetime] = {}
    for one in platforms:
        rows = [health.get(name) for name in source_names(context, one)]
        until = [row.closed_until for row in rows if row and row.closed_until]
        if rows and len(until) == len(rows) and min(until) > tx.now:
            found[one] = min(until)
    return found


def _spellings(wants: Criteria, asked: Asked, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    """Of each thing asked for: as it was typed, then as the vocabulary names it."""
    typed = {part.niches: part.typed.strip('"') for part in asked.query.parts if part.niches}
    found = []
    for group in wants.groups:
        niches = tuple(term.niche for term in group if term.niche)
        said = [typed[niches]] if niches in typed else []
        said += [vocabulary.name(niche).lower() for niche in niches]
        said += [" ".join(term.words) for term in group if term.words]
        found.append(tuple(dict.fromkeys(said)))
    return found


def _only(values: Collection[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
