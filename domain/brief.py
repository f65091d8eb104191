"""What a campaign looks for, and which brief a person means by a part of its name."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.audience import Wanted
from domain.client_review import ClientReview
from domain.creator import Platform
from domain.fit import Weights
from domain.fit_learning import adjusted
from domain.goal import Goal
from domain.part import PartName
from domain.text import fold, words
from domain.tier import Tier

LONGEST_NAME = 80
MOST_CHOICES = 5


class BriefContent(BaseModel):
    """The lists and texts of a brief; its name, brand, dates, money and goal stand beside it.

    niches: ids of the niche vocabulary. words: what was typed as a niche and is none: searched in
    names and bios. must_have, never: words or phrases. countries: ISO 3166-1 alpha-2 of the
    audience. languages: ISO 639-1 of the creator. required_tags: accounts that a post must name,
    hashtags: both without their sign. link: https. weights: None means those of the goal.
    client: what the client decides after the team, None = nothing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    product: str = ""
    niche_text: str = ""
    niches: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    must_have: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    platforms: tuple[Platform, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    required_tags: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    link: str = ""
    deliverables: str = ""
    weights: Weights | None = None
    client: ClientReview | None = None

    @property
    def wanted(self) -> Wanted:
        """What the audience part of a fit is held against."""
        return Wanted(
            audience_countries=frozenset(self.countries), languages=frozenset(self.languages)
        )

    def weights_for(
        self, goal: Goal | None, factors: Mapping[PartName, float] | None = None
    ) -> Weights:
        """The weights of a fit for this brief: its own, or those that its goal begins with.

        factors: what was learned from outcomes, for the latter.
        """
        if self.weights is not None:
            return self.weights
        return adjusted(Weights.for_goal(goal), factors or {})


class Found(StrEnum):
    """How many briefs a part of a name may mean."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"


class BriefMatch(BaseModel):
    """Which briefs were meant. brief_ids: the one; the choices; or, for none, the nearest."""

    model_config = ConfigDict(frozen=True)

    found: Found
    brief_ids: tuple[int, ...] = ()


def find_brief(names: Mapping[int, str], asked: str) -> BriefMatch:
    """Which brief is meant by a part of its name, whatever its case and accents.

    Args:
        names: the briefs that this person sees, by number.
        asked: what was typed. A whole name beats a beginning, a beginning beats a part, and
            words in any order come last: "glow" finds "Spring Glow", "launch tea" "Tea Launch".

    Returns:
        One brief, or several to choose from; for none, the briefs whose names come nearest.
    """
    wanted = _key(asked)
    if not wanted:
        return BriefMatch(found=Found.NONE, brief_ids=tuple(names)[:MOST_CHOICES])
    keys = {number: _key(name) for number, name in names.items()}
    asked_words = wanted.split()
    for matches in (
        [number for number, key in keys.items() if key == wanted],
        [number for number, key in keys.items() if key.startswith(wanted)],
        [number for number, key in keys.items() if wanted in key],
        [number for number, key in keys.items() if _all_begin(asked_words, key.split())],
    ):
        if matches:
            found = Found.ONE if len(matches) == 1 else Found.SEVERAL
            return BriefMatch(found=found, brief_ids=tuple(matches))
    return BriefMatch(found=Found.NONE, brief_ids=_nearest(keys, wanted))


def name_key(name: str) -> str:
    """What two spellings of one name have in common."""
    return fold(" ".join(name.split()))


def _key(name: str) -> str:
    return " ".join(words(name)) or name_key(name)


def _all_begin(asked: Sequence[str], name: Sequence[str]) -> bool:
    return all(any(word.startswith(part) for word in name) for part in asked)


def _nearest(keys: Mapping[int, str], wanted: str) -> tuple[int, ...]:
    close = get_close_matches(wanted, list(keys.values()), n=MOST_CHOICES, cutoff=0.5)
    near = [number for key in close for number in keys if keys[number] == key]
    return tuple(dict.fromkeys(near))[:MOST_CHOICES] or tuple(keys)[:MOST_CHOICES]
