"""What a brief's budget has left once those who agreed are paid."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Money
from domain.money import DatedRate
from domain.plan_budget import rest_of
from domain.preferences import Preferences

BUDGET = Money(amount=Decimal(5_000), currency="EUR")
RATE = DatedRate(base="USD", quote="EUR", rate=Decimal("0.9"), date=dt.date(2026, 11, 1))


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


@given(st.lists(st.integers(0, 300_000), max_size=8))
def test_spent_and_left_are_the_budget_until_nothing_is_left(cents: list[int]) -> None:
    agreed = [[money(str(Decimal(each) / 100))] for each in cents]

    found = rest_of(BUDGET, agreed, Preferences())

    spent = Decimal(sum(cents)) / 100
    if spent < BUDGET.amount:
        assert found.left is not None
        assert found.left.amount + spent == BUDGET.amount
    else:
        assert found.left is None
        assert "nothing is left" in found.said
    assert bool(found.said) is bool(cents)


def test_other_currencies_are_subtracted_at_the_workspaces_rate_and_else_named() -> None:
    agreed = [[money("1000", "USD"), money("100")], []]
    without = rest_of(BUDGET, agreed, Preferences())
    assert without.left == money("4900")
    assert "Not subtracted, for no rate is set: US$1,000." in without.said
    assert "What 1 of them costs is not known." in without.said

    turned = rest_of(BUDGET, agreed, Preferences(rates=(RATE,)))
    assert turned.left == money("4000")
    assert turned.said.startswith(
        "€1,000 of the budget of €5,000 is agreed with 2 creators: €4,000 is left."
    )
    nothing_known = rest_of(BUDGET, [[]], Preferences())
    assert nothing_known.left == BUDGET
    assert "though 1 creator agreed already" in nothing_known.said
