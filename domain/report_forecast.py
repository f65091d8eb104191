"""Forecast and outcome side by side, over all partnerships of a report and for each of them."""

from domain.forecast_compare import Against, Compared, record_of
from domain.forecast_words import range_words, rounded
from domain.report_facts import Partner
from domain.report_figures import NAMED, Figure, Tally
from domain.wording import counted, named

NONE_MADE = "No forecast was written down before the results."
_NAMES = ("views", "engagements", "conversions")


def figures(tally: Tally, *, costs: bool) -> tuple[Figure, ...]:
    """How the forecasts did. costs: with what results were expected to cost."""
    compared = [one.compared for one in tally.counted if one.compared is not None]
    if not compared:
        return (Figure(name="Forecast", value="none", meaning=NONE_MADE),) if tally.counted else ()
    record = record_of(compared)
    found = [] if not record.of else [_held(record.within, record.above, record.below, record.of)]
    found += [figure for name in _NAMES if (figure := _added(compared, name))]
    if costs:
        found += [
            Figure(
                name="Cost against forecast",
                value=f"{cost.words} ({cost.currency})",
                meaning=f"Finished partnerships with a planned cost: {cost.over:,}.",
            )
            for cost in record.costs
        ]
    return (*found, *_without(tally))


def row_words(partner: Partner) -> str:
    """ "20k–60k views", with how it came where that is known; "" without a forecast."""
    if partner.compared is None:
        return ""
    leading = partner.compared.leading
    if leading is not None:
        return f"{range_words(leading.expected)} {leading.name}: {verdict(leading)}"
    first = next(iter(partner.compared.figures), None)
    return f"{range_words(first.expected)} {first.name}" if first else ""


def verdict(one: Against) -> str:
    """ "within", "above" or "below"; "unknown yet" without a result."""
    if one.came is None:
        return "unknown yet"
    if one.within:
        return "within"
    return "above" if one.came > one.expected.high else "below"


def _held(within: int, above: int, below: int, of: int) -> Figure:
    beside = [
        *([f"{above:,} above"] if above else []),
        *([f"{below:,} below"] if below else []),
    ]
    more = f", {', '.join(beside)}" if beside else ""
    return Figure(
        name="Within what we expected",
        value=f"{within:,} of {of:,}{more}",
        meaning="Finished partnerships whose main figure came within the interval that was "
        "written down before; 80 of 100 should.",
    )


def _added(compared: list[Compared], name: str) -> Figure | None:
    """The middles of what was expected and what came, over partnerships where both are known."""
    both = [
        (figure.expected.middle, figure.came)
        for one in compared
        for figure in one.figures
        if figure.name == name and figure.came is not None
    ]
    if not both:
        return None
    expected, came = sum(middle for middle, _ in both), sum(came for _, came in both)
    return Figure(
        name=f"{name.capitalize()} expected",
        value=f"about {rounded(expected)}, {came:,} came",
        meaning=f"The middles of {counted(len(both), 'forecast')}, added up, beside their results.",
    )


def _without(tally: Tally) -> list[Figure]:
    without = [one.name for one in tally.counted if one.compared is None]
    if not without:
        return []
    who = f" ({named(without, NAMED)})" if tally.names else ""
    return [
        Figure(
            name="Without a forecast",
            value=f"{len(without)} of {len(tally.counted)}",
            meaning=f"None was written down before the results{who}.",
        )
    ]
