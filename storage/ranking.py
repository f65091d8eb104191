"""A search as SQL: filters, the order of fit and the counts, over the table that holds them all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Integer,
    and_,
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

from domain.findable import LAST_WITHHELD
from domain.freshness import FRESHNESS_BANDS
from domain.part import BEST, NEUTRAL, PartName
from storage import filters
from storage.asked import Criteria
from storage.index import EPOCH
from storage.matching import Condition, Matching, table_of
from storage.models import Relationship
from storage.transaction import Transaction


class Ranking:
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
