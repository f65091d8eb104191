"""What a thread is at: it goes with every line of the log, and says how a delivery ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

Facts = dict[str, str | int]

_AT: ContextVar[Facts | None] = ContextVar("at", default=None)


@contextmanager
def at(**facts: str | int) -> Iterator[Facts]:
    """Work on something; gives the facts, to which `note` adds.

    facts: ours alone (kinds, numbers, Slack's ids): nothing that people wrote.
    """
    token = _AT.set(facts)
    try:
        yield facts
    finally:
        _AT.reset(token)


def note(**facts: str | int) -> None:
    """Add to what this thread is at; does nothing where it is at nothing."""
    current = _AT.get()
    if current is not None:
        current.update(facts)


def facts() -> Mapping[str, str | int]:
    """What this thread is at."""
    return _AT.get() or {}
