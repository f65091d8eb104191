"""Creators that match, ranked over all of them by fit: the exact best and the exact count.

The order is the integer of `domain.fit`: Σ weight × (value − 5,000) over the parts asked for, an
unknown part counting as 5,000. Those of whom no fit may be told come after all others, the newest
figures first: their `as_of` is below any rank, and stands for it. One narrow table holds all that
filters and ranks; with one niche asked for, one stretch of it is read.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Dialect,
    Integer,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.sql.selectable import Select

from domain.creator import ProfileSnapshot
from domain.findable import LAST_WITHHELD
from domain.freshness import FRESHNESS_BANDS
from domain.part import BEST, NEUTRAL, PartName
from storage import filters, packs
from storage.asked import Criteria, Term
from storage.found import Counts, Found
from storage.index import EPOCH
from storage.matching import Condition, Matching, table_of
from storage.models import Relationship
from storage.transaction import Transaction
from storage.visibility import hidden_imports

__all__ = [
    "Counts", "Criteria", "Found", "Term", "count", "explainable", "find", "top",
    "unknown_of",
]  # fmt: skip


def find(
    tx: Transaction, criteria: Criteria, today: dt.date, limit: int = 10, skip: int = 0
) -> tuple[list[Found], Counts]:
    """The best creators, as `top`, and how many there are, as `count`."""
    packed = _packed(tx, criteria, today, limit=limit, skip=skip)
    if packed is not None:
        return packed
    statements = _statements(tx, criteria, today)
    return _best(tx, statements, limit, skip), _counts(tx, statements)


def top(
    tx: Transaction, criteria: Criteria, today: dt.date, limit: int = 10, skip: int = 0
) -> list[Found]:
    """The best creators by fit, each once, after the first `skip` of them."""
    packed = _packed(tx, criteria, today, limit=limit, skip=skip, counting=False)
    if packed is not None:
        return packed[0]
    return _best(tx, _statements(tx, criteria, today), limit, skip)


def count(tx: Transaction, criteria: Criteria, today: dt.date) -> Counts:
    """How many creators match, and how many might if a figure were known."""
    packed = _packed(tx, criteria, today, limit=0, skip=0)
    if packed is not None:
        return packed[1]
    return _counts(tx, _statements(tx, criteria, today))


def _packed(
    tx: Transaction,
    criteria: Criteria,
    today: dt.date,
    *,
    limit: int,
    skip: int,
    counting: bool = True,
) -> tuple[list[Found], Counts] | None:
    """The same from the workspace's pack; None where SQL has to answer."""
    now = packs.stamp(tx) if packs.can_answer(criteria) else None
    if now is None:
        return None
    from storage import pack_search  # noqa: PLC0415  NumPy, which small workspaces never need

    return pack_search.find(tx, criteria, today, now, limit=limit, skip=skip, counting=counting)


def explainable(
    tx: Transaction, criteria: Criteria, today: dt.date, profile_ids: Sequence[int]
) -> dict[int, Found]:
    """The parts of these profiles as a search would rank them, filters aside."""
    source = _Source(tx, criteria, today, _any_relationship(tx), only=sorted(profile_ids))
    rows = tx.session.execute(source.ranked())
    return {row.profile_id: _found(row, source.parts) for row in rows}


def unknown_of(criteria: Criteria, profile: ProfileSnapshot) -> tuple[str, ...]:
    """Names of the figures that were asked for and are not known of a profile."""
    figures = profile.figures
    asked = (
        ("country", criteria.countries, profile.country),
        ("language", criteria.languages, profile.language),
        ("audience country", criteria.audience_countries, profile.audience_country),
        ("audience language", criteria.audience_languages, profile.audience_language),
        ("followers", criteria.followers or criteria.followers_range, figures.followers),
        ("engagement rate", criteria.asks_rate, figures.engagement_rate),
        (filters.FEE, criteria.price, figures.fee),
    )
    return tuple(name for name, wanted, known in asked if wanted and known is None)


@dataclass(frozen=True)
class _Statements:
    """A search as the database's driver takes it. parts, unknowable: names of the columns."""

    ranked: str
    ranked_values: Any
    counted: str
    counted_values: Any
    parts: tuple[PartName, ...]
    unknowable: tuple[str, ...]


