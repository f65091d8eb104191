"""Batches are as large as lets others write soon, and no smaller than is of use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.batching import (
    AIM_SECONDS,
    LARGEST_SIZE,
    LEAST_WORK_SECONDS,
    LONGEST_SECONDS,
    SMALLEST_SIZE,
    next_size,
)


def test_batches_shrink_when_they_hold_the_lock_too_long_and_grow_when_not() -> None:
    assert next_size(200, LONGEST_SECONDS * 1.25, worked=0.1) == 100
    assert next_size(200, AIM_SECONDS * 1.25, worked=0.05) == 160
    assert next_size(200, AIM_SECONDS, worked=0.05) == 200
    assert next_size(200, AIM_SECONDS * 0.8, worked=0.04) == 250
    assert next_size(200, 0.001, worked=0.001) == 400
    size = 1_000
    for _ in range(20):
        size = next_size(size, size * 0.001, worked=size * 0.001)
    assert size * 0.001 == pytest.approx(AIM_SECONDS)
    assert next_size(SMALLEST_SIZE, 9, worked=9) == SMALLEST_SIZE
    assert next_size(LARGEST_SIZE, 0, worked=0) == LARGEST_SIZE


@given(
    size=st.integers(SMALLEST_SIZE, LARGEST_SIZE),
    row=st.floats(1e-5, 5e-4),
    crowd=st.floats(1, 50),
)
def test_batches_shrink_where_many_want_the_processor_but_not_to_nothing(
    size: int, row: float, crowd: float
) -> None:
    """crowd: seconds by the clock for each of the processor."""
    for _ in range(20):
        size = next_size(size, size * row * crowd, worked=size * row)
    worked = size * row
    assert worked * crowd <= AIM_SECONDS * 1.01 or worked <= LEAST_WORK_SECONDS * 1.01
    wanted = min(LEAST_WORK_SECONDS, AIM_SECONDS / crowd)
    assert worked >= min(wanted, LARGEST_SIZE * row) * 0.9 - row
