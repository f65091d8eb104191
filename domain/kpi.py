"""Key figures of partnerships: rates, costs for each result, return on spend.

A cost of 0 or unknown gives "no cost known", never 0 or infinity; currencies never mix.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.goal import Goal
from domain.money import format_unit_cost, sums
from domain.results import Totals
from domain.wording import listed

NO_COST = "no cost known"
NO_REVENUE = "no revenue known"
SMALLEST_BASE = 5
"""A change from a base under this is said in numbers, never in percent."""


class Kpi(BaseModel):
    """A key figure, or the reason why there is none. One of the three is set.

    money: a cost for one result, unrounded. ratio: revenue ÷ cost. missing: the reason.
    """

    model_config = ConfigDict(frozen=True)

    money: Money | None = None
    ratio: Decimal | None = None
    missing: str = ""

    def describe(self) -> str:
        """ "€0.42", "3.20×", "no cost known"."""
        if self.money is not None:
            return format_unit_cost(self.money.amount, self.money.currency)
        return f"{self.ratio:.2f}×" if self.ratio is not None else self.missing


class KpiOver(BaseModel):
    """A key figure with the names of the partnerships that it was computed over."""

    model_config = ConfigDict(frozen=True)

    kpi: Kpi
    over: tuple[str, ...] = ()


class PartnershipResult(BaseModel):
    """What one partnership cost and brought to date.

    costs: one sum for each currency. posts: the totals to date of each post.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    costs: tuple[Money, ...] = ()
    posts: tuple[Totals, ...] = ()

    @property
    def engagements(self) -> int | None:
        """Likes, comments, shares and saves of all posts; None when none is known."""
        return _known_sum(post.engagements for post in self.posts)

    @property
    def reach(self) -> int | None:
        """Impressions, else views, of all posts; None when none is known."""
        return _known_sum(post.reach for post in self.posts)

    @property
    def conversions(self) -> int | None:
        """Conversions of all posts; None when none is known."""
        return _known_sum(post.conversions for post in self.posts)

    @property
    def revenues(self) -> tuple[Money, ...]:
        """One sum of revenue for each currency."""
        return sums(post.revenue for post in self.posts if post.revenue is not None)


class CurrencyKpis(BaseModel):
    """Key figures to date of all partnerships paid for in one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    cost: Money
    cost_per_thousand: KpiOver
    cost_per_engagement: KpiOver
    cost_per_conversion: KpiOver
    return_on_spend: KpiOver


class KpisToDate(BaseModel):
    """Key figures for each currency, and who is not in them, with the reason."""

    model_config = ConfigDict(frozen=True)

    currencies: tuple[CurrencyKpis, ...]
    left_out: tuple[tuple[str, str], ...] = ()


class Change(BaseModel):
    """This week against the week before. percent: None where the base is under 5."""

    model_config = ConfigDict(frozen=True)

    difference: int
    percent: int | None

    def describe(self) -> str:
        """ "+40 (+25 %)", "−3", "no change"."""
        if self.difference == 0:
            return "no change"
        said = _signed(self.difference)
        return said if self.percent is None else f"{said} ({_signed(self.percent)} %)"


def engagement_rate(engagements: int | None, base: int | None) -> float | None:
    """Engagements ÷ followers, views or reach, a ratio; None when unknown or the base is 0."""
    return engagements / base if engagements is not None and base else None


def cost_per_thousand_impressions(cost: Money | None, impressions: int | None) -> Kpi:
    """CPM: cost ÷ impressions × 1,000."""
    return _cost_per(cost, impressions, "impressions", times=1000)


def cost_per_view(cost: Money | None, views: int | None) -> Kpi:
    """CPV: cost ÷ views."""
    return _cost_per(cost, views, "views")


def cost_per_engagement(cost: Money | None, engagements: int | None) -> Kpi:
    """CPE: cost ÷ engagements."""
    return _cost_per(cost, engagements, "engagements")


def cost_per_conversion(cost: Money | None, conversions: int | None) -> Kpi:
    """CPA: cost ÷ conversions."""
    return _cost_per(cost, conversions, "conversions")


def return_on_spend(revenue: Money | None, cost: Money | None) -> Kpi:
    """ROAS: revenue ÷ cost, both in one currency."""
    if cost is None or cost.amount <= 0:
        return Kpi(missing=NO_COST)
    if revenue is None:
        return Kpi(missing=NO_REVENUE)
    if revenue.currency != cost.currency:
        return Kpi(missing=f"revenue in {revenue.currency}, cost in {cost.currency}")
    return Kpi(ratio=revenue.amount / cost.amount)


def to_date(results: Iterable[PartnershipResult]) -> KpisToDate:
    """CPE, CPA and ROAS for each currency, each over the partnerships where both of its
    sides are known. Those paid in several currencies, or without a known cost, are left out.
    """
    by_currency: dict[str, list[PartnershipResult]] = {}
    left_out: list[tuple[str, str]] = []
    for result in results:
        paid = [cost for cost in result.costs if cost.amount > 0]
        if len(paid) == 1:
            by_currency.setdefault(paid[0].currency, []).append(result)
        else:
            reason = f"paid in {listed([cost.currency for cost in paid])}" if paid else NO_COST
            left_out.append((result.name, reason))
    return KpisToDate(
        currencies=tuple(_kpis(code, by_currency[code]) for code in sorted(by_currency)),
        left_out=tuple(left_out),
    )


def best_partnerships(
    results: Iterable[PartnershipResult], goal: Goal | None, count: int = 3
) -> tuple[tuple[PartnershipResult, int], ...]:
    """The partnerships that brought most of what the goal asks for, with that figure.

    Awareness is reach, conversions are conversions, else engagements; 0 is no best.
    """
    figure = _GOAL_FIGURES[goal or Goal.ENGAGEMENT]
    scored = [(result, figure(result) or 0) for result in results]
    ordered = sorted(scored, key=lambda pair: (-pair[1], pair[0].name))
    return tuple(pair for pair in ordered if pair[1] > 0)[:count]


def compare(now: int, before: int) -> Change:
    """This week's figure against the one before; no percentage from a base under 5."""
    difference = now - before
    if before < SMALLEST_BASE:
        return Change(difference=difference, percent=None)
    return Change(difference=difference, percent=round(100 * difference / before))


