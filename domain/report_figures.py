"""The figures of a report, each with what it means and whom it leaves out as unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain import comment_words
from domain.comments import Counts
from domain.creator import Money
from domain.disclosure_count import DisclosureCount
from domain.goal import Goal
from domain.kpi import KpiOver, KpisToDate, to_date
from domain.money import LARGEST, format_money, minor_digits, sums
from domain.report_facts import Partner, result_of
from domain.wording import counted, listed, named, percent

_WHOLE_FROM = 1_000
NAMED = 3
NOT_KNOWN = "Not known yet"


class Figure(BaseModel):
    """A figure as it is read. meaning: how it is counted.

    unknown: whom it leaves out, with how many; lacking: how many alone; "" for nobody.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    value: str
    meaning: str = ""
    unknown: str = ""
    lacking: str = ""


@dataclass(frozen=True)
class Tally:
    """Partnerships that count, added up. names: whether people are named where some are unknown."""

    partners: tuple[Partner, ...]
    names: bool = True

    @cached_property
    def counted(self) -> tuple[Partner, ...]:
        """Those that are agreed on or have results."""
        return tuple(one for one in self.partners if one.counts)

    @cached_property
    def published(self) -> tuple[Partner, ...]:
        """Those of which results are to be expected."""
        return tuple(one for one in self.counted if one.is_published)

    @cached_property
    def without_results(self) -> tuple[Partner, ...]:
        """Published ones without any figure."""
        return tuple(one for one in self.published if one.results_as_of is None)

    @cached_property
    def kpis(self) -> KpisToDate:
        """Costs for each result and return on spend, each currency by itself."""
        return to_date(map(result_of, self.counted))

    @cached_property
    def spent(self) -> tuple[Money, ...]:
        """What they cost, one sum for each currency."""
        return sums(money for one in self.counted for money in one.spent)

    @cached_property
    def revenues(self) -> tuple[Money, ...]:
        """What they brought in, one sum for each currency."""
        return sums(money for one in self.counted for money in one.revenues)

    def total(self, of: Callable[[Partner], int | None]) -> int | None:
        """The sum over those of whom it is known; None when it is of nobody."""
        known = [value for one in self.counted if (value := of(one)) is not None]
        return sum(known) if known else None

    def unknown(self, of: Callable[[Partner], object]) -> tuple[Partner, ...]:
        """Published ones of whom it is not known."""
        return tuple(one for one in self.published if of(one) in (None, ()))

    def unknowns(self, those: Sequence[Partner], of: int) -> dict[str, str]:
        """For a figure: "unknown for @anna and @ben (2 of 9)", without names for outsiders."""
        if not those:
            return {}
        lacking = f"unknown for {len(those)} of {of}"
        who = named([one.name for one in those], NAMED)
        unknown = f"unknown for {who} ({len(those)} of {of})" if self.names else lacking
        return {"unknown": unknown, "lacking": lacking}


GOAL_FIGURES: dict[Goal, Callable[[Partner], int | None]] = {
    Goal.AWARENESS: lambda one: one.totals.reach,
    Goal.ENGAGEMENT: lambda one: one.totals.engagements,
    Goal.CONVERSIONS: lambda one: one.totals.conversions,
}


def goal_word(goal: Goal, tally: Tally) -> str:
    """What a goal counts: conversions are sales where money came of them."""
    if goal == Goal.CONVERSIONS:
        return "sales" if tally.revenues else "conversions"
    return "engagements" if goal == Goal.ENGAGEMENT else "reach"


def outcome(tally: Tally, *, costs: bool) -> tuple[Figure, ...]:
    """All figures of what happened; those that nobody knows together, at the end.

    costs: with those that tell what was paid.
    """
    spent = [_spent(tally)] if costs else []
    per_result = _per_result(tally) if costs else []
    found = [
        *spent,
        *_brought(tally),
        _revenue(tally),
        *per_result,
        *_ratings(tally),
        *_comments(tally),
    ]
    found += _disclosed(tally) if tally.names else []
    unknown = [one.name for one in found if not one.value]
    known = [one for one in found if one.value]
    return (*known, *([_not_known(unknown)] if unknown else []))


def _not_known(names: Sequence[str]) -> Figure:
    said = listed(list(dict.fromkeys(names)))
    return Figure(name=NOT_KNOWN, value=said)


def amounts(money: Sequence[Money]) -> str:
    """ "€12,400 and US$500.50": from a thousand on in whole units, as people say them."""
    return listed([amount(one) for one in money])


def amount(money: Money) -> str:
    """ "€12,400", "€99.50"."""
    whole = money.amount == money.amount.to_integral_value() or abs(money.amount) >= _WHOLE_FROM
    said = format_money(Money(amount=round(money.amount), currency=money.currency))
    if not whole or abs(money.amount) > LARGEST:
        return format_money(money)
    return said.partition(".")[0]


def back(ratio: Decimal, currency: str) -> str:
    """ "€1.52 back per €1"; where a currency has no smaller unit, per 100."""
    base = Decimal(1) if minor_digits(currency) else Decimal(100)
    returned = format_money(Money(amount=ratio * base, currency=currency))
    return f"{returned} back per {amount(Money(amount=base, currency=currency))}"


