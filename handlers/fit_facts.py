"""The fit of creators, explained: the same values that a search ranks by, with their evidence."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from domain import known as known_facts
from domain.creator import ProfileSnapshot
from domain.exclusion import phrase_stands
from domain.fit import Fit, FitFacts, NicheFinding, Weights, explain
from domain.fit_learning import adjusted
from domain.niche import Vocabulary
from domain.niche_match import NicheMatch
from domain.part import PartName
from domain.text import words
from storage import briefs, index, profiles, relationships, search
from storage.index import Pools, texts_of
from storage.models import Brief
from storage.profiles import Current
from storage.relationships import Known
from storage.search import Criteria, Found, Term
from storage.transaction import Transaction

_SOURCE_WORDS = {
    "category": "category",
    "tags": "tags",
    "display_name": "name",
    "bio": "bio",
    "handle": "handle",
    "posts": "posts",
}
_TOPICAL = ("categories", "bio", "display_name", "post_texts")
_SAID_IN = {
    PartName.AUTHENTICITY: ("credibility", "fake_follower_share", "following", "average_comments"),
    PartName.AUDIENCE: ("audience_country", "country", "audience_language", "language"),
    PartName.COST: ("fee",),
}
"""The fields by which a part goes, the most telling first."""


def brief_criteria(
    brief: Brief | None,
    hidden_brands: Collection[int] = (),
    factors: Mapping[PartName, float] | None = None,
) -> Criteria:
    """What a brief asks of a fit; without one nothing but the usual parts is asked.

    hidden_brands: from `access.hidden_brands`; their history is not counted. factors: those that
    the workspace's owners accepted, for weights that nobody chose for the brief itself.
    """
    hidden = frozenset(hidden_brands)
    if brief is None:
        return Criteria(hidden_brands=hidden, weights=adjusted(Weights(), factors or {}))
    content = briefs.content(brief)
    asked = [
        *(Term(niche=niche) for niche in content.niches),
        *(Term(words=tuple(words(word))) for word in content.words if words(word)),
    ]
    return Criteria(
        groups=(tuple(asked),) if asked else (),
        wanted=content.wanted,
        weights=content.weights_for(briefs.goal(brief), factors or {}),
        hidden_brands=hidden,
        brand_id=brief.brand_id,
    )


def fit_of(
    tx: Transaction,
    criteria: Criteria,
    profile_ids: Sequence[int],
    today: dt.date,
    vocabulary: Vocabulary,
) -> dict[int, Fit]:
    """The fit of profiles for what was asked, by profile; unknown profiles are left out.

    Args:
        criteria: those of the search; for a brief alone, `brief_criteria`.
        today: the date that ages count from, the same as the search was given.
    """
    known = profiles.current(tx, profile_ids)
    ranked = search.explainable(tx, criteria, today, list(known))
    return fit_of_ranked(tx, criteria, known, ranked, today, vocabulary)


def fit_of_ranked(
    tx: Transaction,
    criteria: Criteria,
    known: Mapping[int, Current],
    ranked: Mapping[int, Found],
    today: dt.date,
    vocabulary: Vocabulary,
    some_history: Collection[int] | None = None,
) -> dict[int, Fit]:
    """As `fit_of`, of profiles that were just found and read.

    some_history: creators among them who have any, from `decisions.with_history`; None = not known.
    """
    creators = {one.profile.creator_id for one in known.values()}
    history = relationships.known(tx, creators, criteria.hidden_brands, some_history)
    pools = index.pools(tx)
    return {
        number: _fit(one, criteria, ranked.get(number), history, pools, vocabulary, today)
        for number, one in known.items()
    }


def _fit(
    one: Current,
    criteria: Criteria,
    ranked: Found | None,
    history: Mapping[int, Known],
    pools: Pools,
    vocabulary: Vocabulary,
    today: dt.date,
) -> Fit:
    snapshot = one.judged
    if snapshot is None:
        return Fit(parts=(), withheld=one.profile.platform)
    relationship = history[one.profile.creator_id]
    facts = FitFacts(
        profile=snapshot,
        today=today,
        niche=_niche(one, snapshot, criteria, ranked, vocabulary, pools)
        if criteria.groups
        else None,
        pool=pools.engagement_of(snapshot),
        band=pools.band_of(snapshot),
        benchmark=pools.benchmark,
        authenticity_peers=pools.authenticity_of(snapshot),
        cost_pool=pools.cost_of(snapshot),
        wanted=criteria.wanted,
        history=relationship.history,
        sources=_sources(one),
    )
    return _with_relationship(explain(facts, criteria.weights), relationship.value)


def _with_relationship(fit: Fit, value: int | None) -> Fit:
    """The value is the mean over brands, as the search has it; the evidence is of all together."""
    last = fit.parts[-1] if fit.parts else None
    if last is None or last.name is not PartName.RELATIONSHIP or last.value == value:
        return fit
    parts = (
        part.model_copy(update={"value": value}) if part.name == PartName.RELATIONSHIP else part
        for part in fit.parts
    )
    return Fit(parts=tuple(parts))


def _niche(
    one: Current,
    by: ProfileSnapshot,
    criteria: Criteria,
    ranked: Found | None,
    vocabulary: Vocabulary,
    pools: Pools,
) -> NicheFinding:
    """The relevance that the search counted, with the words in which it was seen.

    by: what the profile is judged by.
    """
    texts = texts_of(by)
    found = judged(vocabulary, pools, texts)
    evidence = (_evidence(group, found, texts, vocabulary) for group in criteria.groups)
    said = "; ".join(dict.fromkeys(evidence))  # search and brief may ask for the same
    relevance = ranked.parts.get(PartName.NICHE) if ranked else None
    source = known_facts.source_of(one.judged_origins, _TOPICAL) or by.source
    return NicheFinding(relevance, f"{said[:1].upper()}{said[1:]}.", source)


def judged(
    vocabulary: Vocabulary, pools: Pools, texts: Mapping[str, str]
) -> Mapping[str, NicheMatch]:
    """The niches that texts speak of, by niche, with what was learned from the workspace."""
    used = sorted(pools.learned.keys() & words(texts["bio"])) if pools.learned else ()
    return _judged(vocabulary, tuple((word, pools.learned[word]) for word in used), *texts.items())


@lru_cache(maxsize=1_024)
def _judged(
    vocabulary: Vocabulary, learned: tuple[tuple[str, str], ...], *texts: tuple[str, str]
) -> Mapping[str, NicheMatch]:
    """Kept, for the best are shown again and again."""
    found = vocabulary.expand(vocabulary.judge(dict(texts), dict(learned)))
    return {match.niche: match for match in found}


def _sources(one: Current) -> dict[PartName, str]:
    """Who said what these parts go by; the others go by the profile's own source."""
    return {
        name: known_facts.source_of(one.judged_origins, fields) for name, fields in _SAID_IN.items()
    }


