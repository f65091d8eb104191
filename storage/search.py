"""Creators that match, ranked over all of them by fit: the exact best and the exact count.

The order is the integer of `domain.fit`: Σ weight × (value − 5,000) over the parts asked for, an
unknown part counting as 5,000. One narrow table holds all that filters and ranks; with one niche
asked for, one stretch of it is read.
"""

import datetime as dt
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, null, or_, select, true
from sqlalchemy.sql.selectable import FromClause, Select

from domain.audience import Wanted
from domain.creator import Money
from domain.fit import Weights
from domain.freshness import FRESHNESS_BANDS
from domain.money import to_minor
from domain.part import BEST, NEUTRAL, PartName
from storage.index import ALL, EPOCH
from storage.models import (
    Creator,
    ListMember,
    NicheRow,
    Partnership,
    Relationship,
    Tag,
    WordRow,
)
from storage.transaction import Transaction
from storage.visibility import hidden_imports, row_is_seen

MANY = 5_000
"""Niches and words with more rows than this are all the same to whoever looks for the rarest."""

ANY = (None, None)
"""A range in which everything lies."""

Columns = Any
Condition = Any
"""SQL expressions over tables that SQLModel makes are not typed by SQLAlchemy."""


@dataclass(frozen=True)
class Term:
    """One thing asked for: a niche by id, or words that must all be there."""

    niche: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """What a search asks. Groups must all hold, each by one of its terms.

    followers: ranges of which one must hold, ends included, None open. rate: ratios. price: the
    most for one post; price_rates: currency → how many of its minor units make one minor unit of
    the price's currency, from rates the workspace set. visible_brands: limited brands' history
    counts only for those who see it; hidden_brands are left out.
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
    wanted: Wanted = field(default_factory=Wanted)
    weights: Weights = field(default_factory=Weights)
    unknown_too: bool = False


@dataclass(frozen=True)
class Found:
    """A creator by the best-fitting profile. parts: values 0-10,000 of the parts asked for."""

    creator_id: int
    profile_id: int
    rank: int
    parts: dict[PartName, int | None]


@dataclass(frozen=True)
class Counts:
    """Creators that match; those left out because a figure is unknown, in all and by filter."""

    total: int
    unknown: int = 0
    unknown_by: dict[str, int] = field(default_factory=dict)


def find(
    tx: Transaction, criteria: Criteria, today: dt.date, limit: int = 10, skip: int = 0
) -> tuple[list[Found], Counts]:
    """The best creators, as `top`, and how many there are, as `count`."""
    source = _Source(tx, criteria, today)
    return _best(tx, source, limit, skip), _counts(tx, source)


def top(
    tx: Transaction, criteria: Criteria, today: dt.date, limit: int = 10, skip: int = 0
) -> list[Found]:
    """The best creators by fit, each once, after the first `skip` of them."""
    return _best(tx, _Source(tx, criteria, today), limit, skip)


def count(tx: Transaction, criteria: Criteria, today: dt.date) -> Counts:
    """How many creators match, and how many might if a figure were known."""
    return _counts(tx, _Source(tx, criteria, today))


def explainable(
    tx: Transaction, criteria: Criteria, today: dt.date, profile_ids: Sequence[int]
) -> dict[int, Found]:
    """The parts of these profiles as a search would rank them, filters aside."""
    source = _Source(tx, criteria, today, only=sorted(profile_ids))
    return {row.profile_id: source.found(row) for row in tx.session.execute(source.ranked())}


def _best(tx: Transaction, source: "_Source", limit: int, skip: int) -> list[Found]:
    wanted, rows_limit = skip + limit, (skip + limit) * 2 + 10
    while True:
        rows = tx.session.execute(source.ranked().limit(rows_limit)).all()
        best: dict[int, Any] = {}
        for row in rows:
            best.setdefault(row.creator_id, row)
        if len(best) >= wanted or len(rows) < rows_limit:
            chosen = list(best.values())[skip:wanted]
            return [source.found(row) for row in chosen]
        rows_limit *= 4


def _counts(tx: Transaction, source: "_Source") -> Counts:
    row = tx.session.execute(source.counted()).one()
    by_filter = {name: int(row[2 + at]) for at, name in enumerate(source.unknowable)}
    return Counts(int(row[0]), int(row[1]), {n: many for n, many in by_filter.items() if many})


class _Source:
    """The rows a search looks at, with its filters and its order as SQL."""

    def __init__(
        self,
        tx: Transaction,
        criteria: Criteria,
        today: dt.date,
        only: Sequence[int] | None = None,
    ) -> None:
        """only: profiles that are looked at whatever the filters say; None = those that match."""
        self._tx, self._criteria, self._today, self._only = tx, criteria, today, only
        self._hidden = hidden_imports(tx)
        self.base = _table(NicheRow).alias("base")
        self._joined: FromClause = self.base
        self._where: list[Condition] = [self.base.c.workspace_id == tx.workspace_id]
        self.unknowable: dict[str, Condition] = {}
        if only is None:
            self._relevance = self._match_groups()
            self._where.extend(self._known_filters())
            self.unknowable = self._unknowable_filters()
        else:
            self._relevance = self._relevance_of_groups()
        self._where.append(row_is_seen(self.base.c, self._hidden))
        self._relationship = self._join_relationship()
        self._values = self._part_values()

    def ranked(self) -> Select[Any]:
        """Rows in the order of fit."""
        values, weights = self._values, self._criteria.weights
        rank: Any = literal(0)
        for name, value in values.items():
            rank = rank + weights.of(name) * (func.coalesce(value, NEUTRAL) - NEUTRAL)
        columns = [value.label(f"part_{name.value}") for name, value in values.items()]
        rank = rank.label("rank")
        base = self.base.c
        shown: list[Any] = [base.creator_id, base.profile_id, rank, *columns]
        query: Select[Any] = (
            select(*shown)
            .select_from(self._joined)
            .where(*self._where, self._passes())
            .order_by(rank.desc(), func.coalesce(base.rate, -1).desc(), base.profile_id)
        )
        return query

    def counted(self) -> Select[Any]:
        """One row: creators that match, creators that might, and the latter by filter."""
        creator = self.base.c.creator_id
        conditions = list(self.unknowable.values())
        if not conditions or self._criteria.unknown_too:
            zeros = [literal(0) for _ in self.unknowable]
            columns: list[Any] = [func.count(func.distinct(creator)), literal(0), *zeros]
            whole_count: Select[Any] = (
                select(*columns).select_from(self._joined).where(*self._where, self._passes())
            )
            return whole_count
        whole = and_(*conditions)
        matches = func.max(case((whole, 1), else_=0)).label("matches")
        lacks = [
            func.max(case((whole.is_(None) & one.is_(None), 1), else_=0)).label(f"lacks_{at}")
            for at, one in enumerate(conditions)
        ]
        not_failing = or_(whole, whole.is_(None))
        creators = (
            select(matches, *lacks)
            .select_from(self._joined)
            .where(*self._where, not_failing)
            .group_by(creator)
            .subquery()
        )
        missing = 1 - creators.c.matches
        sums = [creators.c.matches, missing]
        sums += [missing * creators.c[f"lacks_{at}"] for at in range(len(lacks))]
        return select(*(func.coalesce(func.sum(one), 0) for one in sums))

    def found(self, row: Any) -> Found:
        """A row of `ranked`, as it is given out."""
        creator_id, profile_id, rank, *values = row
        return Found(creator_id, profile_id, rank, dict(zip(self._values, values, strict=True)))

    def _passes(self) -> Condition:
        """All filters hold; with `unknown_too` those that can't be told pass as well."""
        conditions = self.unknowable.values()
        if not conditions:
            return true()
        whole = and_(*conditions)
        return or_(whole, whole.is_(None)) if self._criteria.unknown_too else whole

    def _match_groups(self) -> Condition:
        """Narrow to profiles that match all groups; gives the mean relevance."""
        groups = self._criteria.groups
        if len(groups) == 1 and all(term.niche for term in groups[0]):
            niches = [term.niche for term in groups[0]]  # a profile in two: the better row leads
            here = self.base.c.niche
            self._where.append(here == niches[0] if len(niches) == 1 else here.in_(niches))
            return self.base.c.relevance
        lead = next((at for at, group in enumerate(groups) if _is_one_niche(group)), None)
        niche = ALL if lead is None else groups[lead][0].niche
        rarest = self._rarest()
        seen = row_is_seen(self.base.c, self._hidden)
        self._where.append(self.base.c.niche == niche)
        self._where.append(func.unlikely(seen) if rarest == niche else seen)
        return _mean(
            [
                self.base.c.relevance if at == lead else self._join_group(group, rarest)
                for at, group in enumerate(groups)
            ]
        )

    def _rarest(self) -> str | None:
        """The niche or word with the fewest rows; SQLite is told, PostgreSQL knows."""
        if self._tx.on_postgresql:
            return None
        terms = [group[0] for group in self._criteria.groups if len(group) == 1]
        niches = [(NicheRow, "niche", term.niche) for term in terms if term.niche]
        words = [(WordRow, "word", word) for term in terms for word in term.words]
        sizes = {name: self._size(model, column, name) for model, column, name in (*niches, *words)}
        return min(sizes, key=lambda name: sizes[name], default=None)

    def _size(self, model: Any, column: str, name: str) -> int:
        """How many rows a niche or word has, counted no further than needed."""
        rows = _table(model).c
        some = (
            select(literal(1))
            .where(rows.workspace_id == self._tx.workspace_id, rows[column] == name)
            .limit(MANY)
            .subquery()
        )
        return int(self._tx.session.execute(select(func.count()).select_from(some)).scalar_one())

    def _relevance_of_groups(self) -> Condition:
        """The mean relevance of the profiles asked about; 0 for a group they don't match."""
        self._where.append(self.base.c.niche == ALL)
        self._where.append(self.base.c.profile_id.in_(self._only))
        found = []
        for group in self._criteria.groups:
            best = self._best_of(group)
            on = best.c.profile_id == self.base.c.profile_id
            self._joined = self._joined.join(best, on, isouter=True)
            found.append(func.coalesce(best.c.relevance, 0))
        return _mean(found)

    def _join_group(self, group: Sequence[Term], rarest: str | None) -> Condition:
        """Keep profiles that match one of the group's terms; gives the best relevance.

        A group of one term joins its rows by their key, so that the few rows of a rare word lead
        and nothing is gathered first.
        """
        if len(group) > 1:
            best = self._best_of(group)
            self._joined = self._joined.join(best, best.c.profile_id == self.base.c.profile_id)
            return best.c.relevance
        if group[0].niche:
            rows = _table(NicheRow).alias()
            seen = self._is_niche(rows, group[0].niche)
            self._join_rows(rows, seen, few=rarest == group[0].niche)
            return rows.c.relevance
        total: Any = 0
        for word in group[0].words:
            rows = _table(WordRow).alias()
            self._join_rows(rows, self._is_word(rows, word), few=rarest == word)
            total = total + rows.c.relevance
        return total // len(group[0].words)

    def _join_rows(self, rows: Any, condition: Condition, *, few: bool) -> None:
        """few: these are the fewest rows, so SQLite is to begin with them."""
        seen = row_is_seen(rows.c, self._hidden)
        on = and_(
            rows.c.profile_id == self.base.c.profile_id,
            condition,
            func.unlikely(seen) if few else seen,
        )
        self._joined = self._joined.join(rows, on)

    def _best_of(self, group: Iterable[Term]) -> Any:
        """Profiles that match one of these terms, with the best relevance."""
        parts = [self._rows_of(term) for term in group]
        rows = (parts[0] if len(parts) == 1 else parts[0].union_all(*parts[1:])).subquery()
        return (
            select(rows.c.profile_id, func.max(rows.c.relevance).label("relevance"))
            .group_by(rows.c.profile_id)
            .subquery()
        )

    def _rows_of(self, term: Term) -> Select[Any]:
        if not term.niche:
            return self._profiles_with(term.words)
        rows = _table(NicheRow).alias()
        return select(rows.c.profile_id, rows.c.relevance).where(
            self._is_niche(rows, term.niche),
            row_is_seen(rows.c, self._hidden),
            *self._among(rows),
        )

    def _profiles_with(self, words: Sequence[str]) -> Select[Any]:
        """Profiles that have all of these words, with the mean of how telling each is."""
        first = _table(WordRow).alias()
        joined: FromClause = first
        relevance: Any = first.c.relevance
        for word in words[1:]:
            other = _table(WordRow).alias()
            on = and_(
                other.c.profile_id == first.c.profile_id,
                self._is_word(other, word),
                row_is_seen(other.c, self._hidden),
            )
            joined = joined.join(other, on)
            relevance = relevance + other.c.relevance
        return (
            select(first.c.profile_id, (relevance // len(words)).label("relevance"))
            .select_from(joined)
            .where(
                self._is_word(first, words[0]),
                row_is_seen(first.c, self._hidden),
                *self._among(first),
            )
        )

    def _among(self, rows: Any) -> list[Condition]:
        """Rows of the profiles asked about, where only some are."""
        return [] if self._only is None else [rows.c.profile_id.in_(self._only)]

    def _is_niche(self, rows: Any, niche: str) -> Condition:
        return and_(
            rows.c.workspace_id == self._tx.workspace_id,
            rows.c.niche == niche,
        )

    def _is_word(self, rows: Any, word: str) -> Condition:
        return and_(
            rows.c.workspace_id == self._tx.workspace_id,
            rows.c.word == word,
        )

    def _known_filters(self) -> list[Condition]:
        asked, base = self._criteria, self.base.c
        conditions: list[Condition] = []
        if asked.platforms:
            conditions.append(base.platform.in_(sorted(asked.platforms)))
        if asked.added_since:
            conditions.append(base.added_on >= (asked.added_since - EPOCH).days)
        for tag in asked.tags:
            conditions.append(self._has(Tag, _table(Tag).c.tag_key == tag))
        for number in asked.lists:
            conditions.append(self._has(ListMember, _table(ListMember).c.list_id == number))
        if asked.worked_with:
            conditions.append(self._has(Partnership, self._visible(_table(Partnership).c)))
        if asked.owner_id is not None:
            owner = or_(
                self._has(Creator, _table(Creator).c.owner_id == asked.owner_id, key="id"),
                self._has(
                    Partnership,
                    and_(
                        _table(Partnership).c.owner_id == asked.owner_id,
                        self._visible(_table(Partnership).c),
                    ),
                ),
            )
            conditions.append(owner)
        for words in asked.must_words:
            conditions.append(base.profile_id.in_(self._ids_with(words)))
        for words in asked.never_words:
            conditions.append(base.profile_id.not_in(self._ids_with(words)))
        return conditions

    def _unknowable_filters(self) -> dict[str, Condition]:
        asked, base = self._criteria, self.base.c
        found: dict[str, Condition] = {}
        for name, column, values in (
            ("country", base.country, asked.countries),
            ("language", base.language, asked.languages),
            ("audience country", base.audience_country, asked.audience_countries),
            ("audience language", base.audience_language, asked.audience_languages),
        ):
            if values:
                found[name] = column.in_(sorted(values))
        ranges = [_between(base.followers, one) for one in asked.followers]
        followers = [or_(*ranges)] if ranges and ANY not in asked.followers else []
        if asked.followers_range and asked.followers_range != ANY:
            followers.append(_between(base.followers, asked.followers_range))
        if followers:
            found["followers"] = and_(*followers)
        rates = [
            compare(base.rate, limit)
            for limit, compare in (
                (asked.rate_from, operator.ge),
                (asked.rate_above, operator.gt),
                (asked.rate_to, operator.le),
                (asked.rate_below, operator.lt),
            )
            if limit is not None
        ]
        if rates:
            found["engagement rate"] = and_(*rates)
        if asked.price:
            found["fee"] = self._affordable(asked.price)
        return found

    def _affordable(self, price: Money) -> Condition:
        """Within the price in its currency; a fee in one without a rate can't be told."""
        base, limit = self.base.c, to_minor(price)
        known = [(base.fee_currency == price.currency, base.fee <= limit)]
        known += [
            (base.fee_currency == currency, base.fee <= limit * rate)
            for currency, rate in sorted(self._criteria.price_rates.items())
            if currency != price.currency
        ]
        return case(*known, else_=None)

    def _has(self, model: Any, condition: Condition, key: str = "creator_id") -> Condition:
        rows = _table(model).c
        return exists().where(
            rows.workspace_id == self._tx.workspace_id,
            rows[key] == self.base.c.creator_id,
            condition,
        )

    def _visible(self, rows: Columns) -> Condition:
        hidden = self._criteria.hidden_brands
        return or_(rows.brand_id.is_(None), rows.brand_id.not_in(hidden)) if hidden else true()

    def _ids_with(self, words: Sequence[str]) -> Select[Any]:
        return select(self._profiles_with(words).subquery().c.profile_id)

    def _join_relationship(self) -> Condition | None:
        """How it went so far, over the brands that the person may see; None: nothing yet."""
        rows = _table(Relationship).c
        mine = rows.workspace_id == self._tx.workspace_id
        hidden = self._criteria.hidden_brands
        if not self._tx.session.execute(select(rows.id).where(mine).limit(1)).first():
            return None
        seen = rows.brand_id.not_in(hidden) if hidden else true()
        means = (
            select(rows.creator_id, (func.sum(rows.value) // func.count(rows.value)).label("value"))
            .where(mine, seen)
            .group_by(rows.creator_id)
            .subquery("relationship")
        )
        self._joined = self._joined.join(
            means, means.c.creator_id == self.base.c.creator_id, isouter=True
        )
        return means.c.value

    def _part_values(self) -> dict[PartName, Any]:
        """The value of each part asked for, as SQL; NULL is unknown."""
        base = self.base.c
        values: dict[PartName, Any] = {}
        if self._criteria.groups:
            values[PartName.NICHE] = self._relevance
        values[PartName.ENGAGEMENT] = base.engagement_part
        values[PartName.AUTHENTICITY] = base.authenticity_part
        if self._criteria.wanted.asked:
            values[PartName.AUDIENCE] = self._audience()
        values[PartName.COST] = base.cost_part
        values[PartName.FRESHNESS] = self._freshness()
        nothing: Any = null()
        values[PartName.RELATIONSHIP] = (
            nothing if self._relationship is None else self._relationship
        )
        return values

    def _freshness(self) -> Any:
        today = (self._today - EPOCH).days
        as_of = self.base.c.as_of
        bands = [(as_of >= today - oldest, literal(value)) for oldest, value in FRESHNESS_BANDS]
        return case((as_of.is_(None), null()), *bands, else_=literal(0))

    def _audience(self) -> Any:
        """10,000 × criteria met ÷ criteria known, on integers; NULL when none is known."""
        base, wanted = self.base.c, self._criteria.wanted
        asked = [
            (column, sorted(values))
            for column, values in (
                (base.audience_country, wanted.audience_countries),
                (base.country, wanted.countries),
                (base.language, wanted.languages),
            )
            if values
        ]
        met: Any = literal(0)
        known: Any = literal(0)
        for column, values in asked:
            met = met + case((column.in_(values), 1), else_=0)
            known = known + case((column.is_not(None), 1), else_=0)
        return BEST * met // func.nullif(known, 0)


def _between(column: Any, ends: tuple[int | None, int | None]) -> Condition:
    low, high = ends
    conditions = [column >= low] if low is not None else []
    if high is not None:
        conditions.append(column <= high)
    return and_(true(), *conditions)


def _mean(relevances: Sequence[Any]) -> Any:
    """The mean of several groups' relevance, rounded down; 0 when nothing was asked."""
    if not relevances:
        return literal(0)
    total = relevances[0]
    for one in relevances[1:]:
        total = total + one
    return total // len(relevances) if len(relevances) > 1 else total


def _is_one_niche(group: Sequence[Term]) -> bool:
    return len(group) == 1 and group[0].niche is not None


def _table(model: Any) -> Any:
    return model.__table__
