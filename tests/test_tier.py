"""Tiers by followers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.tier import Band, Tier, TierBands


@pytest.mark.parametrize(
    ("followers", "tiers"),
    [
        (None, []),
        (0, ["nano"]),
        (999, ["nano"]),
        (1_000, ["nano", "micro"]),
        (9_999, ["nano", "micro"]),
        (10_000, ["micro"]),
        (100_000, ["micro", "mid"]),
        (100_001, ["mid"]),
        (700_000, ["macro"]),
        (48_500_000, ["mega"]),
    ],
)
def test_a_count_of_followers_has_its_tiers(followers: int | None, tiers: list[str]) -> None:
    assert TierBands().tiers_of(followers) == tuple(map(Tier, tiers))


@given(st.integers(min_value=0, max_value=10**9))
def test_every_known_count_has_a_tier(followers: int) -> None:
    assert TierBands().tiers_of(followers)


def test_a_workspace_can_set_its_own_bands() -> None:
    bands = TierBands(micro=Band(least=10_000, most=50_000))

    assert Tier.MICRO not in bands.tiers_of(5_000)
    assert bands.label(Tier.MICRO) == "micro (10,000–50,000 followers)"


def test_labels_say_the_range() -> None:
    bands = TierBands()

    assert bands.label(Tier.NANO) == "nano (up to 9,999 followers)"
    assert bands.label(Tier.MICRO) == "micro (1,000–100,000 followers)"
    assert bands.label(Tier.MEGA) == "mega (1,000,000 followers or more)"


@pytest.mark.parametrize(("least", "most"), [(-1, None), (10, 9)])
def test_a_band_the_wrong_way_round_is_refused(least: int, most: int | None) -> None:
    with pytest.raises(ValidationError):
        Band(least=least, most=most)
