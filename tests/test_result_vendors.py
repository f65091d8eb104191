"""Results that common tools export are told by their headers and read as they are meant."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain import result_vendor as vendor_files
from domain.result_columns import ResultMapping
from domain.result_rows import Refused, ResultRow
from domain.result_vendor import ResultVendor, recognised_results, result_vendors
from sources.reading import described
from sources.result_files import read_results

TODAY = dt.date(2026, 11, 23)
FILES = {
    "an export of Meta Ads Manager": (
        "Reporting starts,Reporting ends,Campaign name,Ad name,Impressions,Reach,Clicks (all),"
        "Link clicks,CPM (cost per 1000 impressions) (USD),Amount spent (USD),Results,Purchases,"
        "Purchases conversion value,Post reactions,Post comments,Post saves,Post shares\n"
        "2026-05-01,2026-05-01,Spring,Ad 1,1000,900,55,10,4.2,5.20,7,3,120.50,30,4,2,1\n"
        "2026-05-02,2026-05-02,Spring,Ad 1,1400,950,66,12,4.2,6.20,8,4,180.00,33,5,3,2\n"
    ),
    "an export of Instagram posts from Meta Business Suite": (
        "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,"
        "Permalink,Post type,Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves\n"
        "18011,1784,anna.bloom,Anna Bloom,Chair test,44,10/03/2026 08:31,"
        'https://www.instagram.com/reel/DAbc123/,IG reel,,Lifetime,"12,400",9100,610,88,41,57,230\n'
    ),
    "an export of YouTube Studio": (
        "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,"
        "Impressions,Impressions click-through rate (%)\n"
        "Total,,,,8000,300.2,12,100000,4.2\n"
        'dQw4w9WgXcQ,A song,"May 1, 2026",212,5000,200.1,9,60000,5.1\n'
        'eQw4w9WgXcQ,Another,"May 9, 2026",180,3000,100.1,3,40000,3.1\n'
    ),
    "an export of TikTok Ads Manager": (
        "Campaign name,Ad name,By Day,Cost,Impressions,Clicks (all),Clicks (destination),"
        "CPC (destination),Cost per conversion,Conversions,Currency\n"
        "Spring,Ad 1,2026-05-01,10.5,1000,90,30,0.35,5.25,2,USD\n"
        "Spring,Ad 1,2026-05-02,11.5,1200,95,35,0.35,5.25,3,USD\n"
    ),
    "an export of Google Analytics": (
        "# Traffic acquisition\n# Start date: 20260501\n"
        "Session campaign,Users,Sessions,Key events,Total revenue\n"
        "spring-anna,100,120,7,350.5\nspring-ben,80,90,4,100.0\n"
    ),
}


def _read(folder: Path, text: str) -> tuple[ResultMapping, list[ResultRow], list[Refused]]:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    mapping = described(path, path.name).results
    assert mapping is not None
    mapping = mapping.model_copy(
        update={"as_of": mapping.as_of or TODAY, "currency": mapping.currency or "EUR"}
    )
    found = list(read_results(path, path.name, mapping, TODAY))
    return (
        mapping,
        [one for one in found if isinstance(one, ResultRow)],
        [one for one in found if isinstance(one, Refused)],
    )


@pytest.mark.parametrize("name", FILES)
def test_a_tools_results_are_told_by_their_headers(name: str, tmp_path: Path) -> None:
    mapping, rows, _ = _read(tmp_path, FILES[name])

    assert mapping.vendor == name
    assert mapping.likely
    assert rows


def test_every_tool_has_a_file_here_and_none_is_taken_for_another() -> None:
    assert {vendor.name for vendor in result_vendors()} == set(FILES)
    assert recognised_results(["Campaign", "Date", "Impressions", "Clicks", "Spend"]) is None


def test_an_ad_managers_days_are_added_up_and_its_own_clicks_and_results_left_out(
    tmp_path: Path,
) -> None:
    mapping, rows, _ = _read(tmp_path, FILES["an export of Meta Ads Manager"])

    assert mapping.per_day
    assert not mapping.problems(TODAY), "the amounts' currency is that of the account"
    assert rows[0] == ResultRow(
        row=2, url="", handle="", platform="", campaign="Spring", day="2026-05-01",
        counts={"impressions": 1000, "accounts_reached": 900, "clicks": 10, "conversions": 3,
                "likes": 30, "comments": 4, "saves": 2, "shares": 1},
        spend=("5.20", "USD"), revenue=("120.50", "USD"),
    )  # fmt: skip


def test_one_period_for_all_rows_is_a_total_to_its_end(tmp_path: Path) -> None:
    text = FILES["an export of Meta Ads Manager"].replace(
        "2026-05-02,2026-05-02", "2026-05-01,2026-05-01"
    )
    mapping, _, _ = _read(tmp_path, text)

    assert not mapping.per_day
    assert "one period" in mapping.per_day_reason


def test_videos_of_a_studio_are_posts_and_its_total_is_none(tmp_path: Path) -> None:
    _, rows, refused = _read(tmp_path, FILES["an export of YouTube Studio"])

    assert [(row.url, row.platform, row.counts) for row in rows] == [
        (
            "https://youtube.com/watch?v=dQw4w9WgXcQ",
            "youtube",
            {"views": 5000, "impressions": 60000},
        ),
        (
            "https://youtube.com/watch?v=eQw4w9WgXcQ",
            "youtube",
            {"views": 3000, "impressions": 40000},
        ),
    ]
    assert refused == [Refused(2, "sums up the others")]


def test_a_report_by_day_says_so_itself(tmp_path: Path) -> None:
    mapping, rows, _ = _read(tmp_path, FILES["an export of TikTok Ads Manager"])

    assert mapping.per_day
    assert (rows[1].day, rows[1].counts["clicks"], rows[1].spend) == (
        "2026-05-02",
        35,
        ("11.5", "USD"),
    )


def test_cells_win_over_what_a_tool_says(tmp_path: Path) -> None:
    text = FILES["an export of Google Analytics"].replace(",7,", ",seven,").replace(",4,", ",four,")
    mapping, _, _ = _read(tmp_path, text)

    column = mapping.named("Key events")
    assert column is not None
    assert column.field.value == "ignore"
    assert "the cells are not" in column.reason


@pytest.mark.parametrize(
    "wrong",
    [
        'name = "x"\nsource = "y"\nheaders = ["a"]\n[columns]\n"a" = "likes"\n',
        'name = "x"\nsource = "y"\nheaders = ["a", "b"]\n[columns]\n"a" = "luck"\n',
        'name = "x"\nsource = "y"\nheaders = ["a", "b"]\n[columns]\n"a" = "post_link*mars"\n',
    ],
)
def test_a_file_that_says_nothing_sensible_is_named(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.toml").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(vendor_files, "_FOLDER", tmp_path)
    result_vendors.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"wrong\.toml"):
            result_vendors()
    finally:
        result_vendors.cache_clear()


def test_a_tool_is_a_file_and_nothing_else() -> None:
    with pytest.raises(ValidationError):
        ResultVendor.model_validate(
            {"name": "x", "source": "y", "headers": ["a", "b"], "columns": {}, "z": 1}
        )
