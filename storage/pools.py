"""How measures are spread in a workspace, and the parts of the fit that follow from it."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import col, select

from domain.engagement import THIN_POOL
from domain.findable import ALL, Pools
from domain.measures import BAND, Spread, add_measures, is_steady, step_for
from domain.quantiles import Quantiles, pool_quantiles
from storage import index, profiles
from storage.bulk import table_of
from storage.database import Database
from storage.models import NicheRow, PoolQuantiles
from storage.transaction import Transaction
from storage.visibility import hidden_imports, row_is_seen

BATCH = 250

Key = tuple[str, str]
"""(platform, measure)."""


@dataclass(frozen=True)
class Foreseen:
    """The pools that an import is judged by, before its profiles are stored.

    rows: these pools as they are to be stored when it is published; none where they stay as they
    are. final: nobody else is in the workspace, so that the pools need not be computed again.
    """

    pools: Pools
    rows: tuple[PoolQuantiles, ...] = ()
    final: bool = False


def foresee(database: Database, workspace_id: int, coming: Spread, count: int) -> Foreseen:
    """How measures will be spread when a file's profiles have come in.

    A file that adds less than a tenth is judged by the pools as they are.

    Args:
        coming: values of the file, of every `step_for(count)`-th profile.
        count: how many profiles the file has.
    """
    with database.reading(workspace_id) as tx:
        before = index.pools(tx)
        ids = _profile_ids(tx)
        if count * 10 < len(ids):
            return Foreseen(before)
        step = step_for(len(ids) + count)
        spread = _spread(tx, ids[::step])
        thinned = max(1, step // step_for(count))
        for key, values in coming.items():
            spread.setdefault(key, []).extend(values[::thinned])
        rows = _rows(tx, spread, _stored(tx))
    return Foreseen(
        index.pools_of(rows, before.benchmark, before.learned), tuple(rows), final=not ids
    )


def store(tx: Transaction, rows: Sequence[PoolQuantiles]) -> None:
    """Put these pools in the place of what was stored."""
    tx.session.execute(
        delete(PoolQuantiles).where(col(PoolQuantiles.workspace_id) == tx.workspace_id)
    )
    columns = {"workspace_id", "platform", "measure", "quantiles", "size"}
    values = [row.model_dump(include=columns) | {"computed_at": tx.now} for row in rows]
    if values:
        tx.session.execute(insert(PoolQuantiles), values)


def refresh_pools(database: Database, workspace_id: int) -> int:
    """Compute the pools anew and rewrite the parts that changed, in short transactions.

    A large pool in which nobody's place moves far stays as it is. Gives how many profiles
    changed. Safe to stop anywhere and to run again.
    """
    with database.reading(workspace_id) as tx:
        ids = _profile_ids(tx)
        rows = _rows(tx, _spread(tx, ids[:: step_for(len(ids))]), _stored(tx))
    with database.writing(workspace_id) as tx:
        store(tx, rows)
    with database.reading(workspace_id) as tx:
        pools = index.pools(tx)
    changed = 0
    for start in range(0, len(ids), BATCH):
        with database.reading(workspace_id) as tx:
            changes = _changes(tx, list(ids[start : start + BATCH]), pools)
        if changes:
            with database.writing(workspace_id) as tx:
                _rescore(tx, changes)
            changed += len(changes)
    return changed


def _profile_ids(tx: Transaction) -> "array[int]":
    """Profiles that are seen: a million of them take 8 MB."""
    found = tx.session.exec(
        select(NicheRow.profile_id)
        .where(
            NicheRow.workspace_id == tx.workspace_id,
            NicheRow.niche == ALL,
            row_is_seen(NicheRow, hidden_imports(tx)),
        )
        .order_by(col(NicheRow.profile_id))
        .execution_options(yield_per=10_000)
    )
    return array("q", found)


def _spread(tx: Transaction, ids: Sequence[int]) -> Spread:
    """All values of each measure, by platform and measure."""
    values: Spread = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        for known in profiles.judged(tx, list(ids[start : start + BATCH])).values():
            add_measures(values, known)
    return dict(values)


def _stored(tx: Transaction) -> dict[Key, Quantiles]:
    found = tx.session.exec(
        select(PoolQuantiles.platform, PoolQuantiles.measure, PoolQuantiles.quantiles).where(
            PoolQuantiles.workspace_id == tx.workspace_id
        )
    )
    return {(platform, measure): tuple(values) for platform, measure, values in found}


def _rows(tx: Transaction, spread: Spread, before: dict[Key, Quantiles]) -> list[PoolQuantiles]:
    """Pools as they are stored; size: of the sample they are computed from."""
    rows = []
    for (platform, measure), values in spread.items():
        if BAND in measure and len(values) < THIN_POOL:
            continue
        quantiles = pool_quantiles(values)
        known = before.get((platform, measure))
        if known is not None and is_steady(known, quantiles, len(values)):
            quantiles = known
        rows.append(
            PoolQuantiles(
                workspace_id=tx.workspace_id,
                platform=platform,
                measure=measure,
                quantiles=list(quantiles),
                size=len(values),
                computed_at=tx.now,
            )
        )
    return rows


def _changes(tx: Transaction, ids: Sequence[int], pools: Pools) -> list[dict[str, Any]]:
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
    for number, known in profiles.judged(tx, ids).items():
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