def _evidence(
    group: Sequence[Term],
    found: Mapping[str, NicheMatch],
    texts: Mapping[str, str],
    vocabulary: Vocabulary,
) -> str:
    """In what a group of terms was seen: "skincare, from “hautpflege” in the bio"."""
    matches = [found[term.niche] for term in group if term.niche and term.niche in found]
    if matches:
        return _match_evidence(max(matches, key=lambda match: match.relevance), vocabulary)
    for term in group:
        where = _where(term.words, texts)
        if term.words and where:
            return f"“{' '.join(term.words)}” in the {where}"
    asked = [vocabulary.name(term.niche) if term.niche else " ".join(term.words) for term in group]
    return f"no sign of {' or '.join(asked)}"


def _match_evidence(match: NicheMatch, vocabulary: Vocabulary) -> str:
    several = match.kind in ("sign", "learned")
    said = "”, “".join(match.evidence.split(", ")) if several else match.evidence
    seen = f"from “{said}” in the {_SOURCE_WORDS.get(match.source, match.source)}"
    name = vocabulary.name(match.niche)
    if match.kind == "name":
        seen = f"only {seen}"
    if match.kind == "learned":
        goes = "a word that often goes" if ", " not in match.evidence else "words that often go"
        about = vocabulary.name(match.via or match.niche)
        seen = f"{seen}, {goes} with {about} among your creators"
    if match.relation is None or match.via is None:
        return f"{name}, {seen}"
    relation = "part of" if match.relation == "parent" else "close to"
    return f"{vocabulary.name(match.via)}, {relation} {name}, {seen}"


def _where(asked: Sequence[str], texts: Mapping[str, str]) -> str | None:
    for source, text in texts.items():
        if source in ("posts", "tags"):  # words are looked for in what people say of themselves
            continue
        parts = text.split(", ") if source == "category" else [text]
        if phrase_stands(map(words, parts), asked):
            return _SOURCE_WORDS[source]
    return None
