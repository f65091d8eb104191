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

from sqlalchemy import Dialect, bindparam, select
from sqlalchemy.sql.selectable import Select

from domain.creator import ProfileSnapshot
from domain.part import PartName
from storage import filters, packs
from storage.asked import Criteria, Term
from storage.found import Counts, Found
from storage.matching import table_of
from storage.models import Relationship
from storage.ranking import Ranking
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
    source = Ranking(tx, criteria, today, _any_relationship(tx), only=sorted(profile_ids))
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
        source = Ranking(tx, criteria, today, related)
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
