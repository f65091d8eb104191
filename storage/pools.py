"""How measures are spread in a workspace, and the parts of the fit that follow from it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import col, select

from domain.authenticity import comments_per_follower, likes_to_comments
from domain.cost import cost_per_engagement
from domain.creator import ProfileSnapshot
from domain.engagement import THIN_POOL, rate_definition, size_band
from domain.quantiles import pool_quantiles
from storage import index, profiles
from storage.bulk import table_of
from storage.database import Database
from storage.index import ALL, Pools
from storage.models import NicheRow, PoolQuantiles
from storage.transaction import Transaction
from storage.visibility import hidden_imports, row_is_seen

BAND = "@"
"""Stands before the size band in a measure: "engagement:followers@10k–50k"."""
BATCH = 250
SAMPLED = 20_000
"""Quantiles of more profiles than this are taken from every n-th of them."""


def refresh_pools(database: Database, workspace_id: int) -> int:
    """Compute the pools anew and rewrite the parts that changed, in short transactions.

    Gives how many profiles changed. Safe to stop anywhere and to run again.
    """
    with database.reading(workspace_id) as tx:
        ids = _profile_ids(tx)
        spread = _spread(tx, ids)
    with database.writing(workspace_id) as tx:
        _store(tx, spread)
    with database.reading(workspace_id) as tx:
        pools = index.pools(tx)
    changed = 0
    for start in range(0, len(ids), BATCH):
        with database.reading(workspace_id) as tx:
            changes = _changes(tx, ids[start : start + BATCH], pools)
        if changes:
            with database.writing(workspace_id) as tx:
                _rescore(tx, changes)
            changed += len(changes)
    return changed


def _profile_ids(tx: Transaction) -> list[int]:
    return list(
        tx.session.exec(
            select(NicheRow.profile_id)
            .where(
                NicheRow.workspace_id == tx.workspace_id,
                NicheRow.niche == ALL,
                row_is_seen(NicheRow, hidden_imports(tx)),
            )
            .order_by(col(NicheRow.profile_id))
        )
    )


def _spread(tx: Transaction, ids: list[int]) -> dict[tuple[str, str], list[float]]:
    """All values of each measure, by platform and measure."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    step = max(1, len(ids) // SAMPLED)
    sampled = ids[::step]
    for start in range(0, len(sampled), BATCH):
        for known in profiles.known(tx, sampled[start : start + BATCH]).values():
            for measure, value in _measures(known):
                values[known.platform.value, measure].append(value)
    return values


def _measures(snapshot: ProfileSnapshot) -> Iterable[tuple[str, float]]:
    figures = snapshot.figures
    if figures.engagement_rate is not None:
        measure = f"engagement:{rate_definition(figures)}"
        yield measure, figures.engagement_rate
        if figures.followers is not None:
            yield f"{measure}{BAND}{size_band(figures.followers)}", figures.engagement_rate
    cost = cost_per_engagement(figures)
    if figures.fee is not None and cost is not None and cost != float("inf"):
        yield f"cost:{figures.fee.currency}", cost
    for measure, value in (
        ("comments_per_follower", comments_per_follower(figures)),
        ("likes_to_comments", likes_to_comments(figures)),
    ):
        if value is not None:
            yield measure, value


def _store(tx: Transaction, spread: dict[tuple[str, str], list[float]]) -> None:
    tx.session.execute(
        delete(PoolQuantiles).where(col(PoolQuantiles.workspace_id) == tx.workspace_id)
    )
    rows = [
        {
            "workspace_id": tx.workspace_id,
            "platform": platform,
            "measure": measure,
            "quantiles": list(pool_quantiles(values)),
            "size": len(values),
            "computed_at": tx.now,
        }
        for (platform, measure), values in spread.items()
        if BAND not in measure or len(values) >= THIN_POOL
    ]
    if rows:
        tx.session.execute(insert(PoolQuantiles), rows)


def _changes(tx: Transaction, ids: list[int], pools: Pools) -> list[dict[str, Any]]:
    """The parts of these profiles that differ from what is stored: read without any lock."""
    stored = {
        row[0]: tuple(row[1:])
        for row in tx.session.exec(
            select(
                NicheRow.profile_id,
                NicheRow.engagement_part,
                NicheRow.authenticity_part,
                NicheRow.cost_part,
            ).where(
                NicheRow.workspace_id == tx.workspace_id,
                NicheRow.niche == ALL,
                col(NicheRow.profile_id).in_(ids),
                row_is_seen(NicheRow, hidden_imports(tx)),
            )
        )
    }
    changes: list[dict[str, Any]] = []
    for number, known in profiles.known(tx, ids).items():
        parts = index.parts_of(known, pools)
        if number in stored and stored[number] != tuple(parts.values()):
            changes.append({"number": number, **{f"new_{k}": v for k, v in parts.items()}})
    return changes


def _rescore(tx: Transaction, changes: list[dict[str, Any]]) -> None:
    """Rewrite the parts of profiles; rows of a hidden import wait for the next round."""
    table = table_of(NicheRow)
    hidden = hidden_imports(tx)
    tx.session.connection().execute(
        update(table)
        .where(
            table.c.workspace_id == tx.workspace_id,
            table.c.profile_id == bindparam("number"),
            *(table.c.since_import != number for number in hidden),
        )
        .values(
            engagement_part=bindparam("new_engagement_part"),
            authenticity_part=bindparam("new_authenticity_part"),
            cost_part=bindparam("new_cost_part"),
        ),
        changes,
    )
