"""Results of partnerships: dated totals that are only ever added to; the audience's feedback."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from domain.goal import Metric
from domain.money import from_minor, to_minor
from domain.result_form import FeedbackDraft, ResultDraft
from domain.results import (
    Reading,
    Totals,
    beside,
    is_correction,
    is_on_record,
    of_partnership,
)
from storage import audit, sale_totals
from storage.models import Feedback, Partnership, Result
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

_METRICS = tuple(metric.value for metric in Metric)
_COLUMNS = (
    *(getattr(Result, name) for name in _METRICS),
    Result.partnership_id, Result.post_id, Result.as_of, Result.recorded_at, Result.reach,
    Result.revenue, Result.currency, Result.spend, Result.spend_currency,
)  # fmt: skip
"""All that a reading is made of: plain rows, for digests read tens of thousands."""

Readings = dict[int | None, list[Reading]]
"""Readings by post; those under None are of all posts of the partnership together."""


@dataclass(frozen=True)
class Recorded:
    """What became of results: stored, or on the record already; whether they correct others."""

    stored: bool
    corrects: bool = False


@dataclass(frozen=True)
class Known:
    """What a partnership brought to date. as_of: day of the newest figures, None = no figures.

    logged_on: the same of figures that somebody logged or a file brought, not a shop by itself.
    """

    totals: Totals
    as_of: dt.date | None
    logged_on: dt.date | None = None


def readings(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Readings]:
    """All readings of partnerships, with what shops counted beside what was logged of the whole."""
    return _with_shops(tx, logged(tx, partnership_ids))


def logged(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Readings]:
    """What people and files said, corrected ones too, in the order in which it was logged."""
    found: dict[int, Readings] = {number: defaultdict(list) for number in partnership_ids}
    asked = select_columns(*_COLUMNS).where(*_which(tx, partnership_ids))
    for row in tx.session.execute(asked.order_by(col(Result.id))):
        found[row.partnership_id][row.post_id].append(reading_of(row))
    return found


def rows(tx: Transaction, partnership_ids: Collection[int], own: int = 0) -> list[Result]:
    """Results as they are stored, oldest first; those of a file only once all of it is in.

    Without those that may be shown but not added up (`domain.source_terms`), which
    `storage.post_results` gives.

    own: an import whose rows are given all the same.
    """
    asked = select(Result).where(*_which(tx, partnership_ids, own))
    return list(tx.session.exec(asked.order_by(col(Result.id))))


def _which(
    tx: Transaction, partnership_ids: Collection[int], own: int = 0
) -> tuple[ColumnElement[bool], ...]:
    hidden = [number for number in hidden_imports(tx) if number != own]
    return (
        col(Result.workspace_id) == tx.workspace_id,
        col(Result.partnership_id).in_(partnership_ids),
        col(Result.source).not_in(tx.underived),
        brought_openly(Result.import_id, hidden),
    )


def known(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Known]:
    """What partnerships brought to date, over all their posts."""
    found = logged(tx, partnership_ids)
    logged_on = {number: _newest(by_post) for number, by_post in found.items()}
    return {
        number: Known(of_partnership(by_post, dt.date.max), _newest(by_post), logged_on[number])
        for number, by_post in _with_shops(tx, found).items()
    }


def _with_shops(tx: Transaction, found: dict[int, Readings]) -> dict[int, Readings]:
    for number, counted in sale_totals.series(tx, found).items():
        found[number][None] = beside(found[number].get(None, []), counted)
    return found


def _newest(by_post: Readings) -> dt.date | None:
    return max((one.as_of for of in by_post.values() for one in of), default=None)


def record(
    tx: Transaction,
    partnership: Partnership,
    post_id: int | None,
    draft: ResultDraft,
    person_id: int | None,
) -> Recorded:
    """Add totals to date; what the record says already is not added again.

    The partnership must be locked, so that two people who log the same make one row.
    """
    number = partnership.id or 0
    earlier = logged(tx, [number])[number].get(post_id, [])
    new = Reading(as_of=draft.as_of, recorded_at=tx.now, totals=draft.totals)
    if is_on_record(earlier, new):
        return Recorded(stored=False)
    row = Result(
        workspace_id=tx.workspace_id,
        partnership_id=number,
        post_id=post_id,
        as_of=draft.as_of,
        recorded_at=tx.now,
        person_id=person_id,
        **columns_of(draft.totals),
    )
    tx.session.add(row)
    partnership.updated_at = tx.now
    tx.session.add(partnership)
    tx.session.flush()
    said = row.model_dump(mode="json", exclude_none=True, include={*columns_of(draft.totals)})
    after = {"post": post_id, "as_of": draft.as_of.isoformat(), **said}
    audit.record(tx, "log results", "partnership", number, after=after)
    return Recorded(stored=True, corrects=is_correction(earlier, new))


def add_feedback(
    tx: Transaction, partnership: Partnership, draft: FeedbackDraft, person_id: int | None
) -> bool:
    """Add the audience's feedback; False when the newest on record says the same."""
    number = partnership.id or 0
    last = next(iter(feedback(tx, [number])[number][-1:]), None)
    if last is not None and (last.rating, last.note) == (draft.rating, draft.note):
        return False
    tx.session.add(
        Feedback(
            workspace_id=tx.workspace_id,
            partnership_id=number,
            rating=draft.rating,
            note=draft.note,
            person_id=person_id,
            created_at=tx.now,
        )
    )
    partnership.updated_at = tx.now
    tx.session.add(partnership)
    tx.session.flush()
    audit.record(tx, "log feedback", "partnership", number, after=draft.model_dump())
    return True


def feedback(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, list[Feedback]]:
    """The audience's feedback by partnership, oldest first."""
    found: dict[int, list[Feedback]] = {number: [] for number in partnership_ids}
    rows = tx.session.exec(
        select(Feedback)
        .where(
            Feedback.workspace_id == tx.workspace_id,
            col(Feedback.partnership_id).in_(partnership_ids),
        )
        .order_by(col(Feedback.id))
    )
    for row in rows:
        found[row.partnership_id].append(row)
    return found


def newest_rating(given: Collection[Feedback]) -> int | None:
    """The last rating of a partnership's feedback, oldest first."""
    ratings = [one.rating for one in given if one.rating is not None]
    return ratings[-1] if ratings else None


def reading_of(row: Any) -> Reading:
    """The totals of a row of results, as they were said."""
    figures: dict[str, Any] = {name: getattr(row, name) for name in _METRICS}
    if row.revenue is not None and row.currency:
        figures["revenue"] = from_minor(row.revenue, row.currency)
    if row.spend is not None and row.spend_currency:
        figures["spend"] = from_minor(row.spend, row.spend_currency)
    figures["accounts_reached"] = row.reach
    return Reading(
        as_of=row.as_of, recorded_at=row.recorded_at, totals=Totals.model_validate(figures)
    )


def columns_of(totals: Totals) -> dict[str, Any]:
    """Totals as columns of a row."""
    columns: dict[str, Any] = {metric.value: totals.of(metric) for metric in Metric}
    if totals.revenue is not None:
        columns |= {"revenue": to_minor(totals.revenue), "currency": totals.revenue.currency}
    if totals.spend is not None:
        columns |= {"spend": to_minor(totals.spend), "spend_currency": totals.spend.currency}
    return columns | {"reach": totals.accounts_reached}
