"""Key figures: no cost is no figure, weeks add up to the total, currencies stay apart."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calendar import Days
from domain.creator import Money
from domain.goal import Goal, Metric, metrics_for
from domain.kpi import (
    NO_COST,
    PartnershipResult,
    best_partnerships,
    compare,
    cost_per_conversion,
    cost_per_engagement,
    cost_per_thousand_impressions,
    cost_per_view,
    engagement_rate,
    return_on_spend,
    to_date,
)
from domain.results import (
    Reading,
    Totals,
    WeekFigure,
    WeekKind,
    engagement_figure,
    is_correction,
    reach_figure,
    totals_on,
    week_figures,
    week_sum,
)

CAMPAIGN = Path(__file__).parents[2] / "shared/data/results/campaign_ab_control_group.csv"
WEEK = Days(first=dt.date(2026, 11, 9), last=dt.date(2026, 11, 15))
counts = st.none() | st.integers(0, 10**9)


def euros(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def reading(day: str, hour: int = 12, **totals) -> Reading:
    on = dt.date.fromisoformat(day)
    entered = dt.datetime(on.year, on.month, on.day, hour, tzinfo=dt.UTC)
    return Reading(as_of=on, recorded_at=entered, totals=Totals(**totals))


@pytest.mark.parametrize(
    ("kpi", "said"),
    [
        (cost_per_thousand_impressions(euros(50), 20_000), "€2.50"),
        (cost_per_view(euros(50), 20_000), "€0.0025"),
        (cost_per_engagement(euros(50), 400), "€0.12"),
        (cost_per_conversion(euros(50), 4), "€12.50"),
        (return_on_spend(euros(160), euros(50)), "3.20×"),
        (return_on_spend(euros(0), euros(50)), "0.00×"),
        (cost_per_conversion(euros(50), 0), "no conversions yet"),
        (cost_per_view(euros(50), None), "views unknown"),
        (return_on_spend(None, euros(50)), "no revenue known"),
        (
            return_on_spend(Money(amount=Decimal(5), currency="USD"), euros(50)),
            "revenue in USD, cost in EUR",
        ),
    ],
)
def test_key_figures_follow_their_formulas_or_say_what_is_missing(kpi, said):
    assert kpi.describe() == said


@given(counts, st.sampled_from([None, euros(0), euros(-5)]))
def test_no_cost_is_never_zero_and_never_infinite(count, cost):
    for kpi in (
        cost_per_thousand_impressions(cost, count),
        cost_per_view(cost, count),
        cost_per_engagement(cost, count),
        cost_per_conversion(cost, count),
        return_on_spend(euros(10), cost),
    ):
        assert kpi.describe() == NO_COST


@given(counts, counts)
def test_an_engagement_rate_is_a_ratio_or_unknown(engagements, base):
    rate = engagement_rate(engagements, base)

    assert (rate is None) == (engagements is None or not base)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (50, 40, "+10 (+25 %)"),
        (30, 40, "−10 (−25 %)"),
        (40, 40, "no change"),
        (9, 4, "+5"),
        (5, 0, "+5"),
        (5, -20, "+25"),
        (12, 5, "+7 (+140 %)"),
    ],
)
def test_there_is_no_percentage_from_a_base_under_five(now, before, said):
    assert compare(now, before).describe() == said


def test_a_weeks_figure_is_the_total_at_its_end_less_the_total_at_its_start():
    readings = [reading("2026-11-03", views=100), reading("2026-11-08", views=300),
                reading("2026-11-12", views=450), reading("2026-11-16", views=900)]  # fmt: skip

    assert week_figures(readings, WEEK)[Metric.VIEWS] == WeekFigure(
        value=150, kind=WeekKind.MEASURED
    )


def test_without_an_earlier_figure_it_is_a_first_figure():
    figure = week_figures([reading("2026-11-12", views=450)], WEEK)[Metric.VIEWS]

    assert figure == WeekFigure(value=450, kind=WeekKind.FIRST_FIGURE)


def test_a_post_published_in_the_week_began_at_nothing():
    published = dt.date(2026, 11, 10)
    figure = week_figures([reading("2026-11-12", views=450)], WEEK, published)[Metric.VIEWS]

    assert figure == WeekFigure(value=450, kind=WeekKind.MEASURED)


def test_a_week_in_which_nobody_looked_says_so():
    figure = week_figures([reading("2026-11-03", views=100)], WEEK)[Metric.VIEWS]

    assert figure == WeekFigure(value=0, kind=WeekKind.NO_NEW_FIGURE)


def test_a_figure_that_comes_later_is_unknown_before():
    figure = week_figures([reading("2026-11-20", views=100)], WEEK)[Metric.VIEWS]

    assert figure == WeekFigure(value=None, kind=WeekKind.UNKNOWN)


def test_a_lower_total_is_marked_as_corrected():
    readings = [reading("2026-11-03", likes=500), reading("2026-11-12", likes=420)]

    assert is_correction(readings[:1], readings[1])
    assert week_figures(readings, WEEK)[Metric.LIKES] == WeekFigure(
        value=-80, kind=WeekKind.CORRECTED
    )


def test_a_correction_for_the_same_day_replaces_it_and_both_stay_on_record():
    readings = [reading("2026-11-03", hour=18, likes=420), reading("2026-11-03", likes=500)]

    assert totals_on(readings, dt.date(2026, 11, 3)).likes == 420
    assert is_correction(readings[1:], readings[0])
    assert not is_correction(readings[1:], reading("2026-11-12", likes=600))


def test_an_empty_field_removes_nothing():
    readings = [reading("2026-11-03", likes=10, revenue=euros(5)), reading("2026-11-04", views=9)]

    assert totals_on(readings, dt.date(2026, 11, 5)) == Totals(likes=10, views=9, revenue=euros(5))


@given(
    st.lists(
        st.tuples(st.dates(dt.date(2026, 10, 1), dt.date(2026, 12, 1)), st.integers(0, 1000)),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_the_weeks_add_up_to_the_newest_total_whatever_the_order(days, random):
    readings = [
        reading(day.isoformat(), hour=index, views=views) for index, (day, views) in enumerate(days)
    ]
    newest = totals_on(readings, dt.date(2026, 12, 31)).views
    random.shuffle(readings)
    starts = [dt.date(2026, 9, 28) + dt.timedelta(days=7 * week) for week in range(11)]
    weeks = [Days(first=start, last=start + dt.timedelta(days=6)) for start in starts]
    figures = [week_figures(readings, week)[Metric.VIEWS] for week in weeks]

    assert sum(figure.value or 0 for figure in figures) == newest
    assert [figure.kind for figure in figures].count(WeekKind.FIRST_FIGURE) == 1


def test_engagement_and_reach_of_a_week_are_put_together():
    readings = [
        reading("2026-11-03", likes=100, comments=10, views=1_000),
        reading("2026-11-12", likes=150, comments=20, saves=5, views=2_000),
    ]
    figures = week_figures(readings, WEEK)

    assert engagement_figure(figures).value == 50 + 10 + 5
    assert engagement_figure(figures).kind == WeekKind.FIRST_FIGURE
    assert reach_figure(figures) == WeekFigure(value=1_000, kind=WeekKind.MEASURED)


def test_posts_are_added_up_and_what_is_missing_is_counted():
    together = week_sum([
        WeekFigure(value=100, kind=WeekKind.MEASURED),
        WeekFigure(value=40, kind=WeekKind.FIRST_FIGURE),
        WeekFigure(value=-10, kind=WeekKind.CORRECTED),
        WeekFigure(value=0, kind=WeekKind.NO_NEW_FIGURE),
        WeekFigure(value=None, kind=WeekKind.UNKNOWN),
    ])  # fmt: skip

    assert (together.value, together.first_figures) == (130, 40)
    assert (together.corrected, together.missing) == (1, 2)
    assert week_sum([]).value is None


def partnership(name: str, costs=(), **totals) -> PartnershipResult:
    return PartnershipResult(name=name, costs=costs, posts=(Totals(**totals),) if totals else ())


def test_key_figures_to_date_are_for_each_currency_over_the_partnerships_named():
    dollars = Money(amount=Decimal(200), currency="USD")
    kpis = to_date([
        partnership("Anna", (euros(100),), likes=300, comments=100, conversions=10,
                    revenue=euros(500)),
        partnership("Bea", (euros(300),), likes=400),
        partnership("Cleo", (dollars,), conversions=0),
        partnership("Dara", (), likes=900),
        partnership("Ela", (euros(5), dollars), likes=5),
    ])  # fmt: skip
    in_euros, in_dollars = kpis.currencies

    assert in_euros.cost == euros(400)
    assert in_euros.cost_per_engagement.kpi.describe() == "€0.50"
    assert in_euros.cost_per_engagement.over == ("Anna", "Bea")
    assert in_euros.cost_per_conversion.kpi.describe() == "€10"
    assert in_euros.cost_per_conversion.over == ("Anna",)
    assert in_euros.return_on_spend.kpi.describe() == "5.00×"
    assert in_dollars.cost_per_conversion.kpi.describe() == "no conversions yet"
    assert in_dollars.cost_per_engagement.kpi.describe() == "engagements unknown"
    assert in_dollars.return_on_spend.kpi.describe() == "no revenue known"
    assert kpis.left_out == (("Dara", NO_COST), ("Ela", "paid in EUR and USD"))


def test_the_best_partnerships_are_those_that_brought_what_the_goal_asks_for():
    results = [
        partnership("Anna", likes=10, conversions=9, views=100),
        partnership("Bea", likes=90, conversions=0, views=50),
        partnership("Cleo"),
    ]

    assert [(found.name, value) for found, value in best_partnerships(results, None)] == [
        ("Bea", 90),
        ("Anna", 10),
    ]
    assert [found.name for found, _ in best_partnerships(results, Goal.CONVERSIONS)] == ["Anna"]
    assert [found.name for found, _ in best_partnerships(results, Goal.AWARENESS, 1)] == ["Anna"]


@pytest.mark.parametrize("goal", [None, *Goal])
def test_a_form_asks_for_every_metric_once_those_of_the_goal_first(goal):
    assert sorted(metrics_for(goal)) == sorted(Metric)
    if goal == Goal.CONVERSIONS:
        assert metrics_for(goal)[0] == Metric.CONVERSIONS


def test_results_are_never_negative():
    with pytest.raises(ValidationError):
        Totals(clicks=-3)


def test_a_real_campaign_gives_the_costs_that_a_spreadsheet_gives():
    if not CAMPAIGN.exists():
        pytest.skip("the collection of real exports is not on this machine")
    with CAMPAIGN.open(encoding="utf-8") as file:
        rows = [
            {key.strip(): value for key, value in row.items()}
            for row in csv.DictReader(file, delimiter=_delimiter(CAMPAIGN))
        ]
    spend = sum(int(row["Spend [USD]"]) for row in rows)
    bought = sum(int(row["of Purchase"]) for row in rows if row["of Purchase"])
    cost = Money(amount=Decimal(spend), currency="USD")

    assert len(rows) == 30
    assert float(cost_per_conversion(cost, bought).money.amount) == pytest.approx(spend / bought)


def _delimiter(path: Path) -> str:
    return ";" if ";" in path.read_text(encoding="utf-8").splitlines()[0] else ","
