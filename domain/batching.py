"""How many rows go into one transaction, so that nobody else waits long for the write lock."""

LONGEST_SECONDS = 0.1
"""No batch may hold the write lock for longer."""

AIM_SECONDS = 0.05
FIRST_SIZE = 50
SMALLEST_SIZE = 20
LARGEST_SIZE = 1_000


def next_size(size: int, seconds: float) -> int:
    """How large the next batch should be, when the last one of `size` held the lock `seconds`.

    Twice as large where that took less than half of what is aimed for, half as large where it
    took more, and a quarter after one that took too long.
    """
    if seconds > LONGEST_SECONDS:
        size //= 4
    elif seconds > AIM_SECONDS:
        size //= 2
    elif seconds < AIM_SECONDS / 2:
        size *= 2
    return max(SMALLEST_SIZE, min(LARGEST_SIZE, size))


def wait_after(seconds: float) -> float:
    """How long to leave the lock to others after having held it: as long again."""
    return min(seconds, AIM_SECONDS)
