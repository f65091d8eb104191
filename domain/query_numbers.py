"""The numbers of a search: ranges of followers and of engagement rates, as people type them."""

import re
from collections.abc import Callable

from domain.query_parts import Bounds, QueryError, say_followers, say_rate

MOST_FOLLOWERS = 10_000_000_000
HIGHEST_RATE = 10.0
_UNSURE_FROM, _UNSURE_TO = 0.1, 1.0

_MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_COUNT = re.compile(r"(?P<digits>\d{1,15}(?:[.,]\d{1,9})*)\s?(?P<multiple>[kmb]?)", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_RATE = re.compile(r"(?P<digits>\d{1,6}(?:[.,]\d{1,9})?)\s?(?P<percent>[%٪]?)")
_BETWEEN = re.compile(r"\s*(?:-|–|—|−|\.\.+|\bto\b)\s*", re.IGNORECASE)
_AT_LEAST = frozenset({">=", "=>", "≥", ":", "="})
_AT_MOST = frozenset({"<=", "=<", "≤"})


def read_followers(sign: str, typed: str) -> Bounds:
    """Followers from what stands after the word: (":", "5k-50k"), (">", "10k"), (":", "10k+").

    A single number after ":" or "=" is the least. Ends are whole accounts and included.

    Raises:
        QueryError: no number, a negative or absurd one, or a range the wrong way round.
    """
    bounds = _read_range(sign, typed, _count, "followers:5k-50k or followers>10k")
    least = bounds.least + 1 if bounds.above and bounds.least is not None else bounds.least
    most = bounds.most - 1 if bounds.below and bounds.most is not None else bounds.most
    whole = Bounds(least=least, most=most)
    if whole.empty or (most is not None and most < 0):
        raise QueryError(_wrong_way("followers", typed, say_followers(bounds)), typed)
    return whole


def read_rate(sign: str, typed: str) -> Bounds:
    """Engagement rates from what stands after "er": (">", "3%"), (">=", "0.03"), (":", "2-5%").

    Without a percent sign, under 0.1 is a ratio (0.03 = 3 %) and 1 or more is in percent;
    what lies between could be either and is asked back.

    Raises:
        QueryError: no number, a negative, absurd or ambiguous one, or a range the wrong way.
    """
    ends = _BETWEEN.split(typed.strip())
    if len(ends) == 2 and typed.rstrip().endswith("%") and "%" not in ends[0]:
        typed = f"{ends[0]}%-{ends[1]}"
    bounds = _read_range(sign, typed, _ratio, "er>3% or er:2-5%")
    if bounds.empty:
        raise QueryError(_wrong_way("er", typed, say_rate(bounds)), typed)
    return bounds


def _read_range(sign: str, typed: str, number: Callable[[str], float], example: str) -> Bounds:
    typed = typed.strip()
    if not typed:
        raise QueryError(f"A number is missing; for example {example}.")
    if typed[0] in "-−–":
        raise QueryError(f"“{typed[:20]}” is negative; for example {example}.", typed)
    ends = _BETWEEN.split(typed)
    try:
        if len(ends) == 2 and all(ends) and sign in _AT_LEAST:
            return Bounds(least=number(ends[0]), most=number(ends[1]))
        if typed.endswith("+") and sign in _AT_LEAST:
            return Bounds(least=number(typed[:-1]))
        value = number(typed)
    except _Unreadable:
        raise QueryError(
            f"I can't read “{typed[:20]}” here; for example {example}.", typed
        ) from None
    if sign in _AT_LEAST or sign == ">":
        return Bounds(least=value, above=sign == ">")
    return Bounds(most=value, below=sign not in _AT_MOST)


class _Unreadable(ValueError):
    """Not a number of this kind."""


def _count(typed: str) -> float:
    match = _COUNT.fullmatch(typed.strip())
    if match is None:
        raise _Unreadable
    digits, multiple = match["digits"], _MULTIPLES[match["multiple"].lower()]
    if _GROUPED.fullmatch(digits) and multiple == 1:
        digits = re.sub("[.,]", "", digits)
    digits = digits.replace(",", ".")
    if digits.count(".") > 1:
        raise _Unreadable
    count = round(float(digits) * multiple, 6)
    if count != int(count):
        raise _Unreadable
    if count > MOST_FOLLOWERS:
        raise QueryError(f"“{typed.strip()[:20]}” is more followers than there are people.", typed)
    return int(count)


def _ratio(typed: str) -> float:
    match = _RATE.fullmatch(typed.strip())
    if match is None:
        raise _Unreadable
    number = float(match["digits"].replace(",", "."))
    if not match["percent"] and _UNSURE_FROM <= number < _UNSURE_TO:
        raise QueryError(
            f"Is {number:g} a share or a percentage? Please write {number:g}% or {number:.0%}.",
            typed,
        )
    is_percent = bool(match["percent"]) or number >= _UNSURE_TO
    ratio = round(number / 100, 12) if is_percent else number
    if ratio > HIGHEST_RATE:
        raise QueryError(f"An engagement of {typed.strip()[:20]} is too high to be true.", typed)
    return ratio


def _wrong_way(name: str, typed: str, said: str) -> str:
    ends = _BETWEEN.split(typed.strip())
    if len(ends) == 2:
        other = f"{name}:{ends[1]}-{ends[0]}"
        return f"“{name}:{typed.strip()[:30]}” ends before it begins; did you mean {other[:40]}?"
    return f"Nobody has {said}."
