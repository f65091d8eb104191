"""What a plan asks: fees that are known, each profile's main niche, who agreed already."""

from collections.abc import Sequence

from sqlmodel import col, select

from domain.creator import Money, Platform
from domain.findable import ALL
from domain.money import from_minor
from domain.partnership import WORK, Stage
from domain.plan_cost import KnownFee
from storage import costs
from storage.bulk import table_of
from storage.models import NicheRow, Partnership
from storage.snapshots import CHUNK
from storage.transaction import Transaction
from storage.visibility import hidden_imports, row_is_seen


def known_fees(tx: Transaction) -> list[KnownFee]:
    """The fees for a post that everybody in the workspace may know."""
    rows = tx.session.exec(
        select(NicheRow.platform, NicheRow.followers, NicheRow.fee, NicheRow.fee_currency).where(
            NicheRow.workspace_id == tx.workspace_id,
            NicheRow.niche == ALL,
            row_is_seen(NicheRow, hidden_imports(tx)),
            col(NicheRow.fee) > 0,
        )
    )
    return [
        KnownFee(Platform(platform), followers, from_minor(fee, currency))
        for platform, followers, fee, currency in rows
        if fee is not None and currency is not None
    ]


def agreed(tx: Transaction, brief_id: int) -> dict[int, tuple[Money, ...]]:
    """What a brief's partnerships cost, from the agreement on, by partnership."""
    stages = [stage.value for stage in WORK]
    numbers = [
        number
        for number in tx.session.exec(
            select(Partnership.id).where(
                Partnership.workspace_id == tx.workspace_id,
                Partnership.brief_id == brief_id,
                col(Partnership.stage).in_(stages),
            )
        )
        if number is not None
    ]
    known = costs.of_partnerships(tx, numbers)
    return {number: tuple(of_kind.values()) for number, of_kind in known.items()}


def asked_already(tx: Transaction, brief_id: int) -> dict[int, Stage]:
    """Creators who agreed to work on this brief, or declined, and where that stands."""
    stages = [stage.value for stage in (*WORK, Stage.DECLINED)]
    rows = tx.session.exec(
        select(Partnership.creator_id, Partnership.stage)
        .where(
            Partnership.workspace_id == tx.workspace_id,
            Partnership.brief_id == brief_id,
            col(Partnership.stage).in_(stages),
        )
        .order_by(col(Partnership.id))
    )
    return {creator: Stage(stage) for creator, stage in rows}


def main_niches(tx: Transaction, profile_ids: Sequence[int]) -> dict[int, str]:
    """The niche that each profile is most of; those without any are left out."""
    found: dict[int, tuple[int, str]] = {}
    rows = table_of(NicheRow).c
    for start in range(0, len(profile_ids), CHUNK):
        asked = select(rows.profile_id, rows.relevance, rows.niche).where(
            rows.workspace_id == tx.workspace_id,
            rows.profile_id.in_(profile_ids[start : start + CHUNK]),
            rows.niche != ALL,
            row_is_seen(NicheRow, hidden_imports(tx)),
        )
        for number, relevance, niche in tx.session.connection().execute(asked):
            found[number] = max(found.get(number, (-1, "")), (relevance, niche))
    return {number: niche for number, (_, niche) in found.items()}
