"""What a search asks for, as the database is asked."""

import datetime as dt
from dataclasses import dataclass, field

from domain.audience import Wanted
from domain.creator import Money
from domain.fit import Weights


@dataclass(frozen=True)
class Term:
    """One thing asked for: a niche by id, or words that must stand side by side in one text."""

    niche: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """What a search asks. Groups must all hold, each by one of its terms.

    followers: ranges of which one must hold, ends included, None open. rate: ratios. price: the
    most for one post; price_rates: currency → how many of its minor units make one minor unit of
    the price's currency, from rates the workspace set. visible_brands: limited brands' history
    counts only for those who see it; hidden_brands are left out. brand_id: of the brief asked for.
    """

    groups: tuple[tuple[Term, ...], ...] = ()
    platforms: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    audience_countries: frozenset[str] = frozenset()
    audience_languages: frozenset[str] = frozenset()
    followers: tuple[tuple[int | None, int | None], ...] = ()
    followers_range: tuple[int | None, int | None] | None = None
    rate_from: float | None = None
    rate_above: float | None = None
    rate_to: float | None = None
    rate_below: float | None = None
    price: Money | None = None
    price_rates: dict[str, float] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    lists: tuple[int, ...] = ()
    added_since: dt.date | None = None
    worked_with: bool = False
    owner_id: int | None = None
    never_words: tuple[tuple[str, ...], ...] = ()
    must_words: tuple[tuple[str, ...], ...] = ()
    hidden_brands: frozenset[int] = frozenset()
    brand_id: int | None = None
    wanted: Wanted = field(default_factory=Wanted)
    weights: Weights = field(default_factory=Weights)
    unknown_too: bool = False

    @property
    def has_phrases(self) -> bool:
        """Whether some words must stand side by side, which only the texts themselves can tell."""
        of_groups = (term.words for group in self.groups for term in group)
        return any(len(words) > 1 for words in (*of_groups, *self.must_words, *self.never_words))

    @property
    def asks_rate(self) -> bool:
        """Whether an engagement rate is asked for."""
        ends = (self.rate_from, self.rate_above, self.rate_to, self.rate_below)
        return any(end is not None for end in ends)