_GOAL_FIGURES: dict[Goal, Callable[[PartnershipResult], int | None]] = {
    Goal.AWARENESS: lambda result: result.reach,
    Goal.ENGAGEMENT: lambda result: result.engagements,
    Goal.CONVERSIONS: lambda result: result.conversions,
}


def _cost_per(cost: Money | None, count: int | None, what: str, times: int = 1) -> Kpi:
    if cost is None or cost.amount <= 0:
        return Kpi(missing=NO_COST)
    if count is None:
        return Kpi(missing=f"{what} unknown")
    if count <= 0:
        return Kpi(missing=f"no {what} yet")
    return Kpi(money=Money(amount=cost.amount * times / count, currency=cost.currency))


def _kpis(currency: str, results: Sequence[PartnershipResult]) -> CurrencyKpis:
    return CurrencyKpis(
        currency=currency,
        cost=_paid(results, currency),
        cost_per_thousand=_cost_per_over(
            results, currency, cost_per_thousand_impressions, lambda result: result.reach
        ),
        cost_per_engagement=_cost_per_over(
            results, currency, cost_per_engagement, lambda result: result.engagements
        ),
        cost_per_conversion=_cost_per_over(
            results, currency, cost_per_conversion, lambda result: result.conversions
        ),
        return_on_spend=_return_over(results, currency),
    )


def _cost_per_over(
    results: Sequence[PartnershipResult],
    currency: str,
    formula: Callable[[Money | None, int | None], Kpi],
    figure: Callable[[PartnershipResult], int | None],
) -> KpiOver:
    known = [result for result in results if figure(result) is not None]
    total = _known_sum(figure(result) for result in known)
    return KpiOver(
        kpi=formula(_paid(known or results, currency), total),
        over=tuple(result.name for result in known),
    )


def _return_over(results: Sequence[PartnershipResult], currency: str) -> KpiOver:
    earned = [
        (result, next((money for money in result.revenues if money.currency == currency), None))
        for result in results
    ]
    known = [(result, money) for result, money in earned if money is not None]
    if not known:
        return KpiOver(kpi=Kpi(missing=NO_REVENUE))
    revenue = sums(money for _, money in known)[0]
    cost = _paid([result for result, _ in known], currency)
    return KpiOver(
        kpi=return_on_spend(revenue, cost), over=tuple(result.name for result, _ in known)
    )


def _paid(results: Iterable[PartnershipResult], currency: str) -> Money:
    amounts = (
        money.amount for result in results for money in result.costs if money.currency == currency
    )
    return Money(amount=sum(amounts, Decimal(0)), currency=currency)


def _known_sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _signed(number: int) -> str:
    return f"{'+' if number > 0 else '−'}{abs(number):,}"
