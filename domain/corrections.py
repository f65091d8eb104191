"""Figures that fell: a platform counted anew, or somebody corrected what was logged."""

import datetime as dt
from collections.abc import Iterable

from domain.goal import Metric
from domain.results import Reading


def fell_on(readings: Iterable[Reading]) -> dt.date | None:
    """The last day on which a total was lower than before; None where none ever was."""
    highest: dict[Metric, int] = {}
    fell: dt.date | None = None
    for reading in sorted(readings, key=lambda one: (one.as_of, one.recorded_at)):
        for metric in Metric:
            total = reading.totals.of(metric)
            if total is None:
                continue
            if total < highest.get(metric, total):
                fell = reading.as_of
            highest[metric] = total
    return fell
