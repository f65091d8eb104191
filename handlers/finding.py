"""Runs a search and gathers all that its results show, in one look at the database."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.creator import Platform
from domain.niche import Vocabulary
from handlers import cautions
from handlers.criteria import Asked
from handlers.fit_facts import fit_of_ranked
from storage import decisions, profiles, search
from storage.profiles import Current
from storage.search import Counts, Criteria, Found
from storage.transaction import Transaction
from views.results import ResultLine, Results, SearchState

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
    return Page(_lines(tx, criteria, ranked, asked.today, vocabulary), counts)


def shown(asked: Asked, page: Page, said: str, state: SearchState, *, may_post: bool) -> Results:
    """A page as it is drawn. said: the search in words; may_post: in a channel that others read."""
    return Results(
        state=state,
        said=said,
        lines=page.lines,
        total=page.counts.total,
        today=asked.today,
        unknown=page.counts.unknown,
        unknown_by=page.counts.unknown_by,
        other_currency=page.counts.other_currency,
        rates=asked.rates,
        brief_id=asked.brief_id,
        only_ranks=asked.only_ranks,
        may_post=may_post,
    )


def lines(
    tx: Transaction,
    criteria: Criteria,
    profile_ids: Sequence[int],
    today: dt.date,
    vocabulary: Vocabulary,
) -> tuple[ResultLine, ...]:
    """Profiles that were found otherwise, in their order, as a search would show them."""
    ranked = search.explainable(tx, criteria, today, profile_ids)
    in_order = {number: ranked[number] for number in profile_ids if number in ranked}
    return _lines(tx, criteria, in_order, today, vocabulary)


def _lines(
    tx: Transaction,
    criteria: Criteria,
    ranked: Mapping[int, Found],
    today: dt.date,
    vocabulary: Vocabulary,
) -> tuple[ResultLine, ...]:
    known = profiles.current(tx, ranked)
    met = decisions.with_history(tx, [one.creator_id for one in ranked.values()])
    fits = fit_of_ranked(tx, criteria, known, ranked, today, vocabulary, met)
    earlier = decisions.about(tx, met, criteria.hidden_brands)
    elsewhere = decisions.in_use_elsewhere(tx, met, criteria.hidden_brands)
    cautious = cautions.of_creators(
        tx,
        [one.creator_id for one in ranked.values()],
        met,
        cautions.plan_of(tx, criteria),
        criteria.hidden_brands,
        today,
    )
    return tuple(
        ResultLine(
            profile_id=one.profile_id,
            creator_id=one.creator_id,
            name=known[one.profile_id].creator.name,
            profile=known[one.profile_id].snapshot,
            fit=fits[one.profile_id],
            earlier=tuple(earlier.get(one.creator_id, ())),
            elsewhere=one.creator_id in elsewhere,
            cautions=cautious.get(one.creator_id, cautions.NONE).said,
            blocked=cautious.get(one.creator_id, cautions.NONE).blocked,
            unknown=search.unknown_of(criteria, known[one.profile_id].snapshot),
            found_on=_found_on(known[one.profile_id]),
        )
        for one in ranked.values()
        if one.profile_id in known
    )


def _found_on(one: Current) -> Platform | None:
    return Platform(one.creator.found_on) if one.creator.found_on else None
