"""What partnerships cost: as people typed it, and the spend that files of results told."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from sqlmodel import col, select

from domain.creator import Money
from domain.money import from_minor
from domain.results import of_partnership
from storage.models import Cost, Result
from storage.results import Readings, reading_of
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports


def of_partnerships(
    tx: Transaction, partnership_ids: Collection[int]
) -> dict[int, dict[str, Money]]:
    """Costs by partnership and kind, in the order in which they were logged.

    What somebody typed of a kind stands; a file's spend counts where nothing was typed.
    """
    found: dict[int, dict[str, Money]] = {number: {} for number in partnership_ids}
    for number, kind, money in typed(tx, partnership_ids):
        found[number][kind] = money
    for number, (kind, money) in spent(tx, partnership_ids).items():
        found[number].setdefault(kind, money)
    return found


def typed(tx: Transaction, partnership_ids: Collection[int]) -> list[tuple[int, str, Money]]:
    """Partnership, kind and amount of what people typed."""
    rows = tx.session.exec(
        select(Cost)
        .where(Cost.workspace_id == tx.workspace_id, col(Cost.partnership_id).in_(partnership_ids))
        .order_by(col(Cost.id))
    )
    return [(row.partnership_id, row.kind, from_minor(row.amount, row.currency)) for row in rows]


def spent(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, tuple[str, Money]]:
    """By partnership, which kind of cost files call its spend, and the newest total of it."""
    by_post: dict[int, Readings] = defaultdict(lambda: defaultdict(list))
    kinds: dict[int, str] = {}
    rows = tx.session.exec(
        select(Result)
        .where(
            Result.workspace_id == tx.workspace_id,
            col(Result.partnership_id).in_(partnership_ids),
            col(Result.spend).is_not(None),
            brought_openly(Result.import_id, hidden_imports(tx)),
        )
        .order_by(col(Result.id))
    )
    for row in rows:
        by_post[row.partnership_id][row.post_id].append(reading_of(row))
        kinds[row.partnership_id] = row.spend_kind or "boost"
    return {
        number: (kinds[number], money)
        for number, readings in by_post.items()
        if (money := of_partnership(readings, dt.date.max).spend) is not None
    }
