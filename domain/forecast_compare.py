"""A forecast beside what came: which figures fell within what was expected, and by how much not."""

import datetime as dt
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.forecast import Forecast, Range
from domain.goal import Goal
from domain.results import Totals

_LEADING = {
    Goal.AWARENESS: ("views", "engagements"),
    Goal.ENGAGEMENT: ("engagements", "views"),
    Goal.CONVERSIONS: ("conversions", "engagements", "views"),
}
_ORDER = ("views", "engagements", "conversions")
ABOUT_THE_SAME = 0.02
"""A difference in cost of less than this is none."""


class Against(BaseModel):
    """One figure as it was expected and as it came; came None is unknown yet."""

    model_config = ConfigDict(frozen=True)

    name: str
    expected: Range
    came: int | None = None

    @property
    def within(self) -> bool | None:
        """Whether it came within the interval; None where it is unknown."""
        return None if self.came is None else self.came in self.expected

    @property
    def times(self) -> float | None:
        """How many times the expected middle came; None where unknown."""
        return self.came / self.expected.middle if self.came is not None else None


class Compared(BaseModel):
    """A partnership's forecast beside its results. made_at: when it was forecast.

    costs: what it cost in the end, a sum for each currency. finished: no more figures are awaited.
    """

    model_config = ConfigDict(frozen=True)

    partnership_id: int
    made_at: dt.datetime
    forecast: Forecast
    came: Totals = Totals()
    costs: tuple[Money, ...] = ()
    goal: Goal | None = None
    finished: bool = False

    @property
    def figures(self) -> tuple[Against, ...]:
        """Views, engagements and conversions, as far as they were forecast."""
        expected = {name: getattr(self.forecast, name) for name in _ORDER}
        return tuple(
            Against(name=name, expected=of, came=_came(self.came, name))
            for name, of in expected.items()
            if of is not None
        )

    @property
    def leading(self) -> Against | None:
        """The figure that the brief is after, as far as it was forecast and is known."""
        known = {one.name: one for one in self.figures if one.came is not None}
        order = _LEADING[self.goal or Goal.ENGAGEMENT]
        return next((known[name] for name in order if name in known), None)

    @property
    def beat(self) -> bool:
        """Whether it brought more than the middle of what was expected."""
        return self.leading is not None and (self.leading.times or 0) > 1


class CostAgainst(BaseModel):
    """What one result cost, over several partnerships, and what it was expected to cost.

    what: "engagement" or "conversion". better: the share by which it came cheaper; below 0 dearer.
    over: how many partnerships.
    """

    model_config = ConfigDict(frozen=True)

    what: str
    currency: str
    expected: float
    came: float
    over: int

    @property
    def better(self) -> float:
        """0.12 is 12 % cheaper than expected."""
        return 1 - self.came / self.expected

    @property
    def words(self) -> str:
        """ "cost per engagement 12 % better", "… 30 % worse", "… as expected"."""
        if abs(self.better) < ABOUT_THE_SAME:
            return f"cost per {self.what} as expected"
        way = "better" if self.better > 0 else "worse"
        return f"cost per {self.what} {abs(self.better) * 100:.0f} % {way}"


class Record(BaseModel):
    """How forecasts did over several partnerships.

    within, of: leading figures that came within what was expected. above, below: those that did
    not. costs: by result and currency.
    """

    model_config = ConfigDict(frozen=True)

    within: int = 0
    of: int = 0
    above: int = 0
    below: int = 0
    costs: tuple[CostAgainst, ...] = ()

    @property
    def words(self) -> str:
        """ "6 of 8 within what we expected; cost per engagement 12 % better"; "" with none."""
        if not self.of:
            return ""
        said = [f"{self.within} of {self.of} within what we expected"]
        several = len({cost.currency for cost in self.costs}) > 1
        said += [f"{c.words} ({c.currency})" if several else c.words for c in self.costs]
        return "; ".join(said)


def record_of(compared: Iterable[Compared]) -> Record:
    """How the forecasts of finished partnerships did, all together."""
    known = [one for one in compared if one.finished]
    leading = [one.leading for one in known if one.leading is not None]
    return Record(
        within=sum(one.within is True for one in leading),
        of=len(leading),
        above=sum((one.came or 0) > one.expected.high and not one.within for one in leading),
        below=sum((one.came or 0) < one.expected.low and not one.within for one in leading),
        costs=tuple(cost for what in ("engagement", "conversion") for cost in _costs(known, what)),
    )


def counted(made: Sequence[dt.datetime], first_result: dt.datetime | None) -> int | None:
    """Which of the forecasts, the oldest first, is held against results: the last before them.

    Gives its place; None when there is none that was made before the first result.
    """
    before = [place for place, at in enumerate(made) if first_result is None or at <= first_result]
    return before[-1] if before else None


def _came(came: Totals, name: str) -> int | None:
    if name == "views":
        return came.views if came.views is not None else came.impressions
    return came.engagements if name == "engagements" else came.conversions


def _costs(compared: Sequence[Compared], what: str) -> list[CostAgainst]:
    """Over partnerships of which cost, forecast and result are known, by currency."""
    sums: dict[str, list[tuple[float, float, float, int]]] = {}
    for one in compared:
        expected, came = getattr(one.forecast, f"{what}s"), _came(one.came, f"{what}s")
        planned, paid = one.forecast.cost, [cost for cost in one.costs if cost.amount > 0]
        if expected is None or not came or planned is None or len(paid) != 1:
            continue
        if paid[0].currency == planned.currency:
            row = (float(planned.amount), expected.middle, float(paid[0].amount), came)
            sums.setdefault(planned.currency, []).append(row)
    return [
        CostAgainst(what=what, currency=currency, over=len(rows), **_unit_costs(rows))
        for currency, rows in sorted(sums.items())
    ]


def _unit_costs(rows: Sequence[tuple[float, float, float, int]]) -> dict[str, float]:
    foreseen, middle, spent, came = (sum(column) for column in zip(*rows, strict=True))
    return {"expected": foreseen / middle, "came": spent / came}
