"""How files of results are read: columns, rows, days added up; examples and rules that hold."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import result_headers
from domain.attaching import Candidate, Known, NotAttached, attach
from domain.result_columns import ResultField, ResultMapping
from domain.result_proposal import propose_results
from domain.result_rows import Refused, ResultRow, read_row
from domain.result_series import summed, to_date
from domain.results import Totals

TODAY = dt.date(2026, 11, 23)


def held(headers: str, *rows: str) -> dict[str, str]:
    """What each column is taken for; cells are parted by semicolons."""
    found = propose_results(headers.split(";"), [row.split(";") for row in rows])
    return {column.header: column.field.value for column in found.columns}


def row(day: int, number: int = 0, **counts: int) -> ResultRow:
    return ResultRow(number, "", "anna", "", "", f"2026-11-{day:02}", counts)


def test_no_spelling_stands_for_two_things() -> None:
    spelt = Counter(word for of in result_headers._SPELLINGS["fields"].values() for word in of)

    assert [word for word, times in spelt.items() if times > 1] == []


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("Amount spent (EUR)", "12,50", "spend"),
        ("# of Website Clicks", "12", "clicks"),
        ("Importe gastado", "€ 12,50", "spend"),
        ("Instagram Link", "https://instagram.com/p/abc", "post_link"),
        ("URL", "https://www.tiktok.com/@anna/video/7123", "post_link"),
        ("Link", "https://instagram.com/anna", "handle"),
        ("Published At", "2026-11-01", "ignore"),
        ("Sales", "12", "conversions"),
        ("Sales", "12,50", "revenue"),
        ("Sales (EUR)", "12", "revenue"),
        ("Sales", "a few", "ignore"),
        ("Likes", "very many", "ignore"),
        ("totalLikes", "1.2K", "likes"),
        ("Umsatz EUR", "12,00", "revenue"),
    ],
)
def test_a_column_is_known_by_its_header_and_its_cells(header: str, cell: str, field: str) -> None:
    assert held(header, cell, cell)[header] == field


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-5", "has negative likes (-5)"),
        ("12.5", "has likes that are no whole number (12.5)"),
        ("999999999999", "has more likes than any post ever had (999999999999)"),
    ],
)
def test_figures_that_cannot_be_true_refuse_the_row(cell: str, reason: str) -> None:
    mapping = propose_results(["date", "handle", "likes"], [["2026-11-01", "@anna", "5"]])

    assert read_row(mapping, 7, ["2026-11-01", "@anna", cell], TODAY) == Refused(7, reason)


@pytest.mark.parametrize("cell", ["-1", "-1.0", "−1", "-", "N/A"])
def test_minus_one_and_a_dash_say_that_a_figure_is_missing(cell: str) -> None:
    mapping = propose_results(["handle", "likes", "date"], [["@anna", "5", "2026-11-01"]])
    mapping = mapping.with_field(0, ResultField.HANDLE)
    several = propose_results(
        ["handle", "likes", "shares", "spend (EUR)", "date"],
        [["@anna", "5", "-1", "-1", "2026-11-01"]],
    )

    found = read_row(several, 2, ["@anna", "5", cell, cell, "2026-11-01"], TODAY)

    assert isinstance(found, ResultRow)
    assert (found.counts, found.spend) == ({"likes": 5}, None)
    assert read_row(mapping, 2, ["@anna", cell, "2026-11-01"], TODAY) == Refused(
        2, "has no figures"
    )


def test_sales_are_amounts_beside_conversions_and_counted_beside_revenue() -> None:
    assert held("Orders;Sales", "3;120", "4;180")["Sales"] == "revenue"
    assert held("Revenue;Sales", "120;3", "180;4")["Sales"] == "conversions"
    assert held("Orders;Revenue;Sales", "3;120;3", "4;180;4")["Sales"] == "ignore"


def test_a_row_that_sums_up_the_others_is_left_out() -> None:
    mapping = propose_results(
        ["Video ID", "Views", "Date"],
        [
            ["Total", "9", ""],
            ["dQw4w9WgXcQ", "4", "2026-11-01"],
            ["eQw4w9WgXcQ", "5", "2026-11-01"],
        ],
    )

    assert mapping.feeding(ResultField.POST_LINK) is not None
    assert read_row(mapping, 2, ["Total", "9", ""], TODAY) == Refused(2, "sums up the others")


@given(st.lists(st.text(max_size=30), min_size=8, max_size=8))
def test_whatever_stands_in_a_row_it_is_read_or_refused(cells: list[str]) -> None:
    names = ["date", "url", "handle", "campaign", "likes", "clicks", "spend eur", "revenue"]
    mapping = propose_results(names, [])
    for place, field in enumerate((
        ResultField.AS_OF, ResultField.POST_LINK, ResultField.HANDLE, ResultField.CAMPAIGN,
        ResultField.LIKES, ResultField.CLICKS, ResultField.SPEND, ResultField.REVENUE,
    )):  # fmt: skip
        mapping = mapping.with_field(place, field)

    found = read_row(mapping, 2, cells, TODAY)

    if isinstance(found, Refused):
        assert found.reason
    else:
        assert found.as_of <= TODAY
        assert found.totals != Totals()


days = st.lists(st.builds(row, day=st.integers(1, 22), likes=st.integers(0, 10**6)), min_size=1)


@given(days, st.none() | st.integers(0, 10**6))
def test_days_added_up_never_fall_and_end_in_their_sum(
    rows: list[ResultRow], before: int | None
) -> None:
    dated, refused = summed(rows, Totals(likes=before))

    totals = [one.totals.likes or 0 for one in dated]
    assert refused == []
    assert totals == sorted(totals)
    assert totals[-1] == (before or 0) + sum(one.counts["likes"] for one in rows)
    assert [one.as_of for one in dated] == sorted({one.as_of for one in rows})


@given(days)
def test_of_each_day_there_is_one_total_or_all_of_its_rows_are_refused(
    rows: list[ResultRow],
) -> None:
    rows = [one._replace(row=place) for place, one in enumerate(rows)]
    dated, refused = to_date(rows)

    stored = [number for one in dated for number in one.rows]
    assert sorted([*stored, *(one.row for one in refused)]) == list(range(len(rows)))
    for one in dated:
        assert {rows[number].counts["likes"] for number in one.rows} == {one.totals.likes}


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", "Spring", "Autumn"])), max_size=5),
    st.sampled_from(["", "anna"]),
    st.sampled_from(["", "spring", "Winter"]),
)
def test_a_row_is_attached_only_where_one_partnership_fits(
    made: list[tuple[int, str]], handle: str, campaign: str
) -> None:
    known = Known(
        posts={},
        accounts={("anna", ""): {1}},
        partnerships={
            number: Candidate(number, creator, f"@{creator}", brief, dt.date(2026, 11, 1))
            for number, (creator, brief) in enumerate(made)
        },
        briefs=frozenset({"spring", "autumn"}),
    )
    found = attach(row(9, likes=1)._replace(handle=handle, campaign=campaign), known)

    fitting = [
        one.number
        for one in known.partnerships.values()
        if (not handle or one.creator_id == 1) and (not campaign or one.brief.lower() == campaign)
    ]
    if isinstance(found, NotAttached):
        assert found.reason
        assert not (handle or campaign) or len(fitting) != 1 or campaign == "Winter"
    else:
        assert fitting == [found]


def test_totals_and_daily_figures_are_told_apart() -> None:
    def per_day(*likes: int) -> ResultMapping:
        sample = [[f"2026-11-{day:02}", "@a", str(one)] for day, one in enumerate(likes, 1)]
        return propose_results(["date", "handle", "likes"], sample)

    assert not per_day(1, 5, 9, 20).per_day
    assert per_day(9, 5, 12, 3).per_day
    assert not per_day(9).per_day
