"""Engagement against a pool or a published benchmark, and the signs of authenticity."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.authenticity import AuthenticityPeers, authenticity_part, authenticity_value
from domain.benchmark import benchmark_sets, reference, tier_median
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.engagement import Pool, comparison, engagement_part, engagement_value, size_band
from domain.quantiles import percentile, place, pool_quantiles

REAL_RATES = Path(__file__).parents[2] / "shared/data/creators/ig_top_insta_influencers_data.csv"
pools = st.lists(st.floats(0, 1e6), min_size=1, max_size=60).map(pool_quantiles)


def instagram(rate: float | None, followers: int | None = 20_000) -> ProfileSnapshot:
    figures = Figures(
        followers=followers, engagement_rate=rate, rate_definition=RateDefinition.FOLLOWERS
    )
    return ProfileSnapshot(
        platform=Platform.INSTAGRAM, handle="anna", figures=figures, source="import:march.csv"
    )


def pool_of(rates, size: int | None = None) -> Pool:
    return Pool(
        Platform.INSTAGRAM, RateDefinition.FOLLOWERS, pool_quantiles(rates), size or len(rates)
    )


@given(pools, st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_place_never_falls_when_the_value_rises(pool, one, other):
    lower, higher = sorted((one, other))

    assert 0 <= place(lower, pool) <= place(higher, pool) <= 10_000
    assert 0 <= percentile(lower, pool) <= percentile(higher, pool) <= 100


@given(pools)
def test_ten_percent_stands_above_half_a_percent_in_every_pool(pool):
    assert place(0.1, pool) > place(0.005, pool)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=300))
def test_the_pools_own_quantiles_never_fall_and_span_it(values):
    points = pool_quantiles(values)

    assert len(points) == 101
    assert list(points) == sorted(points)
    assert (points[0], points[-1]) == (min(values), max(values))


def test_equal_values_stand_in_the_middle_of_their_run():
    assert percentile(0.03, pool_quantiles([0.03])) == 50
    assert percentile(0.0, pool_quantiles([0.0, 0.0, 0.0, 1.0])) < 50


def test_the_percentile_is_the_share_of_accounts_below():
    pool = pool_quantiles([number / 1000 for number in range(1001)])

    assert percentile(0.83, pool) == 83
    assert percentile(2.0, pool) == 100


@pytest.mark.parametrize("values", [[], [-0.1], [float("nan")], [float("inf")]])
def test_quantiles_of_nothing_or_of_impossible_values_are_refused(values):
    with pytest.raises(ValueError, match="quantiles need"):
        pool_quantiles(values)


def test_a_pool_with_broken_quantiles_is_refused():
    with pytest.raises(ValueError, match="101"):
        Pool(Platform.TIKTOK, RateDefinition.VIEWS, (0.1, 0.2), 40)


def test_real_rates_give_a_pool_in_which_the_median_is_the_middle():
    if not REAL_RATES.exists():
        pytest.skip("the collection of real exports is not on this machine")
    with REAL_RATES.open(encoding="utf-8") as file:
        cells = [row["60_day_eng_rate"].strip().rstrip("%") for row in csv.DictReader(file)]
    rates = [float(cell) / 100 for cell in cells if cell]
    pool = pool_of(rates)

    assert pool.size == 200
    assert 0 < pool.quantiles[50] < 0.05
    assert abs(engagement_value(pool.quantiles[50], pool) - 5_000) <= 100


def test_a_large_pool_is_the_comparison_and_a_thin_one_gives_way_to_the_benchmark():
    large, thin = pool_of([0.01] * 30), pool_of([0.01] * 29)
    find = (Platform.INSTAGRAM, RateDefinition.FOLLOWERS)

    assert comparison(*find, large) is large
    assert comparison(*find, thin) == reference(*find)
    assert comparison(Platform.TWITCH, RateDefinition.FOLLOWERS, None) is None


def test_a_thin_pool_is_still_used_where_nothing_is_published():
    thin = Pool(Platform.TWITCH, RateDefinition.VIEWS, pool_quantiles([0.01, 0.02]), 2)

    assert comparison(Platform.TWITCH, RateDefinition.VIEWS, thin) is thin


def test_rates_of_two_definitions_are_never_compared():
    with pytest.raises(ValueError, match="never compares"):
        comparison(Platform.INSTAGRAM, RateDefinition.VIEWS, pool_of([0.01] * 40))


@given(st.floats(0, 10), st.floats(0, 10))
def test_against_a_benchmark_more_is_never_less(rate, more):
    published = reference(Platform.INSTAGRAM, RateDefinition.FOLLOWERS)

    assert engagement_value(rate + more, published) >= engagement_value(rate, published)


@pytest.mark.parametrize("sets", benchmark_sets(), ids=lambda chosen: chosen.name)
def test_in_every_published_set_the_median_is_the_middle_and_ten_percent_beats_half(sets):
    for row in sets.medians:
        published = reference(row.platform, row.definition, sets.name)
        assert published.set == sets
        assert published.place(published.median) == 5_000
        assert published.place(0.1) > published.place(0.005)


def test_a_benchmark_is_switched_by_name_and_an_unknown_name_is_refused():
    unstated = (Platform.INSTAGRAM, RateDefinition.UNSTATED)

    assert reference(*unstated).set.name == "industry-2025"
    assert reference(*unstated, "archive-2026").set.name == "archive-2026"
    with pytest.raises(ValueError, match="hypeauditor-2026"):
        reference(*unstated, "my-own")


def test_every_published_set_says_where_and_when_it_is_from():
    for published in benchmark_sets():
        assert published.source
        assert published.date.isdigit()
        assert published.indicative == published.label.endswith("(indicative)")


def test_the_median_for_a_size_names_its_tier_and_set():
    row, published = tier_median(Platform.INSTAGRAM, RateDefinition.FOLLOWERS, 20_000)

    assert (row.tier, row.median, published.name) == ("micro", 0.0054, "hypeauditor-2026")
    assert tier_median(Platform.INSTAGRAM, RateDefinition.FOLLOWERS, 70_000) is None


def test_the_evidence_names_rate_definition_pool_and_band():
    pool = pool_of([number / 2000 for number in range(412)])
    band = pool_of([number / 1000 for number in range(60)])
    found = engagement_part(instagram(0.17), 30, pool, band)

    assert found.evidence == (
        "17.0 % by followers, above 82 % of 412 Instagram accounts known here; "
        "top tenth of 10k–50k, unusually high for that size: worth a look."
    )
    assert found.source == "import:march.csv"


def test_the_evidence_names_the_benchmark_where_the_pool_is_thin():
    found = engagement_part(instagram(0.042), 30, pool_of([0.01] * 12))

    assert found.evidence == (
        "4.2 % by followers, against 0.5 % on Instagram in HypeAuditor 2026; "
        "your list has only 12 such accounts."
    )


def test_where_none_was_counted_yet_there_are_too_few_and_not_only_0():
    found = engagement_part(instagram(0.042), 30, None)

    assert found.evidence.endswith("your list has too few such accounts.")


@pytest.mark.parametrize("rate", [None, float("nan"), float("inf")])
def test_a_rate_that_is_no_number_is_unknown(rate):
    assert engagement_value(rate, pool_of([0.01] * 40)) is None


@pytest.mark.parametrize(
    ("followers", "band"), [(999, "under 1k"), (10_000, "10k–50k"), (10**7, "over 1M")]
)
def test_bands_are_named_by_their_ends(followers, band):
    assert size_band(followers) == band


def test_no_sign_is_unknown():
    assert authenticity_value(Figures(average_likes=10, engagement_rate=0.5)) is None


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_of_fake_followers_never_scores_more(one, other):
    fewer, more = sorted((one, other))

    assert authenticity_value(Figures(fake_follower_share=more)) <= authenticity_value(
        Figures(fake_follower_share=fewer)
    )


def test_fake_followers_are_the_inverse_of_credibility():
    assert authenticity_value(Figures(fake_follower_share=0.2)) == authenticity_value(
        Figures(credibility=0.8)
    )


def test_following_thousands_speaks_against():
    usual = authenticity_value(Figures(following=900))

    assert usual > authenticity_value(Figures(following=3_000)) > 0
    assert authenticity_value(Figures(following=7_500)) == 0


def test_an_unusual_ratio_of_likes_to_comments_is_shown_and_not_scored():
    peers = AuthenticityPeers(likes_to_comments=pool_quantiles([20, 40, 60, 80, 100]))
    figures = Figures(following=900, average_likes=9_000, average_comments=3)
    profile = ProfileSnapshot(platform=Platform.INSTAGRAM, handle="anna", figures=figures)

    assert authenticity_part(profile, 10, peers).evidence == (
        "Follows 900 accounts, no more than 1,500; 3,000 likes for each comment where 60 are usual "
        "(worth a look, not scored)."
    )
    assert authenticity_value(figures, peers) == authenticity_value(Figures(following=900))
