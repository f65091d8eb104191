"""The filters of a search as SQL: those that always hold or don't, and those that can't be told."""

import operator
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, exists, false, null, or_, select, true
from sqlalchemy.sql.selectable import Select

from domain.creator import Money
from domain.money import to_minor
from domain.partnership import Stage, work_started
from storage.asked import Criteria
from storage.index import EPOCH
from storage.matching import Condition, Matching, table_of
from storage.models import Creator, ListMember, Partnership, Tag
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

WORK_STARTED = tuple(stage.value for stage in Stage if work_started(stage))
ANY = (None, None)
"""A range in which everything lies."""
FEE = "fee"


def known(tx: Transaction, criteria: Criteria, rows: Matching) -> list[Condition]:
    """Filters that always either hold or don't."""
    asked, base = criteria, rows.base.c
    has = _Has(tx, criteria, base)
    conditions: list[Condition] = []
    if asked.platforms:
        conditions.append(base.platform.in_(sorted(asked.platforms)))
    if asked.added_since:
        conditions.append(base.added_on >= (asked.added_since - EPOCH).days)
    for tag in asked.tags:
        tags = table_of(Tag).c
        seen = brought_openly(tags.import_id, hidden_imports(tx))
        conditions.append(has.row(Tag, and_(tags.tag_key == tag, seen)))
    for number in asked.lists:
        members = table_of(ListMember).c
        seen = brought_openly(members.import_id, hidden_imports(tx))
        conditions.append(has.row(ListMember, and_(members.list_id == number, seen)))
    if asked.worked_with:
        begun = table_of(Partnership).c.stage.in_(WORK_STARTED)
        conditions.append(has.row(Partnership, and_(begun, has.visible(table_of(Partnership).c))))
    if asked.owner_id is not None:
        owner = or_(
            has.row(Creator, table_of(Creator).c.owner_id == asked.owner_id, key="id"),
            has.row(
                Partnership,
                and_(
                    table_of(Partnership).c.owner_id == asked.owner_id,
                    has.visible(table_of(Partnership).c),
                ),
            ),
        )
        conditions.append(owner)
    for words in asked.must_words:
        conditions.append(base.profile_id.in_(_ids_with(rows, words)))
    for words in asked.never_words:
        conditions.append(base.profile_id.not_in(_ids_with(rows, words)))
    return conditions


def unknowable(criteria: Criteria, rows: Matching) -> dict[str, Condition]:
    """By name, filters on figures that can be unknown: NULL where that can't be told."""
    asked, base = criteria, rows.base.c
    found: dict[str, Condition] = {}
    for name, column, values in (
        ("country", base.country, asked.countries),
        ("language", base.language, asked.languages),
        ("audience country", base.audience_country, asked.audience_countries),
        ("audience language", base.audience_language, asked.audience_languages),
    ):
        if values:
            found[name] = column.in_(sorted(values))
    ranges = [_between(base.followers, one) for one in asked.followers]
    followers = [or_(*ranges)] if ranges and ANY not in asked.followers else []
    if asked.followers_range and asked.followers_range != ANY:
        followers.append(_between(base.followers, asked.followers_range))
    if followers:
        found["followers"] = and_(*followers)
    rates = [
        compare(base.rate, limit)
        for limit, compare in (
            (asked.rate_from, operator.ge),
            (asked.rate_above, operator.gt),
            (asked.rate_to, operator.le),
            (asked.rate_below, operator.lt),
        )
        if limit is not None
    ]
    if rates:
        found["engagement rate"] = and_(*rates)
    if asked.price:
        found[FEE] = _affordable(asked.price, criteria, base)
    return found


def in_another_currency(criteria: Criteria, rows: Matching) -> Condition | None:
    """A known fee that can't be compared with the price asked for; None where none is asked."""
    if criteria.price is None:
        return None
    currency = rows.base.c.fee_currency
    return and_(currency.is_not(None), currency.not_in(_comparable(criteria.price, criteria)))


def _comparable(price: Money, criteria: Criteria) -> list[str]:
    return sorted({price.currency, *criteria.price_rates})


def _affordable(price: Money, criteria: Criteria, base: Any) -> Condition:
    """Within the price; unknown without a fee. A fee in a currency without a rate is none."""
    limit = to_minor(price)
    rates = {**criteria.price_rates, price.currency: 1}
    known = [
        (base.fee_currency == currency, base.fee <= (limit * rates[currency]))
        for currency in _comparable(price, criteria)
    ]
    return case(*known, (base.fee_currency.is_(None), null()), else_=false())


class _Has:
    """Whether a creator has a row of some kind."""

    def __init__(self, tx: Transaction, criteria: Criteria, base: Any) -> None:
        self._workspace_id, self._hidden = tx.workspace_id, criteria.hidden_brands
        self._base = base

    def row(self, model: Any, condition: Condition, key: str = "creator_id") -> Condition:
        rows = table_of(model).c
        return exists().where(
            rows.workspace_id == self._workspace_id,
            rows[key] == self._base.creator_id,
            condition,
        )

    def visible(self, rows: Any) -> Condition:
        hidden = self._hidden
        return or_(rows.brand_id.is_(None), rows.brand_id.not_in(hidden)) if hidden else true()


def _ids_with(rows: Matching, words: Sequence[str]) -> Select[Any]:
    return select(rows.profiles_with(words).subquery().c.profile_id)


def _between(column: Any, ends: tuple[int | None, int | None]) -> Condition:
    low, high = ends
    conditions = [column >= low] if low is not None else []
    if high is not None:
        conditions.append(column <= high)
    return and_(true(), *conditions)