MOST_KEPT = 256
_KEPT: dict[Any, _Statements] = {}
"""Searches as they were written last: writing one takes as long as running a small one."""


def _statements(tx: Transaction, criteria: Criteria, today: dt.date) -> _Statements:
    related, dialect = _any_relationship(tx), tx.session.get_bind().dialect
    key = (
        dialect.name, tx.workspace_id, tuple(hidden_imports(tx)), related, today, repr(criteria)
    )  # fmt: skip
    kept = _KEPT.get(key)
    if kept is None:
        source = _Source(tx, criteria, today, related)
        kept = _Statements(
            *_written(source.ranked(), dialect),
            *_written(source.counted(), dialect),
            source.parts,
            tuple(source.unknowable),
        )
        if not criteria.has_phrases:  # where phrases stand changes with the texts
            if len(_KEPT) >= MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = kept
    return kept


def _written(query: Select[Any], dialect: Dialect) -> tuple[str, Any]:
    """A query's text and its values, in the form that the driver takes."""
    compiled: Any = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    values = compiled.params
    if compiled.positional:
        return compiled.string, tuple(values[name] for name in compiled.positiontup)
    return compiled.string, values


def _best(tx: Transaction, statements: _Statements, limit: int, skip: int) -> list[Found]:
    wanted, rows_limit = skip + limit, (skip + limit) * 2 + 10
    connection = tx.session.connection()
    while True:
        text = f"{statements.ranked} LIMIT {rows_limit}"
        rows = connection.exec_driver_sql(text, statements.ranked_values).all()
        best: dict[int, Any] = {}
        for row in rows:
            best.setdefault(row[0], row)
        if len(best) >= wanted or len(rows) < rows_limit:
            chosen = list(best.values())[skip:wanted]
            return [_found(row, statements.parts) for row in chosen]
        rows_limit *= 4


def _found(row: Any, parts: tuple[PartName, ...]) -> Found:
    creator_id, profile_id, rank, *values = row
    return Found(creator_id, profile_id, rank, dict(zip(parts, values, strict=True)))


def _counts(tx: Transaction, statements: _Statements) -> Counts:
    connection = tx.session.connection()
    row = connection.exec_driver_sql(statements.counted, statements.counted_values).one()
    by_filter = {name: int(row[3 + at]) for at, name in enumerate(statements.unknowable)}
    unknown_by = {name: many for name, many in by_filter.items() if many}
    return Counts(int(row[0]), int(row[1]), unknown_by, int(row[2]))


_ANY_RELATIONSHIP = (
    select(table_of(Relationship).c.id)
    .where(table_of(Relationship).c.workspace_id == bindparam("workspace_id"))
    .limit(1)
)


def _any_relationship(tx: Transaction) -> bool:
    asked = {"workspace_id": tx.workspace_id}
    return tx.session.connection().execute(_ANY_RELATIONSHIP, asked).first() is not None


