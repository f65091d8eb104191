"""What partnerships cost and brought to date: key figures, and over whom they were computed."""

from dataclasses import dataclass

from domain.digest_facts import Facts, Tracked
from domain.kpi import (
    NO_COST,
    CurrencyKpis,
    KpiOver,
    KpisToDate,
    PartnershipResult,
    cost_per_engagement,
    to_date,
)
from domain.money import format_money, format_unit_cost, sums
from domain.partnership import WORK
from domain.results import combined, totals_on
from domain.wording import named

NAMED = 8
FEWEST_FOR_WEAKEST = 4
"""With fewer priced partnerships of one currency, nobody is called the weakest."""
WEAKEST = 2
_PRICED = frozenset(WORK)


@dataclass(frozen=True)
class CostsToDate:
    """Key figures to date of the partnerships that are agreed, live or done, or have results."""

    results: tuple[PartnershipResult, ...]
    kpis: KpisToDate

    @classmethod
    def of(cls, facts: Facts) -> "CostsToDate":
        """From all that is on record until the day of the digest."""
        results = tuple(
            _result(one, facts) for one in facts.tracked if one.stage in _PRICED or one.readings
        )
        return cls(results, to_date(results))

    def lines(self) -> tuple[str, ...]:
        """CPE, CPA and ROAS for each currency, over the partnerships named beside them."""
        return tuple(line for one in self.kpis.currencies for line in _lines(one))

    def left_out(self) -> tuple[str, ...]:
        """Who is in no key figure, and why."""
        reasons = dict.fromkeys(reason for _, reason in self.kpis.left_out)
        return tuple(
            f"{reason[:1].upper()}{reason[1:]}: "
            + named([name for name, why in self.kpis.left_out if why == reason])
            for reason in sorted(reasons, key=lambda reason: reason != NO_COST)
        )

    def weakest(self) -> tuple[str, ...]:
        """Where an engagement cost most, in each currency with enough to compare."""
        return tuple(line for one in self.kpis.currencies for line in self._weakest(one))

    def _weakest(self, kpis: CurrencyKpis) -> list[str]:
        costs = []
        for result in self.results:
            paid = [cost for cost in result.costs if cost.amount > 0]
            if len(paid) != 1 or paid[0].currency != kpis.currency:
                continue
            money = cost_per_engagement(paid[0], result.engagements).money
            if money is not None:
                costs.append((money.amount, result.name))
        if len(costs) < FEWEST_FOR_WEAKEST:
            return []
        together = kpis.cost_per_engagement.kpi.describe()
        return [
            f"{name}: {format_unit_cost(amount, kpis.currency)} for each engagement "
            f"(all together {together})"
            for amount, name in sorted(costs, reverse=True)[:WEAKEST]
        ]


def _result(tracked: Tracked, facts: Facts) -> PartnershipResult:
    posts = [totals_on(post.readings, facts.today) for post in tracked.posts]
    whole = totals_on(tracked.whole, facts.today)
    return PartnershipResult(
        name=tracked.name, costs=sums(tracked.costs), posts=(combined(whole, posts),)
    )


def _lines(kpis: CurrencyKpis) -> list[str]:
    return [
        f"{kpis.currency}: {format_money(kpis.cost)} in all",
        _line("Cost per engagement (CPE)", kpis.cost_per_engagement),
        _line("Cost per conversion (CPA)", kpis.cost_per_conversion),
        _line("Return on spend (ROAS)", kpis.return_on_spend),
    ]


def _line(name: str, figure: KpiOver) -> str:
    over = f", over {named(figure.over, NAMED)}" if figure.over else ""
    return f"{name}: {figure.kpi.describe()}{over}"
