"""How working with creators went so far: per brand, so that a limited brand's stays its own.

A creator's value for a person is the mean of the values of the brands that this person sees,
rounded down, as the search computes it from the same rows.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert
from sqlmodel import col, select

from domain.cost import expected_engagements
from domain.decision import EarlierDecision
from domain.partnership import Stage
from domain.relationship import History, PartnershipOutcome, relationship_value
from domain.results import of_partnership
from domain.shortlist import CardState
from storage import creators, decisions, first_look, partnership_posts, profiles, results
from storage.models import Creator, Partnership, Relationship
from storage.transaction import Transaction


@dataclass(frozen=True)
class Known:
    """A creator's relationship. value: 0-10,000, None = nothing known; history: all of it."""

    value: int | None
    history: History


def known(
    tx: Transaction,
    creator_ids: Collection[int],
    hidden_brands: Collection[int] = (),
    some_history: Collection[int] | None = None,
) -> dict[int, Known]:
    """What this person may know of working with these creators.

    some_history: those of them who have any, from `decisions.with_history`; None = not known.
    """
    seen: dict[int, list[History]] = {number: [] for number in creator_ids}
    if some_history is None:
        some_history = decisions.with_history(tx, creator_ids)
    found = _by_brand(tx, some_history) if some_history else {}
    for (creator_id, brand_id), history in found.items():
        if brand_id not in hidden_brands:
            seen[creator_id].append(history)
    return {number: Known(_mean(of), _together(of)) for number, of in seen.items()}


def refresh(tx: Transaction, creator_ids: Collection[int]) -> None:
    """Bring the rows that the search ranks by in line with decisions, results and feedback.

    To be called in the transaction that decided on a card, reopened one, moved a partnership or
    logged something about it. The creators are locked, so that two of these come in turn; of one
    who was merged the person they are now is meant as well.
    """
    creator_ids = {*creator_ids, *(creators.current_id(tx, number) for number in creator_ids)}
    tx.session.exec(
        select(Creator.id)
        .where(Creator.workspace_id == tx.workspace_id, col(Creator.id).in_(creator_ids))
        .order_by(col(Creator.id))
        .with_for_update(key_share=True)  # whoever refers to them need not wait
    ).all()
    tx.session.execute(
        delete(Relationship).where(
            col(Relationship.workspace_id) == tx.workspace_id,
            col(Relationship.creator_id).in_(creator_ids),
        )
    )
    rows = [
        {
            "workspace_id": tx.workspace_id,
            "creator_id": creator_id,
            "brand_id": brand_id,
            "value": value,
        }
        for (creator_id, brand_id), history in _by_brand(tx, creator_ids).items()
        if (value := relationship_value(history)) is not None
    ]
    if rows:
        tx.session.execute(insert(Relationship), rows)


def _by_brand(tx: Transaction, creator_ids: Collection[int]) -> dict[tuple[int, int], History]:
    decided = decisions.counted(tx, creator_ids)
    brought = _outcomes(tx, creator_ids)
    return {
        key: _history(decided.get(key, []), tuple(brought.get(key, ())))
        for key in sorted({*decided, *brought})
    }


def _history(decided: list[EarlierDecision], outcomes: tuple[PartnershipOutcome, ...]) -> History:
    rejected = [one for one in decided if one.state == CardState.REJECTED]
    said = rejected[-1] if rejected else None
    return History(
        outcomes=outcomes,
        approvals=len(decided) - len(rejected),
        rejections=len(rejected),
        last_rejection=said.why if said else "",
    )


def _outcomes(
    tx: Transaction, creator_ids: Collection[int]
) -> dict[tuple[int, int], list[PartnershipOutcome]]:
    """Of partnerships that are done, and of those with results or feedback before that."""
    look = first_look.taken(tx)
    if look is not None and not look.any_partnership:
        return {}
    rows = tx.session.exec(
        select(Partnership)
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.creator_id).in_(creator_ids),
        )
        .order_by(col(Partnership.id))
    ).all()
    found: dict[tuple[int, int], list[PartnershipOutcome]] = {}
    if not rows:
        return found
    numbers = [one.id for one in rows if one.id is not None]
    readings, said = results.logged(tx, numbers), results.feedback(tx, numbers)
    posts = partnership_posts.of_partnerships(tx, numbers)
    per_post = _expected_per_post(tx, [one.profile_id for one in rows if one.profile_id])
    for one in rows:
        number = one.id or 0
        done = one.stage == Stage.DONE
        if not (done or readings[number] or said[number]):
            continue
        outcome = PartnershipOutcome(
            engagements=of_partnership(readings[number], dt.date.max).engagements,
            expected=_expected(
                per_post.get(one.profile_id or 0), len(posts[number]), readings[number], done=done
            ),
            rating=results.newest_rating(said[number]),
            finished=done,
        )
        found.setdefault((one.creator_id, one.brand_id or 0), []).append(outcome)
    return found


def _expected(
    per_post: float | None, posts: int, readings: results.Readings, *, done: bool
) -> float | None:
    """Engagements to expect of the posts; before the end, of those with figures alone."""
    if per_post is None:
        return None
    with_figures = posts if done or None in readings else len(readings)
    return per_post * max(1, with_figures)


def _expected_per_post(tx: Transaction, profile_ids: list[int]) -> dict[int, float]:
    expected = {
        number: expected_engagements(one.snapshot.figures)
        for number, one in profiles.current(tx, profile_ids).items()
    }
    return {number: value for number, value in expected.items() if value is not None}


def _mean(histories: list[History]) -> int | None:
    values = [value for one in histories if (value := relationship_value(one)) is not None]
    return sum(values) // len(values) if values else None


def _together(histories: list[History]) -> History:
    return History(
        outcomes=tuple(outcome for one in histories for outcome in one.outcomes),
        approvals=sum(one.approvals for one in histories),
        rejections=sum(one.rejections for one in histories),
        last_rejection=next((one.last_rejection for one in histories if one.last_rejection), ""),
    )
