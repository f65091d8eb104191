"""How many rows go into one transaction, so that nobody else waits long for the write lock."""

LONGEST_SECONDS = 0.1
"""No batch may hold the write lock for longer."""

AIM_SECONDS = 0.06
SHORTEST_WAIT = 0.005
FIRST_SIZE = 50
SMALLEST_SIZE = 25
LARGEST_SIZE = 2_000


def own_share(held: float, worked: float) -> float:
    """Seconds that a batch itself is to blame for having held the lock.

    Where many processes want few processors, most of the time is spent waiting for a turn, and
    smaller batches would only make more work of the same rows.

    Args:
        held: seconds by the clock.
        worked: seconds of the processor.
    """
    return min(held, 2 * worked + SHORTEST_WAIT)


def next_size(size: int, seconds: float) -> int:
    """How large the next batch should be, when the last one of `size` held the lock `seconds`.

    In proportion to what is aimed for, at most twice or half as large; half after a batch that
    took too long.
    """
    if seconds > LONGEST_SECONDS:
        share = 0.5
    else:
        share = min(2.0, max(0.5, AIM_SECONDS / max(seconds, 0.001)))
    return max(SMALLEST_SIZE, min(LARGEST_SIZE, int(size * share)))


def wait_after(seconds: float) -> float:
    """How long to leave the lock to others after having held it, which look for it all the time."""
    return max(SHORTEST_WAIT, min(seconds, AIM_SECONDS) / 6)
