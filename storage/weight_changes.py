"""Weights of the fit that finished partnerships speak for: proposed, accepted, taken back."""

import math
from collections.abc import Collection
from typing import Any

from sqlmodel import col, func, select

from domain.creator import ProfileSnapshot
from domain.fit import Fit
from domain.fit_learning import Factors, Finished, Proposal, read_factors
from domain.goal import Goal
from domain.money import sums
from domain.partnership import Stage
from domain.results import Totals
from domain.source_terms import fit_under_terms
from storage import audit, costs, preferences, results
from storage.models import Brief, Card, Partnership, WeightChange
from storage.partnerships import seen
from storage.transaction import Transaction

PROPOSED, ACCEPTED, DECLINED = "proposed", "accepted", "declined"
TAKEN_BACK, REPLACED = "taken back", "replaced"
MOST_FINISHED = 400
"""So many of the partnerships that began last are learned from."""


def count_finished(tx: Transaction, hidden: Collection[int]) -> int:
    """How many partnerships that a card began are done."""
    return tx.session.exec(
        select(func.count())
        .select_from(Partnership)
        .where(
            Partnership.workspace_id == tx.workspace_id,
            Partnership.stage == Stage.DONE.value,
            col(Partnership.card_id).is_not(None),
            seen(hidden),
        )
    ).one()


def finished(tx: Transaction, hidden: Collection[int]) -> list[Finished]:
    """Finished partnerships with the fit they were decided by and how they did.

    Those of hidden brands are left out, for what is learned is everybody's. In the order in which
    they began.
    """
    rows = tx.session.exec(
        select(Partnership, Card.fit, Card.profile, Brief.goal)
        .join(Card, col(Card.id) == col(Partnership.card_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            Partnership.stage == Stage.DONE.value,
            seen(hidden),
        )
        .order_by(col(Partnership.id).desc())
        .limit(MOST_FINISHED)
    ).all()
    numbers = [row[0].id or 0 for row in rows]
    came, paid = results.known(tx, numbers), costs.of_partnerships(tx, numbers)
    found = []
    for row, fit, profile, goal in reversed(rows):
        number = row.id or 0
        outcome = _outcome(
            came[number].totals,
            [money for money in sums(paid[number].values()) if money.amount > 0],
            Goal(goal) if goal else Goal.ENGAGEMENT,
            ProfileSnapshot.model_validate(profile).figures.followers,
        )
        parts = fit_under_terms(Fit.model_validate(fit), tx.underived).parts
        if outcome is not None and parts:
            found.append(
                Finished(
                    parts={part.name: part.value for part in parts},
                    weights={part.name: part.weight for part in parts},
                    group=outcome[0],
                    outcome=outcome[1],
                )
            )
    return found


def in_use(tx: Transaction) -> Factors:
    """How many times its usual weight each part has now."""
    return dict(preferences.current(tx).weight_factors)


def add(tx: Transaction, proposal: Proposal, before: Factors) -> WeightChange:
    """Write a proposal down; one that nobody has decided on is replaced by it."""
    earlier = waiting(tx)
    if earlier is not None:
        earlier.state = REPLACED
        tx.session.add(earlier)
    row = WeightChange(
        workspace_id=tx.workspace_id,
        before=_stored(before),
        after=_stored(proposal.factors),
        evidence=proposal.evidence.model_dump(mode="json"),
        proposed_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def waiting(tx: Transaction) -> WeightChange | None:
    """The proposal that waits for an owner."""
    return _newest(tx, PROPOSED)


def accepted(tx: Transaction) -> WeightChange | None:
    """The change that is in use: the last one accepted and not taken back."""
    return _newest(tx, ACCEPTED)


def get(tx: Transaction, number: int) -> WeightChange | None:
    """The change with this number; in a writing transaction nobody else changes it."""
    query = select(WeightChange).where(
        WeightChange.workspace_id == tx.workspace_id, WeightChange.id == number
    )
    return tx.session.exec(query.with_for_update() if tx.writable else query).one_or_none()


def accept(tx: Transaction, row: WeightChange, person_id: int | None) -> None:
    """From now on the fit is computed with these weights."""
    _decide(tx, row, ACCEPTED, person_id)
    preferences.change(tx, weight_factors=row.after or None)


def decline(tx: Transaction, row: WeightChange, person_id: int | None) -> None:
    """The weights stay as they are."""
    _decide(tx, row, DECLINED, person_id)


def take_back(tx: Transaction, row: WeightChange, person_id: int | None) -> None:
    """The weights are again what they were before the change."""
    _decide(tx, row, TAKEN_BACK, person_id)
    preferences.change(tx, weight_factors=row.before or None)


def factors_of(stored: dict[str, Any]) -> Factors:
    """Factors as a change keeps them."""
    return read_factors(stored)


def _decide(tx: Transaction, row: WeightChange, state: str, person_id: int | None) -> None:
    before = row.state
    row.state, row.decided_by, row.decided_at = state, person_id, tx.now
    tx.session.add(row)
    audit.record(
        tx, "weights", "weight change", row.id or 0,
        before={"state": before, "factors": row.before},
        after={"state": state, "factors": row.after},
    )  # fmt: skip


def _newest(tx: Transaction, state: str) -> WeightChange | None:
    return tx.session.exec(
        select(WeightChange)
        .where(WeightChange.workspace_id == tx.workspace_id, WeightChange.state == state)
        .order_by(col(WeightChange.id).desc())
        .limit(1)
    ).first()


def _stored(factors: Factors) -> dict[str, float]:
    return {part.value: factor for part, factor in factors.items()}


def _outcome(
    came: Totals, paid: list[Any], goal: Goal, followers: int | None
) -> tuple[str, float] | None:
    """With what it compares, and how much it brought for its cost, else for its audience."""
    figure = {
        Goal.AWARENESS: came.reach,
        Goal.ENGAGEMENT: came.engagements,
        Goal.CONVERSIONS: came.conversions,
    }[goal]
    if figure is None:
        return None
    brought = math.log(figure + 0.5)
    if len(paid) == 1:
        return f"{goal}:{paid[0].currency}", brought - math.log(float(paid[0].amount))
    if not paid and followers:
        return f"{goal}:followers", brought - math.log(followers)
    return None