class _Source:
    """The rows a search looks at, with its filters and its order as SQL."""

    def __init__(
        self,
        tx: Transaction,
        criteria: Criteria,
        today: dt.date,
        related: bool,
        only: Sequence[int] | None = None,
    ) -> None:
        """related: whether anything is known of working with anybody.

        only: profiles that are looked at whatever the filters say; None = those that match.
        """
        self._tx, self._criteria, self._today = tx, criteria, today
        rows = Matching(tx, criteria, only)
        self._base, self._joined, self._where = rows.base.c, rows.joined, rows.where
        self._relevance = rows.relevance
        self.unknowable: dict[str, Condition] = {}
        self._foreign: Condition | None = None
        if only is None:
            self._where.extend(filters.known(tx, criteria, rows))
            self.unknowable = filters.unknowable(criteria, rows)
            self._foreign = filters.in_another_currency(criteria, rows)
        self._relationship = self._join_relationship() if related else null()
        self._values = self._part_values()
        self.parts = tuple(self._values)

    def ranked(self) -> Select[Any]:
        """Rows in the order of fit."""
        values, weights = self._values, self._criteria.weights
        rank: Any = literal(0)
        for name, value in values.items():
            rank = rank + weights.of(name) * (func.coalesce(value, NEUTRAL) - NEUTRAL)
        columns = [value.label(f"part_{name.value}") for name, value in values.items()]
        base = self._base
        rank = case((base.as_of <= LAST_WITHHELD, base.as_of), else_=rank).label("rank")
        shown: list[Any] = [base.creator_id, base.profile_id, rank, *columns]
        query: Select[Any] = (
            select(*shown)
            .select_from(self._joined)
            .where(*self._where, self._passes())
            .order_by(rank.desc(), func.coalesce(base.rate, -1).desc(), base.profile_id)
        )
        return query

    def counted(self) -> Select[Any]:
        """One row: creators that match, that might, with a foreign fee; who might, by filter."""
        creator = self._base.creator_id
        conditions = list(self.unknowable.values())
        if not conditions or self._criteria.unknown_too:
            zeros = [literal(0) for _ in self.unknowable]
            all_of_them = func.count(func.distinct(creator))
            columns: list[Any] = [all_of_them, literal(0), literal(0), *zeros]
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
        might = func.max(case((whole.is_(None), 1), else_=0)).label("might")
        foreign = self._fails_by_currency()
        creators = (
            select(matches, might, func.max(case((foreign, 1), else_=0)).label("foreign"), *lacks)
            .select_from(self._joined)
            .where(*self._where, or_(func.coalesce(whole, true()), foreign))
            .group_by(creator)
            .subquery()
        )
        found = creators.c
        missing = 1 - found.matches
        sums = [
            found.matches,
            missing * found.might,
            missing * (1 - found.might) * found.foreign,
            *(missing * found[f"lacks_{at}"] for at in range(len(lacks))),
        ]
        return select(*(func.coalesce(func.sum(one), 0) for one in sums))

    def _fails_by_currency(self) -> Condition:
        """Nothing else fails but that the fee is in a currency which can't be compared."""
        if self._foreign is None:
            return false()
        others = [one for name, one in self.unknowable.items() if name != filters.FEE]
        return and_(self._foreign, func.coalesce(and_(true(), *others), true()))

    def _passes(self) -> Condition:
        """All filters hold; with `unknown_too` those that can't be told pass as well."""
        conditions = self.unknowable.values()
        if not conditions:
            return true()
        whole = and_(*conditions)
        return func.coalesce(whole, true()) if self._criteria.unknown_too else whole

    def _join_relationship(self) -> Condition:
        """How it went so far, over the brands that the person may see."""
        rows = table_of(Relationship).c
        mine = rows.workspace_id == self._tx.workspace_id
        hidden = self._criteria.hidden_brands
        seen = rows.brand_id.not_in(hidden) if hidden else true()
        means = (
            select(rows.creator_id, (func.sum(rows.value) // func.count(rows.value)).label("value"))
            .where(mine, seen)
            .group_by(rows.creator_id)
            .subquery("relationship")
        )
        self._joined = self._joined.join(
            means, means.c.creator_id == self._base.creator_id, isouter=True
        )
        return means.c.value

    def _part_values(self) -> dict[PartName, Any]:
        """The value of each part asked for, as SQL; NULL is unknown."""
        base = self._base
        values: dict[PartName, Any] = {}
        if self._criteria.groups:
            values[PartName.NICHE] = self._relevance
        values[PartName.ENGAGEMENT] = base.engagement_part
        values[PartName.AUTHENTICITY] = base.authenticity_part
        if self._criteria.wanted.asked:
            values[PartName.AUDIENCE] = self._audience()
        values[PartName.COST] = base.cost_part
        values[PartName.FRESHNESS] = self._freshness()
        values[PartName.RELATIONSHIP] = self._relationship
        return values

    def _freshness(self) -> Any:
        today = (self._today - EPOCH).days
        as_of = self._base.as_of
        bands = [(as_of >= today - oldest, literal(value)) for oldest, value in FRESHNESS_BANDS]
        untold = or_(as_of.is_(None), as_of <= LAST_WITHHELD)
        return case((untold, null()), *bands, else_=literal(0))

    def _audience(self) -> Any:
        """10,000 × criteria met ÷ criteria known, on integers; NULL when none is known."""
        base, wanted = self._base, self._criteria.wanted
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
        return BEST * met // type_coerce(func.nullif(known, 0), Integer)  # no FLOOR(NULL)
