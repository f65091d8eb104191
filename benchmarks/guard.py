"""What a guard of `benchmarks.guards` is: a piece of the code without which a test must fail."""

from typing import NamedTuple

EITHER, POSTGRESQL, SQLITE = "either", "postgresql", "sqlite"
"""Where a guard's tests run: each on one of the two databases, or all on one of them."""


class Guard(NamedTuple):
    """A guard and who has to notice that it is gone.

    file: where it stands. here: its text, which is there exactly once. instead: what takes its
    place: nothing, or the contrary. tests: "tests/test_gate.py::test_name", one of which has to
    fail. on: EITHER, POSTGRESQL or SQLITE.
    """

    name: str
    file: str
    here: str
    instead: str
    tests: tuple[str, ...]
    on: str = EITHER


def of(file: str, *names: str) -> tuple[str, ...]:
    """Tests of one file: "gate" and "a_changed_body_is_refused"."""
    return tuple(f"tests/test_{file}.py::test_{name}" for name in names)
