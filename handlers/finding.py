"""Runs a search and gathers all that its results show, in one look at the database."""

from dataclasses import dataclass

from domain.creator import Platform
from domain.niche import Vocabulary
from handlers.criteria import Asked
from handlers.fit_facts import fit_of_ranked
from storage import decisions, profiles, search
from storage.profiles import Current
from storage.search import Counts
from storage.transaction import Transaction
from views.results import ResultLine

PAGE = 10


@dataclass(frozen=True)
class Page:
    """Some of the creators that were found, and how many there are."""

    lines: tuple[ResultLine, ...]
    counts: Counts


def page(
    tx: Transaction, asked: Asked, vocabulary: Vocabulary, *, skip: int = 0, limit: int = PAGE
) -> Page:
    """The best creators after the first `skip`, each with its fit explained."""
    criteria = asked.criteria
    found, counts = search.find(tx, criteria, asked.today, limit, skip)
    if not found:
        return Page((), counts)
    ranked = {one.profile_id: one for one in found}
    known = profiles.current(tx, ranked)
    met = decisions.with_history(tx, [one.creator_id for one in found])
    fits = fit_of_ranked(tx, criteria, known, ranked, asked.today, vocabulary, met)
    earlier = decisions.about(tx, met, criteria.hidden_brands)
    elsewhere = decisions.in_use_elsewhere(tx, met, criteria.hidden_brands)
    lines = (
        ResultLine(
            profile_id=one.profile_id,
            creator_id=one.creator_id,
            name=known[one.profile_id].creator.name,
            profile=known[one.profile_id].snapshot,
            fit=fits[one.profile_id],
            earlier=tuple(earlier.get(one.creator_id, ())),
            elsewhere=one.creator_id in elsewhere,
            unknown=search.unknown_of(criteria, known[one.profile_id].snapshot),
            found_on=_found_on(known[one.profile_id]),
        )
        for one in found
        if one.profile_id in known
    )
    return Page(tuple(lines), counts)


def _found_on(one: Current) -> Platform | None:
    return Platform(one.creator.found_on) if one.creator.found_on else None
