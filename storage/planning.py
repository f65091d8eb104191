"""What a plan asks of the index: fees that are known, and each profile's main niche."""

from collections.abc import Sequence

from sqlmodel import col, select

from domain.creator import Platform
from domain.findable import ALL
from domain.money import from_minor
from domain.plan_cost import KnownFee
from storage.bulk import table_of
from storage.models import NicheRow
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
