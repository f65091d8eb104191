"""The back-test of forecasts, tried on real posts: it must hold what docs/forecast.md says."""

from pathlib import Path
from statistics import fmean

import pytest

from benchmarks import forecast as back_test
from benchmarks.forecast import Score
from domain.forecast import Measure


@pytest.fixture(scope="module")
def held_out(shared_data: Path) -> Score:
    """One account's impressions of half a year; forecast in its second half."""
    history = back_test.read(shared_data / "results/ig_posts_kharwal_dated.csv")
    return dict(back_test.scores(history, Measure.VIEWS))["second half, held out"]


def loss(score: Score, way: str) -> float:
    return fmean(fmean(each) for each in score.losses[way].values())


def test_about_eight_in_ten_intervals_hold_on_posts_that_came_later(held_out: Score) -> None:
    (hits,) = held_out.held.values()

    assert len(hits) == 88
    assert 0.7 <= fmean(hits) <= 0.9


def test_the_interval_loses_less_than_the_median_of_recent_posts(held_out: Score) -> None:
    assert loss(held_out, "ours") < 0.75 * loss(held_out, "median of recent posts")
    assert loss(held_out, "ours") <= loss(held_out, "their deciles") * 1.02


def test_a_file_without_an_account_column_is_of_one_account_in_order_of_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "posts.csv"
    rows = [f"2026-01-{day:02},{day * 10},-1" for day in range(28, 0, -1)]
    path.write_text("\n".join(["Date,Views,Likes", *rows]), encoding="utf-8")
    ((_, posts),) = back_test.read(path).items()

    assert [one.views for one in posts][:3] == [10, 20, 30]
    assert {one.likes for one in posts} == {None}
