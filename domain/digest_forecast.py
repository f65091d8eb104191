"""Forecast and outcome in a digest: how forecasts did, and whose new figures are beside theirs."""

from domain.digest_facts import Facts, read_in
from domain.forecast_compare import Compared, record_of
from domain.forecast_words import against_words
from domain.wording import counted

NAMED = 5


def in_short(facts: Facts) -> tuple[str, ...]:
    """ "6 of 8 within what we expected; cost per engagement 12 % better", over all to date."""
    words = record_of(facts.compared).words
    return (f"Forecasts to date: {words}",) if words else ()


def lines(facts: Facts) -> tuple[str, ...]:
    """Those with new figures this week beside what was expected of them, the farthest off first."""
    names = {one.id: one.name for one in facts.tracked if read_in(one, facts.week)}
    known = [
        one for one in facts.compared if one.partnership_id in names and one.leading is not None
    ]
    known.sort(key=lambda one: (_inside(one), names[one.partnership_id]))
    said = [_line(names[one.partnership_id], one) for one in known[:NAMED]]
    rest = len(known) - NAMED
    return (*said, *([f"And {counted(rest, 'more partnership')}."] if rest > 0 else []))


def _line(name: str, one: Compared) -> str:
    leading = one.leading
    if leading is None:
        return name
    so_far = "" if one.finished else " so far"
    return f"{name}: {leading.name}, {against_words(leading)}{so_far}"


def _inside(one: Compared) -> bool:
    return one.leading is not None and one.leading.within is True
