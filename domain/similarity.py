"""How much one creator is like another: niches, size, engagement and language.

The score is a weighted mean of what is known of both, each part 0-10,000. Parts are step
functions on integers, so that a database ranks by the very numbers that are explained.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.creator import Platform, ProfileSnapshot, RateDefinition
from domain.engagement import rate_definition
from domain.niche_match import NicheMatch
from domain.part import BEST, NEUTRAL
from domain.places import language_name
from domain.wording import compact, listed, percent

MOST_NICHES = 5
NICHES, SIZE, ENGAGEMENT, LANGUAGE = 50, 20, 15, 15
"""Weights of the parts: what people make and for whom counts most."""
SIZE_STEPS = ((1.5, 10_000), (2.0, 9_000), (3.0, 7_500), (5.0, 5_500), (10.0, 3_000), (30.0, 1_000))
RATE_STEPS = ((1.25, 10_000), (1.5, 8_500), (2.0, 6_500), (3.0, 4_000), (5.0, 1_500))
"""Up to which factor two counts or two rates differ, and what that is worth; beyond: 0."""


@dataclass(frozen=True)
class Model:
    """Whom others are compared with.

    niches: relevance 1-10,000 by niche, the most relevant first. languages: of all profiles.
    rate: engagement ratio by `definition` on `platform`; rates of another are not compared.
    """

    name: str
    niches: Mapping[str, int]
    platform: Platform
    followers: int | None = None
    rate: float | None = None
    definition: RateDefinition | None = None
    languages: frozenset[str] = field(default_factory=frozenset)


def model_of(
    name: str,
    profiles: Sequence[ProfileSnapshot],
    matches: Collection[NicheMatch],
    relevance: Mapping[str, int],
) -> Model:
    """A creator as others are compared with.

    Args:
        profiles: all of the creator's, the one that was named first.
        matches: niches of all of them; only those that were seen themselves count.
        relevance: as the index has it, by niche; the best of all profiles.
    """
    seen = {match.niche for match in matches if match.relation is None} & relevance.keys()
    best = sorted(seen, key=lambda niche: (-relevance[niche], niche))[:MOST_NICHES]
    first = profiles[0]
    figures = first.figures
    return Model(
        name=name,
        niches={niche: relevance[niche] for niche in best},
        platform=first.platform,
        followers=figures.followers,
        rate=figures.engagement_rate,
        definition=rate_definition(figures) if figures.engagement_rate is not None else None,
        languages=frozenset(one.language for one in profiles if one.language),
    )


def limits(value: float, steps: Sequence[tuple[float, int]]) -> list[tuple[float, float, int]]:
    """Between which values (ends included) somebody is how much alike, the nearest first."""
    return [(value / factor, value * factor, worth) for factor, worth in steps]


def niches_value(model: Model, relevance: Mapping[str, int]) -> int:
    """How much of the model's niches somebody covers: Σ min(theirs, hers) ÷ Σ hers."""
    shared = sum(min(mine, relevance.get(niche, 0)) for niche, mine in model.niches.items())
    return BEST * shared // max(1, sum(model.niches.values()))


def step_value(mine: float | None, theirs: float | None, steps: Sequence[tuple[float, int]]) -> int:
    """How near two positive values are by their factor; what is unknown counts as in between."""
    if not mine or theirs is None:
        return NEUTRAL
    for least, most, worth in limits(mine, steps):
        if least <= theirs <= most:
            return worth
    return 0


def language_value(model: Model, language: str | None) -> int:
    """Whether somebody speaks one of the model's languages; unknown counts as in between."""
    if not model.languages or language is None:
        return NEUTRAL
    return BEST if language in model.languages else 0


def likeness(model: Model, profile: ProfileSnapshot, relevance: Mapping[str, int]) -> int:
    """How alike, as the database ranks: Σ weight × value over the four parts."""
    rate = profile.figures.engagement_rate if _comparable(model, profile) else None
    return (
        NICHES * niches_value(model, relevance)
        + SIZE * step_value(model.followers, profile.figures.followers, SIZE_STEPS)
        + ENGAGEMENT * step_value(model.rate, rate, RATE_STEPS)
        + LANGUAGE * language_value(model, profile.language)
    )


def shown(score: int) -> int:
    """A likeness in percent, rounded down."""
    return score // ((NICHES + SIZE + ENGAGEMENT + LANGUAGE) * BEST // 100)


def reasons(
    model: Model, profile: ProfileSnapshot, relevance: Mapping[str, int], names: Mapping[str, str]
) -> tuple[str, ...]:
    """What both have in common, and what sets them apart, in words; names: of niches."""
    both = [names[niche] for niche in model.niches if niche in relevance]
    lacking = [names[niche] for niche in model.niches if niche not in relevance]
    said = [f"both {listed(both)}"] if both else []
    if both and lacking:
        said.append(f"not {listed(lacking)}")
    theirs = profile.figures.followers
    if model.followers and theirs is not None:
        value = step_value(model.followers, theirs, SIZE_STEPS)
        near = _nearness(value, "size", "larger" if theirs > model.followers else "smaller")
        said.append(f"{near} ({compact(theirs)} to {compact(model.followers)})")
    rate = profile.figures.engagement_rate
    if model.rate and rate is not None and _comparable(model, profile):
        value = step_value(model.rate, rate, RATE_STEPS)
        more = "higher engagement" if rate > model.rate else "lower engagement"
        near = _nearness(value, "engagement", more)
        said.append(f"{near} ({percent(rate)} to {percent(model.rate)})")
    if model.languages and profile.language:
        same = profile.language in model.languages
        said.append(f"{'both' if same else 'but'} {language_name(profile.language)}")
    return tuple(said)


def _comparable(model: Model, profile: ProfileSnapshot) -> bool:
    return (
        model.platform is profile.platform
        and profile.figures.engagement_rate is not None
        and model.definition == rate_definition(profile.figures)
    )


def _nearness(value: int, what: str, otherwise: str) -> str:
    if value >= 9_000:
        return f"same {what}"
    return f"similar {what}" if value >= 6_500 else otherwise
