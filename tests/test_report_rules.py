"""What a report says, by rule: one sentence, nothing divided by nothing, currencies apart."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Days
from domain.creator import Money
from domain.disclosure_count import DisclosureCount
from domain.forecast import Forecast, Range
from domain.forecast_compare import Compared
from domain.goal import Goal
from domain.money import DatedRate, sums
from domain.partnership import Stage
from domain.rebook import REST_DAYS, Past, median_costs, rebook
from domain.report import CLIENT, TEAM, Report, Shown, compose
from domain.report_facts import BriefAim, Partner, ReportFacts, revenues, with_shops
from domain.report_figures import Figure, amount, back
from domain.report_period import from_written, month, named, quarter, read, written
from domain.report_rows import partnerships, summary
from domain.results import Totals

DAY = dt.date(2026, 11, 23)
MONEY = re.compile(r"[€$£]|JP¥|CHF|EUR|USD")


def money(amount: int | str, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def partner(number: int = 1, **fields: Any) -> Partner:
    totals = Totals(**{key: fields.pop(key) for key in list(fields) if key in Totals.model_fields})
    given = {"id": number, "name": f"@creator{number}", "stage": Stage.LIVE, "brief_id": 1}
    if totals != Totals():
        given["results_as_of"] = DAY
    return Partner(**{**given, "totals": totals, **fields})


def facts(*partners: Partner, **fields: Any) -> ReportFacts:
    aim = BriefAim(
        id=1,
        name="Spring Glow",
        **{key: fields.pop(key) for key in list(fields) if key in BriefAim.model_fields},
    )
    given = {"title": "Spring Glow", "today": DAY, "one_brief": True, "briefs": (aim,)}
    return ReportFacts(**{**given, "partners": partners, **fields})


def nine(**fields: Any) -> ReportFacts:
    """Nine partnerships, six with figures: 310 sales worth €18,900 for €12,400."""
    costs = (money(1_400), *(money(1_375) for _ in range(8)))
    sold = (60, 50, 50, 50, 50, 50)
    earned = (3_900, 3_000, 3_000, 3_000, 3_000, 3_000)
    known = tuple(
        partner(number, costs=(costs[number],), conversions=sold[number],
                revenues=(money(earned[number]),))
        for number in range(6)
    )  # fmt: skip
    silent = tuple(partner(number, costs=(costs[number],)) for number in range(6, 9))
    return facts(*known, *silent, goal=Goal.CONVERSIONS, **fields)


def figure(report: Report, name: str) -> Figure:
    return next(one for one in report.outcome if one.name == name)


def said(report: Report) -> str:
    """All words of a report, those of its rebooking left out."""
    texts = [report.title, report.sentence, *report.notes]
    for one in (*report.target, *report.forecast, *report.outcome):
        texts += [one.name, one.value, one.meaning, one.unknown]
    for row in (*summary(report), *partnerships(report)):
        texts += [str(cell) for pair in row.items() for cell in pair if cell is not None]
    return "\n".join(texts)


def test_the_first_sentence_is_one_that_anybody_can_read() -> None:
    report = compose(nine(target=250))

    assert report.sentence == (
        "€12,400 spent, 310 sales worth €18,900: €2.28 back per €1 where both are known (6 of 9); "
        "target of 250 sales met; results missing for 3 of 9."
    )


def test_with_everything_known_it_needs_no_reservations() -> None:
    one = partner(costs=(money(12_400),), conversions=310, revenues=(money(18_900),))

    report = compose(facts(one, goal=Goal.CONVERSIONS, target=250))

    assert report.sentence == (
        "€12,400 spent, 310 sales worth €18,900: €1.52 back per €1; target of 250 sales met."
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"target": 500}, "62 % of the target of 500 sales"),
        (
            {"target": 500, "ends_on": DAY - dt.timedelta(days=1)},
            "target of 500 sales missed (62 %)",
        ),
        ({"target": 311, "ends_on": dt.date(2026, 1, 1)}, "target of 311 sales missed (99 %)"),
        ({"target": 310}, "target of 310 sales met"),
    ],
)
def test_a_target_is_met_missed_or_on_its_way(fields: dict[str, Any], told: str) -> None:
    assert f"; {told};" in compose(nine(**fields)).sentence


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (Goal.ENGAGEMENT, "€100 spent, 250 engagements: €0.40 an engagement."),
        (Goal.AWARENESS, "€100 spent, reach of 20,000: €5 per 1,000 reached."),
        (Goal.CONVERSIONS, "€100 spent, 4 conversions: €25 a conversion."),
    ],
)
def test_the_sentence_speaks_of_what_the_brief_is_after(goal: Goal, told: str) -> None:
    one = partner(costs=(money(100),), likes=250, views=20_000, conversions=4)
    assert compose(facts(one, goal=goal)).sentence == told


@pytest.mark.parametrize(
    ("partners", "told"),
    [
        ((), "Nothing to report yet: nobody is being worked with."),
        ((partner(stage=Stage.APPROVED), partner(2, stage=Stage.DECLINED)),
         "Nothing is agreed yet: 1 creator approved or in talks."),
        ((partner(stage=Stage.AGREED, costs=(money(2_000),)), partner(2, stage=Stage.DRAFT)),
         "Nothing is live yet: 2 partnerships agreed for €2,000."),
        ((partner(),), "No cost on record, engagements not known yet; results missing for 1 of 1."),
        ((partner(views=10),),
         "No cost on record, engagements not known yet; engagements unknown for 1 of 1."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(partners: tuple[Partner, ...], told: str) -> None:
    assert compose(facts(*partners)).sentence == told


def test_currencies_without_a_rate_stay_apart_and_the_report_says_why() -> None:
    report = compose(
        facts(
            partner(costs=(money(100),), conversions=5, revenues=(money(300),)),
            partner(2, costs=(money(100, "USD"),), conversions=5, revenues=(money(50, "USD"),)),
            goal=Goal.CONVERSIONS,
        )
    )

    assert report.sentence == (
        "€100 and US$100 spent, 10 sales worth €300 and US$50: "
        "€3 back per €1 and US$0.50 back per US$1."
    )
    assert "Currencies are kept apart" in " ".join(report.notes)


def test_a_rate_with_its_date_brings_currencies_together_and_is_named() -> None:
    rate = DatedRate(base="EUR", quote="USD", rate=Decimal("1.25"), date=dt.date(2026, 11, 2))

    report = compose(
        facts(
            partner(costs=(money(100), money(50, "USD")), conversions=5),
            partner(2, costs=(money(100, "USD"),), conversions=5),
            goal=Goal.CONVERSIONS, budget=money(500, "USD"), currency="EUR", rates=(rate,),
        )
    )  # fmt: skip

    assert report.sentence == "€220 spent, 10 conversions: €22 a conversion."
    assert report.notes == ("Converted: US$150 (€120 at 1.25 of 2 Nov 2026).",)
    budget = next(one for one in report.target if one.name == "Budget")
    assert (budget.value, budget.meaning) == ("€400", "55 % of it is spent.")


def test_costs_that_no_rate_turns_are_told_beside_the_budget() -> None:
    report = compose(
        facts(partner(costs=(money(100), money(7, "GBP")), likes=1), budget=money(0, "EUR"))
    )

    budget = next(one for one in report.target if one.name == "Budget")
    assert budget.meaning == "There is nothing to spend. Not counted: £7."


def test_of_a_currency_without_cents_a_hundred_is_what_comes_back() -> None:
    assert back(Decimal("1.525"), "JPY") == "JP¥152 back per JP¥100"
    assert back(Decimal("1.525"), "EUR") == "€1.52 back per €1"


@pytest.mark.parametrize(
    ("given", "told"),
    [("999.5", "€999.50"), ("1000.4", "€1,000"), ("12400", "€12,400"), ("0.07", "€0.07"),
     ("-1500.2", "-€1,500")],
)  # fmt: skip
def test_amounts_from_a_thousand_on_are_said_in_whole_units(given: str, told: str) -> None:
    assert amount(money(given)) == told


def test_each_figure_names_whom_it_leaves_out() -> None:
    report = compose(nine())

    sales = figure(report, "Sales")
    assert (sales.value, sales.unknown) == (
        "310",
        "unknown for @creator6, @creator7 and @creator8 (3 of 9)",
    )
    assert all(one.meaning for one in report.outcome if one.name != "Not known yet")
    assert figure(report, "Not known yet").value == (
        "Reach, Engagements, Cost per 1,000 reached (CPM) and Cost per engagement (CPE)"
    )


def test_a_clients_version_holds_no_cost_and_names_nobody_as_missing() -> None:
    report = compose(nine(target=250, budget=money(15_000)), CLIENT)

    assert report.sentence == (
        "310 sales worth €18,900; target of 250 sales met; results missing for 3 of 9."
    )
    words = said(report)
    for secret in ("12,400", "15,000", "1,375", "2.28", "CPE", "CPA", "ROAS", "Budget", "Spent"):
        assert secret not in words
    assert figure(report, "Sales").unknown == "unknown for 3 of 9"


def test_what_was_ticked_for_a_client_is_in_their_version() -> None:
    report = compose(nine(), Shown(client=True, costs=True, forecast=False))

    assert report.sentence.startswith("€12,400 spent")


def test_a_period_tells_targets_of_whole_briefs_and_figures_of_the_period_alone() -> None:
    inside = partner(1, likes=100)
    before = partner(2, likes=400, in_period=False)

    report = compose(
        facts(inside, before, goal=Goal.ENGAGEMENT, target=500, one_brief=False,
              title="All briefs", period=month(2026, 10))
    )  # fmt: skip

    assert "100 engagements" in report.sentence
    assert "target of 500 engagements met" in report.sentence
    assert [row.name for row in report.partners] == ["@creator1"]
    assert report.when == "October 2026"
    assert any("first post was published in October 2026" in note for note in report.notes)


def test_targets_across_briefs_are_counted() -> None:
    two = BriefAim(id=2, name="Tea", goal=Goal.ENGAGEMENT, target=50)
    one = BriefAim(id=1, name="Spring", goal=Goal.AWARENESS, target=1_000)
    three = BriefAim(id=3, name="No target")
    report = compose(
        ReportFacts(
            title="Acme", today=DAY, briefs=(one, two, three),
            partners=(partner(1, views=900), partner(2, likes=60, brief_id=2)),
        )
    )  # fmt: skip

    assert "target met by 1 of 2 briefs" in report.sentence
    assert [one.name for one in report.target] == ["Spring", "Tea", "Without a target"]


_amounts = st.builds(
    Money,
    amount=st.decimals(-(10**4), 10**7, places=2),
    currency=st.sampled_from(("EUR", "USD", "JPY")),
)
_counts = st.none() | st.integers(0, 10**9)


@st.composite
def _partners(draw: st.DrawFn) -> Partner:
    totals = Totals(
        **{name: draw(_counts) for name in ("impressions", "views", "likes", "saves", "clicks")},
        conversions=draw(_counts),
    )
    return Partner(
        id=draw(st.integers(1, 99)),
        name=draw(st.sampled_from(("@a", "@b", "@c"))),
        stage=draw(st.sampled_from(list(Stage))),
        brief_id=draw(st.sampled_from((None, 1, 2))),
        costs=tuple(draw(st.lists(_amounts, max_size=3))),
        posts=draw(st.integers(0, 3)),
        totals=totals,
        revenues=sums(draw(st.lists(_amounts, max_size=2))),
        results_as_of=draw(st.sampled_from((None, DAY))),
        rating=draw(st.none() | st.integers(1, 5)),
        in_period=draw(st.booleans()),
    )


@st.composite
def _facts(draw: st.DrawFn) -> ReportFacts:
    aims = st.builds(
        BriefAim,
        name=st.just("B"), id=st.integers(1, 2), goal=st.none() | st.sampled_from(list(Goal)),
        target=st.none() | st.integers(0, 10**6), budget=st.none() | _amounts,
        starts_on=st.none() | st.just(DAY), ends_on=st.none() | st.dates(),
    )  # fmt: skip
    rates = st.builds(
        DatedRate,
        base=st.just("EUR"), quote=st.sampled_from(("USD", "JPY")),
        rate=st.decimals("0.01", 200, places=2), date=st.just(DAY),
    )  # fmt: skip
    return ReportFacts(
        title="T", today=DAY,
        period=draw(st.none() | st.just(month(2026, 10))),
        one_brief=draw(st.booleans()),
        briefs=tuple(draw(st.lists(aims, max_size=2, unique_by=lambda aim: aim.id))),
        partners=tuple(draw(st.lists(_partners(), max_size=6))),
        currency=draw(st.sampled_from((None, "EUR", "USD"))),
        rates=tuple(draw(st.lists(rates, max_size=2))),
    )  # fmt: skip


@given(_facts(), st.booleans())
def test_whatever_is_known_there_is_a_report_without_nonsense(
    known: ReportFacts, client: bool
) -> None:
    report = compose(known, CLIENT if client else TEAM)

    words = said(report)
    assert report.sentence.endswith(".") and "\n" not in report.sentence
    assert not re.search(r"\b(nan|NaN|inf|Infinity|None)\b", words)


@given(_facts())
def test_without_rates_each_currency_is_spent_as_it_was_paid(known: ReportFacts) -> None:
    known = known.model_copy(update={"rates": ()})
    counted = [one for one in known.partners if one.in_period and one.counts]
    paid = sums(money for one in counted for money in one.spent)

    rows = compose(known).partners

    assert sums(money for row in rows for money in row.spent) == paid


@given(_facts())
def test_a_client_never_reads_what_was_paid(known: ReportFacts) -> None:
    unsold = tuple(one.model_copy(update={"revenues": ()}) for one in known.partners)
    report = compose(known.model_copy(update={"partners": unsold}), CLIENT)

    assert not MONEY.search(said(report))


@given(_facts())
def test_who_is_named_as_unknown_was_published_and_counted(known: ReportFacts) -> None:
    report = compose(known)

    for one in report.outcome:
        found = re.search(r"\((\d+) of (\d+)\)$", one.unknown)
        assert not one.unknown or (found and 0 < int(found[1]) <= int(found[2]))


def forecast(low: int, middle: int, high: int, **more: Any) -> Forecast:
    return Forecast(engagements=Range(low=low, middle=middle, high=high), **more)


def compared(made: Forecast, likes: int, **fields: Any) -> Compared:
    made_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    given = {"partnership_id": 1, "made_at": made_at, "forecast": made, "finished": True}
    return Compared(**{**given, "came": Totals(likes=likes), **fields})


def test_forecast_and_outcome_stand_side_by_side() -> None:
    euros = money(100)
    paid = {"cost": euros}
    report = compose(
        facts(
            partner(1, likes=120, compared=compared(forecast(90, 100, 200, **paid), 120,
                                                    costs=(euros,))),
            partner(2, likes=900, compared=compared(forecast(90, 100, 200), 900)),
            partner(3, likes=10),
        )
    )  # fmt: skip

    told = {one.name: one.value for one in report.forecast}
    assert told == {
        "Within what we expected": "1 of 2, 1 above",
        "Engagements expected": "about 200, 1,020 came",
        "Cost against forecast": "cost per engagement 17 % better (EUR)",
        "Without a forecast": "1 of 3",
    }
    assert [row.expected for row in report.partners] == [
        "90–200 engagements: above", "90–200 engagements: within", "",
    ]  # fmt: skip
    outside = compose(facts(partner(1, likes=9, compared=compared(forecast(1, 2, 3), 9))), CLIENT)
    assert outside.forecast == ()
    assert "expected" not in said(outside).lower()


def test_sales_are_told_whatever_the_goal_is() -> None:
    one = partner(likes=10, conversions=1, revenues=(money(30),))
    assert compose(facts(one, goal=Goal.ENGAGEMENT)).sentence == (
        "No cost on record, 10 engagements, 1 sale worth €30."
    )


def test_disclosure_is_a_figure_for_the_team_alone() -> None:
    half = DisclosureCount(disclosed=5, undisclosed=1, unknown=2)
    known = facts(partner(1, likes=1, disclosure=half), unknown_orders=3)

    report = compose(known)

    disclosed = figure(report, "Disclosure")
    assert (disclosed.value, disclosed.unknown) == (
        "5 of 6 live posts disclosed",
        "2 of 8 not checked",
    )
    assert "not those of @creator1" in disclosed.meaning
    assert "3 paid orders with codes that nobody knows" in report.notes[-1]
    outside = said(compose(known, CLIENT))
    assert "isclosed" not in outside
    assert "nobody knows" not in outside


def test_shops_currencies_are_all_told_unless_people_logged_revenue_too() -> None:
    counted = (money(40), money(9, "USD"))
    assert with_shops((money(40),), counted) == counted
    assert with_shops((money(50),), counted) == (money(50),)
    assert with_shops((), ()) == ()


def test_without_any_forecast_the_report_says_so() -> None:
    (only,) = compose(facts(partner(likes=1))).forecast
    assert (only.value, only.meaning) == (
        "none",
        "No forecast was written down before the results.",
    )


def past(number: int = 1, **fields: Any) -> Past:
    rested = DAY - dt.timedelta(days=REST_DAYS)
    given = {"profile_id": number, "name": f"@{number}", "brief_id": 1, "brief": "Winter"}
    return Past(**{**given, "asked_on": rested, **fields})


def test_who_beat_the_forecast_is_worth_asking_again_and_the_evidence_is_there() -> None:
    beat = past(1, compared=compared(forecast(90, 100, 200), 150))
    missed = past(2, compared=compared(forecast(90, 100, 200), 99))
    (found,) = rebook([beat, missed], {}, DAY)

    assert found.why == "150 engagements, expected 90–200 (Winter); not asked for 60 days"
    assert (found.strength, found.tells_costs) == (1.5, False)


def test_a_forecast_that_was_missed_is_not_made_good_by_a_low_price() -> None:
    cheap = past(paid=money(1), engagements=99, compared=compared(forecast(90, 100, 200), 99))
    assert rebook([cheap], {(1, "EUR"): Decimal(5)}, DAY) == ()


@given(
    st.lists(
        st.builds(
            past,
            number=st.integers(1, 50),
            paid=st.none() | _amounts, engagements=st.none() | st.integers(-5, 10**6),
            asked_on=st.dates(DAY - dt.timedelta(days=400), DAY), busy=st.booleans(),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_only_the_rested_and_free_who_cost_less_than_the_middle_are_asked_again(
    pasts: list[Past],
) -> None:
    medians = median_costs((one.brief_id, one.paid, one.engagements) for one in pasts)
    found = rebook(pasts, medians, DAY)

    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)
    for one in found:
        assert one.strength > 1
        assert one.tells_costs
        assert any(
            of.profile_id == one.profile_id
            and not of.busy
            and (DAY - of.asked_on).days >= REST_DAYS
            for of in pasts
        )


def test_a_middle_needs_three_priced_partnerships_of_one_brief_and_currency() -> None:
    two = [(1, money(100), 10), (1, money(100), 20), (2, money(100), 5), (1, money(9, "USD"), 1)]
    assert median_costs(two) == {}
    assert median_costs([*two, (1, money(90), 9)]) == {(1, "EUR"): Decimal(10)}


def test_revenue_is_never_counted_twice() -> None:
    posts = [Totals(revenue=money(60)), Totals(revenue=money(30)), Totals(revenue=money(5, "USD"))]
    assert revenues(Totals(revenue=money(80)), posts) == (money(90), money(5, "USD"))
    assert revenues(Totals(revenue=money(100)), posts) == (money(100), money(5, "USD"))
    assert revenues(Totals(), []) == ()


@pytest.mark.parametrize(
    ("typed", "rest", "period"),
    [
        ("October 2026", "", "October 2026"),
        ("2026-10", "", "October 2026"),
        ("Acme 10/2026", "Acme", "October 2026"),
        ("Q3", "", "Q3 2026"),
        ("Acme Q4 2025", "Acme", "Q4 2025"),
        ("2025-Q4", "", "Q4 2025"),
        ("last month", "", "October 2026"),
        ("this quarter for Acme", "Acme", "Q4 2026"),
        ("month", "", "November 2026"),
        ("quarter", "", "Q4 2026"),
        ("December", "", "December 2025"),
        ("Acme in oct.", "Acme", "October 2026"),
        ("Acme, last year", "Acme", "2025"),
        ("Spring Glow", "Spring Glow", None),
        ("2026-13", "2026-13", None),
        ("", "", None),
    ],
)
def test_a_period_is_read_as_people_type_it(typed: str, rest: str, period: str | None) -> None:
    asked = read(typed, DAY)
    assert (asked.rest, asked.period and named(asked.period)) == (rest, period)


@given(st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31)), st.text(max_size=12))
def test_periods_hold_together(day: dt.date, words: str) -> None:
    of_month = month(day.year, day.month)
    of_quarter = quarter(day.year, (day.month - 1) // 3 + 1)
    assert day in of_month and of_month.first in of_quarter and of_month.last in of_quarter
    for period in (of_month, of_quarter, Days(first=day, last=day)):
        assert from_written(written(period)) == period
    assert read(named(of_month), day).period == of_month
    assert read(named(of_quarter), day).period == of_quarter
    asked = read(words, day)
    assert asked.period is None or asked.period.first <= asked.period.last
