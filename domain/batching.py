"""How many rows go into one transaction, so that nobody else waits long for the write lock."""

LONGEST_SECONDS = 0.1
"""No batch may hold the write lock for longer."""

AIM_SECONDS = 0.04
FIRST_SIZE = 50
SMALLEST_SIZE = 20
LARGEST_SIZE = 1_000


def next_size(size: int, seconds: float) -> int:
    """How large the next batch should be, when the last one of `size` held the lock `seconds`.

    In proportion to what is aimed for, at most twice or half as large; a quarter after a batch
    that took too long.
    """
    if seconds > LONGEST_SECONDS:
        share = 0.25
    else:
        share = min(2.0, max(0.5, AIM_SECONDS / max(seconds, 0.001)))
    return max(SMALLEST_SIZE, min(LARGEST_SIZE, int(size * share)))


def wait_after(seconds: float) -> float:
    """How long to leave the lock to others after having held it: half as long.

    Who waits for SQLite's lock looks again every few milliseconds, so a third of the time is
    enough to find it free well within Slack's three seconds.
    """
    return min(seconds, AIM_SECONDS) / 2