def _spent(tally: Tally) -> Figure:
    priced = [one for one in tally.counted if not one.spent]
    return Figure(
        name="Spent",
        value=listed([format_money(one) for one in tally.spent]),
        meaning="Fees, product, shipping, boosts and other costs on record.",
        **tally.unknowns(priced, len(tally.counted)),
    )


def _brought(tally: Tally) -> list[Figure]:
    figures: tuple[tuple[str, Callable[[Partner], int | None], str], ...] = (
        ("Reach", lambda one: one.totals.reach, "Impressions, or views where there are none."),
        ("Engagements", lambda one: one.totals.engagements, "Likes, comments, shares and saves."),
        ("Clicks", lambda one: one.totals.clicks, "Clicks on links."),
        (
            "Sales" if tally.revenues else "Conversions",
            lambda one: one.totals.conversions,
            "Conversions on record.",
        ),
    )
    found = [
        Figure(
            name=name,
            value="" if (total := tally.total(of)) is None else f"{total:,}",
            meaning=meaning,
            **tally.unknowns(tally.unknown(of), len(tally.published)),
        )
        for name, of, meaning in figures
        if name != "Clicks" or tally.total(of) is not None
    ]
    return [*found[:2], *_rate(tally), *found[2:]]


def _rate(tally: Tally) -> list[Figure]:
    both = [
        (one.totals.engagements, one.totals.reach)
        for one in tally.counted
        if one.totals.engagements is not None and one.totals.reach
    ]
    reached = sum(reach for _, reach in both)
    if not reached:
        return []
    rate = sum(engaged for engaged, _ in both) / reached
    over = f"over the {counted(len(both), 'partnership')} where both are known"
    return [
        Figure(
            name="Engagement rate",
            value=percent(rate),
            meaning=f"Engagements ÷ reach, {over}.",
        )
    ]


def _revenue(tally: Tally) -> Figure:
    return Figure(
        name="Revenue",
        value=listed([format_money(one) for one in tally.revenues]),
        meaning="What the sales were worth, as logged or counted.",
        **tally.unknowns(tally.unknown(lambda one: one.revenues), len(tally.published)),
    )


def _per_result(tally: Tally) -> list[Figure]:
    return [
        figure
        for kpis in tally.kpis.currencies
        for figure in (
            _kpi("Cost per 1,000 reached (CPM)", "Cost ÷ reach × 1,000", kpis.cost_per_thousand),
            _kpi("Cost per engagement (CPE)", "Cost ÷ engagements", kpis.cost_per_engagement),
            _kpi("Cost per conversion (CPA)", "Cost ÷ conversions", kpis.cost_per_conversion),
            _kpi("Return on spend (ROAS)", "Revenue ÷ cost", kpis.return_on_spend),
        )
    ] + _left_out(tally)


def _kpi(name: str, meaning: str, figure: KpiOver) -> Figure:
    over = f", over {named(figure.over, NAMED)}" if figure.over else ""
    known = figure.kpi.money is not None or figure.kpi.ratio is not None
    value = figure.kpi.describe() if known else ""
    return Figure(name=name, value=value, meaning=f"{meaning}{over}.")


def _left_out(tally: Tally) -> list[Figure]:
    """Who is in no cost for a result although the cost is known: paid in several currencies."""
    mixed = [name for name, reason in tally.kpis.left_out if reason.startswith("paid in")]
    if not mixed:
        return []
    value = named(mixed, NAMED)
    return [Figure(name="In no cost per result", value=value, meaning="Paid in two currencies.")]


def _ratings(tally: Tally) -> list[Figure]:
    given = [one.rating for one in tally.counted if one.rating is not None]
    if not given:
        return []
    return [
        Figure(
            name="Audience feedback",
            value=f"{sum(given) / len(given):.1f} of 5",
            meaning=f"The mean of the newest rating of {counted(len(given), 'partnership')}.",
        )
    ]


def _comments(tally: Tally) -> list[Figure]:
    together = sum((one.comments for one in tally.counted), Counts())
    said = comment_words.score_words(together)
    if not said:
        return []
    return [Figure(name="Comments", value=said, meaning=f"{comment_words.MEANING}.")]


def _disclosed(tally: Tally) -> list[Figure]:
    """For the team alone: a client reads of no omissions."""
    together = DisclosureCount.together(one.disclosure for one in tally.counted)
    if not together.live:
        return []
    omitted = [one.name for one in tally.counted if one.disclosure.undisclosed]
    unknown = f"{together.unknown} of {together.live} not checked" if together.unknown else ""
    return [
        Figure(
            name="Disclosure",
            value=f"{together.disclosed} of {counted(together.known, 'live post')} disclosed"
            if together.known
            else "",
            meaning="Posts that say at their beginning that they are advertising"
            + (f"; not those of {named(omitted, NAMED)}." if omitted else "."),
            unknown=unknown,
            lacking=unknown,
        )
    ]


def best_first(partners: Sequence[Partner], goal: Goal) -> list[Partner]:
    """Those who brought most of what the goal counts first, then by name; unknown ones last."""
    figure = GOAL_FIGURES[goal]

    def place(one: Partner) -> tuple[bool, int, str]:
        value = figure(one)
        return value is None, -(value or 0), one.name

    return sorted(partners, key=place)
