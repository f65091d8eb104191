"""How many rows go into one transaction, so that nobody else waits long for the write lock."""

LONGEST_SECONDS = 0.1
"""No batch may hold the write lock for longer."""

AIM_SECONDS = 0.06
LEAST_WORK_SECONDS = 0.02
"""Of the processor: no batch becomes smaller for the sake of others than this takes."""

SHORTEST_WAIT = 0.005
FIRST_SIZE = 50
SMALLEST_SIZE = 25
LARGEST_SIZE = 2_000
EASE_EVERY = 10
"""Batches after which what they wrote is copied from SQLite's log into the database."""


def next_size(size: int, held: float, worked: float) -> int:
    """How large the next batch should be.

    In proportion to what is aimed for, at most twice or half as large. Where many processes want
    few processors, a batch waits for its turn most of the time: it becomes smaller, but not so
    small that what each batch takes anyway is most of it.

    Args:
        size: rows of the last batch.
        held: seconds by the clock that it held the lock, its commit included.
        worked: seconds of the processor in these.
    """
    fitting = AIM_SECONDS / max(held, 0.001)
    least = min(1.0, LEAST_WORK_SECONDS / max(worked, 0.001))
    share = min(2.0, max(0.5, fitting, least))
    return max(SMALLEST_SIZE, min(LARGEST_SIZE, int(size * share)))


def wait_after(seconds: float) -> float:
    """How long to leave the lock to others after having held it, which look for it all the time."""
    return max(SHORTEST_WAIT, min(seconds, AIM_SECONDS) / 12)
