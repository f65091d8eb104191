"""Creators like one, ranked over all who share a niche: the exact best, and how many."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, func, literal, or_, select

from domain.findable import LAST_WITHHELD
from domain.part import BEST, NEUTRAL
from domain.similarity import (
    ENGAGEMENT,
    LANGUAGE,
    NICHES,
    RATE_STEPS,
    SIZE,
    SIZE_STEPS,
    Model,
    limits,
)
from storage import packs
from storage.matching import table_of
from storage.models import NicheRow
from storage.transaction import Transaction
from storage.visibility import hidden_imports, row_is_seen


class Alike(NamedTuple):
    """A creator by the most similar profile; score: as `domain.similarity.likeness`."""

    creator_id: int
    profile_id: int
    score: int


def relevance(
    tx: Transaction, profile_ids: Collection[int], niches: Collection[str]
) -> dict[int, dict[str, int]]:
    """How relevant profiles are for niches, as the index has it: by profile and niche."""
    rows = table_of(NicheRow).c
    found = tx.session.execute(
        select(rows.profile_id, rows.niche, rows.relevance).where(
            rows.workspace_id == tx.workspace_id,
            rows.profile_id.in_(profile_ids),
            rows.niche.in_(niches),
            row_is_seen(rows, hidden_imports(tx)),
        )
    )
    by_profile: dict[int, dict[str, int]] = {number: {} for number in profile_ids}
    for number, niche, value in found:
        by_profile[number][niche] = value
    return by_profile


def top(
    tx: Transaction, model: Model, but: int, limit: int, skip: int = 0
) -> tuple[list[Alike], int]:
    """The most similar creators after the first `skip`, each once, and how many share a niche.

    but: the creator whom the model is of. Nobody is left to show: the count is 0.
    """
    packed = _packed(tx, model, but, limit, skip)
    found, total = packed if packed is not None else by_sql(tx, model, but, limit, skip)
    return [Alike(*row) for row in found], total if found else 0


def _packed(
    tx: Transaction, model: Model, but: int, limit: int, skip: int
) -> tuple[Sequence[Sequence[int]], int] | None:
    """The same from the workspace's pack; None where SQL has to answer."""
    now = packs.stamp(tx)
    if now is None:
        return None
    from storage import pack_similar  # noqa: PLC0415  NumPy, which small workspaces never need

    return pack_similar.top(tx, model, but, limit, skip, now)


def by_sql(
    tx: Transaction, model: Model, but: int, limit: int, skip: int
) -> tuple[Sequence[Sequence[int]], int]:
    """As `top`, asked of the database: rows as `Alike` has them."""
    profiles = _profiles(tx, model, but).subquery().c
    place = func.row_number().over(
        partition_by=profiles.creator_id,
        order_by=(profiles.score.desc(), profiles.profile_id),
    )
    ranked = select(profiles.creator_id, profiles.profile_id, profiles.score, place.label("place"))
    best = ranked.subquery().c
    rows = tx.session.execute(
        select(best.creator_id, best.profile_id, best.score, func.count().over())
        .where(best.place == 1)
        .order_by(best.score.desc(), best.profile_id)
        .limit(limit)
        .offset(skip)
    ).all()
    return [row[:-1] for row in rows], rows[0][-1] if rows else 0


def _profiles(tx: Transaction, model: Model, but: int) -> Any:
    """One row a profile that shares a niche, with its score."""
    rows = table_of(NicheRow).c
    shared = case(
        *(
            (rows.niche == niche, _least(rows.relevance, mine))
            for niche, mine in model.niches.items()
        ),
        else_=0,
    )
    niches = BEST * func.sum(shared) // max(1, sum(model.niches.values()))
    facts = (rows.followers, rows.rate, rows.rate_definition, rows.platform, rows.language)
    score = (
        NICHES * niches
        + SIZE * _stepped(rows.followers, model.followers, SIZE_STEPS)
        + ENGAGEMENT * _rate(rows, model)
        + LANGUAGE * _language(rows, model)
    )
    return (
        select(rows.creator_id, rows.profile_id, score.label("score"))
        .where(
            rows.workspace_id == tx.workspace_id,
            rows.niche.in_(list(model.niches)),
            rows.creator_id != but,
            or_(rows.as_of.is_(None), rows.as_of > LAST_WITHHELD),  # terms let them be compared
            row_is_seen(rows, hidden_imports(tx)),
        )
        .group_by(rows.creator_id, rows.profile_id, *facts)
    )


def _least(column: Any, most: int) -> Any:
    return case((column < most, column), else_=most)


def _stepped(column: Any, mine: float | None, steps: Sequence[tuple[float, int]]) -> Any:
    if not mine:
        return literal(NEUTRAL)
    inside = ((column.between(low, high), worth) for low, high, worth in limits(mine, steps))
    return case((column.is_(None), NEUTRAL), *inside, else_=0)


def _rate(rows: Any, model: Model) -> Any:
    if model.definition is None:
        return literal(NEUTRAL)
    other = or_(
        rows.rate_definition.is_(None),
        rows.rate_definition != model.definition.value,
        rows.platform != model.platform.value,
    )
    return case((other, NEUTRAL), else_=_stepped(rows.rate, model.rate, RATE_STEPS))


def _language(rows: Any, model: Model) -> Any:
    if not model.languages:
        return literal(NEUTRAL)
    spoken = rows.language.in_(sorted(model.languages))
    return case((rows.language.is_(None), NEUTRAL), (spoken, BEST), else_=0)
