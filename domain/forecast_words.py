"""Forecasts as people read them: two figures, short, and what they rest on."""

from domain.forecast import Basis, Forecast, Range
from domain.forecast_compare import Against, Compared
from domain.money import format_unit_cost
from domain.wording import compact, counted, listed

_OCCASIONS = {
    "shortlisted": "when shortlisted",
    "agreed": "when agreed",
    "terms changed": "when the terms changed",
}


def rounded(value: float) -> str:
    """A count in two figures: 23,456 is "23k"; under 100 as a whole number."""
    return compact(float(f"{value:.2g}")) if value >= 100 else f"{value:.0f}"


def range_words(found: Range) -> str:
    """ "20k–60k", or "about 20k" where both ends read the same."""
    low, high = rounded(found.low), rounded(found.high)
    return f"about {low}" if low == high else f"{low}–{high}"


def money_words(found: Range, currency: str) -> str:
    """ "€0.12–€0.45"; "about €0.12"."""
    low, high = (format_unit_cost(float(f"{end:.2g}"), currency) for end in (found.low, found.high))
    return f"about {low}" if low == high else f"{low}–{high}"


def expected_words(found: Forecast) -> str:
    """ "expected 20k–60k views, 900–2.4k engagements"; "too little history …"; never a cost."""
    said = [
        f"{range_words(value)} {name}"
        for name in ("views", "engagements")
        if (value := getattr(found, name)) is not None
    ]
    if not said:
        why = next((basis.missing for basis in found.bases.values() if basis.missing), "")
        return f"no forecast: {why}" if why else "no forecast"
    return f"expected {', '.join(said)}{_for(found)}"


def rests_on(found: Forecast) -> str:
    """ "from 24 recent posts, 120 Instagram accounts of 10k–50k in your list and 6 results"."""
    known = [basis for name, basis in found.bases.items() if getattr(found, name) is not None]
    if not known:
        return ""
    said = []
    posts = max(basis.posts for basis in known)
    if posts:
        said.append(counted(posts, "recent post"))
    if any(basis.averaged for basis in known):
        said.append("the stated average a post")
    said += _peers(known)
    outcomes = max(basis.outcomes for basis in known)
    if outcomes:
        said.append(f"{counted(outcomes, 'result')} of your own")
    return f"from {listed(said)}"


def figure_lines(found: Forecast) -> list[tuple[str, str]]:
    """Name and words of each figure, those with a cost among them; why one is missing."""
    currency = found.cost.currency if found.cost else ""
    lines = [_line(found, name) for name in ("views", "engagements", "conversions")]
    for name, value in (
        ("cost per engagement", found.cost_per_engagement),
        ("cost per conversion", found.cost_per_conversion),
    ):
        if value is not None:
            lines.append((name, money_words(value, currency)))
        elif found.cost is None:
            lines.append((name, "no cost known"))
    return lines


def against_words(one: Against) -> str:
    """ "20k–60k expected, 72,000 came: above"."""
    expected = f"{range_words(one.expected)} expected"
    if one.came is None:
        return f"{expected}, unknown yet"
    return f"{expected}, {one.came:,} came: {_verdict(one)}"


def cost_against_words(compared: Compared) -> list[str]:
    """The cost of one engagement and of one conversion as expected and as it came."""
    said = []
    paid = [cost for cost in compared.costs if cost.amount > 0]
    for figure in compared.figures:
        what = figure.name.removesuffix("s")
        expected = getattr(compared.forecast, f"cost_per_{what}", None)
        if expected is None or not figure.came or len(paid) != 1 or compared.forecast.cost is None:
            continue
        if paid[0].currency != compared.forecast.cost.currency:
            continue
        came = format_unit_cost(paid[0].amount / figure.came, paid[0].currency)
        said.append(
            f"cost per {what}: {money_words(expected, paid[0].currency)} expected, {came} came"
        )
    return said


def occasion_words(occasion: str) -> str:
    """When a forecast was made: "when agreed"."""
    return _OCCASIONS.get(occasion, occasion)


def _verdict(one: Against) -> str:
    if one.within:
        return "as expected"
    return "above" if (one.came or 0) > one.expected.high else "below"


def _line(found: Forecast, name: str) -> tuple[str, str]:
    value: Range | None = getattr(found, name)
    if value is not None:
        return name, range_words(value)
    basis = found.bases.get(name, Basis())
    return name, f"unknown ({basis.missing})" if basis.missing else "unknown"


def _for(found: Forecast) -> str:
    if found.assumed:
        return " a post"
    return f" for {counted(found.posts, 'post')}" if found.posts > 1 else ""


def _peers(known: list[Basis]) -> list[str]:
    said = dict.fromkeys(
        f"{basis.peers:,} {basis.peers_said}" if basis.peers else basis.peers_said
        for basis in known
        if basis.peers_said
    )
    return list(said)
