"""What a report is made from: partnerships with what they cost and brought to date."""

import datetime as dt
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from domain.calendar import Days
from domain.comments import Counts
from domain.creator import Money
from domain.disclosure_count import DisclosureCount
from domain.forecast_compare import Compared
from domain.goal import Goal
from domain.kpi import PartnershipResult
from domain.money import Converted, DatedRate, MoneyError, convert, sums
from domain.partnership import WORK, Stage
from domain.results import Totals

PUBLISHED = (Stage.LIVE, Stage.DONE)


class Partner(BaseModel):
    """A partnership in a report.

    name: the creator's handle with "@"; brief: "" where there is none. costs: its parts.
    stage_name: what its brand calls the stage, "" = as we do.
    totals: to date, over all posts, none counted twice; revenues: one sum for each currency.
    results_as_of: day of the newest figures, None = no figures. rating: of the audience, 1-5.
    compared: its forecast beside what came, None = none was written down. disclosure, comments: of
    its posts. in_period: it was published in the report's period; of others only targets are told.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    stage: Stage
    stage_name: str = ""
    brief_id: int | None = None
    brief: str = ""
    costs: tuple[Money, ...] = ()
    posts: int = 0
    totals: Totals = Totals()
    revenues: tuple[Money, ...] = ()
    results_as_of: dt.date | None = None
    rating: int | None = None
    compared: Compared | None = None
    disclosure: DisclosureCount = DisclosureCount()
    comments: Counts = Counts()
    in_period: bool = True

    @property
    def counts(self) -> bool:
        """Whether it is in the figures: agreed on, or with results."""
        return self.stage in WORK or self.results_as_of is not None

    @property
    def is_published(self) -> bool:
        """Whether results are to be expected of it."""
        return self.stage in PUBLISHED or self.posts > 0 or self.results_as_of is not None

    @property
    def spent(self) -> tuple[Money, ...]:
        """One sum of its costs for each currency; 0 and less is no cost known."""
        return tuple(one for one in sums(self.costs) if one.amount > 0)


class BriefAim(BaseModel):
    """What a brief is after. target: of what the goal counts; ends_on: the campaign's last day."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    goal: Goal | None = None
    target: int | None = None
    budget: Money | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


class ReportFacts(BaseModel):
    """All that a report says something of.

    title: of the brief or brand, or "All briefs". today: the local day. period: the figures are of
    partnerships published in it, None = of all. one_brief: it is of a single brief. currency: what
    amounts are turned into where the workspace set a rate, None = they stay as they are.
    unknown_orders: paid ones with a code that nobody knows, of the whole workspace.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    today: dt.date
    period: Days | None = None
    one_brief: bool = False
    briefs: tuple[BriefAim, ...] = ()
    partners: tuple[Partner, ...] = ()
    currency: str | None = None
    rates: tuple[DatedRate, ...] = ()
    unknown_orders: int = 0

    @property
    def goal(self) -> Goal:
        """What success is counted in: the goal of all briefs, engagements where they differ."""
        goals = {one.goal for one in self.briefs if one.goal is not None}
        return goals.pop() if len(goals) == 1 else Goal.ENGAGEMENT


def revenues(whole: Totals, posts: Iterable[Totals]) -> tuple[Money, ...]:
    """Revenue by currency: the sum over posts, or what was said of all together where it is more.

    A sale is never counted twice, and currencies never mix.
    """
    found = {money.currency: money for money in sums(_revenue(posts))}
    for money in _revenue([whole]):
        known = found.get(money.currency)
        if known is None or money.amount > known.amount:
            found[money.currency] = money
    return tuple(found[code] for code in sorted(found))


def with_shops(known: Sequence[Money], counted: Sequence[Money]) -> tuple[Money, ...]:
    """What shops counted in other currencies too, where what is known comes from them alone.

    What people logged may be the same sales in one currency; then nothing is added to it.
    """
    from_shops = len(known) == 1 and known[0] in counted
    return tuple(counted) if from_shops else tuple(known)


def result_of(partner: Partner) -> PartnershipResult:
    """A partnership as key figures are computed from; each currency of revenue by itself."""
    counted = partner.totals.model_copy(update={"revenue": None, "spend": None})
    return PartnershipResult(
        name=partner.name,
        costs=partner.spent,
        posts=(counted, *(Totals(revenue=money) for money in partner.revenues)),
    )


def in_one_currency(
    facts: ReportFacts, *, costs: bool = True
) -> tuple[ReportFacts, tuple[Converted, ...]]:
    """The same facts with all amounts for which the workspace set a rate in one currency.

    costs: whether sums of what was paid may be told.

    Returns:
        The facts, and of each currency what was turned into which sum, with the rate that did it
        and its date. Without a rate nothing changes: currencies stay apart.
    """
    partners = tuple(
        one.model_copy(
            update={
                "costs": _all_turned(one.costs, facts),
                "revenues": sums(_all_turned(one.revenues, facts)),
            }
        )
        for one in facts.partners
    )
    briefs = tuple(
        one.model_copy(update={"budget": next(iter(_all_turned(_known(one.budget), facts)), None)})
        for one in facts.briefs
    )
    amounts = [
        money
        for one in facts.partners
        if one.in_period and one.counts
        for money in ((*one.costs, *one.revenues) if costs else one.revenues)
    ]
    return (
        facts.model_copy(update={"partners": partners, "briefs": briefs}),
        _together([turned for money in amounts if (turned := _turned(money, facts))]),
    )


def _together(turned: Sequence[Converted]) -> tuple[Converted, ...]:
    by_currency: dict[str, list[Converted]] = {}
    for one in turned:
        by_currency.setdefault(one.original.currency, []).append(one)
    return tuple(
        Converted(
            original=sums(one.original for one in of)[0],
            amount=sums(one.amount for one in of)[0],
            rate=of[0].rate,
        )
        for _, of in sorted(by_currency.items())
    )


def _known(money: Money | None) -> tuple[Money, ...]:
    return () if money is None else (money,)


def _all_turned(amounts: Sequence[Money], facts: ReportFacts) -> tuple[Money, ...]:
    found = ((money, _turned(money, facts)) for money in amounts)
    return tuple(turned.amount if turned else money for money, turned in found)


def _turned(money: Money, facts: ReportFacts) -> Converted | None:
    if facts.currency is None or money.currency == facts.currency:
        return None
    for rate in facts.rates:
        if {rate.base, rate.quote} == {money.currency, facts.currency}:
            try:
                return convert(money, rate)
            except (MoneyError, ArithmeticError):  # an amount no currency can hold
                return None
    return None


def _revenue(totals: Iterable[Totals]) -> list[Money]:
    return [one.revenue for one in totals if one.revenue is not None]
